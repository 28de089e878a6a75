"""Prove from the written files that no held-out text is in training, and count what is.

    >>> leaks([Path("translation_train.jsonl")], [Path("translation_test.jsonl")], map)
    Leaks(rows=0, compared=1920, held=40)

The files are read as a trainer reads them; how the split was made plays no part. Both texts of every training row are
compared with both texts of every held-out row: equal when folded, equal but for one part, or sketches that agree.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from data_builders.importers.arrow import read_arrow
from data_builders.tasks.translation.groups import among, like_rows
from data_builders.tasks.translation.keys import edits_of, keys_of
from data_builders.tasks.translation.schema import Keys
from data_builders.tasks.translation.workers import Run

CHUNK = 20_000
BYTES = 1 << 23


class Texts(msgspec.Struct):
    """Both texts of a row."""

    input: str
    output: str


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a JSONL file: the rows that begin within it."""

    file: Path
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Leaks:
    """How many rows of training are like a held-out one, of how many, held against how many."""

    rows: int
    compared: int
    held: int


def leaks(train: Sequence[Path], held: Sequence[Path], run: Run) -> Leaks:
    """Count the rows of some files that have a text like one of the held-out rows'."""
    theirs = [text for file in held for text in texts_of(file)]
    if not theirs:
        return Leaks(0, 0, 0)
    found = compared = 0
    for some in run(partial(like, whole_keys(theirs)), (chunk for file in train for chunk in chunks(file))):
        found += int(some.sum())
        compared += len(some)
    return Leaks(found, compared, len(theirs) // 2)


def whole_keys(texts: list[str]) -> Keys:
    """Return the keys of texts, each with its edit keys, however long."""
    return replace(keys_of(texts), edits=edits_of(texts))


def chunks(file: Path) -> Iterator[Span | list[str]]:
    """Yield the parts of a JSONL file, which the reader reads; of an Arrow file the texts, input and output in turn."""
    if file.suffix == ".arrow":
        texts = texts_of(file)
        while some := list(islice(texts, 2 * CHUNK)):
            yield some
        return
    size = file.stat().st_size
    for start in range(0, size, BYTES):
        yield Span(file, start, min(start + BYTES, size))


def texts_of(file: Path) -> Iterator[str]:
    """Yield input and output of every row of a file in turn; a line end in a text counts as a space."""
    if file.suffix == ".arrow":
        for _, row in read_arrow(file):
            yield flat(str(row["input"]))
            yield flat(str(row["output"]))
        return
    for span in chunks(file):
        yield from texts_in(span) if isinstance(span, Span) else span


def texts_in(span: Span) -> list[str]:
    """Return the texts of the rows that begin within a part of a JSONL file."""
    with span.file.open("rb") as stream:
        if span.start:
            stream.seek(span.start - 1)
            stream.readline()
        block = stream.read(max(0, span.end - stream.tell()))
        block += b"" if block[-1:] in {b"", b"\n"} else stream.readline()
    rows = msgspec.json.Decoder(Texts).decode_lines(block)
    return [flat(text) for row in rows for text in (row.input, row.output)]


def flat(text: str) -> str:
    """Return a text on one line."""
    return text.replace("\n", " ") if "\n" in text else text


def like(held: Keys, chunk: Span | list[str]) -> NDArray[np.bool_]:
    """Tell for each row, two texts in turn, whether one of them is like a held-out text.

    Both directions of a pair stand beside each other, so a text is looked at once for all rows that have it.
    """
    texts = texts_in(chunk) if isinstance(chunk, Span) else chunk
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    leaked = alike(held, list(places))
    both = leaked[np.fromiter(map(places.__getitem__, texts), np.int64, len(texts))]
    found: NDArray[np.bool_] = both[0::2] | both[1::2]
    return found


def alike(held: Keys, texts: list[str]) -> NDArray[np.bool_]:
    """Tell for each text whether it is like a held-out one, by the three kinds of likeness."""
    own, found = keys_of(texts), np.zeros(len(texts), np.bool_)
    found[among(own.exact, held.exact[held.exact != 0])] = True  # 0: nothing is left of the text
    found[own.edits.of[among(own.edits.keys, held.edits.keys)]] = True
    halves = np.unique(own.halves_of[among(own.halves, held.halves)])
    edits = edits_of([texts[place] for place in halves.tolist()])
    found[halves[edits.of[among(edits.keys, held.edits.keys)]]] = True
    first = len(held.sketches)
    for rows in like_rows(np.concatenate((held.sketches, own.sketches)), np.arange(first + len(own.sketches)) < first):
        found[own.sketches_of[rows[rows >= first] - first]] = True
    return found
