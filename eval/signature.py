"""A number and the signature that goes with it wherever it is printed.

    >>> mean_of([0.25, 0.75], "rouge1_f", "mode:rouge_chinese-char|tok:char+latin", ["a", "b"]).signature
    'rouge1_f|mode:rouge_chinese-char|tok:char+latin|impl:newsladder-0.1.0|n:2|ids:7e18f737311b'

Two numbers may be compared when their signatures differ in nothing but what is compared. `ids` is the start of the
SHA-256 of the sorted ids joined by newlines: equal for the same pairs in any order.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from statistics import fmean

from data_builders import VERSION
from data_builders.errors import InputError
from eval.schema import Metric, Pair


def mean_of(values: Sequence[float], name: str, how: str, ids: Iterable[str], note: str = "") -> Metric:
    """Return the mean of one value a pair, signed; `note` says what was done to the texts before."""
    return Metric(fmean(values), signed(name, how, list(ids), note), len(values))


def signed(name: str, how: str, ids: Collection[str], note: str = "") -> str:
    """Return the signature of one number over the pairs with these ids."""
    parts = (name, how, note, f"impl:newsladder-{VERSION}", f"n:{len(ids)}", f"ids:{digest_of(ids)}")
    return "|".join(part for part in parts if part)


def some(pairs: Sequence[Pair]) -> None:
    """Raise an InputError when there is no pair, or when two share an id: the mean of neither is known."""
    if not pairs:
        raise InputError("pairs", "at least one pair", "none", "make the predictions first")
    seen: set[str] = set()
    for pair in pairs:
        if pair.id in seen:
            raise InputError(pair.id, "an id that no other pair has", "it twice", "leave out one of the two")
        seen.add(pair.id)


def digest_of(ids: Iterable[str]) -> str:
    """Return 12 hexadecimal digits that stand for a set of ids."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:12]
