"""Run a function over a stream on several processes, results in order, few of them waiting.

    >>> with helpers(1) as run:
    ...     list(run(len, ["ab", "c"]))
    [2, 1]

One job runs here, without a process; a helper that is killed (by a full memory, say) is an error that says so.
"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Protocol, TypeVar

from data_builders.errors import WriteError

Item = TypeVar("Item")
Result = TypeVar("Result")
WAITING = 2  # results a helper may be ahead


class Run(Protocol):
    """Calls a function on each item of a stream."""

    def __call__(self, function: Callable[[Item], Result], items: Iterable[Item], /) -> Iterator[Result]:
        """Yield the results in order."""


@contextmanager
def helpers(jobs: int) -> Iterator[Run]:
    """Give what runs a function on `jobs` processes."""
    if jobs < 2:
        yield map
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:

        def run(function: Callable[[Item], Result], items: Iterable[Item], /) -> Iterator[Result]:
            waiting: deque[Future[Result]] = deque()
            try:
                for item in items:
                    waiting.append(pool.submit(function, item))
                    if len(waiting) >= WAITING * jobs:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            except BrokenProcessPool as error:
                then = "run it again with --jobs 1, or with more memory"
                raise WriteError("a helper process", "to work to the end", "it was killed", then) from error

        yield run
