"""Which stage a folder is for: what LLaMA-Board is about to write, as the job that the runner would run there.

    llamaboard_cache/newsladder_stages.json   {"saves/nano/s2": {"job": "s2", "run": "nano", "profile": "nano", …}, …}

The presets are written with this list, and it keeps what earlier ones named, since their presets stay, too. A stage of
a plan is told by its run alone: `saves/<run>/plan.json` holds the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from curriculum.climb import PLAN
from curriculum.job import SAVES, TRAINED, Job, Run, job_of, varied_jobs
from curriculum.ladder import Step, home_of, steps_of, write_recipe
from curriculum.schema import Plan
from curriculum.weigh import Weighed, weigh
from data_builders.errors import InputError, NewsLadderError
from data_builders.jsonl import read_json, write_json

PLACES = Path("llamaboard_cache/newsladder_stages.json")


@dataclass(frozen=True, slots=True)
class Place:
    """What a folder below saves/ is for; without a profile it is a rung of the plan of that run."""

    job: str
    run: str
    profile: str = ""
    data: str = ""
    student: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage that LLaMA-Board may train: its job, and its step of a plan where it is one's."""

    job: Job
    place: Place
    step: Step | None = None
    weighed: Weighed | None = None


def stages_of_run(run: Run) -> list[Stage]:
    """Return S1 to S5 of a run, S0 where its rows are there, and S5 by each strategy that can start."""
    stages = [run_stage(name, run) for name in TRAINED]
    return [*optional(("s0",), run), *stages, *optional(varied_jobs(run.profile), run)]


def optional(names: Iterable[str], run: Run) -> list[Stage]:
    """Return the stages whose datasets are there, and whose prepared adapter is."""
    stages = []
    for name in names:
        try:
            stage = run_stage(name, run)
        except InputError:  # a recipe or a dataset that this run does not have
            continue
        prepared = not stage.job.adapter or Path(stage.job.adapter).is_dir()
        if prepared and all(file.is_file() for file in stage.job.datasets):
            stages.append(stage)
    return stages


def run_stage(name: str, run: Run) -> Stage:
    """Return one stage of a run."""
    return Stage(job_of(name, run), Place(name, run.name, run.profile, run.data.as_posix(), run.student))


def stages_of_plan(plan: Plan) -> list[Stage]:
    """Return the rungs of a plan; merging an adapter is the runner's, `python -m curriculum run --run NAME`."""
    weighed = weigh(plan)
    return [
        Stage(step.job, Place(step.job.name, plan.run), step, weighed) for step in steps_of(weighed) if step.job.trains
    ]


def remember(stages: Iterable[Stage], plan: Plan | None = None) -> None:
    """Write down which folder each stage is for, and a plan's recipes."""
    stages = list(stages)
    if plan is not None:
        write_json(home_of(plan) / PLAN, plan)
        for stage in stages:
            if stage.step is not None:
                write_recipe(stage.step)
    write_json(PLACES, places() | {stage.job.output.as_posix(): stage.place for stage in stages})


def places() -> dict[str, Place]:
    """Return what is written down; a file that something else wrote counts as none."""
    try:
        return read_json(PLACES, dict[str, Place]) if PLACES.is_file() else {}
    except NewsLadderError:
        return {}


def stage_at(output: str) -> Stage | None:
    """Return the stage that a folder is for, None where it is no stage's."""
    folder = Path(output).as_posix()
    place = places().get(folder)
    if place is None:
        return None
    if place.profile:
        return run_stage(place.job, Run(place.run, place.profile, Path(place.data), place.student))
    held = SAVES / place.run / PLAN
    if not held.is_file():
        return None
    stages = stages_of_plan(read_json(held, Plan))
    return next((stage for stage in stages if stage.job.output.as_posix() == folder), None)
