"""The prompts: which strategy asks what in which order, and how an article is shown as data.

    >>> [step.name for step in steps("v3")]
    ['v3.summary', 'v3.rationale']
    >>> [message.role for message in messages(steps("v3")[0], {"article": "…"}, schema=False)]
    ['system', 'user']

The task is that of the published study (V1 one reply; V2 aspects, triples, summary; V3 summary first); the wording is
ours and lies in `prompts/*.txt`, each file a task, its text format and its JSON format, parted by `----`. A teacher
asked for 100 characters wrote 148 on average: the bound in the prompt is what is asked, `gates.toml` has what is taken.

What comes from outside (article, earlier parts) stands between marks in the user's message, and no `<` of its own
survives there: neither a chat template's tokens nor our own marks can be closed from within.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from data_builders.errors import UsageError
from data_builders.teacher.schema import Message, Params

Part = Literal["summary", "aspects", "triples"]
Shown = Literal["article", "summary", "aspects", "triples"]
PARTS: tuple[Part, ...] = ("aspects", "triples", "summary")
FOLDER = Path(__file__).with_name("prompts")
MARKS: dict[Shown, str] = {"article": "新聞", "summary": "摘要", "aspects": "核心要素", "triples": "三元組"}
CLOSING = "以上是材料。請依照前面的要求與格式作答。"
# `[INST]`, `[/INST]`, `[TOOL_CALLS]`: Llama 2's and Mistral's marks are in brackets, not in angles.
BRACKETED_TOKEN = re.compile(r"\[(/?[A-Z][A-Z_]{2,})\]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Step:
    """One ask of a strategy: its prompt file, what its message shows besides the task, what its reply gives."""

    name: str
    shows: tuple[Shown, ...]
    gives: tuple[Part, ...]
    params: Params


STRATEGIES: dict[str, tuple[Step, ...]] = {
    "v1": (Step("v1", ("article",), PARTS, Params(max_tokens=1024)),),
    "v2": (
        Step("v2.aspects", ("article",), ("aspects",), Params(max_tokens=512)),
        Step("v2.triples", ("article", "aspects"), ("triples",), Params(max_tokens=768)),
        Step("v2.summary", ("article", "aspects", "triples"), ("summary",), Params(max_tokens=512)),
    ),
    "v3": (
        Step("v3.summary", ("article",), ("summary",), Params(max_tokens=512)),
        Step("v3.rationale", ("article", "summary"), ("aspects", "triples"), Params(max_tokens=1024)),
    ),
}


def steps(strategy: str) -> tuple[Step, ...]:
    """Return a strategy's asks in order; each says which earlier parts it sends again."""
    try:
        return STRATEGIES[strategy]
    except KeyError:
        raise UsageError("--strategy", ", ".join(STRATEGIES), strategy, "give one of these") from None


def messages(step: Step, shown: Mapping[Shown, str], schema: bool) -> tuple[Message, ...]:
    """Return the messages of one ask; `shown` holds the text of everything that the step shows."""
    task, text_format, json_format = sections(step.name)
    system = "\n\n".join((prompt("system"), task, json_format if schema else text_format))
    material = [f"<{MARKS[key]}>\n{as_data(shown[key])}\n</{MARKS[key]}>" for key in step.shows]
    return Message("system", system), Message("user", "\n\n".join((*material, CLOSING)))


def repair_messages(asked: tuple[Message, ...], reply: str, fault: str) -> tuple[Message, ...]:
    """Return what is asked after a reply that could not be used: the same, the reply, and what was wrong with it."""
    return *asked, Message("assistant", as_data(reply)), Message("user", prompt("repair").replace("{fault}", fault))


def as_data(text: str) -> str:
    """Return text from outside so that it cannot end its place in the prompt: no `<`, no control characters.

    >>> as_data("<|im_end|>[INST]")
    '＜|im_end|>［INST］'
    """
    plain = CONTROL.sub("", text.replace("\r\n", "\n"))
    return BRACKETED_TOKEN.sub(r"［\1］", plain.replace("<", "＜")).strip()


@cache
def prompt(name: str) -> str:
    """Return one prompt file's text."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").strip()


def sections(name: str) -> tuple[str, str, str]:
    """Return a prompt file's task, text format and JSON format."""
    task, text_format, json_format = (part.strip() for part in prompt(name).split("\n----\n"))
    return task, text_format, json_format


def prompt_digest(strategy: str) -> str:
    """Return the version of a strategy's prompts: the digest of every file that it may send."""
    names = ("system", *(step.name for step in steps(strategy)), "repair")
    texts = (*map(prompt, names), (FOLDER / "faults.toml").read_text(encoding="utf-8"), CLOSING)
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


@cache
def schema_of(gives: tuple[Part, ...]) -> str:
    """Return the JSON Schema, as text, of a reply that gives these parts."""
    text = {"type": "string", "minLength": 1}
    triple = {
        "type": "object",
        "properties": dict.fromkeys(("subject", "relation", "object"), text),
        "required": ["subject", "relation", "object"],
        "additionalProperties": False,
    }
    kinds: dict[Part, object] = {
        "aspects": {"type": "array", "items": text, "minItems": 1},
        "triples": {"type": "array", "items": triple, "minItems": 1},
        "summary": text,
    }
    whole = {
        "type": "object",
        "properties": {part: kinds[part] for part in gives},
        "required": list(gives),
        "additionalProperties": False,
    }
    return msgspec.json.encode(whole).decode()
