"""The records of a comparison.

files -> System -> Comparison(Standing, Difference)
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class System:
    """One system's scores: `values` maps a metric to {pair id: value}, `how` to its signature without n and ids.

    What a metric counts in hundredths (`scale:100`) is a share in 0..1 here. `counts` holds what is no metric itself
    but what a corpus's number is made of, by the same names as in the file.

    `faults` says what makes its numbers unfit for any table, such as a judge's score that no reply states; `unparsed`
    which pairs have no number, such as replies that state two scores.
    """

    name: str
    path: str
    values: dict[str, dict[str, float]]
    how: dict[str, dict[str, str]]
    faults: tuple[str, ...] = ()
    unparsed: tuple[str, ...] = ()
    counts: dict[str, dict[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """One system in one metric: mean over the common pairs with its 95 % bootstrap interval."""

    name: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One system minus another over the same pairs.

    `p` is of the two-sided sign-flip test, `p_holm` the same after Holm's correction over every pair of systems;
    `effect` is the mean difference in standard deviations of the differences (d_z, 0.2 small, 0.8 large); `wins` the
    share of the pairs on which the first one is better, ties left out. `differs` when p_holm < 0.05.
    """

    better: str
    worse: str
    mean: float
    low: float
    high: float
    p: float
    p_holm: float
    effect: float
    wins: float
    differs: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """One metric over all systems: best first, and every pair of them; `signature` says how it came about."""

    metric: str
    signature: str
    n: int
    standings: tuple[Standing, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found: a table for each metric, what fell out of it, and which metrics only some have."""

    comparisons: tuple[Comparison, ...]
    fell_out: dict[str, int]
    left_out: tuple[str, ...]
