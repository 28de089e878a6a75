"""One crawl: walk the listing, fetch what is not held, read it, keep it; then write the records.

    >>> crawl(Order(source="udn", limit=500), Path("data/news/udn"))
    Tally(source='udn', listed=512, fetched=500, held=0, failed=12, records=500, stopped='', would_fetch=())

`limit` counts the articles of this walk that are held at its end, fetched now or before: an interrupted crawl goes on
to the same records, and the same command a day later fetches only what is new among the first `limit`.
"""

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from data_builders import jsonl
from data_builders.crawl.extractor import Extractor
from data_builders.crawl.fetch import Fetcher
from data_builders.crawl.listing import walk
from data_builders.crawl.progress import Progress
from data_builders.crawl.schema import Order, Page, Source, Story, Tally, Trouble
from data_builders.crawl.sources import article_id, source_named, story_key
from data_builders.crawl.state import State
from data_builders.crawl.visit import StopError, Visitor
from data_builders.importers.provenance import collected
from data_builders.manifest import Step
from data_builders.schema import Article, Collected, Reject

STATE = "crawl.sqlite3"
ARTICLES = "articles.jsonl"


@dataclass(slots=True)
class Counts:
    """What a running crawl counts."""

    listed: int = 0
    fetched: int = 0
    held: int = 0
    failed: int = 0
    would_fetch: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a crawl works with."""

    source: Source
    order: Order
    state: State
    visitor: Visitor
    extractor: Extractor


def crawl(order: Order, out: Path) -> Tally:
    """Crawl a source into a folder; what was kept before an error or an interrupt stays and is written out."""
    source = source_named(order.source)
    progress = Progress(source.name, order.limit)
    counts, stopped = Counts(), ""
    with (
        State(out / STATE) as state,
        Fetcher(order.manners.header(), order.limits, order.allow_private) as fetcher,
        Extractor(order.limits.parse_seconds) as extractor,
    ):
        visitor = Visitor(fetcher, source, order.manners, order.base_url, progress.say)
        try:
            collect(Tools(source, order, state, visitor, extractor), counts, progress)
        except StopError as error:
            stopped = str(error)
        finally:
            records = write(state, out, order) if not order.dry_run else 0
    return Tally(
        source.name,
        counts.listed,
        counts.fetched,
        counts.held,
        counts.failed,
        records,
        stopped,
        tuple(counts.would_fetch),
    )


def collect(tools: Tools, counts: Counts, progress: Progress) -> None:
    """Go through the listing until enough articles are held."""
    order, state = tools.order, tools.state
    for url in walk(tools.visitor, state, tools.source, order):
        if counts.fetched + counts.held + len(counts.would_fetch) >= order.limit:
            return
        counts.listed += 1
        key = story_key(tools.source, url)
        known = state.known(key)
        if known is not None and known.held and not order.refresh:
            counts.held += 1
        elif known is not None and not known.held and not known.due(time.time()) and not order.refresh:
            counts.failed += 1
        elif order.dry_run:
            counts.would_fetch.append(url)
        else:
            one(tools, key, url, counts)
        progress.step(counts.fetched + counts.held, counts.failed, counts.fetched)


def one(tools: Tools, key: str, url: str, counts: Counts) -> None:
    """Fetch and read one article, and keep what came of it."""
    page = fetched(tools, url)
    record = page if isinstance(page, Trouble) else read(tools, page)
    if isinstance(record, Trouble):
        tools.state.fail(key, url, record)
        counts.failed += 1
    else:
        tools.state.hold(key, url, record)
        counts.fetched += 1


def fetched(tools: Tools, url: str) -> Page | Trouble:
    """Return an article's page: from the cache when a crawl died before its record was kept, else from the site."""
    known = tools.state.page(url)
    if known is not None and not tools.order.refresh:
        return known
    answer = tools.visitor.get(url, known.etag if known else "", known.modified if known else "")
    if isinstance(answer, Trouble):
        return answer
    if answer.status == 304:
        return known if known is not None else Trouble("http_304", "for a page that was never held")
    if "html" not in answer.kind.lower() and answer.kind and "xml" not in answer.kind.lower():
        return Trouble("not_a_page", answer.kind)
    return tools.state.keep_page(url, answer)


def read(tools: Tools, page: Page) -> Collected | Trouble:
    """Return the record of a page."""
    story = tools.extractor.read(tools.source.name, page.body, page.kind, page.url)
    return story if isinstance(story, Trouble) else record_of(tools.source, story, page)


def record_of(source: Source, story: Story, page: Page) -> Collected:
    """Return a story as a record, with where it is from."""
    article = Article(
        id=f"{source.name}-{article_id(source, page.url)}",
        source=source.name,
        url=page.url,
        title=story.title,
        published=story.published,
        authors=story.authors,
        category=story.category,
        tags=story.tags,
        article="\n".join(story.paragraphs),
        licence=source.licence,
        fetched_at=page.fetched_at,
    )
    return collected(article)


def reparse(order: Order, out: Path) -> Tally:
    """Read every cached article page anew, without the net: after a selector was mended."""
    source = source_named(order.source)
    jsonl.need(out / STATE, f"python -m data_builders crawl --source {source.name} --out {out}")
    held = failed = 0
    with State(out / STATE) as state, Extractor(order.limits.parse_seconds) as extractor:
        for key, url in state.addresses():
            page = state.page(url)
            if page is None:
                continue
            story = extractor.read(source.name, page.body, page.kind, page.url)
            if isinstance(story, Trouble):
                state.fail(key, url, story)
                failed += 1
            else:
                state.hold(key, url, record_of(source, story, page))
                held += 1
        records = write(state, out, replace(order, limit=0))
    return Tally(source.name, held + failed, 0, held, failed, records)


def write(state: State, out: Path, order: Order) -> int:
    """Write the records held, the failures as rejects, and the manifest."""
    step = Step("crawl", out, {"source": order.source, "category": order.category, "keyword": order.keyword})
    produced = step.writes(ARTICLES, state.records())
    step.rejects = [
        Reject(key, "crawl", reason, f"{url} {detail}".strip()) for key, url, reason, detail in state.failures()
    ]
    step.rows_in = produced.rows + len(step.rejects)
    step.finish()
    return produced.rows
