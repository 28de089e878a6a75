r"""Aspects and triples of a prediction against those of the reference: precision, recall and F1, exact and soft.

    >>> exact, soft = agreement([("颱風",), ("停班停課",)], [("颱風",), ("停課",)])
    >>> exact.f1, soft.f1
    (0.5, 0.8333333333333333)

Both sides are read by the reader of teacher replies, heads (核心要素：, 三元組：) and bullets dropped, and compared in one
width, case and spelling, without white space; an item said twice counts once. Exact: the item itself. Soft: each item
of one side is given at most one of the other so that the similarities add up to the most (Hungarian assignment); the
similarity is twice the longest common subsequence over both lengths, for a triple the mean over its three parts.
A line that is no triple counts among the predicted ones and matches nothing. Soft is bounded by exact from below.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from data_builders.errors import InputError
from data_builders.teacher.items import aspects_of, triples_of
from eval.rouge.fold import folded
from eval.schema import Pair, Scores
from eval.signature import mean_of, some
from eval.texts import checked

HEAD = re.compile(r"\s*(?:核心要素|關鍵要素|要素|三元組)\s*[：:]")
Item = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Matched weight, and how many items each side holds."""

    matched: float
    predicted: int
    reference: int

    @property
    def precision(self) -> float:
        """The share of what was predicted that matches."""
        return self.matched / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of the reference that was found."""
        return self.matched / self.reference if self.reference else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = self.predicted + self.reference
        return 2 * self.matched / both if both else 0.0


def scores_of(pairs: Sequence[Pair], kind: str, note: str = "") -> Scores:
    """Score `aspects` or `triples`; a reference without one item is an InputError that names the pair."""
    some(pairs)
    values = {pair.id: values_of(pair, kind) for pair in pairs}
    how = "mode:set|sim:lcs|read:teacher.items"
    names = list(next(iter(values.values())))
    metrics = {name: mean_of([one[name] for one in values.values()], name, how, values, note) for name in names}
    return Scores(metrics, values)


def values_of(pair: Pair, kind: str) -> dict[str, float]:
    """Return the six values of one pair."""
    checked(pair.id, pair.prediction, pair.reference)
    reference, _ = items_of(pair.reference, kind)
    if not reference:
        then = "give a reference with one item a line, or leave the pair out"
        raise InputError(pair.id, f"a reference that holds {kind}", f"「{pair.reference.strip()[:24]}」", then)
    predicted, bad = items_of(pair.prediction, kind)
    exact, soft = agreement(predicted, reference, bad)
    return {
        f"{kind}{name}_{part}": value
        for name, one in (("", exact), ("_soft", soft))
        for part, value in (("f", one.f1), ("p", one.precision), ("r", one.recall))
    }


def items_of(text: str, kind: str) -> tuple[list[Item], int]:
    """Return the different items of a stage's answer as they are compared, and how many lines are none."""
    head = HEAD.match(text)
    body = text[head.end() if head else 0 :]
    if kind == "aspects":
        found: list[Item] = [(aspect,) for aspect in aspects_of(body).items]
        bad = 0
    else:
        read = triples_of(body)
        found = [(triple.subject, triple.relation, triple.object) for triple in read.items]
        bad = len(read.bad)
    return list(dict.fromkeys(tuple(map(compared, item)) for item in found)), bad


def compared(part: str) -> str:
    """Return a part in one width, case and spelling, without white space."""
    return "".join(folded(unicodedata.normalize("NFKC", part)).casefold().split())


def agreement(predicted: Sequence[Item], reference: Sequence[Item], bad: int = 0) -> tuple[Agreement, Agreement]:
    """Return the exact and the soft agreement of two lists of different items."""
    sizes = len(predicted) + bad, len(reference)
    exact = Agreement(len(set(predicted) & set(reference)), *sizes)
    if not predicted or not reference:
        return exact, Agreement(0.0, *sizes)
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    likeness = np.array([[similarity(one, other) for other in reference] for one in predicted])
    rows, columns = linear_sum_assignment(likeness, maximize=True)
    return exact, Agreement(float(likeness[rows, columns].sum()), *sizes)


def similarity(one: Item, other: Item) -> float:
    """Return the mean similarity of two items' parts."""
    parts = [Indel.normalized_similarity(left, right) for left, right in zip(one, other, strict=True)]
    return sum(parts) / len(parts)
