"""Build the translation task: Moses corpora -> rows in both directions, on one side of the split each, with proof.

    python -m data_builders task translation --input corpora --out data/tasks

Lines are read once, cleaned and keyed on some processes (`prepare`, `gather`); copies go, groups are found and split
(`decide`), rows are written from the disk (`rows`), and the written files are proved apart (`proof`).
"""

from collections.abc import Iterator

import msgspec
import numpy as np

from data_builders.schema import AlpacaRow, Reject
from data_builders.tasks.translation.decide import Decided
from data_builders.tasks.translation.gather import Gathered
from data_builders.tasks.translation.prepare import STEP, shown
from data_builders.tasks.translation.rows import both


def rows_of(split: int, decided: Decided, gathered: Gathered) -> Iterator[AlpacaRow]:
    """Yield the rows of a split, both directions of a pair after each other, in the corpora's order."""
    languages = [(bitext.left.language, bitext.right.language) for bitext in gathered.bitexts]
    for pair in decided.pairs(split):
        yield from both(gathered.name(pair), languages[gathered.bitext[pair]], *gathered.texts(pair))


def rejects_of(decided: Decided, gathered: Gathered) -> Iterator[Reject]:
    """Yield every pair that was left out, with the reason; those beyond a subset are counted alone."""
    decoder = msgspec.json.Decoder(Reject)
    for place in range(len(gathered.refused)):
        yield decoder.decode(gathered.refused.get(place))
    for why, places in decided.dropped.items():
        for pair in np.flatnonzero(places).tolist() if why != "beyond_subset" else ():
            yield Reject(gathered.name(pair), STEP, why, text=shown(*gathered.texts(pair)))
