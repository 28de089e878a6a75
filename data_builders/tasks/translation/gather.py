"""Gather what `prepare` makes of all lines: texts and rejects on the disk, keys in memory.

>>> gathered = gather(find(folder).bitexts, Bounds(), (), map)
>>> next(gathered.pairs(np.array([0])))
('talks-1', ('en', 'zh_TW'), 'Good morning.', '早安。')
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from data_builders.curate.spool import Spool
from data_builders.tasks.translation.corpora import blocks
from data_builders.tasks.translation.prepare import Lines, prepare
from data_builders.tasks.translation.schema import Bitext, Bounds, Keys, Pair, Places
from data_builders.tasks.translation.shared import completed, edits_together
from data_builders.tasks.translation.workers import Run

CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Gathered:
    """All pairs that can be used, by place: the lines they stand on, their texts, their keys.

    A record of `kept` holds the texts of the pairs from `firsts` on, which `bitexts` names for each record.
    """

    bitexts: tuple[Bitext, ...]
    firsts: Places
    line: NDArray[np.int64]
    kept: Spool
    refused: Spool
    keys: Keys
    converted: int

    def pairs(self, places: Places) -> Iterator[Pair]:
        """Yield the pairs at some places, which rise."""
        borders = [*np.searchsorted(places, self.firsts).tolist(), len(places)]
        for record, (start, end) in enumerate(pairwise(borders)):
            if start == end:
                continue
            bitext = self.bitexts[record]
            languages = bitext.left.language, bitext.right.language
            texts = self.kept.get(record).decode().split("\n")
            here = places[start:end]
            for line, at in zip(self.line[here].tolist(), (2 * (here - self.firsts[record])).tolist(), strict=True):
                yield f"{bitext.stem}-{line}", languages, texts[at], texts[at + 1]

    def texts(self, sides: Places) -> Iterator[tuple[Places, list[str]]]:
        """Yield the texts at some places, which rise, a record's at a time; a pair's are at twice its place."""
        borders = [*np.searchsorted(sides, 2 * self.firsts).tolist(), len(sides)]
        for record, (start, end) in enumerate(pairwise(borders)):
            if start < end:
                texts = self.kept.get(record).decode().split("\n")
                here = sides[start:end]
                yield here, [texts[at] for at in (here - 2 * self.firsts[record]).tolist()]

    def close(self) -> None:
        """Let go of the files."""
        self.kept.file.close()
        self.refused.file.close()


def gather(bitexts: Sequence[Bitext], bounds: Bounds, words: tuple[str, ...], run: Run) -> Gathered:
    """Read, clean and key every line; with `words`, only pairs that hold one of them count."""
    kept, refused = Spool(), Spool()
    lines: list[NDArray[np.int64]] = []
    whose: list[Bitext] = []
    firsts: list[int] = []
    parts: list[Keys] = []
    pairs = converted = 0
    try:
        for bitext in bitexts:
            for made in run(prepare, lines_of(bitext, bounds, words)):
                parts.append(shifted(made.keys, 2 * pairs))
                kept.put(made.texts)
                for record in made.rejects:
                    refused.put(record)
                lines.append(made.lines)
                whose.append(bitext)
                firsts.append(pairs)
                pairs += len(made.lines)
                converted += made.converted
        line = np.concatenate([np.zeros(0, np.int64), *lines])
        first = Gathered(tuple(whose), np.array(firsts), line, kept, refused, together(parts), converted)
        return replace(first, keys=completed(first.keys, first.texts, run))
    except BaseException:
        kept.file.close()
        refused.file.close()
        raise


def lines_of(bitext: Bitext, bounds: Bounds, words: tuple[str, ...]) -> Iterator[Lines]:
    """Yield the lines of a bitext, some thousand at a time."""
    languages = bitext.left.language, bitext.right.language
    for first, left, right in blocks(bitext, CHUNK):
        yield Lines(bitext.stem, languages, first, b"".join(left), b"".join(right), bounds, words)


def shifted(keys: Keys, shift: int) -> Keys:
    """Return the keys of some pairs with the places that they have among all; each part counts from 0."""
    by = np.uint32(shift)
    return replace(
        keys,
        edits=replace(keys.edits, of=keys.edits.of + by),
        halves_of=keys.halves_of + by,
        sketches_of=keys.sketches_of + by,
    )


def together(parts: list[Keys]) -> Keys:
    """Return the keys of all; one field after the other, so that memory holds one of them twice and no more."""
    names = [field.name for field in fields(Keys)]
    columns = {name: [getattr(part, name) for part in parts] for name in names}
    parts.clear()
    edits = edits_together(columns.pop("edits"))
    return Keys(edits=edits, **{name: np.concatenate(columns.pop(name)) for name in names if name != "edits"})
