r"""Fold a text to what its likeness hangs on, and cut the folded text into shingles.

    >>> folded("臺北 市，ＡＢ\n１２").tobytes() == folded("台北市AB12").tobytes() == folded("台北市ab12。").tobytes()
    True

Letters, Han characters and digits stay, in one width and one case; white space, punctuation and signs go, so wrapping,
indents and full- or half-width signs are no difference. Every Han character stands for its class: all that OpenCC's
tables turn into one another character by character (臺 台, 后 後, 为 為 爲) fold to one, so a text and its conversion
are the same text. A folded text is a uint16 array: one number a character, 0 never. The sixteen bits are a hash beyond
the basic plane; two rare characters that collide cost nothing that a likeness would show.

A shingle is `WIDTH` folded characters in a row, packed into one integer, nothing hashed.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from data_builders.zhtw.convert import converter

Folded = NDArray[np.uint16]
Shingles = NDArray[np.uint64]
Unsigned = TypeVar("Unsigned", np.uint32, np.uint64)

WIDTH = 3
PLANES = 0x32400  # what follows holds no letters that are assigned
PLAIN = ((0x3400, 0xA000), (0xAC00, 0xD7A4))  # Han characters and syllables of Hangul: each its own letter
# What OpenCC exchanges inside words only (計畫 -> 计划); all that t2s did on 307 articles beyond its characters.
IN_WORDS = ("畫划", "藉借", "覆复", "彷仿", "甦苏", "沈沉")
CONFIGS = ("t2s", "s2t", "s2tw", "t2tw", "t2hk", "tw2s", "hk2s")


def folded(text: str) -> Folded:
    """Return the folded characters of `text`."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = table()[np.minimum(points, PLANES)]
    kept: Folded = codes[codes != 0]
    return kept


def shingles(codes: Folded) -> Shingles:
    """Return the different shingles of a folded text, sorted."""
    return different(packed(codes, WIDTH))


def different(values: NDArray[Unsigned]) -> NDArray[Unsigned]:
    """Return the values sorted, each once; eight times as fast as `np.unique` on an article's length."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def packed(codes: Folded, width: int) -> Shingles:
    """Return every run of `width` characters (at most 4) as one integer, in the text's order."""
    count = max(len(codes) - width + 1, 0)
    wide = codes.astype(np.uint64)
    runs = wide[:count].copy()
    for offset in range(1, width):
        runs <<= np.uint64(16)
        runs |= wide[offset : offset + count]
    return runs


@cache
def table() -> Folded:
    """Return the folded code of every code point, 0 for those that fall away."""
    codes = np.zeros(PLANES + 1, dtype=np.uint16)
    classes = han_classes()
    for point, character in enumerate(map(chr, range(PLANES))):
        if not character.isalnum():
            continue
        base = character if any(low <= point < high for low, high in PLAIN) else letter(character)
        if base:
            shape = ord(classes.get(base, base))
            codes[point] = (shape ^ (shape >> 16) * 0x9E37) & 0xFFFF or 1
    return codes


def letter(character: str) -> str:
    """Return the letter or digit that a character stands for in lower case, without its accents, or ""."""
    if not character.isalnum():
        return ""
    plain = unicodedata.normalize("NFKD", character).lower()
    first, marks = plain[:1], plain[1:]
    if marks and not all(unicodedata.combining(mark) for mark in marks):
        return character  # a syllable of Hangul, a squared word: it stands for itself
    return first if first.isalnum() else ""


def han_classes() -> dict[str, str]:
    """Return the first member of each Han character's class, for those that OpenCC turns into another."""
    spans = ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, PLANES))
    letters = "\n".join(chr(point) for span in spans for point in range(*span))
    parent: dict[str, str] = {}

    def root(shape: str) -> str:
        while shape in parent:
            shape = parent[shape]
        return shape

    found = [pair for config in CONFIGS for pair in changed(letters, converter(config).convert(letters))]
    for one, other in [*found, *((pair[0], pair[1]) for pair in IN_WORDS)]:
        low, high = sorted((root(one), root(other)))
        if low != high:
            parent[high] = low
    return {shape: root(shape) for shape in parent}


def changed(before: str, after: str) -> Iterable[tuple[str, str]]:
    """Yield the characters that a converter gave another shape, one character for one."""
    pairs = zip(before.split("\n"), after.split("\n"), strict=True)
    return ((one, other) for one, other in pairs if one != other and len(other) == 1)
