"""The verb `compare`: what it takes, and how a comparison reads on a terminal.

python -m eval compare results/a/scores.json results/b/scores.json --metric rouge1_f
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.jsonl import write_json
from eval.compare.read import read_systems
from eval.compare.schema import Compared, Comparison
from eval.compare.table import compare_all


def compare_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `compare`."""
    parser.add_argument("scores", type=Path, nargs="+", help="files of `score` or `judge`, or lines of judge replies")
    parser.add_argument("--metric", action="append", help="one metric, may be repeated (default: all that are shared)")
    parser.add_argument(
        "--common", action="store_true", help="compare over the pairs that all have, and say what fell out"
    )
    parser.add_argument("--out", type=Path, help="write the comparison as JSON")


def compare(args: Namespace) -> Result:
    """Compare systems over the same pairs, or say why they cannot be."""
    compared = compare_all(read_systems(args.scores), args.metric, args.common)
    if args.out:
        write_json(args.out, compared)
    wrote = (f"wrote {args.out}",) if args.out else ()
    return Result((*lines_of(compared), *wrote), compared)


def lines_of(compared: Compared) -> list[str]:
    """Return the comparison for a terminal: a block for each metric, then what fell out."""
    lines = [line for one in compared.comparisons for line in block(one)]
    lines += [
        f"left out of {name}: {count} pairs that not all have" for name, count in compared.fell_out.items() if count
    ]
    if compared.left_out:
        lines.append("not in every file: " + ", ".join(compared.left_out))
    return lines


def block(one: Comparison) -> list[str]:
    """Return one metric's standings and differences, times 100."""
    width = max(len(standing.name) for standing in one.standings)
    lines = [one.signature]
    lines += [
        f"  {standing.name:{width}} {standing.mean * 100:6.2f}  [{standing.low * 100:.2f}, {standing.high * 100:.2f}]"
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
