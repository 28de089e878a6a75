"""The records of a judge's run.

Pair -> Case -> Ruling (one for each case and repeat) -> Judged
"""

from dataclasses import dataclass, field

from eval.schema import Metric


@dataclass(frozen=True, slots=True)
class Order:
    """How a judge is asked: `asks` tries for a reply that states one score, `repeats` rulings of each summary.

    `anchors` is how many articles the judge also sees with summaries whose worth is known, each twice at least, so that
    every run tells how far repeats agree. Repeats are drawn at `temperature`, since a greedy judge repeats itself; one
    ruling is greedy.
    """

    asks: int = 3
    repeats: int = 1
    anchors: int = 12
    temperature: float = 0.7
    max_tokens: int = 256


@dataclass(frozen=True, slots=True)
class Case:
    """One summary before the judge: whose it is (`system`, or an anchor's name), and what it is judged beside."""

    id: str
    kind: str
    article: str
    reference: str
    summary: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What came of one case: the score, or None with the last reason; every reply, in order."""

    id: str
    kind: str
    repeat: int
    score: int | None
    reason: str
    replies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """How the judge scored summaries of known worth, in points of the rubric; `n` counts the parsed ones."""

    kind: str
    mean: float
    n: int
    unparsed: int


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a judge can be believed.

    `first_try` is the share of rulings whose first reply stated one score; `agreement` the share of summaries (anchors
    included) whose repeats all agree, `spread` their mean range in points (None where nothing was ruled twice);
    `tells_apart` whether the reference is scored above the shuffled text on the anchors (sign-flip test, p < 0.05).
    """

    rulings: int
    first_try: float
    unparsed: dict[str, int]
    agreement: float | None
    spread: float | None
    anchors: tuple[Anchor, ...]
    tells_apart: bool | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What JUDGE.json holds: scores as `eval score` writes them, every reply, and the judge's health."""

    metrics: dict[str, Metric]
    pairs: dict[str, dict[str, float]]
    replies: dict[str, list[str]]
    unparsed: dict[str, str]
    health: Health = field(kw_only=True)
