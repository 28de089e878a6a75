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
from data_builders.tasks.translation.keys import keys_of
from data_builders.tasks.translation.schema import Bounds, Edits, Keys, Language, Owners
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
    """What stays: its line numbers, and both texts of each pair after each other, a line each, in UTF-8.

    In the keys a text is twice the place of its pair, and one more for the right side. `rejects` are JSON lines;
    `converted` counts the texts that were put into Taiwan's Chinese.
    """

    lines: NDArray[np.int64]
    texts: bytes
    keys: Keys
    rejects: tuple[bytes, ...]
    converted: int


def prepare(lines: Lines) -> Prepared:
    """Clean, judge, key."""
    left, right = tidied(lines.left, lines.languages[0]), tidied(lines.right, lines.languages[1])
    reasons = misfits([text or "" for text in left], [text or "" for text in right], lines.bounds)
    if None in left or None in right:
        pairs = zip(left, right, strict=True)
        reasons = ["not_utf8" if None in pair else why for pair, why in zip(pairs, reasons, strict=True)]
    if lines.words:  # what holds no keyword is neither kept nor a reject
        pairs = zip(left, right, strict=True)
        reasons = [why if holds(pair, lines.words) else "" for pair, why in zip(pairs, reasons, strict=True)]
    places = [place for place, why in enumerate(reasons) if why is None]
    ours, theirs = [left[place] or "" for place in places], [right[place] or "" for place in places]
    converted = 0
    for language, side in zip(lines.languages, (ours, theirs), strict=True):
        converted += put_into_taiwans(side) if language == "zh_TW" else 0
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
    stay = zip(ours, theirs, kept.tolist(), strict=True)
    both = "\n".join([f"{one}\n{other}" for one, other, stays in stay if stays]).encode()
    keys = keys if kept.all() else without(keys, kept)
    numbers = np.array(places, np.int64)[kept] + lines.first
    return Prepared(numbers, both, keys, tuple(rejects), converted)


def holds(pair: tuple[str | None, str | None], words: tuple[str, ...]) -> bool:
    """Tell whether a pair holds one of the words, in any case."""
    return any(word.casefold() in text.casefold() for text in pair if text for word in words)


def put_into_taiwans(texts: list[str]) -> int:
    """Put texts into Taiwan's Chinese where they are, and return how many were changed."""
    made = in_taiwan(texts)
    changed = sum(text != new for text, new in zip(texts, made, strict=True))
    texts[:] = made
    return changed


def joined(left: Keys, right: Keys) -> Keys:
    """Return the keys of both sides, the places of the left even and of the right odd."""
    exact = np.empty(2 * len(left.exact), np.uint64)
    exact[0::2], exact[1::2] = left.exact, right.exact

    def places(ours: Owners, theirs: Owners) -> Owners:
        return np.concatenate((ours * np.uint32(2), theirs * np.uint32(2) + np.uint32(1)))

    return Keys(
        exact,
        Edits(
            np.concatenate((left.edits.keys, right.edits.keys)),
            places(left.edits.of, right.edits.of),
            np.concatenate((left.edits.strict, right.edits.strict)),
        ),
        np.concatenate((left.halves, right.halves)),
        places(left.halves_of, right.halves_of),
        np.concatenate((left.sketches, right.sketches)),
        places(left.sketches_of, right.sketches_of),
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
    stay = np.repeat(kept, 2)
    moved = (np.cumsum(stay) - 1).astype(np.uint32)
    edits, halves, sketches = stay[keys.edits.of], stay[keys.halves_of], stay[keys.sketches_of]
    return Keys(
        keys.exact[stay],
        Edits(keys.edits.keys[edits], moved[keys.edits.of[edits]], keys.edits.strict[edits]),
        keys.halves[halves],
        moved[keys.halves_of[halves]],
        keys.sketches[sketches],
        moved[keys.sketches_of[sketches]],
    )


def shown(one: str | None, other: str | None) -> str:
    """Return a rejected pair as it is written down, cut where it is long."""
    return " ||| ".join("" if text is None else text[:SHOWN] for text in (one, other))
