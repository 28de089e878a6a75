"""Plans by strategies by data by controls by seeds: every run trained, predicted, scored, and all compared once.

    saves/try/5stage-lr_adj-v1/seed1/s1 … s5, predict       results/try/5stage-lr_adj-v1/seed1/scores.json
    saves/try/untrained/predict                             results/try/matrix.md, matrix.json, compared.json

Started again it goes on: what is done is skipped, by digests. All runs share the student, the rows, their tokens and
their counts, and all answer the same test rows, those of the first data folder, so that references are alike. Stages
that two runs have in common are trained once. A run that fails is told at the end and does not stop the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from curriculum.climb import climb
from curriculum.job import SAVES, Job
from curriculum.ladder import home_of, predicting_step, write_recipe
from curriculum.launch import Launcher
from curriculum.provenance import MANIFEST
from curriculum.recipe import Start
from curriculum.runner import Outcome, run_one
from curriculum.schema import Control, Plan, RunManifest
from curriculum.scoring import score_run
from curriculum.told import event_line
from curriculum.weigh import weigh
from curriculum.workers import side_by_side
from data_builders.errors import NewsLadderError
from data_builders.jsonl import read_json

RESULTS = Path("results")
UNTRAINED = "untrained"


@dataclass(frozen=True, slots=True)
class Axes:
    """What a matrix varies; `plans` are whole plans but for what varies."""

    plans: tuple[Plan, ...]
    controls: tuple[Control, ...]
    seeds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CellRun:
    """One run of a cell: the cell's name, its seed, the plan, and where its scores go."""

    cell: str
    seed: int
    plan: Plan
    results: Path


@dataclass(frozen=True, slots=True)
class Played:
    """What came of all runs: the scores' files by cell, and what failed, in words."""

    scores: dict[str, tuple[Path, ...]]
    failed: tuple[str, ...]


def cells_of(axes: Axes, name: str, data_name: Callable[[Plan], str]) -> list[CellRun]:
    """Return every run of a matrix, seeds innermost."""
    made = []
    for plan, control in product(axes.plans, axes.controls):
        cell = f"{plan.name.replace(',', '_')}-{plan.strategy.name}-{data_name(plan)}"
        cell += "" if control == "none" else f"-as_{control}"
        for seed in axes.seeds:
            run = f"{name}/{cell}/seed{seed}"
            whole = replace(plan, control=control, seed=seed, run=run)
            made.append(CellRun(cell, seed, whole, RESULTS / run))
    return made


def play(
    runs: Sequence[CellRun],
    name: str,
    launchers: tuple[Launcher, Launcher | None],
    tell: Callable[[str], None],
    jobs: int = 1,
) -> Played:
    """Train, predict and score every run, `jobs` at a time, and the student as it was."""
    scores: dict[str, list[Path]] = {}
    test = runs[0].plan.folder

    def scored(run: CellRun) -> Path:
        tell(f"[{runs.index(run) + 1}/{len(runs)}] {run.plan.run}")
        final = climbed(run.plan, launchers, tell, SAVES / name)
        job = answered(replace(run.plan, data=test.as_posix()), Start(final), launchers, tell)
        return score_run(job, test, run.results)

    broken = side_by_side(len(runs), jobs, lambda number: scored(runs[number])) if jobs > 1 else {}
    failed = [f"{runs[place].plan.run}: {error}" for place, error in sorted(broken.items())]
    for place, run in enumerate(runs):
        if place in broken:
            continue
        try:
            file = scored(run)
            scores.setdefault(run.cell, []).append(file)
        except NewsLadderError as error:
            failed.append(f"{run.plan.run}: {error}")
            tell(f"failed: {error}")
    base = replace(runs[0].plan, run=f"{name}/{UNTRAINED}")
    try:
        job = answered(base, Start(base.student), launchers, tell)
        scores[UNTRAINED] = [score_run(job, test, RESULTS / base.run)]
    except NewsLadderError as error:
        failed.append(f"{base.run}: {error}")
    return Played({cell: tuple(files) for cell, files in scores.items()}, tuple(failed))


def climbed(
    plan: Plan, launchers: tuple[Launcher, Launcher | None], tell: Callable[[str], None], siblings: Path
) -> str:
    """Climb a plan and return the folder of its last model."""
    for event in climb(weigh(plan), *launchers, siblings):
        tell(event_line(event))
    return read_json(home_of(plan) / MANIFEST, RunManifest).final


def answered(plan: Plan, start: Start, launchers: tuple[Launcher, Launcher | None], tell: Callable[[str], None]) -> Job:
    """Have a model answer the test rows."""
    step = predicting_step(plan, start)
    write_recipe(step)
    outcome: Outcome = run_one(step.job, *launchers)
    tell(event_line(outcome))
    return step.job
