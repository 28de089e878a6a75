"""Every adapter on every task: what training on one task does to the others.

    python -m eval matrix nano/tasks/wmt nano/tasks/cnn_dailymail nano/tasks/squad2 nano/tasks/3in1

Rows are the student as it was (`base`) and the runs; columns are the tasks that any of the runs learned. What is
missing is predicted and scored, what is there stays (`eval predict` keeps every answer), so the matrix
grows as runs are added. The runs must start from one student and share test rows, or their numbers say nothing of each
other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from data_builders.errors import InputError
from data_builders.jsonl import digest_of, need, write_json
from data_builders.tasks.table import TASKS
from eval.compare.matrix import Asked as Cell
from eval.compare.matrix import Matrix, matrix_of
from eval.compare.studies import study_named
from eval.predict.local import model_of
from eval.predict.run import Asked, identity_of, predict
from eval.predict.schema import Answer, Generation
from eval.tasks.runs import TaskRun
from eval.tasks.score import score_task

BASE = "base"
STUDY = "multitask_lora"


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the matrix: its label, the model that answers, where its answers go, the tasks that it learned."""

    label: str
    model: str
    results: Path
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskMatrix:
    """The cells, which tasks each row learned, each row's mean over the tasks, and the published figures by row."""

    compared: Matrix
    own: dict[str, tuple[str, ...]]
    means: dict[str, float]
    published: dict[str, dict[str, float]]


def places(runs: Sequence[TaskRun], results: Path) -> list[Place]:
    """Return the rows: the common student, then the runs."""
    students = {identity_of(run.student, ""): run for run in runs}
    if len(students) > 1:
        one, other = list(students.values())[:2]
        found = f"{one.student} for {one.name}, {other.student} for {other.name}"
        raise InputError("matrix", "runs that start from one student", found, "train them from the same --student")
    labels = [run.label for run in runs]
    made = [Place(BASE, runs[0].student, results / Path(runs[0].name).parent / BASE, ())]
    for run in runs:
        label = run.label if labels.count(run.label) == 1 else f"{run.label} ({run.name})"
        made.append(Place(label, run.final, results / run.name, run.tasks))
    return made


def tasks_of(runs: Sequence[TaskRun], root: Path) -> dict[str, Path]:
    """Return {task: its test rows} of every task that a run learned; two folders must hold the same rows of a task."""
    found: dict[str, Path] = {}
    for run, task in [(one, task) for one in runs for task in one.tasks]:
        rows = need(root / run.data / f"{task}_test.jsonl", f"python -m data_builders task {task} --out {run.data}")
        if digest_of(found.setdefault(task, rows)) != digest_of(rows):
            then = "run them on one data folder"
            raise InputError("matrix", f"runs that share the test rows of {task}", f"{found[task]} and {rows}", then)
    return {task: found[task] for task in TASKS if task in found}


def matrix(
    runs: Sequence[TaskRun], root: Path, how: Generation, tokens: int, say: Callable[[str], None] = lambda _: None
) -> TaskMatrix:
    """Answer, score and compare; `tokens` bounds an answer where it is not 0, `root` holds saves/ and results/."""
    made, columns = places(runs, root / "results"), tasks_of(runs, root)
    cells = []
    for place in made:
        for task, rows in columns.items():
            file = cell_scores(place, task, rows, how, tokens)
            cells.append(Cell(place.label, task, TASKS[task].scored[0].value, file))
            say(f"{place.label} on {task}")
    compared = matrix_of(cells)
    own = {place.label: place.tasks for place in made}
    means = {
        label: fmean(one.mean for column in compared.columns for one in column.cells if one.row == label)
        for label in compared.rows
    }
    return TaskMatrix(compared, own, means, published_of(tuple(columns)))


def published_of(tasks: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return the published matrix's figures of these tasks, times 100; {} where none of them is in it."""
    study = study_named(STUDY)
    rows = {row: {task: one[task] for task in tasks if task in one} for row, one in study.published.items()}
    return {row: one for row, one in rows.items() if one}


def cell_scores(place: Place, task: str, rows: Path, how: Generation, tokens: int) -> Path:
    """Answer and score one cell, unless that is done, and return its scores."""
    chosen = replace(how, max_new_tokens=tokens or TASKS[task].max_new_tokens)
    asked = Asked(place.model, identity_of(place.model, ""), chosen)
    folder = place.results / f"on_{task}"

    def load() -> Answer:
        return model_of(place.model, "", chosen)

    predict(rows, None, asked, load, folder / "pairs.jsonl", task=TASKS[task])
    write_json(folder / "scores.json", score_task(folder / "pairs.jsonl", TASKS[task]))
    return folder / "scores.json"
