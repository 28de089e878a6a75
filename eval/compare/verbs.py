"""The verb `compare`: what it takes, and how a comparison reads on a terminal.

python -m eval compare results/a/scores.json results/b/scores.json --metric rouge1_f
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.errors import UsageError
from data_builders.jsonl import write_json
from eval.compare.matrix import cell_of, matrix_of
from eval.compare.matrix import lines_of as matrix_lines
from eval.compare.read import names_of, read_system
from eval.compare.schema import Compared, Comparison, System
from eval.compare.studies import STUDIES, Study, study_named
from eval.compare.table import compare_all


def compare_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `compare`."""
    parser.add_argument(
        "scores", nargs="+", metavar="[NAME=]FILE", help="files of `score` or `judge`, or judge replies"
    )
    parser.add_argument("--metric", action="append", help="one metric, may be repeated (default: all that are shared)")
    parser.add_argument("--common", action="store_true", help="compare over the pairs that all have, say what fell out")
    parser.add_argument("--study", choices=STUDIES, help="show a published table's figures in a column of their own")
    parser.add_argument(
        "--matrix",
        action="store_true",
        help="files are cells, ROW:COLUMN[:METRIC]=FILE: models by tasks, stages by skills",
    )
    parser.add_argument("--out", type=Path, help="write the comparison as JSON")


def compare(args: Namespace) -> Result:
    """Compare systems over the same pairs, or say why they cannot be."""
    if args.matrix:
        if args.metric or args.study:
            raise UsageError("--matrix", "metrics inside the cells' names", "--metric or --study", "leave those out")
        matrix = matrix_of([cell_of(text) for text in args.scores], args.common)
        return done(matrix_lines(matrix), matrix, args.out)
    study = study_named(args.study) if args.study else None
    compared = compare_all(systems_of(args.scores), args.metric, args.common)
    return done(lines_of(compared, study), compared, args.out)


def systems_of(texts: list[str]) -> list[System]:
    """Read the files; a name before `=` is the system's."""
    parts = [("", "", text) if Path(text).is_file() else text.rpartition("=") for text in texts]
    named = [(name, Path(path)) for name, _, path in parts]
    usual = names_of([path for _, path in named])
    names = [name or other for (name, _), other in zip(named, usual, strict=True)]
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled:
        raise UsageError("scores", "systems of different names", f"{doubled} twice", "name them: NAME=FILE")
    return [read_system(path, name) for name, (_, path) in zip(names, named, strict=True)]


def done(lines: list[str], value: object, out: Path | None) -> Result:
    """Write the value where that is wanted, and return what is said."""
    if out:
        write_json(out, value)
    return Result((*lines, *((f"wrote {out}",) if out else ())), value)


def lines_of(compared: Compared, study: Study | None = None) -> list[str]:
    """Return the comparison for a terminal: a block for each metric, then what fell out."""
    lines = [line for one in compared.comparisons for line in block(one, study)]
    if study:
        lines.append(f"published: {study.title}; {study.source}. Not comparable, shown for orientation only.")
    lines += [
        f"left out of {name}: {count} pairs that not all have" for name, count in compared.fell_out.items() if count
    ]
    if compared.left_out:
        lines.append("not in every file: " + ", ".join(compared.left_out))
    return lines


def block(one: Comparison, study: Study | None) -> list[str]:
    """Return one metric's standings and differences, times 100."""
    figures = {name: row[one.metric] for name, row in study.published.items() if one.metric in row} if study else {}
    width = max(len(standing.name) for standing in one.standings)
    lines = [one.signature]
    lines += [
        f"  {standing.name:{width}} {standing.mean * 100:6.2f}  [{standing.low * 100:.2f}, {standing.high * 100:.2f}]"
        + (f"   published {figures[standing.name]:.1f}" if standing.name in figures else "")
        for standing in one.standings
    ]
    lines += [
        f"  {pair.better} - {pair.worse}: {pair.mean * 100:+.2f} [{pair.low * 100:+.2f}, {pair.high * 100:+.2f}]  "
        f"p {pair.p:.4f}, Holm {pair.p_holm:.4f}, d {pair.effect:+.2f}, wins {pair.wins:.0%}: "
        + ("they differ" if pair.differs else "no difference shown")
        for pair in one.differences
    ]
    return lines


VERBS = (
    Verb(
        "compare",
        "Compare systems over the same pairs: intervals, tests, who really differs; unlike things are refused.",
        "python -m eval compare results/a/scores.json results/b/scores.json --metric rouge1_f",
        compare_arguments,
        compare,
    ),
)
