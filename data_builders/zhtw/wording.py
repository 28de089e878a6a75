"""Point at words of the Mainland in a text and say what Taiwan's news writes: advice, never applied.

    >>> [(a.start, a.found, a.suggestions) for a in lint("視頻的質量，大質量恆星的質量守恆。")]
    [(0, '視頻', ('影片', '視訊')), (3, '質量', ('品質',))]

`wording.tsv` beside this file is the whole list. The longest entry at a place decides, and its third column holds the
longer words in which a word is right (質量守恆) or that only seem to hold it (市民警察). What is left may not be the
end of one of jieba's words and the start of the next: 信息 is not found in 相信息影. Both scripts are read: the text is
looked at in Simplified shape, which has the same places.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from data_builders.zhtw.spelling import to_simplified, word_spans
from data_builders.zhtw.tables import rows


@dataclass(frozen=True, slots=True)
class Advice:
    """One word of the Mainland: where it stands, how it is written there, what Taiwan writes."""

    start: int
    end: int
    found: str
    suggestions: tuple[str, ...]


class Wording(NamedTuple):
    """The table by Simplified shape: what to suggest, () for what is right; lengths to try by first character."""

    suggestions: dict[str, tuple[str, ...]]
    lengths: dict[str, tuple[int, ...]]


@cache
def wording() -> Wording:
    """Return the table, read once."""
    suggestions: dict[str, tuple[str, ...]] = {}
    for row in rows("wording.tsv"):
        suggestions |= {to_simplified(right): () for right in (row[2].split() if len(row) > 2 else [])}
        suggestions[to_simplified(row[0])] = tuple(row[1].split("/"))
    lengths: dict[str, set[int]] = {}
    for word in suggestions:
        lengths.setdefault(word[0], set()).add(len(word))
    return Wording(suggestions, {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()})


def lint(text: str) -> list[Advice]:
    """Return the advice for a text, in order."""
    shape = to_simplified(text)
    found = list(candidates(shape))
    if not found:
        return []
    words = word_spans(shape)
    suggestions = wording().suggestions
    return [
        Advice(start, end, text[start:end], suggestions[shape[start:end]])
        for start, end in found
        if not any(start < left < end < right or left < start < right < end for left, right in words)
    ]


def candidates(shape: str) -> Iterator[tuple[int, int]]:
    """Yield where entries of the list stand, the longest at each place, without those that are right."""
    suggestions, lengths = wording()
    start = 0
    while start < len(shape):
        sizes = (size for size in lengths.get(shape[start], ()) if start + size <= len(shape))
        size = next((size for size in sizes if shape[start : start + size] in suggestions), 0)
        if size and suggestions[shape[start : start + size]]:
            yield start, start + size
        start += size or 1
