"""Tell texts that are alike, many at once, by numbers that are equal where the texts are.

    >>> one, other = keys_of(["Tom is a good boy.", "tom is a good boy"]).exact.tolist()
    >>> one == other
    True

Texts are folded as curation folds articles (`shingles`): letters, Han characters and digits in one case, width and
script; signs and spaces go, so a corpus with spaces between words is the same text. A text's parts are its words, in
Chinese and Japanese its characters. Three kinds of likeness:

- `exact`: the folded texts are equal;
- `edits`: they become equal when one part is left out of either or both, and at least `KEPT` of the characters stay.
  Every text has a key for each part without it (Mor & Fraenkel's deletion neighbourhoods), so the search is complete;
- `sketches`, of texts of `LONG` characters or more: MinHash of their runs of `RUN` characters (Broder 1997); texts that
  agree in `AGREED` of the `FUNCTIONS` are near, whatever was changed in them.

All hashes are sums modulo 2**64 of mixed codes times powers of an odd number, so the key of a text without a part comes
from the sums before and after it, and numpy makes the keys of thousands of texts in one go.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from data_builders.curate.shingles import PLANES, table
from data_builders.tasks.translation.schema import Keys, Keys64, Places

KEPT, STRICT = 0.8, 0.9
LEAST = 4  # characters of a text whose edits count
LONG, RUN = 24, 4
FUNCTIONS, AGREED = 32, 16
WIDE = 0x2E80  # from here on a character is a part of its own
ODD = 0x9E3779B97F4A7C15
INVERSE = pow(ODD, -1, 2**64)
LENGTH = 0xD1342543DE82EF95
MULTIPLIERS = np.random.default_rng(20261121).integers(1, 2**31, FUNCTIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(
    1
)


def keys_of(texts: list[str]) -> Keys:
    """Return the keys of texts that hold no line end."""
    points = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = table()[np.minimum(points, PLANES)]
    kept = codes != 0
    wide = codes >= WIDE
    starts = kept.copy()
    starts[1:] &= wide[1:] | wide[:-1] | ~kept[:-1]
    owners = np.cumsum(points == ord("\n"), dtype=np.int64)[kept]
    letters = codes[kept]
    sizes: Places = np.bincount(owners, minlength=len(texts))
    mixed = mix(letters.astype(np.uint64))
    ends = np.cumsum(sizes)
    places = np.arange(len(letters)) - np.repeat(ends - sizes, sizes)
    exact = mix(sums(mixed * powers(places), ends - sizes, ends) + sizes.astype(np.uint64) * np.uint64(LENGTH))
    exact[sizes == 0] = 0
    parts = np.flatnonzero(starts[kept])
    edits, edits_of, allowed = edit_keys(letters, mixed, owners, sizes, parts)
    sketches, sketches_of = sketched(mixed, owners, sizes, places)
    return Keys(exact, edits, edits_of, edits[allowed], edits_of[allowed], sketches, sketches_of)


def edit_keys(
    letters: NDArray[np.uint16], mixed: Keys64, owners: Places, sizes: Places, parts: Places
) -> tuple[Keys64, NDArray[np.uint32], NDArray[np.bool_]]:
    """Return the keys of every text whole and without each of its parts, whose they are, and which may make a copy."""
    if not len(parts):
        return np.zeros(0, np.uint64), np.zeros(0, np.uint32), np.zeros(0, np.bool_)
    stops = np.append(parts[1:], len(letters))
    lengths = stops - parts
    inside = np.arange(len(letters)) - np.repeat(parts, lengths)
    hashes = mix(sums(mixed * powers(inside), parts, stops) + lengths.astype(np.uint64) * np.uint64(LENGTH))
    whose = owners[parts]
    counts: Places = np.bincount(whose, minlength=len(sizes))
    ends = np.cumsum(counts)
    ranks = np.arange(len(parts)) - np.repeat(ends - counts, counts)
    terms = hashes * powers(ranks)
    whole = sums(terms, ends - counts, ends)
    before = np.zeros(len(terms), np.uint64)
    np.cumsum(terms[:-1], out=before[1:])
    before -= np.repeat(before[np.minimum(ends - counts, len(before) - 1)], counts)
    without = before + (whole[whose] - before - terms) * np.uint64(INVERSE)
    figures = np.add.reduceat((letters >= ord("0")) & (letters <= ord("9")), parts, dtype=np.int64) > 0
    size = sizes[whose]
    near = (size >= LEAST) & (lengths <= (1 - KEPT) * size)
    strict = (lengths <= (1 - STRICT) * size) & ~figures
    full = np.flatnonzero(sizes >= LEAST)
    fewer: Places = counts[whose] - 1
    left_out: Keys64 = without.astype(np.uint64)
    keys = np.concatenate((seal(left_out, fewer)[near], seal(whole, counts)[full]))
    of = np.concatenate((whose[near], full)).astype(np.uint32)
    return keys, of, np.concatenate((strict[near], np.ones(len(full), np.bool_)))


def sketched(
    mixed: Keys64, owners: Places, sizes: Places, places: Places
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return a row of least hashes for each long text, and whose it is."""
    long = np.flatnonzero(sizes >= LONG)
    if not len(long):
        return np.zeros((0, FUNCTIONS), np.uint32), np.zeros(0, np.uint32)
    runs = mixed[: len(mixed) - RUN + 1].copy()
    for offset in range(1, RUN):
        runs *= np.uint64(ODD)
        runs += mixed[offset : len(mixed) - RUN + 1 + offset]
    whole = (places + RUN <= sizes[owners])[: len(runs)] & (sizes[owners] >= LONG)[: len(runs)]
    values = (mix(runs[whole]) >> np.uint64(32)).astype(np.uint32)
    counts = sizes[long] - RUN + 1
    firsts = np.cumsum(counts) - counts
    rows = np.empty((len(long), FUNCTIONS), np.uint32)
    for function, multiplier in enumerate(MULTIPLIERS):
        drawn = values * multiplier
        drawn ^= drawn >> np.uint32(15)
        rows[:, function] = np.minimum.reduceat(drawn * np.uint32(0x85EBCA6B), firsts)
    return rows, long.astype(np.uint32)


def mix(values: Keys64) -> Keys64:
    """Spread the bits of each number over all 64 (splitmix64)."""
    values = values + np.uint64(ODD)
    values ^= values >> np.uint64(30)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values


def seal(hashes: Keys64, counts: NDArray[np.integer]) -> Keys64:
    """Return final keys of texts that have so many parts."""
    return mix(hashes + counts.astype(np.uint64) * np.uint64(LENGTH))


def sums(terms: Keys64, starts: Places, ends: Places) -> Keys64:
    """Return the sum of each stretch, modulo 2**64."""
    total = np.concatenate((np.zeros(1, np.uint64), np.cumsum(terms, dtype=np.uint64)))
    found: Keys64 = total[ends] - total[starts]
    return found


def powers(exponents: Places) -> Keys64:
    """Return the powers of `ODD` modulo 2**64."""
    most = int(exponents.max(initial=0)) + 1
    found: Keys64 = power_table(1 << most.bit_length())[exponents]
    return found


@cache
def power_table(size: int) -> Keys64:
    """Return the first powers of `ODD` modulo 2**64."""
    factors = np.full(size, ODD, dtype=np.uint64)
    factors[0] = 1
    found: Keys64 = np.cumprod(factors, dtype=np.uint64)
    return found
