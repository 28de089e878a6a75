"""The verb `matrix`: which runs, and how the cross-task matrix reads on a terminal.

python -m eval matrix nano/tasks --max-new-tokens 32
"""

import sys
from argparse import ArgumentParser, Namespace
from math import isnan
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.jsonl import write_json
from data_builders.tasks.table import TASKS
from eval.compare.matrix import shown
from eval.compare.studies import study_named
from eval.predict.schema import Generation
from eval.tasks.matrix import STUDY, TaskMatrix, matrix
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
    made = matrix(runs, args.root, how, args.max_new_tokens, tell)
    if args.out:
        write_json(args.out, made)
    return Result((*lines_of(made), *((f"wrote {args.out}",) if args.out else ())), made)


def lines_of(made: TaskMatrix) -> list[str]:
    """Return the matrix for a terminal, times 100, then the published one by itself."""
    columns = made.compared.columns
    table = [["", *(f"{one.name}: {TASKS[one.name].scored[0].title}, n {one.n}" for one in columns), "mean"]]
    for row in made.compared.rows:
        cells = [shown(one, row) + (" own" if one.name in made.own[row] else "") for one in columns]
        table.append([row, *cells, f"{made.means[row] * 100:.2f}"])
    lines = aligned(table)
    lines.append("times 100; [95 % bootstrap]; own: trained on this task; *+ *-: differs from the best row above it")
    if made.published:
        tasks = [one.name for one in columns if one.name in next(iter(made.published.values()))]
        known = [["", *tasks]]
        known += [[row, *(figure(one[task]) for task in tasks)] for row, one in made.published.items()]
        study = study_named(STUDY)
        lines += ["", f"published, not comparable: {study.title}; {study.source}", *aligned(known)]
    return lines


def figure(value: float) -> str:
    """Return a published figure, or a dash for one that was not published."""
    return "-" if isnan(value) else f"{value:.2f}"


def aligned(table: list[list[str]]) -> list[str]:
    """Return rows of cells as lines, the first column to the left."""
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


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
