"""Put whole groups into test, dev and train, by seed; a subset of train, by seed.

    >>> place(np.array([0, 0, 1, 2, 3]), Sizes(dev=1, test=1), order)      # 0 train, 1 dev, 2 test
    array([0, 0, 2, 0, 1])

Groups come in the order of a hash of the seed and their smallest pair; test is filled first, then dev, and a group that
would not fit is passed over. So the largest groups, such as all that leads to "Yes.", are train's. A subset takes the
pairs with the smallest hashes: that of 100 is part of that of 1,000, and dev and test are the same for all.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_builders.tasks.translation.keys import mix
from data_builders.tasks.translation.schema import Keys64, Places

TRAIN, DEV, TEST = 0, 1, 2
SHARE = 10


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many pairs dev and test have at most; 0 is as many as may be."""

    dev: int
    test: int


def within(sizes: Sizes, pairs: int) -> Sizes:
    """Return sizes of which neither is more than a tenth of all pairs, nor less than one."""
    most = max(1, pairs // SHARE)
    return Sizes(min(sizes.dev or most, most), min(sizes.test or most, most))


def place(groups: Places, sizes: Sizes, order: Keys64) -> NDArray[np.int8]:
    """Return the split of each pair; `order` is a seeded number for each."""
    counts = np.bincount(groups)
    least = np.full(len(counts), np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(least, groups, order)
    ranked = np.argsort(least, kind="stable")
    placed = np.zeros(len(counts), np.int8)
    for split, most in ((TEST, sizes.test), (DEV, sizes.dev)):
        room = most
        for group in ranked.tolist():
            if room < 1:
                break
            if not placed[group] and counts[group] <= room:
                placed[group] = split
                room -= int(counts[group])
    return placed[groups]


def seeded(exact: Keys64, seed: str) -> Keys64:
    """Return a number for each pair, by the seed and its texts alone: other pairs and their order play no part."""
    start = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    return mix(mix(exact[0::2] ^ np.uint64(start)) + exact[1::2])


def subset(train: NDArray[np.bool_], order: Keys64, size: int) -> NDArray[np.bool_]:
    """Return which pairs of train stay in a subset of that size."""
    places = np.flatnonzero(train)
    stay = np.zeros(len(train), np.bool_)
    stay[places[np.argsort(mix(order[places]), kind="stable")[:size]]] = True
    return stay
