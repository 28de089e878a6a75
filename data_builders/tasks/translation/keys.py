"""Tell texts that are alike, many at once, by numbers that are equal where the texts are.

    >>> one, other = keys_of(["Tom is a good boy.", "tom is a good boy"]).exact.tolist()
    >>> one == other
    True

Texts are folded as curation folds articles (`shingles`): letters, Han characters and digits in one case, width and
script; signs and spaces go, so a corpus with spaces between words is the same text. A text's parts are its words, in
Chinese and Japanese its characters. Three kinds of likeness:

- `exact`: the folded texts are equal;
- `edits`: they become equal when one part is left out of either or both, and at least `KEPT` of the characters stay.
  A text has a key for itself without each of its parts (Mor & Fraenkel's deletion neighbourhoods);
- `sketches`, of texts of `LONG` characters or more: MinHash of their runs of `RUN` characters (Broder 1997); texts that
  agree in `AGREED` of the `FUNCTIONS` are near, whatever was changed in them.

A text of more than `SHORT` parts would have many edit keys and seldom needs them. Where two such texts differ in one
part, or in two neighbours that changed places, their beginnings or their ends are equal, nearly half of each: so it has
`halves`, and edit keys only once another text shares one (`edits_of`). That search is complete but for a part that
wandered further, which the sketches of long texts see.

All hashes are sums modulo 2**64 of mixed codes times powers of an odd number. The running sum over all texts gives the
hash of any stretch by a difference and one product, so numpy makes the keys of thousands of texts in one go.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from data_builders.curate.shingles import table
from data_builders.tasks.translation.schema import Edits, Keys, Keys64, Places

KEPT, STRICT = 0.8, 0.9
LEAST = 4  # characters of a text whose edits count
SHORT = 9  # parts of a text that has its edit keys at once
LONG, RUN = 24, 4
FUNCTIONS, AGREED = 32, 16
WIDE = 0x2E80  # from here on a character is a part of its own
ODD = 0x9E3779B97F4A7C15
INVERSE = pow(ODD, -1, 2**64)
LENGTH = 0xD1342543DE82EF95
AT_END = np.uint64(0xA0761D6478BD642F)  # sets an end apart from a beginning
MULTIPLIERS = np.random.default_rng(20261121).integers(1, 2**31, FUNCTIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(
    1
)


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded texts after each other: where each begins, ends, and has its parts; running sums of the hash.

    The parts of text k are those from `firsts[k]`, `counts[k]` of them; `parts` has one more, where all ends.
    """

    letters: NDArray[np.uint16]
    starts: Places
    ends: Places
    parts: Places
    firsts: Places
    counts: Places
    total: Keys64

    @property
    def sizes(self) -> Places:
        """Return how many characters each text has."""
        return self.ends - self.starts

    def hashes(self, starts: Places, ends: Places) -> Keys64:
        """Return the hash of some stretches, wherever they stand."""
        found: Keys64 = (self.total[ends] - self.total[starts]) * powers(INVERSE, len(self.total))[starts]
        return found


def folded(texts: list[str]) -> Folded:
    """Fold texts that hold no line end."""
    points = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = table().take(points, mode="clip")
    kept = np.flatnonzero(codes)
    letters = codes[kept]
    breaks = np.searchsorted(kept, np.flatnonzero(points == ord("\n")))
    ends = np.append(breaks, len(letters))[: len(texts)]
    starts = np.append(0, breaks)[: len(texts)]
    wide = letters >= WIDE
    begin = np.ones(len(letters), np.bool_)
    begin[1:] = wide[1:] | wide[:-1] | (kept[1:] - kept[:-1] != 1)
    parts = np.append(np.flatnonzero(begin), len(letters))
    firsts = np.searchsorted(parts, starts)
    counts = np.searchsorted(parts, ends) - firsts
    total = np.zeros(len(letters) + 1, np.uint64)
    np.cumsum(mixed_codes()[letters] * powers(ODD, len(letters))[: len(letters)], out=total[1:])
    return Folded(letters, starts, ends, parts, firsts, counts, total)


def keys_of(texts: list[str]) -> Keys:
    """Return the keys of texts that hold no line end; of long ones all but the edit keys."""
    made = folded(texts)
    exact = exact_keys(made)
    edits = edit_keys(made, exact, made.counts <= SHORT)
    return Keys(exact, edits, *half_keys(made), *sketched(made))


def edits_of(texts: list[str]) -> Edits:
    """Return the edit keys of texts however long."""
    made = folded(texts)
    return edit_keys(made, exact_keys(made), np.ones(len(texts), np.bool_))


def exact_keys(made: Folded) -> Keys64:
    """Return the key of each text, 0 where nothing is left of it."""
    exact = seal(made.hashes(made.starts, made.ends), made.sizes)
    exact[made.sizes == 0] = 0
    return exact


def edit_keys(made: Folded, exact: Keys64, chosen: NDArray[np.bool_]) -> Edits:
    """Return the keys of the chosen texts whole and without each of their parts."""
    lengths = made.parts[1:] - made.parts[:-1]
    owners = np.repeat(np.arange(len(exact)), made.counts)
    sizes = made.sizes
    may = (sizes >= LEAST) & chosen
    here = np.flatnonzero(may[owners] & (lengths <= (1 - KEPT) * sizes[owners]))
    whose, length, begin = owners[here], lengths[here], made.parts[here]
    start, size = made.starts[whose], sizes[whose]
    end, total = begin + length, made.total
    inverse = powers(INVERSE, len(total))
    without = (total[begin] - total[start]) * inverse[start]
    without += (total[made.ends[whose]] - total[end]) * inverse[start + length]
    digits = np.zeros(len(total), np.int32)
    np.cumsum((made.letters >= ord("0")) & (made.letters <= ord("9")), out=digits[1:])
    strict = (length <= (1 - STRICT) * size) & (digits[end] == digits[begin])
    full = np.flatnonzero(may)
    return Edits(
        np.concatenate((seal(without, size - length), exact[full])),
        np.concatenate((whose, full)).astype(np.uint32),
        np.concatenate((strict, np.ones(len(full), np.bool_))),
    )


def half_keys(made: Folded) -> tuple[Keys64, NDArray[np.uint32]]:
    """Return the keys of the beginning and the end of each text of `SHORT` parts or more, and whose they are.

    Texts that differ by one part may have one part more or less: each has the stretches of both lengths.
    """
    own = np.flatnonzero(made.counts >= SHORT)
    less = own[(made.counts[own] > SHORT) & (half(made.counts[own]) != half(made.counts[own] - 1))]
    whose = np.concatenate((own, less))
    sizes = np.concatenate((half(made.counts[own]), half(made.counts[less] - 1)))
    stop = made.parts[made.firsts[whose] + sizes]
    start = made.parts[made.firsts[whose] + made.counts[whose] - sizes]
    first = seal(made.hashes(made.starts[whose], stop), sizes)
    last = seal(made.hashes(start, made.ends[whose]) ^ AT_END, sizes)
    return np.concatenate((first, last)), np.tile(whose.astype(np.uint32), 2)


def half(counts: Places) -> Places:
    """Return how many parts of so many are a half: an even number, so that few texts have two, and one is left over."""
    return (counts - 1) // 4 * 2


def sketched(made: Folded) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return a row of least hashes for each long text, and whose it is."""
    sizes = made.sizes
    long = np.flatnonzero(sizes >= LONG)
    rows = np.empty((len(long), FUNCTIONS), np.uint32)
    if not len(long):
        return rows, long.astype(np.uint32)
    counts = sizes[long] - RUN + 1
    firsts = np.cumsum(counts) - counts
    places = np.arange(int(counts.sum())) + np.repeat(made.starts[long] - firsts, counts)
    # Four codes of 16 bits in a row are one number of 64 bits.
    runs = np.ndarray((len(made.letters) - RUN + 1,), "<u8", made.letters.tobytes(), strides=(2,))[places]
    runs *= np.uint64(ODD)
    runs ^= runs >> np.uint64(32)
    runs *= np.uint64(LENGTH)
    values = (runs >> np.uint64(32)).astype(np.uint32)
    drawn = np.empty_like(values)
    for function, multiplier in enumerate(MULTIPLIERS):
        np.multiply(values, multiplier, out=drawn)
        rows[:, function] = np.minimum.reduceat(drawn, firsts)
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


def seal(hashes: Keys64, sizes: Places) -> Keys64:
    """Return final keys of stretches of so many characters or parts."""
    return mix(hashes + sizes.astype(np.uint64) * np.uint64(LENGTH))


@cache
def mixed_codes() -> Keys64:
    """Return the mixed number of every code."""
    return mix(np.arange(1 << 16, dtype=np.uint64))


def powers(odd: int, least: int) -> Keys64:
    """Return the powers of an odd number modulo 2**64, `least` of them or more."""
    return power_table(odd, 1 << least.bit_length())


@cache
def power_table(odd: int, size: int) -> Keys64:
    """Return the first powers of a number modulo 2**64."""
    factors = np.full(size, odd, dtype=np.uint64)
    factors[0] = 1
    found: Keys64 = np.cumprod(factors, dtype=np.uint64)
    return found
