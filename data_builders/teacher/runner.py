"""Many articles at once, results in the articles' order, one bad article nobody's trouble but its own.

    outcome = await Runner(articles, lesson, client.pace, progress).run()
    outcome.results[7]      # what came of articles[7], None when the run stopped before it

As many articles are open as the pace has slots, and some more, so that a free slot never waits for an article.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from data_builders.errors import NewsLadderError
from data_builders.schema import Article, Reject
from data_builders.teacher.client import BudgetError
from data_builders.teacher.pace import Pace
from data_builders.teacher.schema import Draft
from data_builders.teacher.standing import Progress

SPARE = 16
TICK_SECONDS = 0.1
Lesson = Callable[[Article], Awaitable[Draft | Reject]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of each article, and why the run stopped before its end."""

    results: tuple[Draft | Reject | None, ...]
    stopped: NewsLadderError | None


class Runner:
    """One run over a list of articles."""

    def __init__(self, articles: Sequence[Article], lesson: Lesson, pace: Pace, progress: Progress) -> None:
        self.articles, self.lesson, self.pace, self.progress = articles, lesson, pace, progress
        self.results: list[Draft | Reject | None] = [None] * len(articles)
        self.next = 0
        self.open: dict[asyncio.Task[None], int] = {}
        self.stopped: NewsLadderError | None = None
        self.over = asyncio.Event()

    async def run(self) -> Outcome:
        """Ask about every article."""
        ticker = asyncio.create_task(self.tick())
        try:
            self.fill()
            await self.over.wait()
        finally:
            ticker.cancel()
            for task in self.open:
                task.cancel()
            await asyncio.gather(ticker, *self.open, return_exceptions=True)
        return Outcome(tuple(self.results), self.stopped)

    def fill(self) -> None:
        """Open articles up to the bound."""
        while self.stopped is None and self.next < len(self.articles):
            if len(self.open) >= self.pace.limit + self.pace.limit // 4 + SPARE:
                return
            task = asyncio.create_task(self.one(self.next))
            self.open[task] = self.next
            task.add_done_callback(self.closed)
            self.next += 1
        if not self.open:
            self.over.set()

    async def one(self, place: int) -> None:
        """Ask about one article; a fault of ours in it is its Reject, not the run's end."""
        article = self.articles[place]
        try:
            self.results[place] = await self.lesson(article)
        except NewsLadderError:
            raise
        except Exception as error:  # whatever one article sets off must not stop the others
            detail = f"{type(error).__name__}: {error}"
            self.results[place] = Reject(article.id, "teach", "broken", detail, article.article)

    def closed(self, task: asyncio.Task[None]) -> None:
        """Take note of an article's end, and open the next."""
        del self.open[task]
        if not task.cancelled():
            error = task.exception()
            if isinstance(error, NewsLadderError):
                self.stop(error)
            else:
                self.progress.counts.done += 1
        self.fill()

    def stop(self, error: NewsLadderError) -> None:
        """Open nothing more; what is under way may end when only the budget is spent, as it is paid for."""
        self.stopped = self.stopped or error
        if not isinstance(error, BudgetError):
            for task in self.open:
                task.cancel()

    async def tick(self) -> None:
        """Keep the progress up to date."""
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(TICK_SECONDS)
                self.progress.counts.at_once = self.pace.busy
                self.progress.tick()
