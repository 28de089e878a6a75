"""Climb a plan: each rung checked, run, marked and judged, an adapter merged at the end; what is done is skipped.

    for event in climb(weigh(plan), Warm()): ...

Before anything is trained the rows are audited against the cutoff, the trackers and bitsandbytes are looked for, and a
strategy that trains only some weights is held against their names. Recipes are written as their turn comes, since a
gate may send the next rung back to an earlier model.
"""

from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from curriculum import provenance, trainable
from curriculum.gates import LOSSES, Gate, Verdict, decided, read_gates, verdicts
from curriculum.job import Job
from curriculum.ladder import (
    SPLIT,
    Step,
    after,
    first,
    home_of,
    merging_step,
    predicting_step,
    training_step,
    write_recipe,
)  # fmt: skip
from curriculum.launch import Cold, Launcher
from curriculum.marker import DONE, Marker
from curriculum.profiles import PROFILES
from curriculum.recipe import Start
from curriculum.runner import Outcome, last_words, run_one
from curriculum.schema import Plan, Rung, RunManifest
from curriculum.tokenized import shared
from curriculum.weigh import Weighed, audit
from data_builders.errors import InputError, OrderError, TrainError
from data_builders.jsonl import read_json, write_json

PLAN = "plan.json"


def climb(weighed: Weighed, warm: Launcher, gpu: Launcher | None = None) -> Iterator[Outcome | Verdict]:
    """Run a plan's rungs, and yield how each went and what its gates found; a gate that stops is a TrainError."""
    plan = weighed.plan
    audit(weighed)
    check_packages(plan)
    gates = read_gates(plan.gates, tuple(rung.name for rung in plan.rungs))
    write_json(home_of(plan) / PLAN, plan)
    start, trained, found = first(plan), [], []
    for rung in plan.rungs:
        prepare(plan, start, warm)
        step = training_step(weighed, rung, start)
        yield run_rung(step, weighed, warm, gpu)
        trained.append(step.job)
        judgement = judge(gates, step, plan, after(plan, rung, start), warm, gpu)
        found += judgement
        yield from judgement
        does = decided(judgement)
        if does == "stop":
            raise gate_error(rung, judgement)
        if does == "on":
            start = after(plan, rung, start)
    final = trained[-1] if not found else final_of(trained, start)
    if plan.strategy.adapts and start.adapter:
        merging = merging_step(plan, start)
        write_recipe(merging)
        yield run_one(merging.job, warm, gpu)
        final = merging.job
    provenance.write_run(plan, trained, final, found)


def final_of(trained: list[Job], start: Start) -> Job:
    """Return the job whose model a gated run ends with; all sent back is an error."""
    ends = [job for job in trained if job.output.as_posix() in {start.model, start.adapter}]
    if not ends:
        then = "loosen the gates, or look at the first stage's data and rate"
        raise TrainError("gates", "a stage that passes", "every stage sent back", then)
    return ends[-1]


def run_rung(step: Step, weighed: Weighed, warm: Launcher, gpu: Launcher | None) -> Outcome:
    """Run one rung unless it is done, and write its manifest."""
    write_recipe(step)
    launcher = warm if step.job.recipe.on_cpu else gpu or Cold()
    trainable.check(step.job, weighed.plan.strategy, weighed.shape, launcher)
    with shared(step.job, weighed.plan.student) as job:
        outcome = run_one(job, warm, gpu)
    provenance.write_stage(step, weighed, outcome.seconds)
    return outcome


def prepare(plan: Plan, start: Start, warm: Launcher) -> None:
    """Make the split adapter when it is what comes next."""
    out = home_of(plan) / SPLIT
    if start.adapter != out.as_posix():
        return
    if not (Path(start.model) / "config.json").is_file() and start.model.startswith(("saves/", "/", ".")):
        raise OrderError(start.model, "the student", "no config.json", "make student, or name another --student")
    log = home_of(plan) / f"{SPLIT}.log"
    command = ("python", "-m", "curriculum.adapter", start.model, out.as_posix(), str(plan.seed))
    if warm.run(command, log, lambda: None):
        raise TrainError(SPLIT, "the adapter with two ranks", last_words(log), f"look at {log}")


def judge(
    gates: tuple[Gate, ...], step: Step, plan: Plan, end: Start, warm: Launcher, gpu: Launcher | None
) -> list[Verdict]:
    """Hold a rung that is done against its gates."""
    loss = read_json(step.job.output / DONE, Marker).dev_loss
    stage = step.rung.stages[-1] if step.rung else step.job.name
    if step.rung and step.rung.pretrains:  # it answers nothing yet: only its loss can be judged
        gates = tuple(gate for gate in gates if gate.metric in LOSSES)

    def predict() -> Job:
        asked = predicting_step(plan, end, f"{step.job.name}/dev", f"{stage}_dev")
        write_recipe(asked)
        run_one(asked.job, warm, gpu)
        return asked.job

    return verdicts(gates, step.job.name, loss, predict)


def gate_error(rung: Rung, found: list[Verdict]) -> TrainError:
    """Return the error of a gate that stops."""
    failed = next(verdict for verdict in found if verdict.does == "stop")
    then = "look at the stage's log and rows; the stages before it are done and stay so"
    return TrainError(f"gate after {rung.name}", failed.gate, f"{failed.value:.4f}", then)


def check_packages(plan: Plan) -> None:
    """Check that what a strategy or a tracker needs is installed, and that the machine can run it."""
    if plan.tracker and find_spec(plan.tracker) is None:
        then = f"install it (pip install {plan.tracker}), or leave out --tracker; TensorBoard's files are always there"
        raise InputError(f"--tracker {plan.tracker}", f"the package {plan.tracker}", "not installed", then)
    if not plan.strategy.quantizes:
        return
    strategy = f"strategy {plan.strategy.name}"
    if PROFILES[plan.profile].device.get("use_cpu"):
        then = "use --profile full on a GPU, or the strategy lora"
        raise InputError(strategy, "a profile that trains on a GPU", f"profile {plan.profile}, a CPU", then)
    if find_spec("bitsandbytes") is None:
        then = "pip install bitsandbytes, or use the strategy lora"
        raise InputError(strategy, "the package bitsandbytes", "not installed", then)
    import torch

    if not torch.cuda.is_available():
        raise InputError(strategy, "a GPU", "none", "use a machine with one, or the strategy lora")


def predict_all(plan: Plan, warm: Launcher, gpu: Launcher | None = None) -> Iterator[Outcome]:
    """Have the run's last model, and its student as it was, answer the test rows."""
    final = read_json(home_of(plan) / provenance.MANIFEST, RunManifest).final
    for name, model in (("predict", final), ("predict_untrained", plan.student)):
        step = predicting_step(plan, Start(model), name)
        write_recipe(step)
        yield replace(run_one(step.job, warm, gpu), job=name)
