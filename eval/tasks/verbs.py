"""The verb `matrix`: which runs, and how the cross-task matrix reads on a terminal.

python -m eval matrix nano/tasks --max-new-tokens 32
"""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.jsonl import write_json
from eval.compare.matrix import lines_of
from eval.predict.schema import Generation
from eval.tasks.matrix import matrix
from eval.tasks.runs import runs_below


def matrix_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `matrix`."""
    parser.add_argument("runs", nargs="+", metavar="RUN", help="a finished run's name, or a folder of runs in saves/")
    parser.add_argument("--root", type=Path, default=Path(), help="the folder that holds saves/ and results/")
    parser.add_argument("--max-new-tokens", type=int, default=0, help="(default: each task's own)")
    parser.add_argument("--batch", type=int, default=Generation().batch, help="rows at a time (default: %(default)s)")
    parser.add_argument("--out", type=Path, help="where the matrix goes as JSON")


def matrix_verb(args: Namespace) -> Result:
    """Show every adapter on every task."""
    runs = runs_below(args.runs, args.root / "saves")
    how = Generation(batch=args.batch)
    made, _ = matrix(runs, args.root / "results", how, args.max_new_tokens, tell)
    if args.out:
        write_json(args.out, made)
    return Result((*lines_of(made), *((f"wrote {args.out}",) if args.out else ())), made)


def tell(line: str) -> None:
    """Say on standard error how far it is."""
    sys.stderr.write(line + "\n")


VERBS = (
    Verb(
        "matrix",
        "Show every adapter on every task, the published matrix beside it: what one task does to the others.",
        "python -m eval matrix nano/tasks/wmt nano/tasks/cnn_dailymail nano/tasks/squad2 nano/tasks/3in1",
        matrix_arguments,
        matrix_verb,
    ),
)
