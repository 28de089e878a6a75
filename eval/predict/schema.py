"""The records of a prediction run.

AlpacaRow -> Prompt -> Written (kept in the ledger as it comes) -> Pair
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Finish = Literal["stop", "length"]


@dataclass(frozen=True, slots=True)
class Generation:
    """How a text is continued: greedily, unless `temperature` is above 0; `batch` is rows at a time.

    `template` is LLaMA-Factory's name for the layout of prompts, "" for the tokenizer's own; `thinking` is its
    `enable_thinking`, for the templates of models that think.
    """

    max_new_tokens: int = 256
    repetition_penalty: float = 1.0
    temperature: float = 0.0
    seed: int = 42
    batch: int = 8
    template: str = ""
    thinking: bool = True


@dataclass(frozen=True, slots=True)
class Prompt:
    """One row's question, as a chat: what the system says, what the user says."""

    id: str
    system: str
    user: str


@dataclass(frozen=True, slots=True)
class Answered:
    """One continuation; `finish` is `length` when the bound on new tokens cut it."""

    text: str
    finish: Finish


@dataclass(frozen=True, slots=True)
class Written:
    """One continuation as the ledger keeps it; `asked` is the digest of model, settings and prompt."""

    id: str
    asked: str
    text: str
    finish: Finish


Answer = Callable[[Sequence[Prompt]], list[Answered]]
