"""Intervals and tests over the same pairs: bootstrap, sign flips, Holm.

    >>> import numpy as np
    >>> a, b = np.array([0.5, 0.6, 0.7, 0.8]), np.array([0.4, 0.5, 0.6, 0.7])
    >>> round(float((a - b).mean()), 3), sign_flip_p(a - b)
    (0.1, 0.125)

The bootstrap draws pairs, not systems' values apart, since all systems wrote about the same articles (Koehn 2004,
"Statistical Significance Tests for Machine Translation Evaluation"). The test flips the signs of the differences
(Fisher's randomisation test, after Noreen 1989): it asks nothing of their distribution, and up to `EXACT` pairs every
flip is tried, so that four pairs can never be significant. Everything is drawn from one fixed seed.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
SEED = 20_250_101
RESAMPLES, FEWEST_RESAMPLES = 10_000, 1_000
MOST_DRAWS = 200_000_000
EXACT = 12
CHUNK = 4_000_000
LEVEL = 0.05


def resamples_for(n: int) -> int:
    """Return how often n pairs are drawn: 10,000 times, fewer where n is large and the interval steady."""
    return max(FEWEST_RESAMPLES, min(RESAMPLES, MOST_DRAWS // max(n, 1)))


def interval(values: Values) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of the mean; the mean itself for a single value."""
    return bounds(resampled(values[:, None])[:, 0])


def resampled(columns: Values) -> Values:
    """Return the means of each column (rows by systems) over pairs drawn again and again, the same for every column.

    Differences of two columns are then the resampled differences of their systems, without another draw.
    """
    n, wanted = len(columns), resamples_for(len(columns))
    draw = np.random.default_rng(SEED)
    means = []
    for start in range(0, wanted, step := max(1, CHUNK // n)):
        size = min(step, wanted - start)
        drawn = draw.integers(0, n, size=(size, n)) + n * np.arange(size)[:, None]
        means.append(np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n) @ columns / n)
    return np.concatenate(means)


def bounds(means: Values) -> tuple[float, float]:
    """Return the 95 % percentile interval of resampled means."""
    low, high = np.percentile(means, [100 * LEVEL / 2, 100 * (1 - LEVEL / 2)])
    return float(low), float(high)


def sign_flip_p(differences: Values) -> float:
    """Return the two-sided p-value that differences as far from zero come of chance; 1.0 when all are zero."""
    return as_far(flipped(differences[:, None])[:, 0], float(differences.mean()), len(differences))


def flipped(columns: Values) -> Values:
    """Return the means of each column (rows by systems) under flips of the rows' signs: all of them, or many."""
    n = len(columns)
    if n <= EXACT:
        signs = 1 - 2 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
        return np.asarray(signs @ columns / n)
    wanted = resamples_for(n)
    draw = np.random.default_rng(SEED)
    means = []
    for start in range(0, wanted, step := max(1, CHUNK // n)):
        signs = draw.integers(0, 2, size=(min(step, wanted - start), n), dtype=np.int8) * 2 - 1
        means.append(signs @ columns / n)
    return np.concatenate(means)


def as_far(means: Values, seen: float, n: int) -> float:
    """Return the share of sign flips whose mean is as far from zero as what was seen."""
    found = int((np.abs(means) >= abs(seen) - 1e-12 * max(1.0, abs(seen))).sum())
    return found / len(means) if n <= EXACT else (1 + found) / (1 + len(means))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return Holm's step-down adjusted p-values, in the order given (Holm 1979)."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, running = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        running = max(running, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = running
    return adjusted


def effect_of(differences: Values) -> float:
    """Return the mean difference in standard deviations of the differences (Cohen's d_z); 0.0 without spread."""
    spread = float(differences.std(ddof=1)) if len(differences) > 1 else 0.0
    return float(differences.mean()) / spread if spread > 1e-12 else 0.0


def wins_of(differences: Values) -> float:
    """Return the share of pairs above zero, ties left out; 0.5 when all are ties."""
    decided = differences[np.abs(differences) > 1e-12]
    return float((decided > 0).mean()) if len(decided) else 0.5
