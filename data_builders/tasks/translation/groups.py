"""Who is like whom among a million pairs: copies to drop, groups that no split may part.

    >>> groups(gathered)        # two pairs with one English side are one group
    array([0, 0, 1])

Two pairs are tied when a side of the one is like a side of the other (`keys`), whichever sides, whatever the corpus; a
group is what ties lead to, over any number of steps. Both directions of a pair are made from it later, so they cannot
be parted. Ties by edits are as complete as `keys` says. Those by sketches come from bands of four functions, and each
text of a band is compared with the three before it and the band's first: what stays unfound is looked for once more, by
finer bands, from each held-out text (`near_held_out`).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data_builders.tasks.translation.keys import AGREED, FUNCTIONS, mix
from data_builders.tasks.translation.schema import Keys, Keys64, Owners, Places

Edges = tuple[Places, Places]
BAND, FINE = 4, 3  # functions a band: to tie, and to look again
BEFORE = 3
PARTS = 8  # of the range of keys, sorted one at a time to save memory
MOST = 1 << 20  # candidates compared at a time
MASK = (1 << 22) - 1


def copies(keys: Keys) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which pairs are copies of an earlier one, and which are near copies."""
    pairs = len(keys.exact) // 2
    same, near = np.zeros(pairs, np.bool_), np.zeros(pairs, np.bool_)
    whole = mix(keys.exact[0::2]) + keys.exact[1::2]
    same[later(whole, np.arange(pairs, dtype=np.uint32))] = True
    owners = keys.edits.of[keys.edits.strict]
    # Mixed with the other side's key: what is equal then is one pair but for one part.
    strict = mix(keys.edits.keys[keys.edits.strict] ^ mix(keys.exact)[owners ^ np.uint32(1)] + (owners & np.uint32(1)))
    near[later(strict, owners >> np.uint32(1))] = True
    return same, near & ~same


def later(keys: Keys64, owners: Owners) -> Places:
    """Return the owners of keys that a smaller owner has."""
    found: list[Owners] = []
    for values, of in in_order(keys, owners):
        starts = np.flatnonzero(np.append(True, values[1:] != values[:-1])) if len(values) else np.zeros(0, np.int64)
        least = np.repeat(np.minimum.reduceat(of, starts), np.diff(np.append(starts, len(of)))) if len(of) else of
        found.append(of[of != least])
    return np.concatenate(found).astype(np.int64)


def in_order(keys: Keys64, owners: Owners) -> Iterator[tuple[Keys64, Owners]]:
    """Yield keys sorted, with their owners, those of equal keys in any order; one part of the range a time."""
    top = (keys >> np.uint64(61)).astype(np.uint8)
    for part in range(PARTS):
        here = np.flatnonzero(top == part)
        values, of = keys[here], owners[here]
        order = np.argsort(values)
        yield values[order], of[order]


def groups(keys: Keys) -> Places:
    """Return a number for each pair: equal for pairs that a chain of ties joins."""
    pairs = len(keys.exact) // 2
    sides = np.arange(len(keys.exact), dtype=np.uint32)
    edges = [*equal(keys.exact, sides), *equal(keys.edits.keys, keys.edits.of), *near(keys)]
    ones = np.concatenate([one for one, _ in edges]) >> 1
    others = np.concatenate([other for _, other in edges]) >> 1
    graph = coo_array((np.ones(len(ones), np.int8), (ones, others)), shape=(pairs, pairs))
    _, labels = connected_components(graph, directed=False)
    found: Places = labels.astype(np.int64)
    return found


def equal(keys: Keys64, owners: Owners) -> Iterator[Edges]:
    """Yield ties between texts with equal keys, each to the one before it."""
    for values, of in in_order(keys, owners):
        alike = np.flatnonzero(values[1:] == values[:-1])
        yield of[alike].astype(np.int64), of[alike + 1].astype(np.int64)


def near(keys: Keys) -> Iterator[Edges]:
    """Yield ties between long texts whose sketches agree."""
    rows, owners = keys.sketches, keys.sketches_of.astype(np.int64)
    for values in bands(rows, BAND):
        order = np.argsort(values)
        ranked = values[order]
        starts = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1])) if len(ranked) else np.zeros(0, np.int64)
        first = np.repeat(starts, np.diff(np.append(starts, len(ranked))))
        for gap in range(1, BEFORE + 1):
            here = np.flatnonzero(ranked[gap:] == ranked[:-gap])
            yield agreeing(rows, owners, order[here], order[here + gap])
        here = np.flatnonzero(np.arange(len(ranked)) - first > BEFORE)
        yield agreeing(rows, owners, order[first[here]], order[here])


def bands(rows: NDArray[np.uint32], width: int) -> Iterator[Keys64]:
    """Yield one key a row for each band of functions."""
    for start in range(0, FUNCTIONS - width + 1, width):
        values = rows[:, start].astype(np.uint64)
        for function in range(start + 1, start + width):
            values = mix(values) + rows[:, function]
        yield mix(values)


def agreeing(rows: NDArray[np.uint32], owners: Places, ones: Places, others: Places) -> Edges:
    """Return those of some candidates whose sketches agree, as ties between their owners."""
    held = np.zeros(len(ones), np.bool_)
    for start in range(0, len(ones), MOST):
        part = slice(start, start + MOST)
        held[part] = np.count_nonzero(rows[ones[part]] == rows[others[part]], axis=1) >= AGREED
    return owners[ones[held]], owners[others[held]]


def near_held_out(keys: Keys, held: NDArray[np.bool_], rest: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which pairs of `rest` have a side like a side of a `held` pair: no chains, every kind of likeness."""
    found = np.zeros(len(held), np.bool_)
    if not held.any():
        return found
    sides = np.arange(len(keys.exact), dtype=np.uint32)
    for values, owners in ((keys.exact, sides), (keys.edits.keys, keys.edits.of)):
        tested = values[held[owners >> np.uint32(1)]]
        found[owners[among(values, tested[tested != 0])] >> np.uint32(1)] = True  # 0: nothing is left of the text
    for leaked in like_rows(keys.sketches, held[keys.sketches_of >> np.uint32(1)]):
        found[keys.sketches_of[leaked] >> np.uint32(1)] = True
    return found & rest


def like_rows(rows: NDArray[np.uint32], tested: NDArray[np.bool_]) -> Iterator[Places]:
    """Yield the rows that agree with one of the tested rows, those themselves among them."""
    tested_rows, every = np.flatnonzero(tested), np.arange(len(rows))
    if not len(tested_rows):
        return
    for values in bands(rows, FINE):
        order = tested_rows[np.argsort(values[tested_rows])]
        others = among(values, values[order])
        low = np.searchsorted(values[order], values[others], "left")
        counts = np.searchsorted(values[order], values[others], "right") - low
        theirs = np.repeat(others, counts)
        ends = np.cumsum(counts)
        ours = order[np.arange(len(theirs)) - np.repeat(ends - counts, counts) + np.repeat(low, counts)]
        yield agreeing(rows, every, ours, theirs)[1]


def among(values: Keys64, few: Keys64) -> Places:
    """Return where the values are that are among a few: most are ruled out by 22 of their bits."""
    wanted = np.sort(few)
    bits = np.zeros(MASK + 1, np.bool_)
    bits[wanted & np.uint64(MASK)] = True
    here = np.flatnonzero(bits[values & np.uint64(MASK)])
    if not len(wanted):
        return here
    nearest = np.minimum(np.searchsorted(wanted, values[here]), len(wanted) - 1)
    found: Places = here[wanted[nearest] == values[here]]
    return found
