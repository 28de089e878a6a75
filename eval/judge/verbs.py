"""The verb `judge`, and `judge parse` for replies that lie in a file.

python -m eval judge --pairs pairs.jsonl --teacher MODEL --base-url http://127.0.0.1:8000/v1 --out judge.json
python -m eval judge parse replies.jsonl --field reply --json
"""

import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec

from data_builders.cli import Result, Verb
from data_builders.errors import InputError, NewsLadderError, UsageError
from data_builders.jsonl import lines, write_json
from data_builders.teacher.client import Client, Settings
from data_builders.teacher.ledger import Ledger
from data_builders.teacher.served import run
from data_builders.teacher.standing import Counts
from data_builders.verbs.served import settings_of
from data_builders.verbs.teach import ORDER as SERVED_OPTIONS
from eval.judge.anchors import anchors_of
from eval.judge.asking import ruled
from eval.judge.parse import MOST, Verdict, read_reply
from eval.judge.result import SYSTEM, judged_of
from eval.judge.schema import Case, Judged, Order, Ruling
from eval.pairs import read_pairs
from eval.schema import Pair

# What `teach` and `judge` share: who answers, at what price, at what pace.
SERVED = {"--base-url", "--ledger", "--max-usd", "--max-tokens", "--prices", "--slots", "--rpm", "--tpm", "--timeout",
          "--tries"}  # fmt: skip


def judge_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `judge`."""
    usual = Order()
    parser.add_argument("--pairs", type=Path, help="JSONL with id, prediction, reference, article")
    parser.add_argument("--teacher", default="", help="the judge: the name of a served model")
    parser.add_argument("--out", type=Path, help="where the scores, replies and the judge's health go")
    parser.add_argument("--asks", type=int, default=usual.asks, help="tries for one readable reply (%(default)s)")
    parser.add_argument("--repeats", type=int, default=usual.repeats, help="rulings of each summary (%(default)s)")
    parser.add_argument("--anchors", type=int, default=usual.anchors, help="articles with known anchors (%(default)s)")
    for name, kind, default, choices, said in SERVED_OPTIONS:
        if name in SERVED:
            parser.add_argument(name, type=kind, default=default, choices=choices, help=said)
    parser.set_defaults(schema="no")
    modes = parser.add_subparsers(dest="mode", metavar="parse")
    parse = modes.add_parser("parse", help="read replies that lie in a file")
    parse.add_argument("file", type=Path, help="JSONL with one reply a line")
    parse.add_argument("--field", default="reply", help="the field that holds it (default: %(default)s)")
    parse.add_argument("--json", action="store_true", default=SUPPRESS, help="print the result as JSON")


def judge(args: Namespace) -> Result:
    """Have a model judge the pairs, or read replies that lie in a file."""
    if args.mode == "parse":
        return parse(args)
    if args.pairs is None or args.out is None or not args.teacher:
        given = "python -m eval judge --pairs PAIRS.jsonl --teacher MODEL --out JUDGE.json"
        raise UsageError("judge", "--pairs, --teacher and --out", "not all of them", given)
    order = Order(asks=args.asks, repeats=args.repeats, anchors=args.anchors)
    if order.asks < 1 or order.repeats < 1 or order.anchors < 0:
        raise UsageError("judge", "--asks and --repeats from 1, --anchors from 0", str(order), "give other numbers")
    pairs = read_pairs(args.pairs)
    lacking = [pair.id for pair in pairs if not pair.article.strip()]
    if lacking:
        then = "join the pairs with --articles, or predict them with python -m eval predict"
        raise InputError(str(args.pairs), "an article in every pair", f"none in {lacking[0]}", then)
    judged = held(pairs, order, settings_of(args), args.ledger or args.out.with_name("judge_ledger.sqlite3"))
    write_json(args.out, judged)
    return Result((*lines_of(judged), f"wrote {args.out}"), judged)


def held(pairs: list[Pair], order: Order, settings: Settings, ledger_file: Path) -> Judged:
    """Ask the judge about every pair and the anchors, through the ledger."""
    cases = [Case(pair.id, SYSTEM, pair.article, pair.reference, pair.prediction) for pair in pairs]
    anchors, twice = anchors_of(pairs, order.anchors), replace(order, repeats=max(2, order.repeats))
    total = len(cases) * order.repeats + len(anchors) * twice.repeats

    def tick(done: int) -> None:
        if done % max(1, total // 20) == 0 or done == total:
            sys.stderr.write(f"judge {done}/{total}\n")

    async def work() -> list[Ruling]:
        with Ledger(ledger_file) as ledger:
            async with Client(settings, ledger, Counts(settings.model, "judge", total)) as client:
                own = await ruled(cases, order, client, tick)
                known = len(own)
                return own + await ruled(anchors, twice, client, lambda done: tick(known + done))

    try:
        return judged_of(run(work()), order, settings.model)
    except* NewsLadderError as group:
        raise group.exceptions[0] from None


def lines_of(judged: Judged) -> list[str]:
    """Return the judge's result for a terminal."""
    metric, health = judged.metrics["judge"], judged.health
    missed = ", ".join(f"{reason} {count}" for reason, count in health.unparsed.items()) or "none"
    lines = [f"judge {metric.value * MOST:.2f} of {MOST} points over {metric.n} pairs  {metric.signature}"]
    lines.append(f"  unparsed rulings: {missed}; readable at the first try: {health.first_try:.1%}")
    if health.agreement is not None and health.spread is not None:
        lines.append(
            f"  repeats agree on {health.agreement:.1%} of the summaries, mean range {health.spread:.2f} points"
        )
    lines += [
        f"  anchor {one.kind}: {one.mean:.2f} points (n {one.n}, unparsed {one.unparsed})" for one in health.anchors
    ]
    if health.tells_apart is False:
        lines.append("  this judge does not score references above shuffled words: its numbers mean nothing")
    return lines


def parse(args: Namespace) -> Result:
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
