"""The runs that a matrix of tasks is made of: what each started from, what it ended with, which tasks it learned.

    >>> run = read_run("nano/tasks/wmt", Path("saves"))
    >>> run.student, run.final, run.tasks
    ('saves/nano/tasks/student', 'saves/nano/tasks/wmt/merged', ('wmt',))

Read from the manifest that `python -m curriculum run --plan wmt` leaves; only the keys that are needed are looked at.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from data_builders.errors import InputError, OrderError
from data_builders.jsonl import read_json
from data_builders.tasks.table import MIXES, TASKS

MANIFEST = "manifest.json"


class RungKeys(msgspec.Struct):
    """The keys of a rung."""

    stages: list[str]


class PlanKeys(msgspec.Struct):
    """The keys of a plan."""

    student: str
    data: str
    rungs: list[RungKeys]


class ManifestKeys(msgspec.Struct):
    """The keys of a run's manifest."""

    plan: PlanKeys
    final: str


@dataclass(frozen=True, slots=True)
class TaskRun:
    """A finished run: its name, the student it started from, the model it ended with, its data folder, its tasks."""

    name: str
    student: str
    final: str
    data: Path
    tasks: tuple[str, ...]

    @property
    def label(self) -> str:
        """What a row of the matrix is called: its task, or the name of its mix."""
        return next((name for name, tasks in MIXES.items() if tasks == self.tasks), "+".join(self.tasks))


def read_run(name: str, saves: Path) -> TaskRun:
    """Return a finished run by its name; one that is not there, or is of stages, is an error."""
    file = saves / name / MANIFEST
    if not file.is_file():
        then = f"python -m curriculum run --plan wmt --run {name}, or make task"
        raise OrderError(str(file), "the manifest of a finished run", "none", then)
    found = read_json(file, ManifestKeys)
    tasks = tuple(dict.fromkeys(stage for rung in found.plan.rungs for stage in rung.stages))
    unknown = [task for task in tasks if task not in TASKS]
    if unknown:
        then = "python -m eval skills compares the stages of a ladder"
        raise InputError(str(file), f"a run of tasks ({', '.join(TASKS)})", ", ".join(unknown), then)
    return TaskRun(name, found.plan.student, found.final, Path(found.plan.data), tasks)


def runs_below(names: list[str], saves: Path) -> list[TaskRun]:
    """Return the runs of some names; a name that is a folder of runs stands for all of them."""
    found: dict[str, TaskRun] = {}
    for name in names:
        inside = sorted(file.parent.name for file in (saves / name).glob(f"*/{MANIFEST}"))
        several = [f"{name}/{one}" for one in inside] if not (saves / name / MANIFEST).is_file() else []
        found |= {one: read_run(one, saves) for one in several or [name]}
    return list(found.values())
