"""The verb `judge`, and `judge parse` for replies that lie in a file.

python -m eval judge parse replies.jsonl --field reply --json
"""

from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path

import msgspec

from data_builders.cli import Result, Verb
from data_builders.errors import InputError
from data_builders.jsonl import lines
from eval.judge.parse import Verdict, read_reply


def judge_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `judge`."""
    modes = parser.add_subparsers(dest="mode", metavar="parse", required=True)
    parse = modes.add_parser("parse", help="read replies that lie in a file")
    parse.add_argument("file", type=Path, help="JSONL with one reply a line")
    parse.add_argument("--field", default="reply", help="the field that holds it (default: %(default)s)")
    parse.add_argument("--json", action="store_true", help="print the result as JSON")


def judge(args: Namespace) -> Result:
    """Read the replies of a file."""
    verdicts = [read_reply(reply) for reply in replies(args.file, args.field)]
    counts = Counter(verdict.reason or "a score" for verdict in verdicts)
    told = ", ".join(f"{reason} {count}" for reason, count in counts.most_common())
    return Result((f"{len(verdicts)} replies: {told}",), [as_row(verdict) for verdict in verdicts])


def as_row(verdict: Verdict) -> dict[str, object]:
    """Return a verdict as it is printed: its score, or its reason with what was seen."""
    if verdict.score is not None:
        return {"score": verdict.score}
    return {"reason": verdict.reason, "detail": verdict.detail}


def replies(path: Path, field: str) -> list[str]:
    """Return one field of every line; a line without it is an InputError."""
    found = []
    for number, line in lines(path):
        try:
            row = msgspec.json.decode(line, type=dict[str, object])
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{path}:{number}", "a JSON object", str(error), "mend that line") from error
        reply = row.get(field)
        if not isinstance(reply, str):
            has = ", ".join(row) or "no field"
            raise InputError(f"{path}:{number}", f"text in the field {field}", has, "name the field with --field")
        found.append(reply)
    return found


VERBS = (
    Verb(
        "judge",
        "Have a model judge summaries by the 0-20 rubric, or read its replies.",
        "python -m eval judge parse replies.jsonl --field reply --json",
        judge_arguments,
        judge,
    ),
)
