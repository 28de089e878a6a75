"""What passes between a strategy, the client that asks for it, the gates and the person who reviews.

    strategy --Ask--> client (ledger) --Answer--> strategy -> Draft (with Doubts) -> Rationale | Reject

A strategy is a coroutine over an `Asker` and knows nothing of HTTP; a client knows nothing of news.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from data_builders.schema import Triple

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Params:
    """How a reply is drawn; it is part of the digest that a reply is kept under. `max_tokens` bounds the reply."""

    temperature: float = 0.0
    top_p: float = 1.0
    max_tokens: int = 1024
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: `step` names the prompt (`v2.aspects`), `sample` tells equal requests apart (best of N).

    `schema` is the JSON Schema, as text, that the reply shall follow where the server can hold it to that; "" for text.
    """

    article_id: str
    step: str
    messages: tuple[Message, ...]
    params: Params
    sample: int = 0
    schema: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `reason` is "" for a whole reply, else a slug (`length`, `content_filter`, `server_error` …)."""

    text: str
    reason: str = ""
    detail: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    kept: bool = False  # came from the ledger, nothing was paid


class Asker(Protocol):
    """Who answers asks: the client beside its ledger, or a test's own."""

    model: str
    speaks_schema: bool  # found by asking the server once

    async def ask(self, ask: Ask) -> Answer:
        """Return the reply, or why there is none; never raise for one bad reply."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing a gate saw: where (`summary`, `aspects`, `triples`, `reply`), a reason slug, what was seen."""

    part: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a teacher's replies were taken to say of one article, before or after the gates, and what they doubt.

    `teach` writes one for every article, kept or not, in `drafts.jsonl`; `review` starts with those in doubt.
    """

    id: str
    teacher: str
    strategy: str
    summary: str
    aspects: tuple[str, ...]
    triples: tuple[Triple, ...]
    doubts: tuple[Doubt, ...] = ()
