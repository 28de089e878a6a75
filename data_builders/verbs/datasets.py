"""The verbs about datasets: `build`, `doctor`, `register`."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from data_builders import dataset_info, doctor
from data_builders.cli import Result, Verb
from data_builders.errors import UsageError
from data_builders.recipes import PROFILES, read_recipe, recipe_path
from data_builders.stages import NAMES, Plan, build
from data_builders.teacher import RATIONALES
from data_builders.verbs.told import RUN, told

if TYPE_CHECKING:
    from data_builders.stages.s1 import Source
    from data_builders.teacher.client import Settings


def build_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `build` takes."""
    parser.add_argument("--stage", choices=[*NAMES, "all"], required=True)
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder with articles/ and rationales/")
    parser.add_argument("--out", type=Path, help="folder for the rows (default DATA/stages)")
    parser.add_argument("--student", help="folder or hub name whose tokenizer counts (default: the profile's)")
    parser.add_argument("--profile", choices=PROFILES, default="nano", help="whose recipes' cutoff_len counts")
    parser.add_argument("--cutoff", type=int, help="bound on a row's tokens (default: the recipe's cutoff_len)")
    parser.add_argument("--s1-source", choices=["convert", "student"], help="S1's answers (default: convert for nano)")
    parser.add_argument("--s1-base-url", default="", help="the untrained student's server, with --s1-source student")
    parser.add_argument("--s1-model", default="", help="its name on that server (default: --student)")


def build_verb(args: argparse.Namespace) -> Result:
    """Build one stage's rows, or all, and the data folder's dataset_info.json."""
    if args.cutoff is not None and args.cutoff < 1:
        raise UsageError("--cutoff", "a number of tokens", str(args.cutoff), "give 1 or more, or leave it out")
    stages = NAMES if args.stage == "all" else (args.stage,)
    cutoffs = {s: args.cutoff or read_recipe(recipe_path(s, args.profile)).cutoff_len for s in stages}
    student = args.student or read_recipe(recipe_path("s1", args.profile)).model
    source: Source = args.s1_source or ("convert" if args.profile == "nano" else "student")
    plan = Plan(
        articles=args.data / "articles",
        rationales=args.data / "rationales" / RATIONALES,
        out=args.out or args.data / "stages",
        student=student,
        cutoffs=cutoffs,
        s1_source=source,
        s1_server=s1_server(args.s1_base_url, args.s1_model or student, source),
    )
    manifests = [build(stage, plan) for stage in stages]
    if args.out is None:
        dataset_info.write_for(args.data)
    return Result(tuple(line for made in manifests for line in told(made, plan.out).lines[:1]), manifests)


def s1_server(base_url: str, model: str, source: str) -> "Settings | None":
    """Return how to reach the untrained student's server, None where it runs here."""
    if not base_url:
        return None
    if source != "student":
        raise UsageError(
            "--s1-base-url", "--s1-source student", f"--s1-source {source}", "add it, or leave the URL out"
        )
    from data_builders.teacher.address import address_of
    from data_builders.teacher.client import Settings

    return Settings(model, address_of(base_url, os.environ))


def doctor_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `doctor` takes."""
    parser.add_argument("dataset", nargs="?", help="one dataset's name (default: all)")
    parser.add_argument("--dir", type=Path, default=Path(), help="folder of dataset_info.json (default: here)")
    parser.add_argument("--student", help="count tokens with this student's tokenizer, too")


def doctor_verb(args: argparse.Namespace) -> Result:
    """Check dataset_info.json and the files it names."""
    found = doctor.examine(args.dir, args.dataset, args.student)
    lines: list[str] = []
    for health in found:
        if not health.built:
            stage = health.dataset.partition("_")[0]
            lines.append(f"{health.dataset}: not built (python -m data_builders build --stage {stage} builds it)")
            continue
        lines.append(
            f"{health.dataset}: {health.rows} rows, " + (f"{len(health.faults)} faults" if health.faults else "ok")
        )
        lines.extend(f"  {fault}" for fault in health.faults)
    return Result(tuple(lines), found, exit_code=1 if any(health.faults for health in found) else 0)


def register_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `register` takes."""
    parser.add_argument("--check", action="store_true", help="only tell whether the file is up to date")


def register_verb(args: argparse.Namespace) -> Result:
    """Write the root's dataset_info.json, or check it."""
    if args.check:
        path = dataset_info.check_root(Path())
        return Result((f"{path}: up to date",), str(path))
    path = dataset_info.write_root(Path())
    return Result((f"{path}: written from the table of stages",), str(path))


VERBS = (
    Verb("build", "Build the stages' rows.", f"{RUN} build --stage all", build_arguments, build_verb),
    Verb("doctor", "Check the registered datasets.", f"{RUN} doctor s3_train", doctor_arguments, doctor_verb),
    Verb("register", "Write the root's dataset_info.json.", f"{RUN} register", register_arguments, register_verb),
)
