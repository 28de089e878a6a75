"""Weigh a plan before it runs: the cost of each rung, the budget of a control, and what the cutoff would cut.

    >>> weighed = weigh(plan)            # 4stage with control steps: S5 alone, for as many steps as S2 to S5 take
    >>> weighed.budgets["s5"].steps
    456

A control answers "is it the order, or only the longer training?": the last stage alone, for as many tokens read
(`tokens`) or optimiser steps (`steps`) as the whole plan. S0 belongs to the student and is in both.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from curriculum.cost import cost_of
from curriculum.job import dataset_files
from curriculum.lengths import joined, lengths_of
from curriculum.recipe import Budget
from curriculum.schema import Cost, Lengths, Plan, Rung, Shape
from curriculum.student import shape_of
from curriculum.tasks import is_task, profile_of
from data_builders.errors import InputError, OrderError
from data_builders.recipes import Recipe

LAST = Rung("s5", ("s5",))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A plan with its rungs as they will run, their budgets and their costs."""

    plan: Plan
    shape: Shape
    budgets: dict[str, Budget]
    costs: tuple[Cost, ...]


def weigh(plan: Plan) -> Weighed:
    """Count a plan's rows and tokens and return it ready to run, its control put in its place."""
    shape = shape_of(plan.student)
    costs = [cost_of(rung, rows_of(rung, plan), plan.profile, plan.strategy, shape, Budget()) for rung in plan.rungs]
    if plan.control == "none":
        return Weighed(plan, shape, {rung.name: Budget() for rung in plan.rungs}, tuple(costs))
    before = tuple(rung for rung in plan.rungs if rung.pretrains)
    climbed = [cost for rung, cost in zip(plan.rungs, costs, strict=True) if not rung.pretrains]
    rows = rows_of(LAST, plan)
    budget = budget_of(plan, climbed, rows)
    last = cost_of(LAST, rows, plan.profile, plan.strategy, shape, budget)
    budgets = {rung.name: Budget() for rung in before} | {LAST.name: budget}
    return Weighed(replace(plan, rungs=(*before, LAST)), shape, budgets, (*costs[: len(before)], last))


def budget_of(plan: Plan, climbed: list[Cost], rows: Lengths) -> Budget:
    """Return the budget of a plan's control."""
    if plan.control == "steps":
        return Budget(steps=sum(cost.steps for cost in climbed))
    cutoff = profile_of(plan.profile, LAST.stages).cutoff
    an_epoch = sum(min(total, cutoff) for total in rows.totals)
    if not an_epoch:
        raise InputError("s5_train", "at least one row", "none", "give more articles, or a wider cutoff")
    return Budget(epochs=round(sum(cost.tokens for cost in climbed) / an_epoch, 4))


def rows_of(rung: Rung, plan: Plan) -> Lengths:
    """Return the lengths of the rows that a rung trains on."""
    names = ",".join(f"{stage}_train" for stage in rung.stages)
    files = dataset_files(Recipe(Path(), {"dataset": names}), registry(plan.folder))
    for file in files:
        if not file.is_file():
            then = "make data, with this run's RUN= and NEWS=, or name another --data"
            raise OrderError(str(file), "the rows of this stage", "no such file", then)
    return joined([lengths_of(file, plan.student, "pt" if rung.pretrains else "sft") for file in files])


def registry(data: Path) -> Path:
    """Return the folder whose dataset_info.json registers a data folder's files."""
    return Path() if data == Path("data") else data


def audit(weighed: Weighed) -> None:
    """Raise an InputError when `cutoff_len` would cut more of a rung's rows than the plan allows."""
    stages = {rung.name: rung.stages for rung in weighed.plan.rungs}
    for cost in weighed.costs:
        cutoff = profile_of(weighed.plan.profile, stages[cost.rung]).cutoff
        if cost.cut.share > weighed.plan.most_cut:
            found = f"{cost.cut.prompts_cut} prompts and {cost.cut.answers_cut} answers of {cost.cut.rows} rows cut"
            expected = f"at most {weighed.plan.most_cut:.1%} of the rows to reach cutoff_len {cutoff}"
            then = "python -m data_builders build --stage all leaves such rows out; or allow more with --most-cut 0.01"
            if is_task(stages[cost.rung]):
                then = "allow as many with --most-cut 0.01, or build the task anew without its longest rows"
            raise InputError(f"stage {cost.rung}", expected, found, then)
