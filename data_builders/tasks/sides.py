"""Which side of the split a row is on, and which rows a sample takes: by digest, in one pass, in bounded memory.

    >>> [row for row in Sample(2, seed=42).take([("a", 1), ("b", 2), ("c", 3)])]
    [2, 3]

A digest of the seed and a row's key puts all rows into an order that hangs on nothing else; a sample is the first of
that order, so it is uniform, needs no count beforehand, and keeps its rows when the input is sorted anew. Equal keys
are one row. A split is cut the same way by the *groups* of rows (a paragraph and all its questions, a source sentence
and all its translations): no held-out split takes more than a tenth of the groups, and each takes at least one.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Generic, TypeVar

from data_builders.errors import InputError
from data_builders.schema import Split
from data_builders.tasks.schema import Sizes

Row = TypeVar("Row")
MOST_SHARE = 10  # a held-out split takes at most one group in ten
LEAST_GROUPS = 3
NEVER = 1 << 64


def order_of(seed: int, key: str) -> int:
    """Return the place of a key in the order of a seed, below 2**64."""
    made = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8, key=str(seed).encode())
    return int.from_bytes(made.digest(), "big")


class Sample(Generic[Row]):
    """The first `size` rows (0: all) in the order of a seed, given back in the order they came."""

    def __init__(self, size: int, seed: int) -> None:
        self.size, self.seed = size, seed
        self.heap: list[tuple[int, int, Row]] = []  # the last of the sample on top
        self.held: set[int] = set()
        self.seen = 0

    def offer(self, key: str, row: Row) -> None:
        """Take a row into the sample, if it belongs there so far."""
        self.seen += 1
        order = order_of(self.seed, key)
        if order in self.held:
            return
        if self.size and len(self.heap) >= self.size:
            if order > -self.heap[0][0]:
                return
            last = heapq.heapreplace(self.heap, (-order, self.seen, row))
            self.held.discard(-last[0])
        else:
            heapq.heappush(self.heap, (-order, self.seen, row))
        self.held.add(order)

    def rows(self) -> list[Row]:
        """Return the rows, as they came."""
        return [row for _, _, row in sorted(self.heap, key=lambda one: one[1])]

    def first(self, size: int) -> list[Row]:
        """Return the first `size` rows of the order (0: all), as they came."""
        kept = sorted(self.heap, key=lambda one: -one[0])[: size or None]
        return [row for _, _, row in sorted(kept, key=lambda one: one[1])]

    def take(self, rows: Iterable[tuple[str, Row]]) -> Iterator[Row]:
        """Offer all rows and yield the sample."""
        for key, row in rows:
            self.offer(key, row)
        yield from self.rows()


def sides(groups: Iterable[str], sizes: Sizes, seed: int, held_out: tuple[Split, ...]) -> Callable[[str], Split]:
    """Cut `held_out` splits off the groups of an input and return what tells a group's split.

    Only the orders of the first groups are kept, as many as could be held out. A split without a size of its own (0)
    takes its tenth.
    """
    bounded = [getattr(sizes, split) for split in held_out]
    room = sum(bounded) if all(bounded) else 0
    heap: list[int] = []
    held: set[int] = set()
    count = 0
    last: str | None = None
    for group in groups:
        if group == last:
            continue
        last = group
        order = order_of(seed, f"side {group}")
        if order in held:
            continue
        count += 1  # a group that comes again far from where it stood counts again: it needs no memory
        if not room or len(heap) < room:
            heapq.heappush(heap, -order)
        elif order < -heap[0]:
            held.discard(-heapq.heapreplace(heap, -order))
        else:
            continue
        held.add(order)
    if count < LEAST_GROUPS:
        found = f"{count} different texts"
        raise InputError("--input", f"{LEAST_GROUPS} different texts or more to part", found, "give more rows")
    return by_order(sorted(-order for order in heap), count, sizes, seed, held_out)


def by_order(
    orders: list[int], count: int, sizes: Sizes, seed: int, held_out: tuple[Split, ...]
) -> Callable[[str], Split]:
    """Return what tells a group's split from the orders of the first groups."""
    ends: list[tuple[int, Split]] = []
    taken = 0
    for split in held_out:
        most = max(1, count // MOST_SHARE)
        taken += min(getattr(sizes, split) or most, most)
        ends.append((orders[min(taken, len(orders)) - 1], split))

    def side(group: str) -> Split:
        order = order_of(seed, f"side {group}")
        return next((split for end, split in ends if order <= end), "train")

    return side
