"""`teach parse`: what kept replies of a teacher say, row by row, without asking anybody.

python -m data_builders teach parse replies.jsonl --field reply --format v1 --json
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from data_builders.cli import Result
from data_builders.errors import InputError
from data_builders.jsonl import UNDECODABLE, lines
from data_builders.teacher.replies import FORMATS, Reading, Unread, read_kept


@dataclass(frozen=True, slots=True)
class Row:
    """One reply as it was found: its id, else its line, and the text."""

    id: str
    text: str


def parse_arguments(subparsers: Any) -> None:  # noqa: ANN401  # argparse names the type only with an underscore
    """Add the sub-mode `parse` to what `teach` takes."""
    parse = subparsers.add_parser(
        "parse", help="read kept replies, without asking anybody", argument_default=argparse.SUPPRESS
    )
    parse.add_argument("replies", type=Path, metavar="FILE", help="JSONL with one reply a row")
    parse.add_argument("--field", default="reply", help="the field that holds the reply (default %(default)s)")
    parse.add_argument("--format", choices=FORMATS, default="v1", help="the strategy that asked (default %(default)s)")
    parse.add_argument("--json", action="store_true", help="print the result as JSON")


def parse_verb(args: argparse.Namespace) -> Result:
    """Read every reply of a file: its summary, aspects and triples, or the reason why it cannot be read."""
    read = [(row, read_kept(row.text, args.format)) for row in rows_of(args.replies, args.field)]
    if not read:
        raise InputError(str(args.replies), "at least one reply", "none", "name a JSONL file with one reply a row")
    values = [told(row, said) for row, said in read]
    reasons = Counter(said.reason for _, said in read if isinstance(said, Unread))
    counts = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
    head = f"{len(read)} replies, {len(read) - reasons.total()} read" + (f" ({counts})" if counts else "")
    return Result((head, *(line_of(row, said) for row, said in read)), values)


def rows_of(path: Path, field: str) -> Iterator[Row]:
    """Yield the replies of a JSONL file; a row without the field is an InputError."""
    for number, line in lines(path):
        where, then = f"{path}:{number}", "name the field that holds the reply by --field"
        try:
            record = msgspec.json.decode(line)
        except UNDECODABLE as error:
            raise InputError(where, "a JSON object", str(error), "mend that line, or make the file again") from error
        if not isinstance(record, dict) or not isinstance(record.get(field), str):
            fields = ", ".join(map(str, record)) if isinstance(record, dict) else type(record).__name__
            raise InputError(where, f"text in the field {field}", fields or "no field", then)
        own = next((record[key] for key in ("id", "idx", "article_id") if key in record), number)
        yield Row(str(own), record[field])


def told(row: Row, said: Reading | Unread) -> dict[str, object]:
    """Return one row's result for a program."""
    return {"id": row.id, **asdict(said)}


def line_of(row: Row, said: Reading | Unread) -> str:
    """Return one row's result for a person."""
    if isinstance(said, Unread):
        return f"{row.id}: {said.reason}: {said.detail}"
    doubts = ", ".join(doubt.reason for doubt in said.doubts)
    counts = f"{len(said.aspects)} aspects, {len(said.triples)} triples"
    return f"{row.id}: {counts}, {len(said.summary)} characters" + (f" ({doubts})" if doubts else "")
