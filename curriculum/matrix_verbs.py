"""The verbs `matrix` and `compare`.

python -m curriculum matrix --plans 1stage,4stage,5stage --strategies full,lr_adj --data v1 --seeds 1,2 --run try
"""

from argparse import Namespace
from dataclasses import replace
from itertools import product

from curriculum.asked import control_of, data_of, number, plan_of
from curriculum.compared import compare_cells
from curriculum.cost import HOW
from curriculum.ladder import predicting_step
from curriculum.matrix import RESULTS, UNTRAINED, Axes, CellRun, cells_of, play
from curriculum.plan_verbs import launchers, run_plan, tell
from curriculum.plans import rungs_of
from curriculum.recipe import Start
from curriculum.schema import Plan
from curriculum.scoring import score_run
from curriculum.tasks import is_task
from curriculum.told import clock
from curriculum.weigh import audit, weigh
from data_builders.cli import Result
from data_builders.errors import OrderError, UsageError


def runs_of(args: Namespace) -> list[CellRun]:
    """Return the runs that the arguments of `matrix` describe."""
    name = args.run or "matrix"
    folders = [data_of(word, args.profile) for word in words(args.data, "--data")]
    names = {data.folder.as_posix(): data.name for data in folders}
    plans = []
    if any(
        is_task(rung.stages) for plan in (args.plan or "5stage").split(",") for rung in rungs_of(plan.replace("/", ","))
    ):
        then = "run each task, then: python -m eval matrix RUN…"
        raise UsageError("--plans", "plans of stages", args.plan, then)
    # A comma parts plans; an order of one's own is written with a slash here: s2/s4/s5.
    for plan, strategy, data in product(
        words(args.plan or "5stage", "--plans"),
        words(args.strategy or "full", "--strategies"),
        words(args.data, "--data"),
    ):
        one = Namespace(**{**vars(args), "plan": plan.replace("/", ","), "strategy": strategy, "data": data,
                           "seed": "1", "control": "none", "run": name})  # fmt: skip
        plans.append(plan_of(one))
    controls = tuple(control_of(word) for word in words(args.control, "--controls"))
    seeds = tuple(number(word) for word in words(args.seed, "--seeds"))
    return cells_of(Axes(tuple(plans), controls, seeds), name, lambda plan: names[plan.data])


def words(text: str, option: str) -> list[str]:
    """Return the words of a list, none of them twice or empty."""
    found = [word.strip() for word in text.split(",")]
    if not all(found) or len(set(found)) < len(found):
        raise UsageError(option, "different words between commas", text or "nothing", "for example 1stage,5stage")
    return found


def matrix_verb(args: Namespace) -> Result:
    """Run every cell and compare all."""
    runs = runs_of(args)
    weighed = {run.plan.run: weigh(run.plan) for run in runs}
    for one in weighed.values():
        audit(one)
    seconds = sum(cost.seconds for one in weighed.values() for cost in one.costs)
    steps = sum(cost.steps for one in weighed.values() for cost in one.costs)
    tell(f"{len(runs)} runs, {steps:,} steps, about {clock(seconds)}; {HOW[runs[0].plan.profile]}")
    if args.dry_run:
        return Result(tuple(run.plan.run for run in runs), [run.plan for run in runs])
    played = play(runs, args.run or "matrix", launchers(args), tell)
    lines = compare_cells(args.run or "matrix", played.scores, played.failed)
    return Result(lines, played, exit_code=1 if played.failed else 0)


def compare_verb(args: Namespace) -> Result:
    """Compare the cells of a matrix, or runs that were predicted, by what is scored already."""
    name = args.run or "matrix"
    home = RESULTS / name
    found = {
        cell.name: tuple(sorted(cell.glob("seed*/scores.json")) or sorted(cell.glob("scores.json")))
        for cell in sorted(home.iterdir() if home.is_dir() else [])
        if cell.is_dir()
    }
    found = {cell: files for cell, files in found.items() if files}
    if not found:
        then = f"python -m curriculum matrix --run {name}, or run --plan … --predict"
        raise OrderError(str(home), "scores of at least one run", "none", then)
    lines = compare_cells(name, found, ())
    return Result(lines, {cell: [str(file) for file in files] for cell, files in found.items()})


def score_plan(plan: Plan) -> tuple[str, ...]:
    """Score a single run's predictions, trained and untrained, and compare the two."""
    scores = {}
    trained = f"{plan.name}-{plan.strategy.name}".replace(",", "_")
    for name, cell in (("predict", trained), ("predict_untrained", UNTRAINED)):
        job = predicting_step(plan, Start(plan.student), name).job
        scores[cell] = [score_run(job, plan.folder, RESULTS / plan.run / cell)]
    return compare_cells(plan.run, scores, ())


def run_verb(plan: Plan, args: Namespace) -> Result:
    """Climb a plan; with --predict answer the test rows and score them, too."""
    if args.predict and is_task(plan.rungs[-1].stages):
        then = f"leave it out, then: python -m eval matrix {plan.run}"
        raise UsageError("--predict", "a plan of stages", plan.name, then)
    done = run_plan(plan, args)
    return replace(done, lines=(*done.lines, *score_plan(weigh(plan).plan))) if args.predict else done
