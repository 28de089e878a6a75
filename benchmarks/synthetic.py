"""A stream of invented articles of about 700 characters, every tenth a copy of any earlier one; any length, no memory.

    >>> stream = list(articles(100))
    >>> sum(article.of != "" for article in stream)
    10

Words are drawn by Zipf's law (exponent 1) from a vocabulary of 30,000 invented words of one to four common characters,
sentences of 6 to 22 words in 2 to 4 clauses; one article in twenty ends on its paper's usual line. An article is a
function of its number, so the original of a copy is made again when it is needed, however far back it stands.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.planted import CLAUSE, WAYS, rewritten

WORDS = 30_000
EVERY = 10
SEED = 20261121
TAILS = [f"（{name}報）訂閱電子報，掌握最新消息，未經同意不得轉載。" for name in "甲乙丙丁"]
KINDS = ("verbatim", "re-wrapped", "rewritten", "to Simplified (t2s)", "contained: new lead")


@dataclass(frozen=True, slots=True)
class Invented:
    """One article; `of` names the one that it is a copy of, or is ""."""

    id: str
    text: str
    of: str = ""
    kind: str = ""


def articles(count: int) -> Iterator[Invented]:
    """Yield `count` articles in order."""
    for number in range(count):
        if number % EVERY != EVERY - 1:
            yield Invented(f"s{number}", text_of(number))
            continue
        chance = random.Random(SEED + number)  # noqa: S311 - a benchmark's data, not a secret
        of = chance.randrange(number)
        of -= of % EVERY == EVERY - 1
        kind = chance.choice(KINDS)
        yield Invented(f"s{number}", copy_of(text_of(of), text_of(number), kind, chance), f"s{of}", kind)


def copy_of(text: str, donor: str, kind: str, chance: random.Random) -> str:
    """Return a copy of a kind."""
    return (rewritten(CLAUSE) if kind == "rewritten" else WAYS[kind])(text, donor, chance)


def text_of(number: int) -> str:
    """Return the original article of a number."""
    words, cumulated = vocabulary()
    drawn = np.random.default_rng([SEED, number])
    size = int(np.clip(drawn.lognormal(6.5, 0.35), 200, 2500))
    picks = np.searchsorted(cumulated, drawn.random(size // 2)).tolist()
    lengths = drawn.integers(3, 8, size=size // 4 + 1).tolist()
    parts: list[str] = []
    written = start = clause = 0
    while written < size and start < len(picks):
        words_here = picks[start : start + lengths[clause]]
        piece = "".join([words[pick] for pick in words_here]) + ("。" if clause % 3 == 2 else "，")
        parts.append(piece + "\n" if clause % 12 == 11 else piece)
        written, start, clause = written + len(piece), start + lengths[clause], clause + 1
    tail = "\n" + TAILS[number % len(TAILS)] if number % 20 == 0 else ""
    return "".join(parts).rstrip("，\n") + "。" + tail


@cache
def vocabulary() -> tuple[list[str], NDArray[np.float64]]:
    """Return the words, the commonest first, and the cumulated shares of their frequencies."""
    chance = random.Random(SEED)  # noqa: S311 - a benchmark's data, not a secret
    letters = [chr(point) for point in range(0x4E00, 0x9FA6) if encodes(chr(point))]
    weights = [1 / (rank + 20) for rank in range(len(letters))]
    chance.shuffle(letters)
    words: dict[str, None] = {}
    while len(words) < WORDS:
        length = chance.choices((1, 2, 3, 4), (1, 12, 4, 3))[0]
        words["".join(chance.choices(letters, weights, k=length))] = None
    shares = 1 / np.arange(1, WORDS + 1)
    return list(words), np.cumsum(shares / shares.sum())


def encodes(letter: str) -> bool:
    """Tell whether a character is one of Big5's 5,401 common ones."""
    try:
        return letter.encode("big5") < b"\xc6\xa1"
    except UnicodeEncodeError:
        return False
