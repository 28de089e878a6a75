"""Gather what `prepare` makes of all lines: texts and rejects on the disk, keys in memory.

>>> gathered = gather(find(folder).bitexts, Bounds(), (), map)
>>> gathered.texts(0)
('Good morning.', '早安。')
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from data_builders.curate.spool import Spool
from data_builders.tasks.translation.corpora import blocks
from data_builders.tasks.translation.prepare import Lines, Prepared, prepare
from data_builders.tasks.translation.schema import Bitext, Bounds, Keys, Language
from data_builders.tasks.translation.workers import Run

CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Gathered:
    """All pairs that can be used, by place: in which bitext and line they stand, their texts, their keys."""

    bitexts: tuple[Bitext, ...]
    bitext: NDArray[np.int16]
    line: NDArray[np.int64]
    kept: Spool
    refused: Spool
    keys: Keys
    converted: int

    def texts(self, pair: int) -> tuple[str, str]:
        """Return both texts of a pair."""
        left, _, right = self.kept.get(pair).decode().partition("\n")
        return left, right

    def name(self, pair: int) -> str:
        """Return a pair's name: its corpus and line."""
        return f"{self.bitexts[self.bitext[pair]].stem}-{self.line[pair]}"

    def languages(self, pair: int) -> tuple[Language, Language]:
        """Return the languages of a pair's texts."""
        bitext = self.bitexts[self.bitext[pair]]
        return bitext.left.language, bitext.right.language

    def close(self) -> None:
        """Let go of the files."""
        self.kept.file.close()
        self.refused.file.close()


def gather(bitexts: Sequence[Bitext], bounds: Bounds, words: tuple[str, ...], run: Run) -> Gathered:
    """Read, clean and key every line; with `words`, only pairs that hold one of them count."""
    kept, refused = Spool(), Spool()
    lines: list[NDArray[np.int64]] = []
    whose: list[NDArray[np.int16]] = []
    parts: list[Keys] = []
    converted = 0
    try:
        for number, bitext in enumerate(bitexts):
            for made in run(prepare, lines_of(bitext, bounds, words)):
                parts.append(shifted(made, len(kept)))
                for record in made.texts:
                    kept.put(record)
                for record in made.rejects:
                    refused.put(record)
                lines.append(made.lines)
                whose.append(np.full(len(made.lines), number, np.int16))
                converted += made.converted
    except BaseException:
        kept.file.close()
        refused.file.close()
        raise
    none = np.zeros(0, np.int64)
    return Gathered(
        tuple(bitexts),
        np.concatenate([none.astype(np.int16), *whose]),
        np.concatenate([none, *lines]),
        kept,
        refused,
        together(parts),
        converted,
    )


def lines_of(bitext: Bitext, bounds: Bounds, words: tuple[str, ...]) -> Iterator[Lines]:
    """Yield the lines of a bitext, some thousand at a time."""
    languages = bitext.left.language, bitext.right.language
    for first, left, right in blocks(bitext, CHUNK):
        yield Lines(bitext.stem, languages, first, b"".join(left), b"".join(right), bounds, words)


def shifted(made: Prepared, pairs: int) -> Keys:
    """Return the keys of some pairs with the places that they have among all; each part counts from 0."""
    keys, shift = made.keys, np.uint32(2 * pairs)
    return replace(
        keys,
        edits_of=keys.edits_of + shift,
        strict_of=keys.strict_of + shift,
        sketches_of=keys.sketches_of + shift,
    )


def together(parts: list[Keys]) -> Keys:
    """Return the keys of all; one field after the other, so that memory holds one of them twice and no more."""
    names = [field.name for field in fields(Keys)]
    columns = {name: [getattr(part, name) for part in parts] for name in names}
    parts.clear()
    return Keys(**{name: np.concatenate(columns.pop(name)) for name in names})
