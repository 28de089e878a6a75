"""Run jobs one after the other: skip what is done, go on with what was interrupted, start the rest afresh.

for outcome in run_jobs(["s1", "s2"], run, Warm()): ...
"""

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from curriculum.alone import alone
from curriculum.job import Job, Run, job_of
from curriculum.launch import Cold, Here, Launcher
from curriculum.marker import DONE, Standing, begin, finish, standing, wanted
from curriculum.processes import environment_of
from curriculum.progress import Progress
from curriculum.student import refuse_encoder_decoder
from data_builders.doctor import Entry, check
from data_builders.errors import InputError, TrainError
from data_builders.jsonl import read_json, unwritable

TAIL = 30


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one job went: what was decided, seconds spent, dev loss before and after, whose equal stage it took over."""

    job: str
    standing: Standing
    seconds: float
    dev_loss: dict[str, float]
    output: str
    taken_from: str = ""


def run_jobs(names: Iterable[str], run: Run, warm: Launcher) -> Iterator[Outcome]:
    """Run each job that is not done; the first that fails ends it with a TrainError, and what was done stays done."""
    for name in names:
        yield run_one(job_of(name, run), warm)


def run_one(job: Job, warm: Launcher, gpu: Launcher | None = None) -> Outcome:
    """Run a job unless it is done; `gpu` starts what trains on one (a process of its own unless named)."""
    marker = wanted(job)
    state = standing(job, marker)
    if state == "done":
        (job.output / DONE).touch()  # Make compares times; the digests have just decided
        return Outcome(job.name, state, 0.0, {}, str(job.output))
    examine(job)
    began = time.monotonic()
    with alone(job.output):
        begin(job, marker, state)
        dev_loss = run_job(job, state, launcher_of(job, warm, gpu))
        finish(job, marker, dev_loss)
    return Outcome(job.name, state, time.monotonic() - began, dev_loss, str(job.output))


def launcher_of(job: Job, warm: Launcher, gpu: Launcher | None) -> Launcher:
    """Return what starts a job: several processes, other trainers and what needs a GPU are no forks."""
    if job.seq2seq:
        return warm if isinstance(warm, Here) else Cold()
    if job.processes == 1 and (job.recipe.on_cpu or job.kind == "merge"):
        return warm
    if job.processes == 1 and gpu:
        return gpu
    return Cold(environment_of(job.processes, os.environ))


def examine(job: Job) -> None:
    """Check the job's datasets by the doctor's rules before anything is trained on them, and what is trained."""
    if job.trains and not job.seq2seq:
        refuse_encoder_decoder(job.model)
    if not job.datasets:
        return
    text = job.recipe.text
    folder = next((o.partition("=")[2] for o in job.overrides if o.startswith("dataset_dir=")), text("dataset_dir"))
    registered = read_json(Path(folder) / "dataset_info.json", dict[str, Entry])
    for name in ",".join(filter(None, (text("dataset"), text("eval_dataset")))).split(","):
        faults = check(name, registered[name], Path(folder), None).faults
        if faults:
            raise InputError(name, "a dataset without fault", faults[0], f"python -m data_builders doctor {name}")


def run_job(job: Job, state: Standing, launcher: Launcher) -> dict[str, float]:
    """Run one job and return its dev loss before and after."""
    log = job.output / "train.log"
    command = (*job.command, "overwrite_output_dir=false") if state == "resume" else job.command
    progress = Progress(job.name, job.output / "trainer_log.jsonl")
    try:
        code = launcher.run(command, log, progress.look)
    except OSError as error:
        raise unwritable(log, error) from error
    finally:
        progress.clear()
    if code:
        raise TrainError(job.name, "exit code 0", f"{code}: {last_words(log)}", f"look at {log}, mend it, run it again")
    return {"before": progress.losses[0], "after": progress.losses[-1]} if progress.losses and job.trains else {}


def last_words(log: Path) -> str:
    """Return the last line of a log that names an error, or its last line."""
    try:
        lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines()[-TAIL:] if line.strip()]
    except OSError:
        return f"no log at {log}"
    named = [line for line in lines if "Error" in line or "No space left" in line]
    return (named or lines or ["nothing was printed"])[-1][:300]
