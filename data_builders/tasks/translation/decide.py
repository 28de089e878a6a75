"""Decide what becomes of every pair: a copy, on which side of the split, or out of training.

Decided(splits=…, dropped={"copy": …, "near_copy": …, "like_held_out": …, "beyond_subset": …}, …)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_builders.errors import InputError
from data_builders.tasks.translation.groups import copies, groups, near_held_out
from data_builders.tasks.translation.schema import Keys, Places
from data_builders.tasks.translation.split import DEV, TEST, TRAIN, Sizes, place, seeded, subset, within


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of each pair: its split, and by reason which ones go; how many groups, and the largest one's size."""

    splits: NDArray[np.int8]
    dropped: dict[str, NDArray[np.bool_]]
    groups: int
    largest: int

    def pairs(self, split: int) -> Places:
        """Return the places of a split's pairs."""
        gone = np.any(list(self.dropped.values()), axis=0)
        return np.flatnonzero((self.splits == split) & ~gone)


def decide(keys: Keys, sizes: Sizes, wanted: int, seed: str) -> Decided:
    """Drop copies, split whole groups, keep what is still like a held-out pair out of training, draw the subset.

    `sizes` and `wanted` are pairs, `wanted` pairs of training (0: all).
    """
    same, near = copies(keys)
    stays = ~(same | near)
    if not stays.any():
        raise InputError("the corpora", "at least one pair that can be used", "none", "give longer or other corpora")
    order = seeded(keys.exact, seed)
    inside = np.flatnonzero(stays)
    _, labels = np.unique(groups(keys)[inside], return_inverse=True)
    splits = np.full(len(stays), TRAIN, np.int8)
    counts = np.bincount(labels)
    splits[inside] = place(labels, within(sizes, len(inside)), order[inside])
    if len(inside) > 1:
        told_if_none_fits(splits, int(counts.min()))
    train, dev, test = (stays & (splits == split) for split in (TRAIN, DEV, TEST))
    like = near_held_out(keys, test, dev)
    like |= near_held_out(keys, test | (dev & ~like), train)
    train &= ~like
    beyond = train & ~subset(train, order, wanted) if wanted else np.zeros_like(train)
    dropped = {"copy": same, "near_copy": near, "like_held_out": like, "beyond_subset": beyond}
    return Decided(splits, dropped, len(counts), int(counts.max()))


def told_if_none_fits(splits: NDArray[np.int8], smallest: int) -> None:
    """Say which size is too small when no group fits into it."""
    for split, option in ((TEST, "--test"), (DEV, "--dev")):
        if not (splits == split).any():
            expected = f"room for a group of like pairs: the smallest has {smallest}, in both directions"
            then = f"give {option} {2 * smallest} or more; neither may be more than a tenth of all pairs"
            raise InputError(option, expected, "a size into which none fits", then)
