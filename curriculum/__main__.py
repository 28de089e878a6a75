"""`python -m curriculum <verb>`: run stages, say how they stand, open LLaMA-Board on them."""

import argparse
import sys
from pathlib import Path

from curriculum import board
from curriculum.job import JOBS, TRAINED, Run, job_of
from curriculum.launch import Cold, Launcher, Warm
from curriculum.marker import standing, wanted
from curriculum.runner import Outcome, run_jobs
from data_builders import cli
from data_builders.cli import Result, Verb
from data_builders.errors import NewsLadderError
from data_builders.recipes import PROFILES, read_recipe, recipe_path


def run_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the verbs that name jobs take."""
    parser.add_argument("jobs", nargs="*", default=list(TRAINED), help=f"of {', '.join(JOBS)} (default: s1 to s5)")
    which_run(parser)
    parser.add_argument("--cold", action="store_true", help="start each job in a process of its own")


def which_run(parser: argparse.ArgumentParser) -> None:
    """Add what names a run."""
    parser.add_argument("--run", default="", help="the run's name (default: the profile's)")
    parser.add_argument("--profile", choices=PROFILES, default="nano")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the run's data folder")
    parser.add_argument("--student", default="", help="what s1 starts from (default: the recipe's)")


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


def board_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `board` takes."""
    which_run(parser)
    parser.add_argument("--port", type=int, default=7860, help="on 127.0.0.1 (default: 7860)")
    parser.add_argument("--write-only", action="store_true", help="write the presets, do not start LLaMA-Board")


def board_verb(args: argparse.Namespace) -> Result:
    """Write each stage as a preset, then open LLaMA-Board until Ctrl-C."""
    if not args.write_only:
        board.check_port(args.port)
    written = board.write_files(run_of(args))
    for path in written.kept:
        print(f"your own preset is kept as {path}", file=sys.stderr)
    if args.write_only:
        return Result(tuple(f"{board.PRESETS}/{name}" for name in written.presets), written)
    print("LLaMA-Board starts; that takes about half a minute …", file=sys.stderr, flush=True)
    board.serve(args.port, lambda: print(clicks(args.port, written.presets), file=sys.stderr, flush=True))
    return Result(("LLaMA-Board is closed",), written)


def clicks(port: int, presets: tuple[str, ...]) -> str:
    """Return the address and the three clicks; the buttons are named as Board's Chinese and English pages have them."""
    return (
        f"\nLLaMA-Board: http://{board.LOOPBACK}:{port}  (only from this machine; Ctrl-C closes it)\n"
        f"  1. choose a preset under 配置路径 / Config path: {', '.join(presets)}\n"
        "  2. press 载入训练参数 / Load arguments\n"
        "  3. press 开始 / Start\n"
    )


RUN = "python -m curriculum"
VERBS = (
    Verb("run", "Run each job that is not done yet.", f"{RUN} run s1 s2 --profile nano", run_arguments, run_verb),
    Verb("status", "Say how each job stands.", f"{RUN} status --run nano", run_arguments, status_verb),
    Verb(
        "board",
        "Open LLaMA-Board on 127.0.0.1 with each stage as a preset.",
        f"{RUN} board --run nano",
        board_arguments,
        board_verb,
    ),
)

if __name__ == "__main__":
    sys.exit(cli.run(RUN, "Run the ladder's stages with stock LLaMA-Factory.", VERBS))
