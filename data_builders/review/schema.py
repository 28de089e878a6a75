"""What passes between the files, the desk, the store, the page and the export.

Draft + Article -> Item -> (a person) -> Decision -> Rationale | Reject
"""

from dataclasses import dataclass
from typing import Literal

from data_builders.schema import Article, Triple
from data_builders.teacher.schema import Doubt

Verdict = Literal["accept", "fix", "reject"]
VERDICTS: tuple[Verdict, ...] = ("accept", "fix", "reject")
# Why a person rejects; the page has a name in Chinese for each, the export writes the slug.
REASONS = ("unfaithful", "bad_summary", "bad_aspects", "bad_triples", "bad_language", "bad_article", "other")


@dataclass(frozen=True, slots=True)
class Content:
    """What a person may change: the three parts of a rationale."""

    summary: str
    aspects: tuple[str, ...]
    triples: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One article with what the teacher said of it.

    `draft` is the digest of the article's text and the content: a decision counts for that draft and no other.
    `passed` tells whether the gates let the teacher's reply into `rationales.jsonl`.
    """

    article: Article
    teacher: str
    strategy: str
    content: Content
    doubts: tuple[Doubt, ...]
    draft: str
    passed: bool

    @property
    def id(self) -> str:
        """The article's id."""
        return self.article.id


@dataclass(frozen=True, slots=True)
class Decision:
    """What one reviewer decided over one draft; `content` is None for a reject. `at` is ISO 8601, UTC."""

    item: str
    draft: str
    reviewer: str
    verdict: Verdict
    content: Content | None = None
    reason: str = ""
    note: str = ""
    at: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """What the desk needs of a decision that stands."""

    item: str
    draft: str
    reviewer: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two reviewers agree on the verdicts of the items that both decided.

    `kappa` is Cohen's: the agreement beyond what their habits alone would give; None where both know one verdict only.
    """

    one: str
    other: str
    items: int
    same: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is: items decided by somebody, by me, second opinions given of those wanted."""

    items: int
    decided: int
    mine: int
    left: int
    second: int
    second_wanted: int
    reviewers: int
    verdicts: dict[str, int]
    agreement: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows: `start` is the teacher's content without hidden signs, where editing begins."""

    id: str
    draft: str
    teacher: str
    strategy: str
    title: str
    source: str
    published: str
    url: str
    article: str
    content: Content
    start: Content
    doubts: tuple[Doubt, ...]
    place: int
    mine: Decision | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page sends when a reviewer decides."""

    id: str
    draft: str
    verdict: Verdict
    content: Content | None = None
    reason: str = ""
    note: str = ""
