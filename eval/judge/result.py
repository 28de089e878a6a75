"""Rulings -> JUDGE.json: scores over the pairs that have one, every reply kept, and how far the judge can be believed.

    >>> judged_of(rulings, Order(), "gpt-4o").metrics["judge"].signature
    'judge|model:gpt-4o|prompt:5f…|scale:0-20|asks:3|repeats:1|temperature:0|impl:newsladder-0.1.0|n:97|ids:…'

A value is points / 20. A pair with several rulings has the mean of those that state a score; rulings without one are
counted under their reason and are nobody's zero.
"""

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

import numpy as np

from data_builders.errors import InputError
from eval.compare.paired import LEVEL, sign_flip_p
from eval.judge.anchors import KINDS
from eval.judge.asking import prompt_digest
from eval.judge.parse import MOST
from eval.judge.schema import Anchor, Health, Judged, Order, Ruling
from eval.signature import mean_of

SYSTEM = "system"


def judged_of(rulings: Sequence[Ruling], order: Order, model: str) -> Judged:
    """Return what the rulings come to."""
    own: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        if ruling.kind == SYSTEM:
            own.setdefault(ruling.id, []).append(ruling)
    scores = {key: [r.score for r in each if r.score is not None] for key, each in own.items()}
    values = {key: fmean(points) / MOST for key, points in scores.items() if points}
    if not values:
        reasons = ", ".join(sorted({ruling.reason for ruling in rulings}))
        raise InputError(model, "a judge that states one score", f"none in {len(rulings)} rulings ({reasons})",
                         "look at its replies in the ledger, or choose another judge")  # fmt: skip
    temperature = order.temperature if order.repeats > 1 else 0
    how = f"model:{model}|prompt:{prompt_digest()}|scale:0-{MOST}|asks:{order.asks}|repeats:{order.repeats}"
    metric = mean_of(list(values.values()), "judge", f"{how}|temperature:{temperature:g}", values)
    return Judged(
        {"judge": metric},
        {key: {"judge": value} for key, value in values.items()},
        {key: [r.replies[-1] if r.replies else "" for r in each] for key, each in own.items()},
        {key: each[-1].reason for key, each in own.items() if key not in values},
        health=health_of(rulings),
    )


def health_of(rulings: Sequence[Ruling]) -> Health:
    """Return how well the judge did its work, on the system's summaries and on the anchors."""
    unparsed = Counter(ruling.reason for ruling in rulings if ruling.score is None)
    first = fmean(len(ruling.replies) == 1 and ruling.score is not None for ruling in rulings)
    each: dict[tuple[str, str], list[Ruling]] = {}
    for ruling in rulings:
        each.setdefault((ruling.kind, ruling.id), []).append(ruling)
    several = [points for points in map(points_of, each.values()) if len(points) > 1]
    anchors = tuple(anchor_of(kind, rulings) for kind in KINDS if any(r.kind == kind for r in rulings))
    return Health(
        rulings=len(rulings),
        first_try=first,
        unparsed=dict(sorted(unparsed.items())),
        agreement=fmean(len(set(points)) == 1 for points in several) if several else None,
        spread=fmean(max(points) - min(points) for points in several) if several else None,
        anchors=anchors,
        tells_apart=tells_apart(rulings) if anchors else None,
    )


def points_of(rulings: Sequence[Ruling]) -> list[int]:
    """Return the points that rulings state."""
    return [ruling.score for ruling in rulings if ruling.score is not None]


def anchor_of(kind: str, rulings: Sequence[Ruling]) -> Anchor:
    """Return how one kind of anchor was scored."""
    each = [ruling for ruling in rulings if ruling.kind == kind]
    points = points_of(each)
    return Anchor(kind, fmean(points) if points else 0.0, len(points), len(each) - len(points))


def tells_apart(rulings: Sequence[Ruling]) -> bool:
    """Whether the judge scores references above shuffled words, on the articles where both have a score."""
    means: dict[str, dict[str, float]] = {}
    for kind in ("reference", "shuffled"):
        for key in {ruling.id for ruling in rulings if ruling.kind == kind}:
            points = points_of([ruling for ruling in rulings if ruling.kind == kind and ruling.id == key])
            if points:
                means.setdefault(key, {})[kind] = fmean(points)
    both = [each for each in means.values() if {"reference", "shuffled"} <= each.keys()]
    gaps = np.array([each["reference"] - each["shuffled"] for each in both])
    return bool(len(gaps)) and float(gaps.mean()) > 0 and sign_flip_p(gaps) < LEVEL
