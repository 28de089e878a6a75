"""A corpus between the passes of curation: every line's record on disk, and of the clean ones what joining needs.

    with Corpus(out) as corpus:
        corpus.fill(local(path, "news", recipe))
        corpus.article(0).id

Places count all lines in the input's order; numbers count those that came clean. In memory are ids, stories, dates and
offsets; texts, folded texts and sketches lie in unnamed temporary files.
"""

import hashlib
import pickle
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import numpy as np

from data_builders.curate.prepare import Prepared
from data_builders.curate.shingles import Folded
from data_builders.curate.sketch import Sketch
from data_builders.curate.spool import Spool
from data_builders.curate.stories import Told
from data_builders.jsonl import encode
from data_builders.schema import Article, Reject

ARTICLE, REJECT = msgspec.json.Decoder(Article), msgspec.json.Decoder(Reject)


class Corpus:
    """The lines of one input; `told` are the clean articles by number, `places` where they stand."""

    def __init__(self, folder: Path) -> None:
        self.records, self.sketches, self.codes = Spool(folder), Spool(folder), Spool(folder)
        self.told: list[Told] = []
        self.places = array("q")
        self.edited: Counter[str] = Counter()
        self.with_text = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (self.records, self.sketches, self.codes):
            file.__exit__(kind, error, trace)

    def fill(self, prepared: Iterable[Prepared]) -> None:
        """Lay down what was prepared, in order; the second text with an id is a Reject from here on."""
        seen: dict[str, bytes] = {}
        for one in prepared:
            self.with_text += one.had_text
            self.edited.update(one.edits)
            if not one.kept:
                self.records.put(one.record)
                continue
            digest = hashlib.blake2b(one.codes, digest_size=8).digest()
            first = seen.setdefault(one.id, digest) if one.id in seen else None
            if first is not None:
                self.records.put(encode(repeated(ARTICLE.decode(one.record), first == digest)))
                continue
            seen[one.id] = digest
            self.places.append(self.records.put(one.record))
            self.codes.put(one.codes)
            self.sketches.put(one.sketch)
            self.told.append(Told(one.id, one.id if one.story == one.id else one.story, one.published))

    def article(self, number: int) -> Article:
        """Return a clean article."""
        return ARTICLE.decode(self.records.get(self.places[number]))

    def sketch(self, number: int) -> Sketch:
        """Return the sketch of a clean article."""
        found: Sketch = pickle.loads(self.sketches.get(number))  # noqa: S301 - written above, to a file nobody sees
        return found

    def folded(self, number: int) -> Folded:
        """Return the folded text of a clean article."""
        return np.frombuffer(self.codes.get(number), dtype=np.uint16)

    def rejects(self, fates: dict[int, tuple[str, str, str]]) -> Iterator[Reject]:
        """Yield every Reject in the input's order: from cleaning, and (step, reason, detail) by number from `fates`."""
        number = 0
        for place in range(len(self.records)):
            if number < len(self.places) and self.places[number] == place:
                if number in fates:
                    article = self.article(number)
                    yield Reject(article.id, *fates[number], article.article)
                number += 1
            else:
                yield REJECT.decode(self.records.get(place))


def repeated(article: Article, same: bool) -> Reject:
    """Return the Reject of an id that came before."""
    if same:
        return Reject(article.id, "dedupe", "duplicate", f"same text as {article.id}", article.article)
    return Reject(article.id, "dedupe", "id_twice", "another text has this id", article.article)
