"""One stream that many follow: who comes late is told everything from its start.

    relay = Relay[str]()
    relay.tell("a"); relay.end()
    [item async for item in relay.follow()]      # ["a"], however often

`pumped` turns what a blocking iterator yields, in a thread, into such a stream's items.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Relay(Generic[Item]):
    """Items as they come, kept for all who follow."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.ended = False
        self.changed = asyncio.Event()
        self.followers = 0

    def tell(self, item: Item) -> None:
        """Add an item."""
        self.items.append(item)
        self.wake()

    def end(self) -> None:
        """Say that nothing more comes."""
        self.ended = True
        self.wake()

    def wake(self) -> None:
        """Wake those who wait, and have the next ones wait for the next change."""
        self.changed.set()
        self.changed = asyncio.Event()

    async def follow(self) -> AsyncGenerator[Item]:
        """Yield every item from the first to the last."""
        self.followers += 1
        sent = 0
        try:
            while True:
                change = self.changed
                while sent < len(self.items):
                    sent += 1
                    yield self.items[sent - 1]
                if self.ended and sent == len(self.items):
                    return
                if change is self.changed:
                    await change.wait()
        finally:
            self.followers -= 1


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a blocking iterator, and the exception that ended it."""

    wrong: Exception | None


async def pumped(make: Callable[[], Iterable[Item]], threads: Executor | None = None) -> AsyncGenerator[Item]:
    """Yield what an iterator yields in a thread; it is stopped at its next item when nobody listens any more."""
    loop = asyncio.get_running_loop()
    came: asyncio.Queue[Item | Ended] = asyncio.Queue()
    stop = threading.Event()

    def send(item: Item | Ended) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(came.put_nowait, item)

    def run() -> None:
        wrong = None
        try:
            for item in make():
                if stop.is_set():
                    break
                send(item)
        except Exception as error:  # it is raised again where it is awaited
            wrong = error
        send(Ended(wrong))

    loop.run_in_executor(threads, run)
    try:
        while True:
            item = await came.get()
            if isinstance(item, Ended):
                if item.wrong is not None:
                    raise item.wrong
                return
            yield item
    finally:
        stop.set()
