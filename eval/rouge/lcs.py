r"""Longest common subsequences, bit-parallel: their length, and the very one that a table would have been walked to.

    >>> length(["甲", "乙", "丙"], ["乙", "丁", "丙"])
    2
    >>> indices(["甲", "乙", "丙"], ["乙", "丁", "丙"])
    [0, 2]

The libraries fill a table of n·m numbers. Its row i differs from column to column by 0 or 1, so one Python integer of m
bits holds a row and one addition makes the next (Crochemore 2001, Hyyrö 2004). Of several longest subsequences the
libraries take the one that their walk back through the table meets, and their scores depend on which; the bits tell
each turn of that walk. Two texts of 20,000 tokens take 50 MB of rows; beyond `ROWS_KEPT` bits only each
√n-th row is kept and the rest are made again on the way back.
"""

from array import array
from collections.abc import Sequence
from math import isqrt

from rapidfuzz.distance import LCSseq

ROWS_KEPT = 1 << 30  # bits


def numbered(*texts: Sequence[str]) -> list["array[int]"]:
    """Return the texts with a number for each different word: rapidfuzz compares hashes, and two words may share one."""
    numbers: dict[str, int] = {}
    return [array("L", (numbers.setdefault(word, len(numbers)) for word in text)) for text in texts]


def length(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the length of the longest common subsequence."""
    left, right = numbered(one, other)
    return LCSseq.similarity(left, right)


def indices(walked: Sequence[str], held: Sequence[str]) -> list[int]:
    """Return the places in `held` of the common subsequence that a walk from the table's last corner meets, ascending.

    At unlike words the walk steps back in `walked` where the table grows towards `held`'s word, else in `held`. This is
    pltrdy's walk with the reference as `walked`, and rouge_score's with the candidate as `walked`.
    """
    places: dict[str, int] = {}
    for place, word in enumerate(held):
        places[word] = places.get(word, 0) | (1 << place)
    width = len(walked) if len(walked) * len(held) <= ROWS_KEPT else isqrt(len(walked)) + 1
    starts = rows(walked if width < len(walked) else (), places, len(held), (1 << len(held)) - 1, width)
    found: list[int] = []
    at, place, segment = len(walked), len(held), -1
    block: list[int] = []
    while at and place:
        if walked[at - 1] == held[place - 1]:
            place -= 1
            at -= 1
            found.append(place)
            continue
        if (at - 1) // width != segment:
            segment = (at - 1) // width
            block = rows(walked[segment * width : (segment + 1) * width], places, len(held), starts[segment], 1)
        if block[at - segment * width] >> (place - 1) & 1:
            place -= 1
        else:
            at -= 1
    return found[::-1]


def rows(words: Sequence[str], places: dict[str, int], size: int, row: int, step: int) -> list[int]:
    """Return the given row and each `step`-th that follows from the words; a 0 bit is where the table grows."""
    full = (1 << size) - 1
    kept = [row]
    for count, word in enumerate(words, start=1):
        shared = row & places.get(word, 0)
        if shared:
            row = ((row + shared) | (row - shared)) & full
        if not count % step:
            kept.append(row)
    return kept
