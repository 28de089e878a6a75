"""Find news: all papers at once, each found article told as it comes; the bundled sample when no paper answers.

    async for step in finder.find("英偉達"): ...     # paper udn asking, news, news, paper udn done, …, end net

What a paper found for the same words in the last ten minutes is told from memory, and readers who ask the same follow
one search. A paper that did not answer is left alone for a minute. Without any paper, what was found before is told
(`kept`), else the sample (`sample`), and the page says which.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

from app.intake import news_of, taken_in
from app.papers import Paper, PaperError
from app.relay import Relay
from app.schema import Find
from app.search import forms, matches, plain
from app.store import Store
from data_builders.crawl.address import refusal
from data_builders.crawl.sources import GENERIC, source_of
from data_builders.review.web import RefusedError
from data_builders.schema import Article

FRESH_SECONDS, SILENT_SECONDS = 600.0, 60.0
MOST_EACH = 8
MOST_SEARCHES = 24  # that run at one time for one paper
MOST_SAMPLE = 40


class Finder:
    """Finds news in those papers that are asked, in what was found before, in the sample; opens pages of any paper."""

    def __init__(
        self,
        papers: Mapping[str, Paper],
        asked: Sequence[str],
        sample: Sequence[Article],
        store: Store,
        clock: Callable[[], float] = time.monotonic,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.papers, self.asked, self.store, self.clock, self.say = papers, asked, store, clock, say
        self.sample = {article.id: taken_in(article) for article in sample}
        self.shapes = {key: plain(f"{one.title}\n{one.article}") for key, one in self.sample.items()}
        self.searches: dict[tuple[str, tuple[str, ...]], tuple[float, Relay[Find]]] = {}
        self.silent: dict[str, tuple[float, str]] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    async def find(self, query: str) -> AsyncGenerator[Find]:
        """Yield what is found, and at the end where it is from."""
        wanted = forms(query)
        came: asyncio.Queue[Find | None] = asyncio.Queue()
        following = [asyncio.create_task(self.pass_on(name, wanted, came)) for name in self.asked]
        told: set[str] = set()
        answered = False
        try:
            open_ones = len(following)
            while open_ones:
                step = await came.get()
                open_ones -= step is None
                answered = answered or (step is not None and step.said == "done")
                if step is not None and (step.news is None or step.news.id not in told):
                    told.update({step.news.id} if step.news else ())
                    yield step
        finally:
            for task in following:
                task.cancel()
        for step in self.kept(wanted, told, answered):
            yield step

    def kept(self, wanted: tuple[str, ...], told: set[str], answered: bool) -> list[Find]:
        """Return what was found before, or the sample when there is nothing else, and the end."""
        before = [article for article in self.store.found(wanted) if article.id not in told]
        steps = [Find("news", news_of(article)) for article in before]
        if answered or steps or told:
            return [*steps, Find("end", origin="net" if answered else "kept", forms=wanted)]
        chosen = [key for key, shape in self.shapes.items() if not wanted or matches(shape, wanted)]
        newest = sorted((self.sample[key] for key in chosen), key=lambda one: one.published, reverse=True)[:MOST_SAMPLE]
        steps = [Find("news", news_of(article, sample=True)) for article in newest]
        return [*steps, Find("end", origin="sample", forms=wanted)]

    async def pass_on(self, name: str, wanted: tuple[str, ...], came: "asyncio.Queue[Find | None]") -> None:
        """Hand on what one paper finds."""
        try:
            async for step in self.search(name, wanted).follow():
                came.put_nowait(step)
        finally:
            came.put_nowait(None)

    def search(self, name: str, wanted: tuple[str, ...]) -> Relay[Find]:
        """Return the search of one paper, a running or a fresh one, else a new one."""
        now = self.clock()
        for key, (since, relay) in list(self.searches.items()):
            if relay.ended and now - since > FRESH_SECONDS:
                del self.searches[key]
        key = (name, wanted)
        if key in self.searches:
            return self.searches[key][1]
        relay = Relay[Find]()
        since, sentence = self.silent.get(name, (-SILENT_SECONDS, ""))
        running = sum(not other.ended for (paper, _), (_, other) in self.searches.items() if paper == name)
        if now - since < SILENT_SECONDS or running >= MOST_SEARCHES:
            relay.tell(Find("paper", paper=name, said=sentence or "現在太忙了"))
            relay.end()
            return relay
        self.searches[key] = (now, relay)
        task = asyncio.create_task(self.run(name, wanted, relay))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return relay

    async def run(self, name: str, wanted: tuple[str, ...], relay: Relay[Find]) -> None:
        """Ask one paper."""
        relay.tell(Find("paper", paper=name, said="asking"))
        try:
            async for article in self.papers[name].found(wanted, MOST_EACH):
                self.store.keep(article)
                relay.tell(Find("news", news_of(article)))
            relay.tell(Find("paper", paper=name, said="done"))
        except PaperError as error:
            self.say(f"{name}: {error}")
            self.silent[name] = (self.clock(), error.sentence)
            del self.searches[(name, wanted)]
            relay.tell(Find("paper", paper=name, said=error.sentence))
        finally:
            relay.end()

    async def open(self, url: str) -> Article:
        """Return the article at an address that a reader gave."""
        if wrong := refusal(url, allow_private=False):
            raise RefusedError(422, f"不能開啟這個網址：只能開啟公開的 http(s) 網址。（{wrong}）")
        paper = self.papers.get((source_of(url) or GENERIC).name)
        if paper is None:
            raise RefusedError(503, "這個頁面是離線模式，不會去讀網路上的新聞。")
        try:
            article = await paper.page(url)
        except PaperError as error:
            self.say(f"{url}: {error}")
            raise RefusedError(422, f"{error.sentence}。") from error
        self.store.keep(article)
        return article

    def article(self, article_id: str) -> Article | None:
        """Return an article by its id."""
        return self.sample.get(article_id) or self.store.article(article_id)

    async def close(self) -> None:
        """Let go of the papers."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for paper in self.papers.values():
            paper.close()
