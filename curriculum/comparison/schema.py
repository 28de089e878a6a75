"""The records of a comparison of models.

Asked -> (each model) Entry(Facts, Failure) -> Report(Table(Line …)) -> baselines.json, baselines.md
"""

from dataclasses import dataclass
from pathlib import Path

from curriculum.comparison.table import Chosen
from data_builders.schema import Certificate
from eval.compare.before_after import Line

PRETRAINED, FINE_TUNED = "pretrained", "fine-tuned"
SIDES = (PRETRAINED, FINE_TUNED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared, on what, how; 0 and "" stand for the model's or the profile's own.

    `rouge` is a mode of ROUGE, `bert` a model for BERTScore ("none" for no BERTScore).
    """

    run: str
    profile: str
    models: tuple[Chosen, ...]
    source: Path
    test: Path | None = None
    rouge: str = ""
    bert: str = ""
    max_steps: int = 0
    new_tokens: int = 0
    batch: int = 8
    seed: int = 42

    @property
    def data(self) -> Path:
        """The run's data folder."""
        return Path("data") / self.run

    @property
    def saves(self) -> Path:
        """The run's folder of checkpoints."""
        return Path("saves") / self.run

    @property
    def results(self) -> Path:
        """The run's folder of answers and scores."""
        return Path("results") / self.run


@dataclass(frozen=True, slots=True)
class Facts:
    """What one model was given: its weights, layout and rows; `shortened` counts articles by split."""

    model: str
    weights: str
    template: str
    method: str
    cutoff: int
    new_tokens: int
    rows: dict[str, int]
    shortened: dict[str, int]
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True)
class Answers:
    """How one side's answers came out: cut by the bound, empty, with a thought taken off; where they lie."""

    model: str
    side: str
    pairs: str
    cut: int
    empty: int
    thoughts: int


@dataclass(frozen=True, slots=True)
class Failure:
    """One side of a model that has no numbers, and why."""

    model: str
    side: str
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """The lines over some of the test rows: all, or those of one language."""

    rows: str
    n: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that a comparison found."""

    run: str
    profile: str
    models: tuple[str, ...]
    articles: dict[str, int]
    certificate: Certificate
    facts: tuple[Facts, ...]
    answers: tuple[Answers, ...]
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]
    tables: tuple[Table, ...]
