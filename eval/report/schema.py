"""The records of a report, from what was read to what is shown.

Inputs (inputs.py) -> Table, StageLoss, Funnel, Example -> Report -> report.md, report.html
                                                          Results -> results.json, the same without the texts
"""

from dataclasses import dataclass

from eval.schema import Metric


@dataclass(frozen=True, slots=True)
class Header:
    """Whose report it is; "" where the run did not record it."""

    run: str
    student: str
    teacher: str
    split_seed: str
    student_seed: str
    version: str
    test_articles: int


@dataclass(frozen=True, slots=True)
class System:
    """One system: its key in results.json, its name in the report, and what it wrote, by article id."""

    key: str
    label: str
    predictions: dict[str, str]


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One row of a score table.

    `scores` is mode -> metric name -> Metric, and empty where the system's texts are the reference themselves.
    """

    system: str
    label: str
    n: int
    scores: dict[str, dict[str, Metric]]
    mean_chars: Metric
    empty_share: Metric
    is_reference: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One score table, and whose summaries are its reference."""

    reference: str
    rows: tuple[SystemRow, ...]

    @property
    def equal_n(self) -> bool:
        """Whether all rows are over equally many articles."""
        return len({row.n for row in self.rows}) <= 1

    @property
    def signatures(self) -> list[str]:
        """Every signature of the table, row by row."""
        found: list[str] = []
        for row in self.rows:
            shown = [m[name] for m in row.scores.values() for name in ("rouge1_f", "rouge2_f", "rougeL_f")]
            found.extend(f"{row.system}: {metric.signature}" for metric in (*shown, row.mean_chars, row.empty_share))
        return found


@dataclass(frozen=True, slots=True)
class LossPoint:
    """One logged loss."""

    step: int
    loss: float


@dataclass(frozen=True, slots=True)
class StageLoss:
    """The losses of one stage; `before` is the dev loss at step 0, None where the log lacks it."""

    stage: str
    steps: int
    train: tuple[LossPoint, ...]
    dev: tuple[LossPoint, ...]
    before: float | None
    after: float | None
    falls: bool | None


@dataclass(frozen=True, slots=True)
class StageRows:
    """How many rows of one stage each split has."""

    stage: str
    train: int
    dev: int
    test: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many records a step left out for one reason."""

    step: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Proof:
    """A step's certificate that its training texts have no neighbours among what is held out."""

    step: str
    result: str
    leaks: int
    pairs: int
    likeness: str
    engine: str


@dataclass(frozen=True, slots=True)
class Funnel:
    """Where the articles went, from the manifests of curate and build.

    `steps` is how many were left after each part of curation, `edited` how many articles each rule cut from.
    """

    articles_in: int
    articles_out: int
    splits: dict[str, int]
    articles_left_out: tuple[LeftOut, ...]
    stages: tuple[StageRows, ...]
    rows_left_out: tuple[LeftOut, ...]
    steps: dict[str, int]
    edited: dict[str, int]
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class ExampleText:
    """One summary of an example; `text` is None where the system wrote none, scores are ROUGE-L F by mode."""

    system: str
    label: str
    text: str | None
    rouge_l: dict[str, float]


@dataclass(frozen=True, slots=True)
class Example:
    """One test article with its summaries side by side."""

    id: str
    title: str
    article: str
    texts: tuple[ExampleText, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that the templates show."""

    header: Header
    scores: Table
    gold: Table | None
    losses: tuple[StageLoss, ...]
    funnel: Funnel
    examples: tuple[Example, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExampleScores:
    """An example without its texts: system -> mode -> ROUGE-L F."""

    id: str
    rouge_l: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Results:
    """What results.json holds."""

    header: Header
    scores: Table
    gold: Table | None
    losses: tuple[StageLoss, ...]
    funnel: Funnel
    examples: tuple[ExampleScores, ...]
    absent: tuple[str, ...]
