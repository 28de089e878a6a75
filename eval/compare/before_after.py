"""Models before and after their training, metric by metric over the same pairs: pretrained | fine-tuned | change.

    >>> lines = before_after({"distilgpt2": (pretrained, tuned), "opt-350m": (other, None)}, ["rougeL_f"])
    >>> lines[0].change.differs, lines[1].after
    (True, None)

Every system must have been scored over the same pairs in the same way, or the table is refused. A change is tested by
sign flips over its pairs, corrected by Holm over the models of one metric; a side that is missing has no number, and
takes nothing from the others.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from data_builders.errors import InputError
from eval.compare.alike import refusals
from eval.compare.paired import LEVEL, SEED, bounds, holm, resampled, resamples_for, sign_flip_p
from eval.compare.schema import System
from eval.signature import signed

Sides = tuple[System | None, System | None]


@dataclass(frozen=True, slots=True)
class Side:
    """One model's mean with its 95 % interval, over how many pairs, and how it came about."""

    mean: float
    low: float
    high: float
    n: int
    signature: str


@dataclass(frozen=True, slots=True)
class Gain:
    """After minus before over the same pairs, with its 95 % interval and its test."""

    mean: float
    low: float
    high: float
    p: float
    p_holm: float
    differs: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One model in one metric; a side that failed is None, and so is then the change."""

    model: str
    metric: str
    before: Side | None
    after: Side | None
    change: Gain | None


def before_after(
    models: Mapping[str, Sides], metrics: Sequence[str], ids: AbstractSet[str] | None = None
) -> tuple[Line, ...]:
    """Return a line for each model and metric, models outermost; `ids` keeps some of the pairs."""
    kept = {name: (of_pairs(before, ids), of_pairs(after, ids)) for name, (before, after) in models.items()}
    by_metric = {metric: lines_of(kept, metric) for metric in metrics}
    return tuple(by_metric[metric][place] for place in range(len(kept)) for metric in metrics)


def of_pairs(system: System | None, ids: AbstractSet[str] | None) -> System | None:
    """Return a system over some of its pairs."""
    if system is None or ids is None:
        return system
    values = {name: {key: value for key, value in one.items() if key in ids} for name, one in system.values.items()}
    return replace(system, values=values)


def lines_of(models: Mapping[str, Sides], metric: str) -> list[Line]:
    """Return one metric's line of each model, its changes corrected."""
    there = [one for sides in models.values() for one in sides if one is not None and metric in one.values]
    for one in there[1:]:
        reasons = refusals([there[0], one], metric)
        if reasons:
            then = "score the same rows with each, in the same way"
            raise InputError(f"{there[0].path} and {one.path}", "numbers that may be compared", reasons[0], then)
    lines = [line_of(name, metric, sides) for name, sides in models.items()]
    tested = [place for place, line in enumerate(lines) if line.change is not None]
    corrected = holm([lines[place].change.p for place in tested])  # type: ignore[union-attr]  # chosen above
    for place, p in zip(tested, corrected, strict=True):
        change = lines[place].change
        if change is not None:
            lines[place] = replace(lines[place], change=replace(change, p_holm=p, differs=p < LEVEL))
    return lines


def line_of(name: str, metric: str, sides: Sides) -> Line:
    """Return one model's line, its change not yet corrected."""
    found = [one if one is not None and metric in one.values else None for one in sides]
    held = [one for one in found if one is not None]
    if not held or not held[0].values[metric]:
        return Line(name, metric, None, None, None)
    ids = sorted(held[0].values[metric])
    columns = np.array([[one.values[metric][key] for key in ids] for one in held]).T
    means = resampled(columns)
    made = iter(
        Side(float(columns[:, at].mean()), *bounds(means[:, at]), len(ids), signature_of(one, metric, ids))
        for at, one in enumerate(held)
    )
    before, after = (None if one is None else next(made) for one in found)
    if before is None or after is None:
        return Line(name, metric, before, after, None)
    delta = columns[:, 1] - columns[:, 0]
    p = sign_flip_p(delta)
    change = Gain(float(delta.mean()), *bounds(means[:, 1] - means[:, 0]), p, p, differs=False)
    return Line(name, metric, before, after, change)


def signature_of(system: System, metric: str, ids: Sequence[str]) -> str:
    """Return a metric's signature over these pairs, with how intervals and tests are drawn."""
    own = "|".join(f"{key}:{value}" if value else key for key, value in system.how[metric].items()
                   if key not in {"metric", "impl"})  # fmt: skip
    drawn = f"bootstrap:{resamples_for(len(ids))}|test:sign-flip|correction:holm|seed:{SEED}"
    return signed(metric, f"{own}|{drawn}", ids)
