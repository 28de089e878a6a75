"""The records that pass between the modules of `eval`, one frozen dataclass for each boundary.

PAIRS.jsonl -> Pair -> (rouge) PairCounts -> Scores -> SCORES.json

>>> Overlap(predicted=4, reference=5, shared=3).precision
0.75
"""

from dataclasses import dataclass
from typing import Literal, get_args

from msgspec import UNSET, UnsetType

RougeMode = Literal[
    "rouge_chinese-jieba",
    "rouge_chinese-char",
    "rouge_score-jieba",
    "rouge_score-char",
    "rouge_score-english",
    "pltrdy-jieba",
    "folded-jieba",
    "fast-rjieba",
]
Mode = RougeMode
BleuMode = Literal["auto", "13a", "zh", "ja-mecab", "char"]
ChrfMode = Literal["chrf", "chrf++"]
SquadMode = Literal["official", "char"]
ZhtwMode = Literal["detect", "s2twp"]
ROUGE_MODES: tuple[RougeMode, ...] = get_args(RougeMode)
MODES: tuple[RougeMode, ...] = ("rouge_chinese-jieba", "rouge_chinese-char")  # what a run's report shows

# rouge_chinese adds this to the denominator, so a perfect F is 0.999999995 and not 1; kept to the last digit.
EPSILON = 1e-8


@dataclass(frozen=True, slots=True)
class Pair:
    """One prediction beside its reference; `article` is the text that both summarise, or "".

    `others` holds the further references of a list and is UNSET where the reference was one text. The reference of a
    question without an answer is "".
    """

    id: str
    prediction: str
    reference: str
    article: str = ""
    others: tuple[str, ...] | UnsetType = UNSET

    @property
    def references(self) -> tuple[str, ...]:
        """All references, the first one first."""
        return (self.reference,) if self.others is UNSET else (self.reference, *self.others)


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which model BERTScore embeds with: a folder or a hub name, the layer (0: the published one), texts at a time."""

    name: str = "bert-base-chinese"
    layer: int = 0
    batch: int = 32


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many units the prediction holds, how many the reference, and how many they share."""

    predicted: int
    reference: int
    shared: int

    @property
    def precision(self) -> float:
        """The share of the prediction's units that the reference holds; 0.0 for an empty prediction."""
        return self.shared / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of the reference's units that the prediction holds; 0.0 where the reference has none."""
        return self.shared / self.reference if self.reference else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two as rouge_chinese writes it, epsilon and order of operations included."""
        precision, recall = self.precision, self.recall
        return 2.0 * ((precision * recall) / (precision + recall + EPSILON))


@dataclass(frozen=True, slots=True)
class PairCounts:
    """All that ROUGE needs to know of one pair, so that a resampling never segments or aligns again."""

    id: str
    rouge1: Overlap
    rouge2: Overlap
    rougeL: Overlap  # noqa: N815 - the metric's own name
    rougeLsum: Overlap | None = None  # noqa: N815
    smoothed: bool = True  # whether F adds EPSILON below the line


@dataclass(frozen=True, slots=True)
class Metric:
    """One number with the signature that says how it came about, and over how many pairs."""

    value: float
    signature: str
    n: int


@dataclass(frozen=True, slots=True)
class Scores:
    """What SCORES.json holds: the metrics, and each pair's own values by the same names."""

    metrics: dict[str, Metric]
    pairs: dict[str, dict[str, float]]
