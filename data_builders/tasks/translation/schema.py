"""The records of the translation builder.

folder -> Bitext -> (line by line) Prepared -> AlpacaRow in both directions
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Language = Literal["en", "ja", "zh_TW"]
LANGUAGES: tuple[Language, ...] = ("en", "ja", "zh_TW")
Format = Literal["jsonl", "arrow"]

Keys64 = NDArray[np.uint64]
Places = NDArray[np.int64]
Owners = NDArray[np.uint32]
Pair = tuple[str, tuple[Language, Language], str, str]  # name, languages, both texts


@dataclass(frozen=True, slots=True)
class Side:
    """One file of a bitext: the language its lines are in, and where it lies."""

    language: Language
    path: Path


@dataclass(frozen=True, slots=True)
class Bitext:
    """Two files of one corpus whose lines belong together; `left` stands before `right` in `LANGUAGES`."""

    stem: str
    left: Side
    right: Side
    lines: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder holds: the bitexts, and the files of a known language that have no partner."""

    bitexts: tuple[Bitext, ...]
    alone: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a pair may be: `characters` of either side; how many times as many bytes of UTF-8 one side may have.

    A byte is worth about the same in all three languages (a Chinese character has three), so one `ratio` serves them;
    `slack` bytes are free, or an interjection would be out of proportion.
    """

    characters: int = 300
    ratio: float = 4.0
    slack: int = 24


@dataclass(frozen=True, slots=True)
class Edits:
    """Keys of texts whole and without each of their parts; `of` is the place of a key's text.

    `strict` tells which of them may make a copy.
    """

    keys: Keys64
    of: Owners
    strict: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Keys:
    """What tells that two texts are alike, for many texts at once; `…_of` is the place of a key's text.

    `exact` is a hash of the folded text (0: nothing is left of it). A long text has `halves`, its beginning and its
    end, and `edits` only once those are found to be shared. `sketches` has a row for each text that is long enough,
    the least hash of its runs under each of several functions.
    """

    exact: Keys64
    edits: Edits
    halves: Keys64
    halves_of: Owners
    sketches: NDArray[np.uint32]
    sketches_of: Owners
