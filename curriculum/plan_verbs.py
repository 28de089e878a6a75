"""The verbs about plans: `plan`, and what `run` and `status` do when a plan is named.

python -m curriculum plan --plan 5stage --strategy lr_adj --data v3 --profile nano --run try
"""

import os
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path

from curriculum.adapter import prepare
from curriculum.asked import plan_of
from curriculum.board_told import standing_told
from curriculum.climb import PLAN, climb, predict_all
from curriculum.committed import check_committed, write_committed
from curriculum.job import SAVES
from curriculum.ladder import steps_of
from curriculum.launch import Cold, Here, Launcher, Warm
from curriculum.pace import pace_of
from curriculum.processes import environment_of
from curriculum.runner import Outcome
from curriculum.schema import Cost, Plan
from curriculum.told import event_line, plan_lines, title
from curriculum.weigh import audit, weigh
from data_builders.cli import Result
from data_builders.errors import UsageError
from data_builders.jsonl import read_json


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan for a program: its recipes by path, and its costs."""

    plan: Plan
    recipes: dict[str, str]
    costs: tuple[Cost, ...]


def tell(line: str) -> None:
    """Say on standard error how far it is."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def asked_plan(args: Namespace) -> Plan | None:
    """Return the plan that was named, or that the run was started with; None for a run of single jobs."""
    if args.plan and args.jobs:
        raise UsageError("jobs", "none beside --plan", " ".join(args.jobs), "name jobs or a plan")
    if args.plan:
        return plan_of(args)
    held = SAVES / args.run / PLAN
    if args.run and not args.jobs and held.is_file():
        return read_json(held, Plan)
    return None


def launchers(args: Namespace) -> tuple[Launcher, Launcher | None]:
    """Return what starts jobs on the processor, and on a GPU."""
    if args.in_process:
        here = Here()
        return here, here
    return (Cold(environment_of(1, os.environ)) if args.cold else Warm()), None


def plan_verb(args: Namespace) -> Result:
    """Show every recipe of a plan and what it costs; nothing is written but the counts of tokens."""
    if not args.plan:
        raise UsageError("plan", "--plan", "none", "for example: python -m curriculum plan --plan 5stage")
    weighed = weigh(plan_of(args))
    steps = steps_of(weighed)
    audit(weighed)
    recipes = {step.job.recipe.path.as_posix(): step.text for step in steps}
    lines = plan_lines(weighed, steps, not args.costs, pace_of(weighed.plan.profile, SAVES))
    return Result(tuple(lines), Shown(weighed.plan, recipes, weighed.costs))


def run_plan(plan: Plan, args: Namespace) -> Result:
    """Climb a plan."""
    weighed = weigh(plan)
    warm, gpu = launchers(args)
    outcomes = []
    tell(title(weighed.plan))
    for event in climb(weighed, warm, gpu):
        tell(event_line(event))
        if isinstance(event, Outcome):
            outcomes.append(event)
    if args.predict:
        for outcome in predict_all(weighed.plan, warm, gpu):
            tell(event_line(outcome))
            outcomes.append(outcome)
    return Result((f"the model: {outcomes[-1].output}",) if not args.predict else (), outcomes)


def status_of_plan(plan: Plan) -> Result:
    """Say of each step of a plan whether it is done, can go on, or has to start."""
    weighed = weigh(plan)
    states = {step.job.name: standing_told(step.job) for step in steps_of(weighed)}
    return Result((title(plan), *(f"{name:<18} {state}" for name, state in states.items())), states)


def recipes_arguments(parser: ArgumentParser) -> None:
    """Add what `recipes` takes."""
    parser.add_argument("--check", action="store_true", help="only tell whether the files are what is rendered")


def recipes_verb(args: Namespace) -> Result:
    """Write the recipes below yaml_recipes/, or check them."""
    if args.check:
        paths = check_committed(Path())
        return Result((f"yaml_recipes: {len(paths)} files are what the plans render",), list(map(str, paths)))
    paths = write_committed(Path())
    return Result((f"yaml_recipes: {len(paths)} files written",), list(map(str, paths)))


def adapter_arguments(parser: ArgumentParser) -> None:
    """Add what `adapter` takes."""
    parser.add_argument("--student", required=True, help="the model that the adapter is for")
    parser.add_argument("--out", type=Path, required=True, help="the adapter's folder")
    parser.add_argument("--seed", type=int, default=42)


def adapter_verb(args: Namespace) -> Result:
    """Prepare the adapter with two ranks."""
    out = prepare(args.student, args.out, args.seed)
    return Result((f"adapter of ranks 32 and 160 for {args.student} -> {out}",), str(out))
