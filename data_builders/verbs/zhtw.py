"""The verb about scripts and wording: `zhtw detect|convert|lint`, on a JSONL file or on standard input."""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from data_builders.cli import Result, Verb
from data_builders.errors import InputError, UsageError
from data_builders.jsonl import UNDECODABLE, lines, write
from data_builders.verbs.told import RUN
from data_builders.zhtw.convert import to_taiwan
from data_builders.zhtw.detect import evidence, is_simplified, script
from data_builders.zhtw.wording import Advice, lint

Row = dict[str, object]
DEFAULT_FIELD = "text"


def detect_row(text: str) -> Row:
    """Return the script, and which characters say so: Simplified ones, or Traditional ones where all is Traditional."""
    found = script(text)
    speaks = evidence(text, "traditional" if found == "traditional" else "simplified")
    return {"script": found, "evidence": "".join(dict.fromkeys(speaks))}


def convert_row(text: str) -> Row:
    """Return the text in Taiwan's Chinese; what is Traditional stays as it is."""
    return {"converted": to_taiwan(text, is_simplified(text))}


def lint_row(text: str) -> Row:
    """Return the advice about words of the Mainland."""
    return {"advice": lint(text)}


WORK: dict[str, Callable[[str], Row]] = {"detect": detect_row, "convert": convert_row, "lint": lint_row}


def zhtw_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `zhtw` takes."""
    parser.add_argument(
        "work",
        choices=list(WORK),
        help="detect: add script and evidence; convert: add converted; lint: add advice, change nothing",
    )
    parser.add_argument("file", nargs="?", type=Path, help="rows as JSONL (default: text on standard input)")
    parser.add_argument("--field", default=DEFAULT_FIELD, help="the field that holds the text (default %(default)s)")
    parser.add_argument("--out", type=Path, help="JSONL to write, every row with what was added")


def zhtw_verb(args: argparse.Namespace) -> Result:
    """Detect, convert or lint."""
    if args.file is None:
        return standard_input(args)
    if args.out is None:
        raise UsageError("--out", "a file for the rows", "nothing", f"add --out, such as --out {args.work}.jsonl")
    counts: Counter[str] = Counter()
    produced = write(args.out, worked(args.file, args.field, args.work, counts))
    seen = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    line = f"zhtw {args.work}: {produced.rows} rows" + (f" ({seen})" if seen else "")
    return Result((line, f"  -> {args.out}"), {"rows": produced.rows, "sha256": produced.sha256} | dict(counts))


def worked(file: Path, field: str, work: str, counts: Counter[str]) -> Iterator[Row]:
    """Yield every row of the file with what the work adds, and count what was found."""
    for number, line in lines(file):
        where = f"{file}:{number}"
        try:
            row = msgspec.json.decode(line, type=dict[str, object])
        except UNDECODABLE as error:
            raise InputError(where, "a JSON object", str(error), "mend that line") from error
        text = row.get(field)
        if not isinstance(text, str):
            found = f"fields {', '.join(row)}" if field not in row else type(text).__name__
            raise InputError(where, f"text in the field {field}", found, "name the field with --field")
        added = WORK[work](text)
        counts[told_of(work, text, added)] += 1
        yield row | added


def told_of(work: str, text: str, added: Row) -> str:
    """Return under which name the summary counts a row."""
    if work == "detect":
        return str(added["script"])
    if work == "convert":
        return "unchanged" if added["converted"] == text else "changed"
    return "with advice" if added["advice"] else "without advice"


def standard_input(args: argparse.Namespace) -> Result:
    """Work on standard input as one text; the lines to print are the script, the text or the advice."""
    if args.out is not None:
        raise UsageError("--out", "a FILE.jsonl before it", "text on standard input", "leave --out out, or name a file")
    try:
        text = sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("standard input", "UTF-8 text", str(error), "save the text as UTF-8") from error
    if args.work == "lint":
        advice = lint(text)
        said = tuple(told_advice(text, each) for each in advice)
        return Result(said or ("no advice",), lint_row(text))
    added = WORK[args.work](text)
    if args.work == "convert":
        return Result((str(added["converted"]).removesuffix("\n"),), added)
    return Result((f"{added['script']} {added['evidence']}".rstrip(),), added)


def told_advice(text: str, advice: Advice) -> str:
    """Return one advice as a line: where, what, what Taiwan writes."""
    line = text.count("\n", 0, advice.start) + 1
    column = advice.start - text.rfind("\n", 0, advice.start)
    return f"{line}:{column}: {advice.found} -> {' or '.join(advice.suggestions)}"


VERBS = (
    Verb(
        "zhtw",
        "Detect, convert or lint: Simplified, Traditional, Taiwan's words.",
        f"{RUN} zhtw detect news.jsonl --field article --out data/detected.jsonl",
        zhtw_arguments,
        zhtw_verb,
    ),
)
