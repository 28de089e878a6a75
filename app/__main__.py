"""`python -m app serve`: the phone page."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from data_builders import cli
from data_builders.cli import Result, Verb
from data_builders.errors import UsageError

if TYPE_CHECKING:
    from app.writers import Writer

STORE = Path("data/app/page.sqlite3")
PAPERS = "udn,cna,ltn,pts"


def serve_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `serve` takes."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; others than loopback want a token")
    parser.add_argument("--port", type=int, default=7860, help="(default %(default)s; 0: any free one)")
    parser.add_argument("--store", type=Path, default=STORE, help="history and what was found (default %(default)s)")
    parser.add_argument("--base-url", default="", help="an OpenAI-compatible server that writes (key: OPENAI_API_KEY)")
    parser.add_argument("--model", default="", help="the model to ask there")
    parser.add_argument("--at-once", type=int, default=4, help="summaries asked of the server at one time")
    parser.add_argument("--gguf", type=Path, help="a GGUF file that writes, by llama.cpp (the extra `gguf`)")
    parser.add_argument("--threads", type=int, default=0, help="processors for --gguf (default: all but one)")
    parser.add_argument(
        "--repetition-penalty", type=float, default=1.0, help="for --gguf; the nano student is scored with 1.2"
    )
    parser.add_argument("--sources", default=PAPERS, help="the papers to ask (default %(default)s)")
    parser.add_argument("--contact", default="", help="how the papers can reach you, in the User-Agent")
    parser.add_argument("--offline", action="store_true", help="ask no paper: the sample and what was found before")
    parser.add_argument("--allow-host", action="append", default=[], metavar="NAME", help="a further name of this host")
    parser.add_argument("--tls-cert", type=Path, help="certificate, for installing the page from elsewhere")
    parser.add_argument("--tls-key", type=Path, help="the certificate's key")
    parser.add_argument("--sites-at", default="", help="a server that plays all papers, for tests")
    parser.add_argument("--allow-private", action="store_true", help="let papers be at private addresses, for tests")


def serve_verb(args: argparse.Namespace) -> Result:
    """Serve the page until Ctrl-C."""
    from dataclasses import replace

    from app.papers import MANNERS, Site
    from app.serve import Asked, house_of, papers_of, serve
    from app.store import Store
    from data_builders.crawl.schema import Manners
    from data_builders.review.serve import listen
    from data_builders.verbs.crawl import based

    checked(args)
    manners = replace(MANNERS, contact=args.contact.strip())
    if args.sites_at:
        manners = Manners(delay=0.0, tries=1)
    site = Site(based(args.sites_at), args.allow_private, manners)
    papers = () if args.offline else papers_of(args.sources)
    asked = Asked(args.host, tuple(args.allow_host), papers, site, args.tls_cert, args.tls_key)
    writer = writer_of(args)
    with listen(args.host, args.port) as listening, Store(args.store) as store:
        serve(house_of(asked, writer, store, listening.getsockname()[1]), asked, listening)
    return Result((f"the page is closed; its history is in {args.store}",), str(args.store))


def checked(args: argparse.Namespace) -> None:
    """Refuse what cannot be, before anything is opened."""
    if args.gguf and (args.model or args.base_url):
        raise UsageError("--gguf", "one writer", "--model or --base-url beside it", "leave one of them out")
    if args.base_url and not args.model:
        raise UsageError("--base-url", "the --model to ask there", "none", "name it")
    if bool(args.tls_cert) != bool(args.tls_key):
        raise UsageError("--tls-cert", "--tls-key with it", "one of the two", "give both")
    if args.repetition_penalty <= 0:
        raise UsageError("--repetition-penalty", "a number above 0", str(args.repetition_penalty), "give 1.0 for none")
    if args.at_once < 1 or args.threads < 0:
        raise UsageError("--at-once, --threads", "numbers from 1", f"{args.at_once}, {args.threads}", "give others")


def writer_of(args: argparse.Namespace) -> "Writer":
    """Return who writes."""
    if args.gguf:
        from app.writers.gguf import Gguf

        return Gguf(args.gguf, args.threads, args.repetition_penalty)
    if args.model:
        from app.writers.served import Served
        from data_builders.teacher.address import address_of

        return Served(args.model, address_of(args.base_url, os.environ), args.at_once)
    from app.writers.extractive import Extractive

    return Extractive()


VERBS = (
    Verb(
        "serve",
        "Serve the phone page: find news, tap one, read its summary, keep it.",
        "python -m app serve --gguf saves/nano/export/student-q8_0.gguf",
        serve_arguments,
        serve_verb,
    ),
)

if __name__ == "__main__":
    sys.exit(cli.run("python -m app", "The phone page.", VERBS))
