"""All systems in one metric: standings with intervals, and every pair of systems tested.

>>> compare_all([a, b], None, common=False).comparisons[0].differences[0].differs
False
"""

from itertools import combinations

import numpy as np

from data_builders.errors import InputError
from eval.compare.alike import reduced, refusals
from eval.compare.paired import (
    LEVEL,
    SEED,
    as_far,
    bounds,
    effect_of,
    flipped,
    holm,
    resampled,
    resamples_for,
    wins_of,
)
from eval.compare.schema import Compared, Comparison, Difference, Standing, System
from eval.signature import digest_of

LEAST_SYSTEMS = 2
MOST_REASONS = 6


def compare_all(systems: list[System], wanted: list[str] | None, common: bool) -> Compared:
    """Compare the systems in every metric that all have, or in the wanted ones.

    What is unlike is an InputError with each reason, unless `common` allows to leave out the pairs that not all have.
    """
    metrics, left_out = metrics_of(systems, wanted)
    fell_out: dict[str, int] = {}
    made = []
    for metric in metrics:
        chosen = systems
        if common:
            chosen, fallen = reduced(systems, metric)
            fell_out = {name: max(fell_out.get(name, 0), count) for name, count in fallen.items()}
        reasons = refusals(chosen, metric)
        if reasons:
            more = f"; and {len(reasons) - MOST_REASONS} more reasons" if len(reasons) > MOST_REASONS else ""
            names = " and ".join(one.path for one in systems)
            then = "score the same rows in the same way"
            then += "" if common else ", or give --common for the pairs that all have"
            raise InputError(names, "numbers that may be compared", "; ".join(reasons[:MOST_REASONS]) + more, then)
        made.append(comparison(chosen, metric))
    return Compared(tuple(made), fell_out, left_out)


def metrics_of(systems: list[System], wanted: list[str] | None) -> tuple[list[str], tuple[str, ...]]:
    """Return the metrics to compare, in the first system's order, and those that only some systems have."""
    if len(systems) < LEAST_SYSTEMS:
        found = ", ".join(one.name for one in systems) or "none"
        raise InputError("compare", "two score files or more", found, "name the others, too")
    shared = [metric for metric in systems[0].values if all(metric in one.values for one in systems)]
    every = dict.fromkeys(metric for one in systems for metric in one.values)
    if wanted:
        missing = [metric for metric in wanted if metric not in shared]
        if missing:
            then = "choose one of " + ", ".join(shared)
            raise InputError("--metric", "a metric that every file has", ", ".join(missing), then)
        return wanted, ()
    if not shared:
        has = "; ".join(f"{one.name} has {', '.join(one.values)}" for one in systems)
        raise InputError("compare", "one metric that every file has", has, "score all with the same --metric")
    return shared, tuple(metric for metric in every if metric not in shared)


def comparison(systems: list[System], metric: str) -> Comparison:
    """Compare systems that are known to be alike in one metric."""
    ids = sorted(systems[0].values[metric])
    columns = {one.name: np.array([one.values[metric][key] for key in ids]) for one in systems}
    names = list(columns)
    matrix = np.stack([columns[name] for name in names], axis=1)
    means, flips = resampled(matrix), flipped(matrix)
    at = {name: place for place, name in enumerate(names)}
    standings = [Standing(name, float(columns[name].mean()), *bounds(means[:, at[name]])) for name in names]
    standings.sort(key=lambda one: (-one.mean, one.name))
    pairs = list(combinations([one.name for one in standings], 2))
    deltas = [columns[better] - columns[worse] for better, worse in pairs]
    p_values = [
        as_far(flips[:, at[better]] - flips[:, at[worse]], float(delta.mean()), len(ids))
        for (better, worse), delta in zip(pairs, deltas, strict=True)
    ]
    differences = tuple(
        Difference(
            better, worse, float(delta.mean()), *bounds(means[:, at[better]] - means[:, at[worse]]), p, adjusted,
            effect_of(delta), wins_of(delta), differs=adjusted < LEVEL,
        )
        for (better, worse), delta, p, adjusted in zip(pairs, deltas, p_values, holm(p_values), strict=True)
    )  # fmt: skip
    how = "|".join(f"{key}:{value}" for key, value in systems[0].how[metric].items() if key != "metric")
    drawn = f"bootstrap:{resamples_for(len(ids))}|test:sign-flip|correction:holm|seed:{SEED}"
    signature = "|".join(part for part in (metric, how, drawn, f"n:{len(ids)}", f"ids:{digest_of(ids)}") if part)
    return Comparison(metric, signature, len(ids), tuple(standings), differences)
