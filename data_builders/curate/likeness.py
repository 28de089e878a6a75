"""Judge how alike two folded texts are, exactly, on all their shingles.

    >>> from data_builders.curate.shingles import folded
    >>> judge(traits(folded("今天台北下大雨，市府停班。")), traits(folded("今天臺北下大雨 市府停班")), Likeness())
    Verdict(kind='exact', likeness=1.0)

In this order:

- `exact`: the same letters, Han characters and digits in the same order;
- a form that was filled in again is no copy (below);
- `near`: at least `near` of all shingles of the two stand in both (Jaccard), or, for a text whose words were changed
  here and there so that few shingles are whole, `kept` of the longer one's characters stand in both in one order (LCS);
- `contained`: at least `contained` of the shorter one's shingles stand in the other;
- `story`: at least `story` of them do: two accounts of one event.

Weather, closing prices, lottery numbers, quakes are printed from forms: every word the same, every figure another.
Shingles with a digit in them tell: a form has many (`FIGURED` of all), its words agree (`SAME_WORDS`), and its figures
agree hardly half as well as its words (`SAME_FIGURES`). A copy's figures agree as well as its words do.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from data_builders.curate.shingles import WIDTH, Folded, Shingles, shingles

Kind = Literal["exact", "near", "contained"]
FIGURED, SAME_WORDS, SAME_FIGURES = 0.12, 0.55, 0.55


@dataclass(frozen=True, slots=True)
class Likeness:
    """Thresholds, each a share; the defaults are measured in `benchmarks/duplicates.md`.

    `fresh` is for `copies` only: a later text of which more than that share is new is kept, whatever it contains.
    """

    near: float = 0.3
    kept: float = 0.5
    contained: float = 0.45
    story: float = 0.2
    fresh: float = 0.85


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a text is compared: itself and its shingles."""

    codes: Folded
    shingles: Shingles


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two texts are to each other ("" for nothing), and the share that decided."""

    kind: Kind | Literal["story", ""]
    likeness: float


def traits(codes: Folded) -> Traits:
    """Return what of a folded text is compared."""
    return Traits(codes, shingles(codes))


def figured(values: Shingles) -> NDArray[np.bool_]:
    """Tell which shingles hold a digit."""
    found = np.zeros(len(values), dtype=np.bool_)
    for place in range(WIDTH):
        found |= ((values >> np.uint64(16 * place)) & np.uint64(0xFFFF)) - np.uint64(0x30) < 10
    return found


def judge(one: Traits, other: Traits, likeness: Likeness) -> Verdict:
    """Return what two texts are to each other; the order of the two makes no difference."""
    sizes = len(one.shingles), len(other.shingles)
    if np.array_equal(one.codes, other.codes):
        return Verdict("exact", 1.0) if len(one.codes) else Verdict("", 0.0)
    if not min(sizes):
        return Verdict("", 0.0)
    common = in_both(one, other)
    share = len(common) / min(sizes)
    if share < likeness.story and share < likeness.contained / 3:
        return Verdict("", share)
    if is_form(common, one, other):
        return Verdict("", share)
    jaccard = len(common) / (sum(sizes) - len(common))
    if jaccard >= likeness.near:
        return Verdict("near", jaccard)
    order = in_order(one.codes, other.codes, likeness.kept)
    if order >= likeness.kept:
        return Verdict("near", order)
    if share >= likeness.contained:
        return Verdict("contained", share)
    return Verdict("story" if share >= likeness.story else "", share)


def in_both(one: Traits, other: Traits) -> Shingles:
    """Return the shingles that two texts share."""
    both = np.concatenate((one.shingles, other.shingles))
    both.sort()
    common: Shingles = both[:-1][both[1:] == both[:-1]]
    return common


def is_form(common: Shingles, one: Traits, other: Traits) -> bool:
    """Tell whether two texts are one form with other figures."""
    first, second = (int(np.count_nonzero(figured(text.shingles))) for text in (one, other))
    figures = min(first, second)
    if figures < FIGURED * min(len(one.shingles), len(other.shingles)):
        return False
    same = int(np.count_nonzero(figured(common)))
    words = min(len(one.shingles) - first, len(other.shingles) - second)
    agree = (len(common) - same) / max(words, 1)
    return agree >= SAME_WORDS and same / figures < SAME_FIGURES * agree


def in_order(one: Folded, other: Folded, least: float) -> float:
    """Return the share of the longer text's characters that stand in both in one order, or 0.0 below `least`."""
    longer = max(len(one), len(other))
    if min(len(one), len(other)) < least * longer:
        return 0.0
    texts = (codes.tobytes().decode("utf-16-le", "replace") for codes in (one, other))
    return LCSseq.similarity(*texts, score_cutoff=int(least * longer)) / longer
