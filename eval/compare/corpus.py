"""Metrics that are a corpus's number and not the mean of its pairs': BLEU, from the counts of whatever pairs are drawn.

    >>> number("bleu", np.array([[4, 4, 4, 3, 2, 1, 4, 3, 2, 1]]))     # sys_len, ref_len, correct 1-4, total 1-4
    array([1.])

A statistic is a function of the *sums* over pairs of some columns: one column, its mean, for most metrics, and ten
counts for BLEU. So the bootstrap draws pairs and adds their counts (Koehn 2004), and the test swaps the two systems'
counts of a pair (Riezler and Maxwell 2005, "On Some Pitfalls in Automatic Evaluation and Significance Testing for MT").
The formula is sacrebleu's: exponential smoothing, no effective order; a test holds the two equal.
"""

from collections.abc import Sequence

import numpy as np

from eval.bleu.score import KEYS, ORDERS
from eval.compare.paired import Values, as_far, bounds, flipped, interval, resampled, sign_flip_p
from eval.compare.schema import System

PARTS: dict[str, tuple[str, ...]] = {"bleu": KEYS}


def columns_of(system: System, metric: str, ids: Sequence[str]) -> Values:
    """Return what a metric is made of: pairs by columns."""
    if metric in PARTS and all(name in system.counts for name in PARTS[metric]):
        return np.array([[system.counts[name][key] for name in PARTS[metric]] for key in ids])
    return np.array([[system.values[metric][key]] for key in ids])


def number(metric: str, sums: Values, n: int = 1) -> Values:
    """Return the metric of each row of sums over n pairs."""
    if metric in PARTS and sums.shape[1] == len(PARTS[metric]):
        return bleu(sums)
    plain: Values = sums[:, 0] / n
    return plain


def bleu(sums: Values) -> Values:
    """Return BLEU in 0..1 of each row of summed counts."""
    system, reference = sums[:, 0], sums[:, 1]
    logs = np.zeros(len(sums))
    smooth = np.ones(len(sums))
    dead = (sums[:, 2 : 2 + len(ORDERS)] <= 0).all(axis=1)
    for place in range(len(ORDERS)):
        correct, total = sums[:, 2 + place], sums[:, 2 + len(ORDERS) + place]
        dead |= total <= 0
        none = correct <= 0
        smooth = np.where(none, smooth * 2, smooth)
        safe = np.maximum(total, 1e-12)
        logs += np.log(np.where(none, 1.0 / (smooth * safe), np.maximum(correct, 1e-12) / safe))
    short = np.where(system < reference, np.exp(1.0 - reference / np.maximum(system, 1e-12)), 1.0)
    made: Values = np.where(dead, 0.0, short * np.exp(logs / len(ORDERS)))
    return made


def value_of(metric: str, columns: Values) -> float:
    """Return the metric of all pairs."""
    return float(number(metric, columns.sum(axis=0)[None, :], len(columns))[0])


def interval_of(metric: str, columns: Values) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the metric."""
    if columns.shape[1] == 1:
        return interval(columns[:, 0])
    return bounds(number(metric, resampled(columns) * len(columns)))


def p_of(metric: str, ours: Values, theirs: Values) -> float:
    """Return the two-sided p-value that the difference of two systems' numbers is as far from zero by chance."""
    if ours.shape[1] == 1:
        return sign_flip_p(ours[:, 0] - theirs[:, 0])
    n = len(ours)
    middle, swapped = (ours + theirs).sum(axis=0) / 2, flipped((ours - theirs) / 2) * n
    found = number(metric, middle + swapped) - number(metric, middle - swapped)
    return as_far(found, value_of(metric, ours) - value_of(metric, theirs), n)
