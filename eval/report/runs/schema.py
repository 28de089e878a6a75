"""The records of a report of several runs.

RunInputs (inputs.py) -> RunScores, Compared, Audit, Contamination, Shown -> Page -> report.html, report.md, results.json
"""

from dataclasses import dataclass
from pathlib import Path

from data_builders.schema import Manifest
from eval.compare.matrix import Matrix
from eval.compare.schema import Compared, Difference, System
from eval.judge.schema import Health
from eval.report.schema import Funnel, StageLoss
from eval.schema import Pair


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a run lies: its data, its checkpoints, its results."""

    data: Path
    saves: Path
    results: Path


@dataclass(frozen=True, slots=True)
class RunInputs:
    """All that was read of one run; what may be missing is empty, and `absent` says so.

    `digests` maps a file, named from the project's root, to the start of its SHA-256. `bound` is the `max_new_tokens`
    that its answers were written under, 0 where that is not recorded; `cut` how many of them it cut, None where unknown.
    """

    name: str
    folders: Folders
    source: str
    pairs: tuple[Pair, ...]
    titles: dict[str, str]
    student: str
    teacher: str
    digests: dict[str, str]
    curated: Manifest | None
    built: tuple[Manifest, ...]
    losses: tuple[StageLoss, ...]
    judged: System | None
    health: Health | None
    others: tuple[System, ...]
    bound: int
    cut: int | None
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """One number: its mean with the 95 % interval, over how many pairs, and its signature."""

    value: float
    low: float
    high: float
    n: int
    signature: str


@dataclass(frozen=True, slots=True)
class RunScores:
    """One run's numbers by metric, those of the article's start at the length of its answers, and the corpus scores."""

    run: str
    numbers: dict[str, Number]
    lead: dict[str, Number]
    corpus: dict[str, Number]


@dataclass(frozen=True, slots=True)
class AgainstLead:
    """A run against the article's start at the length of its answers, in one metric."""

    run: str
    metric: str
    difference: Difference


@dataclass(frozen=True, slots=True)
class Spread:
    """How one value is spread over a run's answers: counts of equal bins from `low` to `high`."""

    run: str
    low: float
    high: float
    counts: tuple[int, ...]
    median: float


@dataclass(frozen=True, slots=True)
class Audit:
    """What was cut of one run, in rows, prompts and answers; None where it cannot be known."""

    run: str
    rows_cut: int
    cutoff: int | None
    longest: int | None
    near: int | None
    bound: int
    answers_cut: int | None
    unended: int
    empty: int


@dataclass(frozen=True, slots=True)
class Proof:
    """One step's leak certificate, as its manifest holds it or as it was made again here (`again`)."""

    step: str
    result: str
    leaks: int
    pairs: int
    likeness: str
    again: bool


@dataclass(frozen=True, slots=True)
class Contamination:
    """The leak certificates of one data folder, and, where it is not clean, the scores of both halves.

    `subsets` is run -> subset (clean, leaky) -> metric -> Number.
    """

    data: str
    proofs: tuple[Proof, ...]
    leaky: tuple[str, ...]
    subsets: dict[str, dict[str, dict[str, Number]]]
    note: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an answer: whether the reference lacks it, and why the article does not hold it ("" where it does)."""

    text: str
    new: bool
    doubt: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One run's answer to an example: its pieces, what it lacks of the reference, how much was not shown."""

    run: str
    pieces: tuple[Piece, ...]
    lacking: tuple[str, ...]
    doubts: tuple[tuple[str, str], ...]
    hidden: int
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Shown:
    """One example: article, reference, every run's answer, and the values it can be sorted by."""

    id: str
    title: str
    article: str
    article_hidden: int
    reference: str
    answers: tuple[Answer, ...]
    keys: dict[str, float]


@dataclass(frozen=True, slots=True)
class NamedMatrix:
    """A matrix of `eval compare --matrix`, and the file it came from."""

    name: str
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class Page:
    """All that the templates show; `judge_refused` says why the judge's scores are not compared."""

    version: str
    runs: tuple[RunInputs, ...]
    scores: tuple[RunScores, ...]
    compared: Compared
    judge: Compared | None
    judge_refused: str
    leads: tuple[AgainstLead, ...]
    lengths: tuple[Spread, ...]
    zhtw: tuple[Spread, ...]
    funnels: dict[str, Funnel]
    contamination: tuple[Contamination, ...]
    audits: tuple[Audit, ...]
    matrices: tuple[NamedMatrix, ...]
    examples: tuple[Shown, ...]
    articles: int
    orders: dict[str, str]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What results.json says of a run besides its numbers."""

    name: str
    source: str
    student: str
    teacher: str
    digests: dict[str, str]
    losses: tuple[StageLoss, ...]
    health: Health | None
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """What results.json holds: every number of the page, no article or model text."""

    version: str
    runs: tuple[RunFacts, ...]
    scores: tuple[RunScores, ...]
    compared: Compared
    judge: Compared | None
    judge_refused: str
    leads: tuple[AgainstLead, ...]
    lengths: tuple[Spread, ...]
    zhtw: tuple[Spread, ...]
    funnels: dict[str, Funnel]
    contamination: tuple[Contamination, ...]
    audits: tuple[Audit, ...]
    matrices: tuple[NamedMatrix, ...]
    examples: tuple[str, ...]
