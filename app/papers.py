"""One newspaper at the page's service: the crawler's own listing, visit, address guard and extraction, in one thread.

    paper = Paper(SOURCES["udn"], Path("data/app/papers"), Site())
    async for article in paper.found(("輝達", "英偉達"), most=8): ...

The thread keeps the crawler's manners over all readers: robots.txt, the delay between two requests, giving up. What was
fetched once is read from the paper's own cache. An address that a reader gives goes the same way, so no private address
is ever asked and no redirect leads to one.
"""

import time
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from app.intake import taken_in
from app.relay import pumped
from app.search import matches, plain
from data_builders.crawl.clock import TAIPEI
from data_builders.crawl.extractor import Extractor
from data_builders.crawl.fetch import Fetcher
from data_builders.crawl.listing import walk
from data_builders.crawl.run import Tools, fetched, read
from data_builders.crawl.schema import Limits, Manners, Order, Source, Trouble
from data_builders.crawl.sources import article_id, story_key
from data_builders.crawl.state import State
from data_builders.crawl.visit import StopError, Visitor
from data_builders.errors import NewsLadderError
from data_builders.schema import Article

RULES_SECONDS = 3600.0
KEPT_PAGES = timedelta(days=7)
LIMITS = Limits(bytes=4_000_000, seconds=12.0, listing_pages=3, parse_seconds=12.0)
MANNERS = Manners(tries=1, longest_wait=5.0)
WORDS = {
    "robots": "網站的 robots.txt 不允許讀取",
    "robots_closed": "讀不到網站的 robots.txt，所以不去打擾",
    "refused_address": "不能開啟這個網址：只能開啟公開的 http(s) 網址",
    "refused_redirect": "網站轉到了不能開啟的網址",
    "no_article": "這一頁裡找不到新聞內文",
    "not_a_page": "這個網址不是網頁",
    "too_large": "這一頁太大了",
}


class PaperError(Exception):
    """A paper gave nothing; the sentence is for the reader, the detail for the log."""

    def __init__(self, sentence: str, detail: str) -> None:
        super().__init__(detail)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Site:
    """How papers are asked; `base_url` plays all of them on another server, for tests."""

    base_url: str = ""
    allow_private: bool = False
    manners: Manners = MANNERS
    limits: Limits = LIMITS


@dataclass(slots=True)
class Opened:
    """What a paper's thread works with, and since when its robots.txt is known."""

    tools: Tools
    since: float = field(default_factory=time.monotonic)


class Paper:
    """A newspaper, asked by one thread."""

    def __init__(self, source: Source, folder: Path, site: Site, extractor: Extractor) -> None:
        self.source, self.folder, self.site, self.extractor = source, folder, site, extractor
        self.thread = ThreadPoolExecutor(1, thread_name_prefix=f"paper-{source.name}")
        self.opened: Opened | None = None
        self.known: dict[str, Article] = {}

    async def found(self, forms: tuple[str, ...], most: int) -> AsyncGenerator[Article]:
        """Yield articles as they are found, in the paper's order; a PaperError when it does not answer."""
        async for article in pumped(lambda: self.finding(forms, most), self.thread):
            yield article

    async def page(self, url: str) -> Article:
        """Return the article at an address."""
        async for article in pumped(lambda: [self.read_one(url)], self.thread):
            return article
        raise PaperError("讀不到這個網址", url)

    def finding(self, forms: tuple[str, ...], most: int) -> Iterator[Article]:
        """Walk the listings, in the paper's thread."""
        shown = asked = 0
        seen: set[str] = set()
        try:
            tools = self.ready()
            for form in (forms if self.source.keyword else ("",)) or ("",):
                order = Order(self.source.name, most, keyword=form, limits=self.site.limits)
                for url in walk(tools.visitor, tools.state, self.source, order):
                    if shown >= most or asked >= 3 * most:
                        return
                    key = story_key(self.source, url)
                    if key in seen:
                        continue
                    seen.add(key)
                    asked += 1
                    article = self.read_listed(tools, key, url)
                    if article is not None and (not forms or matches(plain(article.title + article.article), forms)):
                        shown += 1
                        yield article
        except StopError as error:
            if not shown:
                raise PaperError("現在連不上", str(error)) from error
        except NewsLadderError as error:
            raise PaperError("現在讀不到", str(error)) from error

    def read_listed(self, tools: Tools, key: str, url: str) -> Article | None:
        """Return a listed article, None for one that cannot be read now."""
        own = f"{self.source.name}-{article_id(self.source, url)}"
        if own not in self.known:
            before = tools.state.known(key)
            if before is not None and not before.held and not before.due(time.time()):
                return None
            article = self.article_at(tools, url)
            if isinstance(article, Trouble):
                tools.state.fail(key, url, article)
                return None
            self.known[own] = article
            while len(self.known) > 500:
                del self.known[next(iter(self.known))]
        return self.known[own]

    def article_at(self, tools: Tools, url: str) -> Article | Trouble:
        """Return the article of an address, fetched or from the cache."""
        page = fetched(tools, url)
        record = page if isinstance(page, Trouble) else read(tools, page)
        if isinstance(record, Trouble):
            return record
        story = Article(record.id, record.source, record.article, record.title, record.url, record.published)
        return taken_in(story)

    def read_one(self, url: str) -> Article:
        """Return the article at an address that a reader gave, in the paper's thread."""
        try:
            tools = self.ready()
            tools.visitor.refusals = 0  # another site's refusals are not this one's
            found = self.article_at(tools, url)
        except StopError as error:
            raise PaperError("網站現在不讓我們讀", str(error)) from error
        except NewsLadderError as error:
            raise PaperError("現在讀不到", str(error)) from error
        if isinstance(found, Trouble):
            sentence = WORDS.get(found.reason, "現在讀不到這個網址")
            raise PaperError(sentence, f"{found.reason} {found.detail}".strip())
        return found

    def ready(self) -> Tools:
        """Return what the thread works with; robots.txt is asked for again every hour."""
        if self.opened is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            state = State(self.folder / f"{self.source.name}.sqlite3")
            old = (datetime.now(TAIPEI) - KEPT_PAGES).isoformat(timespec="seconds")
            state.write("DELETE FROM pages WHERE fetched_at < ?", (old,))
            fetcher = Fetcher(self.site.manners.header(), self.site.limits, self.site.allow_private)
            visitor = Visitor(fetcher, self.source, self.site.manners, self.site.base_url)
            self.opened = Opened(Tools(self.source, Order(self.source.name, 1), state, visitor, self.extractor))
        if time.monotonic() - self.opened.since > RULES_SECONDS or self.closed():
            visitor = self.opened.tools.visitor
            visitor.rules.clear()
            visitor.refusals = 0
            self.opened.since = time.monotonic()
        return self.opened.tools

    def closed(self) -> bool:
        """Tell whether a robots.txt could not be had: that is asked for anew at the next search."""
        return self.opened is not None and any(rules.closed for rules in self.opened.tools.visitor.rules.values())

    def close(self) -> None:
        """Let go of the thread; what it does ends with its request."""
        if self.opened is not None:
            opened = self.opened
            self.thread.submit(opened.tools.visitor.fetcher.pool.close)
            self.thread.submit(opened.tools.state.db.close)
        self.thread.shutdown(wait=False)
