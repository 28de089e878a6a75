"""Give the edit keys to those long texts that share a beginning or an end with another text.

    >>> completed(keys, texts, map).edits.keys.size > keys.edits.keys.size
    True

Two long texts that differ in one part have one half in common (`keys`), so no other text needs these keys: in a corpus
of sentences most have none, which saves most of the time and memory that they would take.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from data_builders.tasks.translation.groups import in_order
from data_builders.tasks.translation.keys import edits_of
from data_builders.tasks.translation.schema import Edits, Keys, Owners, Places
from data_builders.tasks.translation.workers import Run

Texts = Callable[[Places], Iterator[tuple[Places, list[str]]]]


def completed(keys: Keys, texts: Texts, run: Run) -> Keys:
    """Return the keys with the edit keys of all texts that may need them; `texts` gives those at some places."""
    places = sharing(keys)
    waiting: list[Places] = []

    def some() -> Iterator[list[str]]:
        for here, few in texts(places):
            waiting.append(here)
            yield few

    parts = [keys.edits]
    for made, number in zip(run(edits_of, some()), range(len(places)), strict=False):
        parts.append(replace(made, of=waiting[number][made.of].astype(np.uint32)))
    return replace(keys, edits=edits_together(parts))


def sharing(keys: Keys) -> Places:
    """Return the places of the texts that share a half with another one and have no edit keys, rising."""
    wanted = np.zeros(len(keys.exact), np.bool_)
    for values, owners in in_order(keys.halves, keys.halves_of):
        alike = np.flatnonzero(values[1:] == values[:-1])
        wanted[owners[alike]] = True
        wanted[owners[alike + 1]] = True
    wanted[keys.edits.of] = False
    return np.flatnonzero(wanted)


def edits_together(parts: list[Edits]) -> Edits:
    """Return the edit keys of several parts."""
    owners: list[Owners] = [part.of for part in parts]
    return Edits(
        np.concatenate([part.keys for part in parts]),
        np.concatenate(owners),
        np.concatenate([part.strict for part in parts]),
    )
