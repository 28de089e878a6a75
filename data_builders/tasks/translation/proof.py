"""Prove from the written files that no held-out text is in training, and count what is.

    >>> leaks([Path("translation_train.jsonl")], Path("translation_test.jsonl"), map)
    Leaks(rows=0, compared=1920, held=40)

The files are read as a trainer reads them; how the split was made plays no part. Both texts of every training row are
compared with both texts of every held-out row: equal when folded, equal but for one part, or sketches that agree.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from data_builders.importers.arrow import read_arrow
from data_builders.jsonl import lines
from data_builders.tasks.translation.groups import near_held_out
from data_builders.tasks.translation.keys import keys_of
from data_builders.tasks.translation.schema import Keys, Keys64
from data_builders.tasks.translation.workers import Run

CHUNK = 20_000
TWO = np.uint32(2)


class Texts(msgspec.Struct):
    """Both texts of a row."""

    input: str
    output: str


@dataclass(frozen=True, slots=True)
class Leaks:
    """How many rows of training are like a held-out one, of how many, held against how many."""

    rows: int
    compared: int
    held: int


def leaks(train: Sequence[Path], held: Path, run: Run) -> Leaks:
    """Count the rows of some files that have a text like one of the held-out rows'."""
    theirs = [text for row in texts_of(held) for text in row]
    if not theirs:
        return Leaks(0, 0, 0)
    found = compared = 0
    for some in run(partial(like, keys_of(theirs)), (chunk for file in train for chunk in chunks(file))):
        found += int(some.sum())
        compared += len(some)
    return Leaks(found, compared, len(theirs) // 2)


def chunks(file: Path) -> Iterator[list[str]]:
    """Yield the texts of a file's rows, input and output in turn, some thousand rows at a time."""
    rows = texts_of(file)
    while some := list(islice(rows, CHUNK)):
        yield [text for row in some for text in row]


def texts_of(file: Path) -> Iterator[tuple[str, str]]:
    """Yield input and output of every row of a JSONL or an Arrow file; a line end in a text counts as a space."""
    if file.suffix == ".arrow":
        for _, row in read_arrow(file):
            yield flat(str(row["input"])), flat(str(row["output"]))
        return
    decoder = msgspec.json.Decoder(Texts)
    for _, line in lines(file):
        texts = decoder.decode(line)
        yield flat(texts.input), flat(texts.output)


def flat(text: str) -> str:
    """Return a text on one line."""
    return text.replace("\n", " ") if "\n" in text else text


def like(held: Keys, texts: list[str]) -> NDArray[np.bool_]:
    """Tell for each row, two texts in turn, whether one of them is like a held-out text.

    Both directions of a pair stand beside each other, so a text is looked at once for all rows that have it.
    """
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    leaked = alike(held, list(places))
    whose = np.fromiter((places[text] for text in texts), np.int64, len(texts))
    both = leaked[whose].reshape(-1, 2)
    return both[:, 0] | both[:, 1]


def alike(held: Keys, texts: list[str]) -> NDArray[np.bool_]:
    """Tell for each text whether it is like a held-out one."""
    own = keys_of(texts)
    first = 2 * len(held.exact)
    # Each text counts as a pair with one side: it has even places only.
    both = Keys(
        spaced(np.concatenate((held.exact, own.exact))),
        np.concatenate((held.edits, own.edits)),
        np.concatenate((held.edits_of * TWO, own.edits_of * TWO + np.uint32(first))),
        held.strict,
        held.strict_of,
        np.concatenate((held.sketches, own.sketches)),
        np.concatenate((held.sketches_of * TWO, own.sketches_of * TWO + np.uint32(first))),
    )
    is_held = np.arange(len(both.exact) // 2) < first // 2
    return near_held_out(both, is_held, ~is_held)[first // 2 :]


def spaced(exact: Keys64) -> Keys64:
    """Return keys at even places, with a number that no text has between them."""
    found = np.zeros(2 * len(exact), np.uint64)
    found[0::2] = exact
    return found
