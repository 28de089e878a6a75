"""Find the test texts that training texts repeat, in part or whole, whatever file they are in.

    >>> text = "台北市今天下大雨，市府宣布停班停課。"
    >>> [(found.id, found.of, found.kind) for found in neighbours([("s5-1", text + "明天也停。")], [("t-1", text)])]
    [('t-1', 's5-1', 'near')]

The test texts' samples are held in memory and the training texts pass by once, so a training file may have any size.
Nothing is spared here for being mostly new: a test text that stands in a longer training text is `contained` in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from data_builders.curate.likeness import Kind, Likeness, judge, traits
from data_builders.curate.shelf import Shelf
from data_builders.curate.shingles import folded
from data_builders.curate.sketch import RATE, met_in, postings, sample

BATCH = 512
ALL_RUNS_UP_TO = 5000  # test texts: so many are looked for by every run they hold, more by a sample
REMEMBERED = 4096  # test texts whose shingles are kept at hand


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The test text `id` and the training text `of` that is like it; `likeness` is the share that decided."""

    id: str
    of: str
    kind: Kind
    likeness: float


def neighbours(
    train: Iterable[tuple[str, str]], test: Iterable[tuple[str, str]], likeness: Likeness | None = None
) -> Iterator[Neighbour]:
    """Yield every pair of a test and a training text that are copies, in the training texts' order."""
    likeness = likeness or Likeness()
    with Shelf() as shelf:
        names = [name for name, text in test if shelf.put(folded(text)) >= 0]
        rate = 1 if len(names) <= ALL_RUNS_UP_TO else RATE
        found = postings(sample(shelf.get(place), rate).tobytes() for place in range(len(names)))
        look = lru_cache(REMEMBERED)(lambda place: traits(shelf.get(place)))
        for batch in batches(train):
            codes = [folded(text) for _, text in batch]
            for place, others in met_in(found, (sample(one, rate).tobytes() for one in codes)):
                passing = traits(codes[place])
                for other in sorted(met.place for met in others):
                    verdict = judge(look(other), passing, likeness)
                    if verdict.kind and verdict.kind != "story":
                        yield Neighbour(names[other], batch[place][0], verdict.kind, verdict.likeness)


def batches(texts: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Yield the texts in lists of `BATCH`."""
    stream = iter(texts)
    while batch := list(islice(stream, BATCH)):
        yield batch
