"""The verb `crawl`, and `crawl parse` for one saved page."""

import argparse
from dataclasses import asdict
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.crawl.schema import Order, Tally
from data_builders.errors import InputError, UsageError
from data_builders.jsonl import unreadable
from data_builders.verbs.told import RUN

MOST_BYTES = 8_000_000


def crawl_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `crawl` takes."""
    parser.add_argument("--source", default="", help="udn, cna, ltn, ettoday, pts … or generic")
    parser.add_argument("--limit", type=int, default=100, help="articles to hold of the walk (default %(default)s)")
    parser.add_argument("--out", type=Path, help="folder for the state and articles.jsonl (default data/news/SOURCE)")
    parser.add_argument("--category", default="", help="the site's own name or number of a category")
    parser.add_argument("--keyword", default="", help="what to search the site for")
    parser.add_argument("--start", default="", help="a feed, a sitemap, or a file with one address a line")
    parser.add_argument(
        "--contact", default="", help="how the site can reach you: an e-mail or a page, in the User-Agent"
    )
    parser.add_argument("--delay", type=float, help="least seconds between two requests (default: the source's)")
    parser.add_argument("--base-url", default="", help="a server that plays the whole site, for tests")
    parser.add_argument("--allow-private", action="store_true", help="allow private and loopback addresses")
    parser.add_argument("--refresh", action="store_true", help="ask again for what is held, if it changed")
    parser.add_argument("--reparse", action="store_true", help="read the cached pages anew, without the net")
    parser.add_argument("--dry-run", action="store_true", help="walk the listing, fetch no article, say which")
    modes = parser.add_subparsers(dest="mode", metavar="parse")
    parse = modes.add_parser("parse", help="read one saved page into an Article", argument_default=argparse.SUPPRESS)
    parse.add_argument("page", type=Path, help="the saved page")
    parse.add_argument("--source", help="a newspaper's name, or auto: what the page says of itself (default)")
    parse.add_argument("--url", help="where the page is from, when it does not say")
    parse.add_argument("--json", action="store_true", help="print the result as JSON")


def crawl_verb(args: argparse.Namespace) -> Result:
    """Crawl a source, or read one saved page."""
    if args.mode == "parse":
        return parse_page(args)
    from data_builders.crawl.run import crawl, reparse
    from data_builders.crawl.schema import Manners
    from data_builders.crawl.sources import source_named

    if args.limit < 1:
        raise UsageError("--limit", "a number from 1", str(args.limit), "give a larger one")
    source = source_named(args.source)
    order = Order(
        source=source.name,
        limit=args.limit,
        category=args.category,
        keyword=args.keyword,
        start=args.start,
        base_url=based(args.base_url),
        allow_private=args.allow_private,
        refresh=args.refresh,
        dry_run=args.dry_run,
        manners=Manners(contact=args.contact.strip(), delay=args.delay),
    )
    out = args.out or Path("data/news") / source.name
    tally = (reparse if args.reparse else crawl)(order, out)
    return Result(told(tally, order, out, args.reparse), tally, exit_code=1 if tally.stopped else 0)


def told(tally: Tally, order: Order, out: Path, reparsed: bool) -> tuple[str, ...]:
    """Return what a crawl says at its end: what it did, where it lies, what to do next."""
    failed = f"{tally.failed} failed" + (f" ({out / 'rejected.jsonl'} says why)" if tally.failed else "")
    if reparsed:
        lines = [f"reparse {tally.source}: {tally.held} read anew from the cache, {failed}"]
    elif order.dry_run:
        would = len(tally.would_fetch)
        lines = [f"crawl {tally.source}, dry run: {would} to fetch, {tally.held} held before, {tally.failed} failed"]
        lines += [f"  {url}" for url in tally.would_fetch]
    else:
        lines = [f"crawl {tally.source}: {tally.fetched} fetched, {tally.held} held before, {failed}"]
    if not order.dry_run:
        lines.append(f"  {tally.records} records -> {out / 'articles.jsonl'}")
    if tally.stopped:
        then = "run the same command again later; it goes on"
        if "refused_address" in tally.stopped:
            then = "check the address; --allow-private lets a crawl reach private ones"
        lines.append(f"  stopped: {tally.stopped}. Next: {then}")
    if not order.manners.contact and not order.base_url and not reparsed:
        lines.append("  The site cannot tell who asks: --contact you@example.edu puts it into the User-Agent.")
    return tuple(lines)


def based(url: str) -> str:
    """Return --base-url when it is an http address."""
    if url and not url.startswith(("http://", "https://")):
        raise UsageError("--base-url", "an http address", url, "give one such as http://127.0.0.1:8000")
    return url


def parse_page(args: argparse.Namespace) -> Result:
    """Read one saved page into an Article with its paragraphs."""
    from data_builders.crawl.extractor import AUTO, Extractor
    from data_builders.crawl.schema import Limits, Trouble
    from data_builders.crawl.sources import SOURCES, article_id, source_named, source_of

    name = args.source or AUTO
    if name != AUTO:
        source_named(name)
    try:
        body = args.page.read_bytes()
    except OSError as error:
        raise unreadable(args.page, error) from error
    if len(body) > MOST_BYTES:
        raise InputError(str(args.page), f"at most {MOST_BYTES} bytes", str(len(body)), "give the article's page")
    with Extractor(Limits().parse_seconds) as extractor:
        story = extractor.read(name, body, "", getattr(args, "url", ""))
    if isinstance(story, Trouble):
        then = "check that the page holds an article, or mend its source in data_builders/crawl/sources"
        raise InputError(str(args.page), "an article", f"{story.reason}: {story.detail}", then)
    source = SOURCES[name] if name != AUTO else source_of(story.url) or SOURCES["generic"]
    own = article_id(source, story.url) if story.url else args.page.stem
    value = {
        "id": f"{source.name}-{own}",
        "source": source.name,
        **asdict(story),
        "article": "\n".join(story.paragraphs),
    }
    head = f"{value['id']} {story.published} {story.category} {'、'.join(story.authors)}"
    return Result((story.title, head, *story.paragraphs), {**value, "licence": source.licence})


VERBS = (
    Verb(
        "crawl",
        "Fetch a newspaper's articles, politely.",
        f"{RUN} crawl --source udn --limit 500 --out data/news/udn",
        crawl_arguments,
        crawl_verb,
    ),
)
