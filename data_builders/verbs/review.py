"""The verb `review`: `serve` opens the page, `export` writes what it decided."""

import argparse
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.errors import UsageError
from data_builders.jsonl import need
from data_builders.review.items import read_items
from data_builders.schema import Manifest
from data_builders.verbs.told import RUN, told

STORE = Path("review/review.sqlite3")
PORT = 7860


def review_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `review` takes."""
    modes = parser.add_subparsers(dest="mode", required=True, metavar="serve|export")
    serve = modes.add_parser("serve", help="open the page on which people correct the teacher's drafts")
    places(serve)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on; others than loopback need a password")
    serve.add_argument("--port", type=int, default=PORT, help="(default %(default)s; 0: any free one)")
    serve.add_argument("--password-file", type=Path, help="file that holds the password (or set REVIEW_PASSWORD)")
    serve.add_argument("--allow-host", action="append", default=[], metavar="NAME", help="a further name of this host")
    serve.add_argument(
        "--double", type=float, default=0.1, metavar="SHARE", help="of the items that two see (default %(default)s)"
    )
    export = modes.add_parser("export", help="write the decisions as a rationales folder of strategy v4")
    places(export)
    export.add_argument("--out", type=Path, required=True, help="folder for rationales.jsonl, rejected.jsonl, manifest")
    export.add_argument(
        "--unreviewed", choices=["keep", "drop"], default="keep",
        help="what nobody decided: keep what the gates let pass (default), or drop it all",
    )  # fmt: skip
    export.add_argument(
        "--on-disagreement", choices=["latest", "drop"], default="latest",
        help="where reviewers want different things: the latest decision (default), or drop the row",
    )  # fmt: skip


def places(parser: argparse.ArgumentParser) -> None:
    """Add where the files lie."""
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder with articles/ and rationales/")
    parser.add_argument("--articles", type=Path, help="curated folder, or one file (default DATA/articles)")
    parser.add_argument("--rationales", type=Path, help="what teach wrote (default DATA/rationales)")
    parser.add_argument("--store", type=Path, help=f"the decisions (default DATA/{STORE})")
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print the result as JSON")


def review_verb(args: argparse.Namespace) -> Result:
    """Open the page, or write what it decided."""
    articles = args.articles or args.data / "articles"
    rationales = args.rationales or args.data / "rationales"
    store = args.store or args.data / STORE
    return (serve_page if args.mode == "serve" else export_rationales)(args, articles, rationales, store)


def serve_page(args: argparse.Namespace, articles: Path, rationales: Path, file: Path) -> Result:
    """Serve the page until Ctrl-C."""
    from data_builders.review.desk import Desk
    from data_builders.review.serve import guard_of, listen, password_of, serve
    from data_builders.review.store import Store

    if not 0 <= args.double <= 1:
        raise UsageError("--double", "a share from 0 to 1", str(args.double), "give one such as 0.1")
    password = password_of(args.password_file)
    guard_of(b"", args.host, password, args.allow_host)  # a usage error before any file is touched
    items = read_items(articles, rationales)
    with listen(args.host, args.port) as listening, Store(file) as store:
        guard = guard_of(store.secret(), args.host, password, args.allow_host)
        serve(Desk(items, store, args.double), guard, listening)
    return Result((f"review is closed; every decision is in {file}",), str(file))


def export_rationales(args: argparse.Namespace, articles: Path, rationales: Path, file: Path) -> Result:
    """Write the decisions as a rationales folder."""
    from data_builders.review.export import export
    from data_builders.review.store import Store

    if args.out.resolve() == rationales.resolve():
        then = "give a folder of its own, such as --out data/v4/rationales"
        raise UsageError("--out", "another folder than the drafts'", str(args.out), then)
    items = read_items(articles, rationales)
    need(file, f"{RUN} review serve --data {args.data}")
    with Store(file) as store:
        decisions = store.standing()
    manifest = export(items, decisions, (articles, rationales), args.out, args.unreviewed, args.on_disagreement)
    result = told(manifest, args.out)
    return Result((*result.lines, *summary(manifest)), manifest)


def summary(manifest: Manifest) -> tuple[str, ...]:
    """Return what a person wants to know of the review."""
    said = manifest.settings
    found = f"{said['accepted']} accepted, {said['fixed']} fixed, {said['rejected']} rejected"
    lines = [f"  {said['reviewed']} of {manifest.rows_in} reviewed by {said['reviewers']}: {found}"]
    if said["second_opinions"]:
        lines.append(f"  second opinions: {said['second_opinions_alike']} of {said['second_opinions']} alike (verdict)")
    if said["decisions_on_other_drafts"]:
        lines.append(f"  {said['decisions_on_other_drafts']} decisions are about drafts that have changed: not counted")
    return tuple(lines)


VERBS = (
    Verb(
        "review",
        "Have people correct what a teacher wrote.",
        f"{RUN} review serve --data data\n  {RUN} review export --data data --out data/v4/rationales",
        review_arguments,
        review_verb,
    ),
)
