"""`stage.done.json`: what a finished job was made of, and so whether it has to run again.

    {"job": "s3", "recipe": "9f…", "data": {"s3_train.jsonl": "41…"}, "parent": "c0…", "weights": "77…", …}

Written after exit code 0, with the digests of the recipe (overrides included), the data, the parent's weights (and
adapter) and the result. `standing` compares: all equal is `done`; started with the same digests and left with a
checkpoint is `resume`; anything else is `fresh`. Times of files decide nothing.
"""

import hashlib
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import msgspec

from curriculum.job import Job
from data_builders.errors import InputError, NewsLadderError, OrderError
from data_builders.jsonl import digest_of, read_json, write_json

DONE, STARTED = "stage.done.json", "stage.started.json"
WEIGHTS = ("model.safetensors", "adapter_model.safetensors", "model.safetensors.index.json")
OLDER = "pytorch_model.bin"  # as T5-Pegasus and Randeng-Pegasus came
Standing = Literal["done", "resume", "fresh"]


@dataclass(frozen=True, slots=True)
class Marker:
    """What a job was made of. `result` is the digest of what it wrote, "" until it has."""

    job: str
    recipe: str
    command: tuple[str, ...]
    data: dict[str, str]
    parent: str
    llamafactory: str
    result: str = ""
    dev_loss: dict[str, float] = field(default_factory=dict)


def wanted(job: Job) -> Marker:
    """Return the marker that the job would have, were it done now; what is missing is an error that says so."""
    from importlib.metadata import version

    recipe = hashlib.sha256(msgspec.json.encode(job.settings, order="sorted")).hexdigest()
    data = {}
    for file in job.datasets:
        if not file.is_file():
            raise OrderError(
                str(file), "the job's dataset", "no such file", "make data, with this run's RUN= and NEWS="
            )
        if not file.stat().st_size:
            raise InputError(str(file), "at least one row", "an empty file", "give more articles, or a wider cutoff")
        data[file.name] = digest_of(file)
    return Marker(job.name, recipe, job.command, data, parent_digest(job), version("llamafactory"))


def parent_digest(job: Job) -> str:
    """Return the digest of the weights that the job starts from, or the hub name where they are not here."""
    adapter = adapter_digest(job)
    whole = model_digest(job)
    return hashlib.sha256(f"{whole}+{adapter}".encode()).hexdigest() if adapter else whole


def adapter_digest(job: Job) -> str:
    """Return the digest of the adapter that the job goes on from, "" where there is none."""
    if not job.adapter:
        return ""
    lacking = [n for n in ("adapter_config.json", "adapter_model.safetensors") if not (Path(job.adapter) / n).is_file()]
    if lacking:
        raise OrderError(job.adapter, "the adapter that this job goes on from", f"no {lacking[0]}", origin(job))
    return digest_of(Path(job.adapter) / "adapter_model.safetensors")


def model_digest(job: Job) -> str:
    """Return the digest of the whole weights that the job starts from."""
    folder = Path(job.model)
    if not folder.is_dir():
        if job.model.startswith(("saves/", "/", "./", "../")):
            raise OrderError(job.model, "the model that this job starts from", "no such folder", origin(job))
        return f"hub:{job.model}"
    weights = weights_of(folder)
    lacking = [name for name in ("config.json", "tokenizer_config.json") if not (folder / name).is_file()]
    if job.seq2seq:  # the older folders hold other files
        older = folder / OLDER
        weights = weights or (older if older.is_file() else None)
        lacking = [name for name in lacking if name == "config.json" or not (folder / "vocab.txt").is_file()]
    if weights is None or lacking:
        found = "no weights (*.safetensors)" if weights is None else f"no {lacking[0]}"
        raise InputError(job.model, "a model's folder", found, origin(job))
    return digest_of(weights)


def origin(job: Job) -> str:
    """Return the command that makes what the job starts from."""
    before = Path(job.model).name
    run = job.output.parent.name
    if job.adapter:
        return f"run the stage before, {Path(job.adapter).name}, of {job.output.parent.as_posix()}"
    if before in {"s1", "s2", "s3", "s4", "s5"}:
        return f"make stage{before[1]} RUN={run}"
    if before == "s0":
        return f"make stage0 RUN={run}"
    if job.seq2seq:
        return f"make baseline BASELINE={job.name} PROFILE=nano, or name a model's folder with --student"
    return "python -m data_builders student --preset nano --out saves/" + run + "/student, or name another STUDENT="


def weights_of(folder: Path) -> Path | None:
    """Return the file that holds a folder's weights."""
    return next((folder / name for name in WEIGHTS if (folder / name).is_file()), None)


def result_of(job: Job) -> Path | None:
    """Return the file that a finished job has written."""
    found = (job.output / name for name in (job.result, f"{job.result}.index.json"))
    return next((file for file in found if file.is_file()), None)


def standing(job: Job, marker: Marker) -> Standing:
    """Tell whether the job is done, can go on from a checkpoint, or has to start afresh."""
    done = read_marker(job.output / DONE)
    written = result_of(job)
    if done and written and same(done, marker) and digest_of(written) == done.result:
        return "done"
    if job.trains and any(map(is_whole, job.output.glob("checkpoint-*"))):
        started = read_marker(job.output / STARTED)
        if started and same(started, marker):
            return "resume"
    return "fresh"


def same(one: Marker, other: Marker) -> bool:
    """Tell whether two markers are of the same making; which command it was typed as does not matter."""
    return replace(one, command=(), result="", dev_loss={}) == replace(other, command=(), result="", dev_loss={})


def is_whole(checkpoint: Path) -> bool:
    """Tell whether a checkpoint was written to its end: its trainer_state.json comes last, and reads as JSON."""
    try:
        read_json(checkpoint / "trainer_state.json", dict[str, object])
    except NewsLadderError:
        return False
    return True


def read_marker(path: Path) -> Marker | None:
    """Return the marker of a file, or None when it is not there or was written by something else."""
    try:
        return read_json(path, Marker) if path.is_file() else None
    except NewsLadderError:
        return None


def begin(job: Job, marker: Marker, state: Standing) -> None:
    """Clear what an older run of the job left, unless it goes on, and note what is being made.

    LLaMA-Factory goes on from the newest checkpoint, whole or not, so one that a kill cut short is cleared too.
    """
    (job.output / DONE).unlink(missing_ok=True)
    for checkpoint in list(job.output.glob("checkpoint-*")):
        if state == "fresh" or not is_whole(checkpoint):
            shutil.rmtree(checkpoint, ignore_errors=True)
    if state == "fresh" and job.output.is_dir():
        shutil.rmtree(job.output / "runs", ignore_errors=True)
        (job.output / "trainer_log.jsonl").unlink(missing_ok=True)
    write_json(job.output / STARTED, marker)


def finish(job: Job, marker: Marker, dev_loss: dict[str, float]) -> None:
    """Mark the job as done and drop its checkpoints; the final weights stand beside them."""
    written = result_of(job)
    if written is None:
        found = "exit code 0 but nothing written"
        raise InputError(str(job.output), "the job's result", found, f"look at {job.output}/train.log")
    write_json(job.output / DONE, replace(marker, result=digest_of(written), dev_loss=dev_loss))
    (job.output / STARTED).unlink(missing_ok=True)
    if job.trains:  # what another strategy left in the folder is not this job's
        for name in set(WEIGHTS) - {job.result, f"{job.result}.index.json"}:
            (job.output / name).unlink(missing_ok=True)
    for checkpoint in job.output.glob("checkpoint-*"):
        shutil.rmtree(checkpoint, ignore_errors=True)
