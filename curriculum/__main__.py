"""`python -m curriculum <verb>`: run stages, say how they stand."""

import argparse
import sys
from pathlib import Path

from curriculum.job import JOBS, TRAINED, Run, job_of
from curriculum.launch import Cold, Launcher, Warm
from curriculum.marker import standing, wanted
from curriculum.runner import Outcome, run_jobs
from data_builders import cli
from data_builders.cli import Result, Verb
from data_builders.errors import NewsLadderError
from data_builders.recipes import PROFILES, read_recipe, recipe_path


def run_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what every verb takes."""
    parser.add_argument("jobs", nargs="*", default=list(TRAINED), help=f"of {', '.join(JOBS)} (default: s1 to s5)")
    parser.add_argument("--run", default="", help="the run's name (default: the profile's)")
    parser.add_argument("--profile", choices=PROFILES, default="nano")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the run's data folder")
    parser.add_argument("--student", default="", help="what s1 starts from (default: the recipe's)")
    parser.add_argument("--cold", action="store_true", help="start each job in a process of its own")


def run_of(args: argparse.Namespace) -> Run:
    """Return the run that the arguments describe."""
    student = args.student or read_recipe(recipe_path("s1", args.profile)).model
    return Run(args.run or args.profile, args.profile, args.data, student)


def run_verb(args: argparse.Namespace) -> Result:
    """Run each job that is not done yet."""
    launcher: Launcher = Cold() if args.cold else Warm()
    outcomes = []
    for outcome in run_jobs(args.jobs, run_of(args), launcher):
        outcomes.append(outcome)
        print(told(outcome), file=sys.stderr, flush=True)
    return Result((), outcomes)


def told(outcome: Outcome) -> str:
    """Return the line that tells how a job went."""
    if outcome.standing == "done":
        return f"{outcome.job:<18} is done -> {outcome.output}"
    loss = outcome.dev_loss
    dev = f"  dev loss {loss['before']:.3f} -> {loss['after']:.3f}" if loss else ""
    went = "went on, " if outcome.standing == "resume" else ""
    return f"{outcome.job:<18} {went}{outcome.seconds:.0f} s{dev} -> {outcome.output}"


def status_verb(args: argparse.Namespace) -> Result:
    """Say of each job whether it is done, can go on, or has to start."""
    lines, states = [], {}
    for name in args.jobs:
        job = job_of(name, run_of(args))
        try:
            states[name] = str(standing(job, wanted(job)))
        except NewsLadderError as error:
            states[name] = f"waits: {error}"
        lines.append(f"{name:<18} {states[name]}")
    return Result(tuple(lines), states)


RUN = "python -m curriculum"
VERBS = (
    Verb("run", "Run each job that is not done yet.", f"{RUN} run s1 s2 --profile nano", run_arguments, run_verb),
    Verb("status", "Say how each job stands.", f"{RUN} status --run nano", run_arguments, status_verb),
)

if __name__ == "__main__":
    sys.exit(cli.run(RUN, "Run the ladder's stages with stock LLaMA-Factory.", VERBS))
