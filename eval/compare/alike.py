"""Whether systems may stand in one table, and if not, why: other pairs, another signature, unfit numbers.

>>> refusals([a, b], "judge")
['judge: b scores 12 pairs that a does not (x-7, x-8, x-9 …)']
"""

from dataclasses import replace

from data_builders.errors import InputError
from eval.compare.read import shown
from eval.compare.schema import System


def refusals(systems: list[System], metric: str) -> list[str]:
    """Return every reason why the systems' numbers in one metric may not stand beside each other."""
    found = [f"{one.name}: {fault}" for one in systems for fault in (*one.faults, *one.unparsed)]
    first = systems[0]
    for one in systems[1:]:
        ours, theirs = first.how[metric], one.how[metric]
        unlike = [key for key in sorted(ours.keys() | theirs.keys()) if ours.get(key) != theirs.get(key)]
        found += [
            f"{metric}: {key} is {ours.get(key, 'none')} for {first.name}, {theirs.get(key, 'none')} for {one.name}"
            for key in unlike
        ]
        found += unlike_ids(first, one, metric)
    return found


def unlike_ids(first: System, other: System, metric: str) -> list[str]:
    """Return how the pairs of two systems differ."""
    ours, theirs = first.values[metric].keys(), other.values[metric].keys()
    told = []
    if more := sorted(ours - theirs):
        told.append(f"{metric}: {first.name} scores {len(more)} pairs that {other.name} does not ({shown(more)})")
    if more := sorted(theirs - ours):
        told.append(f"{metric}: {other.name} scores {len(more)} pairs that {first.name} does not ({shown(more)})")
    return told


def reduced(systems: list[System], metric: str) -> tuple[list[System], dict[str, int]]:
    """Return the systems on the pairs that all of them have, and how many fell out of each.

    Signatures must still agree, and faults stay: no choice of pairs mends them. What the judge's replies did not state
    is not among the values already.
    """
    common = set.intersection(*(set(one.values[metric]) for one in systems))
    if not common:
        names = ", ".join(one.name for one in systems)
        raise InputError(names, f"pairs that all have a {metric} of", "none", "score the same test rows with each")
    fell_out = {one.name: len(one.values[metric]) - len(common) for one in systems}
    kept = [
        replace(one, values={**one.values, metric: {key: one.values[metric][key] for key in common}}, unparsed=())
        for one in systems
    ]
    return kept, fell_out
