"""The gates beside the network: a helper process judges what has been said while the loop goes on asking.

    async with Judging(plan.judge, seconds=6.0, told=tally) as judging:
        judging.add(7, article, made)
        ...
    judging.verdicts[7]

A draft's gates cost 3 to 5 ms of processor, a call less than 1 ms; in one thread they would make calls wait for gates.
What costs less than a helper's start is judged where it is. A helper ends with its parent, however that dies.
"""

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from types import TracebackType

from data_builders.schema import Article, Rationale, Reject
from data_builders.teacher.schema import Draft

HELPER_SECONDS = 0.6  # what a helper's start costs
CHUNK = 16
Made = tuple[Draft | Reject, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is kept of an article's samples for a person to see, and what is used of it."""

    draft: Draft | Reject
    used: Rationale | Reject


Judge = Callable[[Article, Made], Verdict]
Case = tuple[int, Article, Made]


class Judging:
    """Judges cases as they come; `seconds` is what all may cost, `told` hears each verdict."""

    def __init__(self, judge: Judge, seconds: float, told: Callable[[Verdict], None]) -> None:
        self.judge, self.told = judge, told
        self.verdicts: dict[int, Verdict] = {}
        self.waiting: list[Case] = []
        self.more = asyncio.Event()
        self.over = False
        self.helpers = 0 if seconds <= HELPER_SECONDS else max(1, min(4, (os.cpu_count() or 1) - 1))
        self.pool: ProcessPoolExecutor | None = None
        self.loops: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Judging":
        if self.helpers:
            spawn = multiprocessing.get_context("spawn")
            self.pool = ProcessPoolExecutor(self.helpers, mp_context=spawn, initializer=settle_in)
            self.loops = [asyncio.create_task(self.work(self.pool)) for _ in range(self.helpers)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over = True
        self.more.set()
        try:
            if kind is None:
                await asyncio.gather(*self.loops)
        finally:
            for loop in self.loops:
                loop.cancel()
            if self.pool is not None:
                self.pool.shutdown(wait=kind is None, cancel_futures=True)

    def add(self, place: int, article: Article, made: Made) -> None:
        """Have a case judged, soon."""
        if self.pool is None:
            self.tell(place, self.judge(article, made))
        else:
            self.waiting.append((place, article, made))
            self.more.set()

    def tell(self, place: int, verdict: Verdict) -> None:
        """Take note of a verdict."""
        self.verdicts[place] = verdict
        self.told(verdict)

    async def work(self, pool: ProcessPoolExecutor) -> None:
        """Send what waits to a helper, over and over."""
        loop = asyncio.get_running_loop()
        while self.waiting or not self.over:
            if not self.waiting:
                self.more.clear()
                await self.more.wait()
                continue
            cases, self.waiting = self.waiting[:CHUNK], self.waiting[CHUNK:]
            try:
                told = await loop.run_in_executor(pool, judged_all, self.judge, cases)
            except BrokenProcessPool:  # the helper was killed, by a full memory say: do its work here
                told = judged_all(self.judge, cases)
            for place, verdict in told:
                self.tell(place, verdict)


def judged_all(judge: Judge, cases: Sequence[Case]) -> list[tuple[int, Verdict]]:
    """Judge a few cases."""
    return [(place, judge(article, made)) for place, article, made in cases]


def settle_in() -> None:
    """Let the network go first, leave interrupts to the parent, and end with it."""
    import signal

    os.nice(2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    """Wait for the parent's end."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
