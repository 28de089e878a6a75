"""Prepare some thousand lines of a bitext: clean, judge by themselves, and make the keys of what stays.

    Lines -> Prepared: the kept texts, their keys, the rejects as JSON lines

All that can be told of a pair alone is told here, in any process; `build` gathers and compares.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

from data_builders.jsonl import encode
from data_builders.schema import Reject
from data_builders.tasks.translation.clean import misfits, tidied
from data_builders.tasks.translation.keys import keys_of, mix
from data_builders.tasks.translation.schema import Bounds, Keys, Keys64, Language
from data_builders.tasks.translation.taiwan import in_taiwan

STEP = "translation"
SAME = 0.9  # of the characters of both sides stand in one order in both
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of both sides, from line number `first` of the bitext `stem` on."""

    stem: str
    languages: tuple[Language, Language]
    first: int
    left: bytes
    right: bytes
    bounds: Bounds
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """What stays: its line numbers, and both texts of each pair in UTF-8 with a line end between.

    In the keys a text is twice the place of its pair, and one more for the right side. `rejects` are JSON lines;
    `converted` counts the texts that were put into Taiwan's Chinese.
    """

    lines: NDArray[np.int64]
    texts: tuple[bytes, ...]
    keys: Keys
    rejects: tuple[bytes, ...]
    converted: int


def prepare(lines: Lines) -> Prepared:
    """Clean, judge, key."""
    left, turned = cleaned(lines.left, lines.languages[0])
    right, converted = cleaned(lines.right, lines.languages[1])
    reasons = misfits([text or "" for text in left], [text or "" for text in right], lines.bounds)
    if None in left or None in right:
        pairs = zip(left, right, strict=True)
        reasons = ["not_utf8" if None in pair else why for pair, why in zip(pairs, reasons, strict=True)]
    if lines.words:  # what holds no keyword is neither kept nor a reject
        pairs = zip(left, right, strict=True)
        reasons = [why if holds(pair, lines.words) else "" for pair, why in zip(pairs, reasons, strict=True)]
    places = [place for place, why in enumerate(reasons) if why is None]
    ours, theirs = [left[place] or "" for place in places], [right[place] or "" for place in places]
    keys = joined(keys_of(ours), keys_of(theirs))
    blank = (keys.exact[0::2] == 0) | (keys.exact[1::2] == 0)
    same = same_texts(ours, theirs, keys) & ~blank
    for why, which in (("empty", blank), ("same_text", same)):
        for place in np.flatnonzero(which).tolist():
            reasons[places[place]] = why
    rejects = [
        encode(
            Reject(
                f"{lines.stem}-{lines.first + place}-{'-'.join(lines.languages)}",
                STEP,
                why,
                text=shown(left[place], right[place]),
            )
        )
        for place, why in enumerate(reasons)
        if why
    ]
    kept = ~(same | blank)
    texts = tuple(
        f"{one}\n{other}".encode() for one, other, stays in zip(ours, theirs, kept.tolist(), strict=True) if stays
    )
    keys = keys if kept.all() else without(keys, kept)
    numbers = np.array(places, np.int64)[kept] + lines.first
    return Prepared(numbers, texts, keys, tuple(rejects), turned + converted)


def holds(pair: tuple[str | None, str | None], words: tuple[str, ...]) -> bool:
    """Tell whether a pair holds one of the words, in any case."""
    return any(word.casefold() in text.casefold() for text in pair if text for word in words)


def cleaned(block: bytes, language: Language) -> tuple[list[str | None], int]:
    """Return the clean texts of lines, and how many were put into Taiwan's Chinese."""
    texts = tidied(block, language)
    if language != "zh_TW":
        return texts, 0
    made = in_taiwan([text or "" for text in texts])
    changed = sum(text is not None and text != new for text, new in zip(texts, made, strict=True))
    return [None if text is None else new for text, new in zip(texts, made, strict=True)], changed


def joined(left: Keys, right: Keys) -> Keys:
    """Return the keys of both sides, the places of the left even and of the right odd.

    A strict key is mixed with the exact one of the other side: equal strict keys are one pair but for one part.
    """
    exact = np.empty(2 * len(left.exact), np.uint64)
    exact[0::2], exact[1::2] = left.exact, right.exact
    strict = mix(left.strict ^ mix(right.exact)[left.strict_of]), mix(right.strict ^ mix(left.exact)[right.strict_of])
    two, one = np.uint32(2), np.uint32(1)
    return Keys(
        exact,
        np.concatenate((left.edits, right.edits)),
        np.concatenate((left.edits_of * two, right.edits_of * two + one)),
        np.concatenate(strict),
        np.concatenate((left.strict_of * two, right.strict_of * two + one)),
        np.concatenate((left.sketches, right.sketches)),
        np.concatenate((left.sketches_of * two, right.sketches_of * two + one)),
    )


def same_texts(ours: Sequence[str], theirs: Sequence[str], keys: Keys) -> NDArray[np.bool_]:
    """Tell for each pair whether both sides are nearly one text."""
    equal: NDArray[np.bool_] = keys.exact[0::2] == keys.exact[1::2]
    if not len(ours):
        return equal
    alike = process.cpdist(ours, theirs, scorer=Indel.normalized_similarity, score_cutoff=SAME)
    return equal | (alike >= SAME)


def without(keys: Keys, kept: NDArray[np.bool_]) -> Keys:
    """Return the keys of the kept pairs, with their new places."""
    moved = np.repeat(np.cumsum(kept) - 1, 2).astype(np.uint32) * np.uint32(2) + np.tile(
        np.array([0, 1], np.uint32), len(kept)
    )
    stay = np.repeat(kept, 2)

    def chosen(values: Keys64, owners: NDArray[np.uint32]) -> tuple[Keys64, NDArray[np.uint32]]:
        here = stay[owners]
        return values[here], moved[owners[here]]

    edits, edits_of = chosen(keys.edits, keys.edits_of)
    strict, strict_of = chosen(keys.strict, keys.strict_of)
    here = stay[keys.sketches_of]
    rows, rows_of = keys.sketches[here], moved[keys.sketches_of[here]]
    return Keys(keys.exact[stay], edits, edits_of, strict, strict_of, rows, rows_of)


def shown(one: str | None, other: str | None) -> str:
    """Return a rejected pair as it is written down, cut where it is long."""
    return " ||| ".join("" if text is None else text[:SHOWN] for text in (one, other))
