"""One writer and many readers: a queue in which everybody sees his place, and one summary for all who want the same.

    async for step in turns.steps(article): ...     # ahead 2, ahead 1, text, text, …, told

A summary that was made before is told at once. Readers of one article follow one job. A job that nobody waits for any
more leaves the queue; one that runs goes on, as its summary will be kept.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable
from functools import partial

from app.intake import plain
from app.relay import Relay
from app.rests import rests
from app.schema import Step, Told
from app.store import Store
from app.writers import Writer, WriterError
from data_builders.errors import NewsLadderError
from data_builders.jsonl import encode
from data_builders.review.web import RefusedError
from data_builders.schema import Article

MOST_WAITING = 200


class Job:
    """One summary that is wanted."""

    def __init__(self, key: str, article: Article) -> None:
        self.key, self.article = key, article
        self.relay = Relay[Step]()
        self.ahead = -1


class Turns:
    """The queue before one writer."""

    def __init__(self, writer: Writer, store: Store, say: Callable[[str], None] = lambda _: None) -> None:
        self.writer, self.store, self.say = writer, store, say
        self.jobs: dict[str, Job] = {}
        self.waiting: list[Job] = []
        self.running: set[asyncio.Task[None]] = set()

    async def steps(self, article: Article) -> AsyncGenerator[Step]:
        """Yield what happens until the summary is there."""
        key = self.key_of(article)
        told = self.store.summary(key)
        if told is not None:
            yield Step("told", told=told)
            return
        job = self.jobs.get(key) or self.enter(Job(key, article))
        try:
            follow = job.relay.follow()
            async for step in follow:
                yield step
        finally:
            await follow.aclose()
            if not job.relay.followers and job in self.waiting:
                self.waiting.remove(job)
                del self.jobs[key]
                self.move_up()

    def key_of(self, article: Article) -> str:
        """Return the digest of what the summary is made of: the text, its day, and who writes."""
        made_of = [self.writer.identity, article.title, article.article, article.published]
        return hashlib.sha256(encode(made_of)).hexdigest()

    def enter(self, job: Job) -> Job:
        """Put a job at the end of the queue."""
        if len(self.waiting) >= MOST_WAITING:
            raise RefusedError(503, "現在太多人在等了，請過一會兒再試。")
        self.jobs[job.key] = job
        self.waiting.append(job)
        self.move_up()
        return job

    def move_up(self) -> None:
        """Start what the writer has room for, and tell the others their place."""
        while self.waiting and len(self.running) < self.writer.at_once:
            job = self.waiting.pop(0)
            task = asyncio.create_task(self.run(job))
            self.running.add(task)
            task.add_done_callback(partial(self.ended, job))
        for place, job in enumerate(self.waiting):
            ahead = place + len(self.running)
            if ahead != job.ahead:
                job.ahead = ahead
                job.relay.tell(Step("ahead", number=ahead))

    async def run(self, job: Job) -> None:
        """Have one summary written and kept."""
        text = ""
        job.relay.tell(Step("ahead", number=0))
        try:
            async for written in self.writer.write(job.article):
                piece = plain(written)
                text += piece
                job.relay.tell(Step("text", text=piece))
            told = await asyncio.to_thread(self.judged, text, job.article)
            self.store.keep_summary(job.key, told)
            job.relay.tell(Step("told", told=told))
        except WriterError as error:
            self.say(str(error))
            job.relay.tell(Step("fault", text=error.sentence))
        except NewsLadderError as error:
            self.say(str(error))
            job.relay.tell(Step("fault", text="摘要沒有存下來，請再試一次。"))

    def judged(self, text: str, article: Article) -> Told:
        """Return the whole summary with what it rests on."""
        return rests(text, article, self.writer.name, self.writer.shown(article))

    def ended(self, job: Job, task: "asyncio.Task[None]") -> None:
        """Let the next one in, whatever became of this one."""
        self.running.discard(task)
        self.jobs.pop(job.key, None)
        if not task.cancelled() and (wrong := task.exception()) is not None:
            self.say(f"{type(wrong).__name__}: {wrong}")
            job.relay.tell(Step("fault", text="寫摘要時出了錯，請再試一次。"))
        job.relay.end()
        self.move_up()

    async def close(self) -> None:
        """End what runs."""
        self.waiting.clear()
        for task in list(self.running):
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)
        await self.writer.close()
