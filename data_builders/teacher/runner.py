"""Many articles at once, one bad article nobody's trouble but its own.

    stopped = await Runner(articles, lesson, client.pace, heard).run()

`lesson` is what is asked of one article, `heard` is told its place and what came of it, in the order of their ends.
As many articles are open as the pace has slots, and some more, so that a free slot never waits for an article.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from data_builders.errors import NewsLadderError
from data_builders.schema import Article, Reject
from data_builders.teacher.client import BudgetError
from data_builders.teacher.judging import Made
from data_builders.teacher.pace import Pace

SPARE = 16
Lesson = Callable[[Article], Awaitable[Made]]
Heard = Callable[[int, Made], None]


class Runner:
    """One run over a list of articles."""

    def __init__(self, articles: Sequence[Article], lesson: Lesson, pace: Pace, heard: Heard) -> None:
        self.articles, self.lesson, self.pace, self.heard = articles, lesson, pace, heard
        self.next = 0
        self.open: dict[asyncio.Task[None], int] = {}
        self.stopped: NewsLadderError | None = None
        self.over = asyncio.Event()

    async def run(self) -> NewsLadderError | None:
        """Ask about every article; return what stopped the run before its end."""
        try:
            self.fill()
            await self.over.wait()
        finally:
            for task in self.open:
                task.cancel()
            await asyncio.gather(*self.open, return_exceptions=True)
        return self.stopped

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
            made = await self.lesson(article)
        except NewsLadderError:
            raise
        except Exception as error:  # whatever one article sets off must not stop the others
            detail = f"{type(error).__name__}: {error}"
            made = (Reject(article.id, "teach", "broken", detail, article.article),)
        self.heard(place, made)

    def closed(self, task: asyncio.Task[None]) -> None:
        """Take note of an article's end, and open the next."""
        del self.open[task]
        if not task.cancelled():
            error = task.exception()
            if isinstance(error, NewsLadderError):
                self.stop(error)
        self.fill()

    def stop(self, error: NewsLadderError) -> None:
        """Open nothing more; what is under way may end when only the budget is spent, as it is paid for."""
        self.stopped = self.stopped or error
        if not isinstance(error, BudgetError):
            for task in self.open:
                task.cancel()
