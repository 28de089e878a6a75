"""How far reviewers agree on what both of them decided: plain share, and Cohen's kappa for each pair.

    >>> kappa([("accept", "accept"), ("accept", "fix"), ("fix", "fix"), ("reject", "fix")])
    0.2727272727272727

Cohen (1960): (observed - expected) / (1 - expected), expected by each reviewer's own share of accept, fix, reject.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from data_builders.review.schema import Agreement, Decision, Mark


def agreements(decisions: Iterable[Decision | Mark]) -> tuple[Agreement, ...]:
    """Return the agreement of each pair of reviewers that share items; `decisions` are those that stand."""
    by_reviewer: dict[str, dict[tuple[str, str], str]] = {}
    for made in decisions:
        by_reviewer.setdefault(made.reviewer, {})[made.item, made.draft] = made.verdict
    found = []
    for one, other in combinations(sorted(by_reviewer), 2):
        mine, theirs = by_reviewer[one], by_reviewer[other]
        pairs = [(mine[key], theirs[key]) for key in sorted(mine.keys() & theirs.keys())]
        if pairs:
            found.append(Agreement(one, other, len(pairs), sum(a == b for a, b in pairs), kappa(pairs)))
    return tuple(found)


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa, or None when chance alone explains everything."""
    size = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(first[verdict] * second[verdict] for verdict in first) / size**2
    if expected == 1:
        return None
    observed = sum(a == b for a, b in pairs) / size
    return (observed - expected) / (1 - expected)
