"""The verb `teach`, and its modes: `estimate`, `status`, `batch-out`, `batch-in`, `parse`."""

import argparse
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.errors import InputError, OrderError, UsageError
from data_builders.jsonl import need, read
from data_builders.schema import Article
from data_builders.teacher import DRAFTS, article_files, teach, teacher_named
from data_builders.teacher.extractive import EXTRACTIVE, STRATEGIES
from data_builders.verbs.replies import parse_arguments, parse_verb
from data_builders.verbs.told import RUN, told

# Option, type, default, choices, help; every mode that asks a teacher has them.
ORDER: tuple[tuple[str, type, object, tuple[str, ...] | None, str], ...] = (
    ("--articles", Path, Path("data/articles"), None, "curated folder, or one file"),
    ("--teacher", str, EXTRACTIVE, None, "who teaches: extractive, the embedded one, or a served model's name"),
    ("--strategy", str, "v1", STRATEGIES, "what is asked in which order"),
    ("--out", Path, Path("data/rationales"), None, "folder for what is taught"),
    ("--base-url", str, "", None, "the server (default: OPENAI_BASE_URL, else OpenAI); the key is in OPENAI_API_KEY"),
    ("--ledger", Path, None, None, "the file of replies that were paid for (default OUT/ledger.sqlite3)"),
    ("--best-of", int, 1, None, "ask so many times and keep the best-grounded reply (default %(default)s)"),
    ("--gates", Path, None, None, "your own thresholds (default data_builders/teacher/gates.toml)"),
    ("--max-usd", float, None, None, "stop before more than this is spent"),
    ("--max-tokens", int, None, None, "stop before more than this is billed, prompts and replies together"),
    ("--prices", Path, None, None, "your own price table (default data_builders/teacher/prices.toml)"),
    ("--slots", int, 512, None, "most calls at once; how many pay is found out (default %(default)s)"),
    ("--rpm", float, 0.0, None, "most requests a minute (default: no cap)"),
    ("--tpm", float, 0.0, None, "most tokens a minute (default: no cap)"),
    ("--timeout", float, 600.0, None, "seconds to wait for one reply (default %(default)s)"),
    ("--tries", int, 6, None, "calls for one reply, 429s aside (default %(default)s)"),
    ("--schema", str, "ask", ("ask", "yes", "no"), "JSON-schema replies: ask the server once (default), or say so"),
)


def add_order(parser: argparse.ArgumentParser, main: bool) -> None:
    """Add what every mode takes; a mode's own defaults are the verb's."""
    for name, kind, default, choices, said in ORDER:
        given = default if main else argparse.SUPPRESS
        text = said if main else said.replace("%(default)s", str(default))
        parser.add_argument(name, type=kind, default=given, choices=choices, help=text)
    if not main:
        parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print the result as JSON")


def teach_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `teach` takes."""
    add_order(parser, main=True)
    parser.add_argument("--explain", default="", metavar="ID", help="ask nobody: say what the gates see in one draft")
    modes = parser.add_subparsers(dest="mode", metavar="MODE")
    estimate = modes.add_parser("estimate", help="price the whole plan before it is paid")
    add_order(estimate, main=False)
    estimate.add_argument("--pilot", type=int, default=20, help="articles to ask about for real (default %(default)s)")
    estimate.add_argument(
        "--tokenizer", default="", help="folder or hub name (default saves/nano/student when it is there)"
    )
    status = modes.add_parser("status", help="how the run of a folder stands, from outside")
    status.add_argument("--out", type=Path, default=argparse.SUPPRESS, help="the run's folder")
    status.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print the result as JSON")
    out = modes.add_parser("batch-out", help="write what is not in the ledger into Batch API files")
    add_order(out, main=False)
    back = modes.add_parser("batch-in", help="take a returned Batch API file into the ledger")
    back.add_argument("file", type=Path, help="the file that came back")
    add_order(back, main=False)
    parse_arguments(modes)


def teach_verb(args: argparse.Namespace) -> Result:
    """Ask the teacher about every article, or do what the mode says."""
    if args.mode == "parse":
        return parse_verb(args)
    if args.mode == "status":
        return status_verb(args)
    if args.explain and not args.mode:
        return explain_verb(args)
    if args.teacher == EXTRACTIVE and args.mode != "batch-in":
        if args.mode:
            then = "name a served model with --teacher"
            raise UsageError(f"teach {args.mode}", "a served teacher", f"{EXTRACTIVE}, which costs nothing", then)
        return told(teach(args.articles, teacher_named(args.teacher, args.strategy), args.out), args.out)
    from data_builders.verbs.served import batch_in_verb, batch_out_verb, estimate_verb, served_verb

    modes = {"estimate": estimate_verb, "batch-out": batch_out_verb, "batch-in": batch_in_verb}
    return modes.get(args.mode, served_verb)(args)


def explain_verb(args: argparse.Namespace) -> Result:
    """Say what the gates see in the Draft of one article."""
    from data_builders.teacher.gates import explain
    from data_builders.teacher.schema import Draft
    from data_builders.teacher.thresholds import gates_from

    file = need(args.out / DRAFTS, f"{RUN} teach --out {args.out}")
    draft = next((draft for draft in read(file, Draft) if draft.id == args.explain), None)
    news = (one for articles in article_files(args.articles) for one in read(articles, Article))
    article = next((one for one in news if one.id == args.explain), None)
    if draft is None or article is None:
        where = str(file if draft is None else args.articles)
        raise InputError(where, f"a row of id {args.explain}", "none", "give the id of one of its rows")
    lines = explain(draft, article, gates_from(args.gates))
    return Result(lines, lines)


def status_verb(args: argparse.Namespace) -> Result:
    """Tell how the run of a folder stands."""
    from data_builders.teacher.standing import PROGRESS, read_standing

    if not (args.out / PROGRESS).is_file():
        then = f"{RUN} teach --teacher MODEL --out {args.out}"
        raise OrderError(str(args.out / PROGRESS), "a run of a served teacher", "nothing", then)
    standing = read_standing(args.out)
    lines = [standing.line()]
    if standing.troubles:
        lines.append("  calls tried again: " + ", ".join(f"{k} {n}" for k, n in sorted(standing.troubles.items())))
    return Result(tuple(lines), standing)


VERBS = (
    Verb(
        "teach",
        "Have a teacher say what is essential.",
        f"{RUN} teach --teacher gpt-4o-mini --strategy v2 --max-usd 2 --out data/rationales",
        teach_arguments,
        teach_verb,
    ),
)
