"""Summaries whose worth is known before a judge sees them: what a run's scores can be held against.

    >>> [case.kind for case in anchors_of([pair], 1)]
    ['reference', 'lead_100', 'shuffled']

`reference` is the reference itself, `lead_100` the article's first hundred characters, `shuffled` the article's own
words in random order, cut to the reference's length: every word is right and nothing is said. A judge that does not
score the first above the last judges nothing.
"""

import hashlib
import random
from collections.abc import Iterable, Iterator, Sequence

from eval.baselines import LEAD_CHARACTERS, lead
from eval.judge.schema import Case
from eval.schema import Pair
from eval.segment import words

KINDS = ("reference", "lead_100", "shuffled")


def anchors_of(pairs: Iterable[Pair], most: int) -> list[Case]:
    """Return the anchor cases of `most` pairs, chosen by the digest of their ids, so that every system has the same."""
    usable = [pair for pair in pairs if pair.article.strip()]
    chosen = sorted(usable, key=lambda pair: hashlib.sha256(pair.id.encode()).digest())[:most]
    return [case for pair in chosen for case in of_pair(pair)]


def of_pair(pair: Pair) -> Iterator[Case]:
    """Yield one article's anchors."""
    texts = (pair.reference, lead(pair.article, LEAD_CHARACTERS), shuffled(pair.article, len(pair.reference), pair.id))
    for kind, text in zip(KINDS, texts, strict=True):
        yield Case(pair.id, kind, pair.article, pair.reference, text)


def shuffled(article: str, size: int, seed: str) -> str:
    """Return the article's words in an order drawn from the seed, cut to about `size` characters."""
    parts: Sequence[str] = [word for word in words(article, "jieba") if word.strip()]
    drawn = random.Random(seed).sample(parts, len(parts))  # noqa: S311 - no secret
    return "".join(drawn)[: max(size, 1)]
