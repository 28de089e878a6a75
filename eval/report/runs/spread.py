"""How a value is spread over the answers, in equal bins that all runs share.

>>> spreads([system], "length")[0].counts
(3, 11, 6, …)
"""

from collections.abc import Mapping, Sequence

import numpy as np

from eval.compare.schema import System
from eval.report.runs.schema import Spread

BINS = 20
# Beyond this share of all values a bin would hold next to nothing: the last one takes what is larger.
MOST_SHARE = 99.0


def spreads(systems: Sequence[System], metric: str, top: float | None = None) -> tuple[Spread, ...]:
    """Return each system's counts; `top` is the end of the last bin, by default where nearly all values end."""
    held = [(one.name, one.values[metric]) for one in systems if one.values.get(metric)]
    if not held:
        return ()
    every = np.concatenate([column(values) for _, values in held])
    high = top if top is not None else max(float(np.ceil(np.percentile(every, MOST_SHARE) / 10) * 10), 10.0)
    return tuple(spread_of(name, values, high) for name, values in held)


def spread_of(name: str, values: Mapping[str, float], high: float) -> Spread:
    """Return one system's counts; what lies beyond the last bin counts in it."""
    each = np.clip(column(values), 0.0, high)
    counts, _ = np.histogram(each, bins=BINS, range=(0.0, high))
    return Spread(name, 0.0, high, tuple(int(count) for count in counts), float(np.median(column(values))))


def column(values: Mapping[str, float]) -> np.typing.NDArray[np.float64]:
    """Return values in the order of their ids."""
    return np.array([values[key] for key in sorted(values)])
