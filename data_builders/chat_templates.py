r"""LLaMA-Factory's chat templates as far as one turn goes, so that training and generation write the same prompt.

    >>> TEMPLATES["default"].prompt("", "Summarize: …").text(bos="", eos="</s>")
    'Human: Summarize: …</s>\nAssistant:'

A model without a chat template of its own (GPT-2, OPT) is given `default`. LLaMA-Factory encodes a template piece by
piece and puts the tokenizer's own begin and end signs between; encoded in one go, a SentencePiece tokenizer gives other
tokens. So a prompt is kept in pieces, too: `ids` is token for token what LLaMA-Factory 0.9.5 trains on
(`tests/slow/test_prompt_parity.py` asks it), and `text` the same for people.

A reasoning template (`thinks`) puts an empty thought before an answer that has none: into the prompt where thinking is
off, into what is learned where it is on.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from data_builders.errors import UsageError

CONTENT = "{content}"
NO_THOUGHT = "<think>\n\n</think>\n\n"


class Sign(Enum):
    """A place for the tokenizer's own sign; a tokenizer without it leaves the place out."""

    BOS = "bos"
    EOS = "eos"


Slots = tuple[str | Sign, ...]


@dataclass(frozen=True, slots=True)
class Pieces:
    """A prompt or an answer as it is encoded: each piece by itself."""

    parts: Slots

    def text(self, bos: str, eos: str) -> str:
        """Return the pieces as one text, with the signs of a tokenizer."""
        return "".join({Sign.BOS: bos, Sign.EOS: eos}[part] if isinstance(part, Sign) else part for part in self.parts)

    def ids(self, tokenizer: Any) -> list[int]:  # noqa: ANN401 - transformers' tokenizers have no common type
        """Return the token ids, as LLaMA-Factory makes them."""
        found: list[int] = []
        for part in self.parts:
            if isinstance(part, Sign):
                sign = tokenizer.bos_token_id if part is Sign.BOS else tokenizer.eos_token_id
                found += [] if sign is None else [int(sign)]
            elif part:
                found += tokenizer.encode(part, add_special_tokens=False)
        return found


@dataclass(frozen=True, slots=True)
class Template:
    """One template: what stands around system, user and answer; `inside` puts the system's words into the user's."""

    name: str
    user: Slots = (CONTENT,)
    answered: Slots = (CONTENT, Sign.EOS)
    system: Slots = (CONTENT,)
    prefix: Slots = ()
    inside: bool = False
    stop: str = ""
    closes: bool = False
    thinks: bool = False

    def prompt(self, system: str, user: str, thinking: bool = True) -> Pieces:
        """Return the prompt of one turn; `thinking` is LLaMA-Factory's `enable_thinking`."""
        told = filled(self.system, system) if system else ()
        if self.inside:
            parts = (*self.prefix, *filled(self.user, "".join(map(str, told)) + user))
        else:
            parts = (*self.prefix, *told, *filled(self.user, user))
        return Pieces((*parts, NO_THOUGHT) if self.thinks and not thinking else parts)

    def answer(self, text: str, thinking: bool = True) -> Pieces:
        """Return what is learned for one answer."""
        parts = filled(self.answered, text) + ((Sign.EOS,) if self.closes else ())
        return Pieces((NO_THOUGHT, *parts) if self.thinks and thinking else parts)

    def ends(self, tokenizer: Any) -> list[int]:  # noqa: ANN401 - as above
        """Return the ids that end an answer: the tokenizer's end sign and the template's."""
        own = [tokenizer.eos_token_id] if tokenizer.eos_token_id is not None else []
        stop = tokenizer.convert_tokens_to_ids(self.stop) if self.stop in tokenizer.get_vocab() else None
        return sorted({*own, *([stop] if stop is not None else [])})


def filled(slots: Slots, text: str) -> Slots:
    """Return the slots with the text in its place."""
    return tuple(part if isinstance(part, Sign) else part.replace(CONTENT, text, 1) for part in slots)


def chatml(name: str, thinks: bool = False) -> Template:
    """Return Qwen's layout under one of its names."""
    turn = "<|im_start|>{role}\n{content}<|im_end|>\n"
    return Template(
        name,
        user=(turn.replace("{role}", "user") + "<|im_start|>assistant\n",),
        answered=("{content}<|im_end|>\n",),
        system=(turn.replace("{role}", "system"),),
        stop="<|im_end|>",
        thinks=thinks,
    )


TEMPLATES: dict[str, Template] = {
    one.name: one
    for one in (
        Template(
            "default",
            user=("Human: {content}", Sign.EOS, "\nAssistant:"),
            answered=(CONTENT, Sign.EOS, "\n"),
            system=("System: {content}", Sign.EOS, "\n"),
        ),
        Template(
            "zephyr",
            user=("<|user|>\n{content}", Sign.EOS, "<|assistant|>\n"),
            system=("<|system|>\n{content}", Sign.EOS),
        ),
        chatml("qwen"),
        chatml("qwen3", thinks=True),
        chatml("qwen3_nothink"),
        Template(
            "gemma2",
            user=("<start_of_turn>user\n{content}<end_of_turn>\n<start_of_turn>model\n",),
            answered=("{content}<end_of_turn>\n",),
            system=("{content}\n\n",),
            prefix=(Sign.BOS,),
            inside=True,
            stop="<end_of_turn>",
            closes=True,
        ),
        Template(
            "llama3",
            user=(
                (
                    "<|start_header_id|>user<|end_header_id|>\n\n{content}<|eot_id|>"
                    "<|start_header_id|>assistant<|end_header_id|>\n\n"
                ),
            ),
            answered=("{content}<|eot_id|>",),
            system=("<|start_header_id|>system<|end_header_id|>\n\n{content}<|eot_id|>",),
            prefix=(Sign.BOS,),
            stop="<|eot_id|>",
        ),
        Template("deepseekr1", user=("<｜User｜>{content}<｜Assistant｜>",), prefix=(Sign.BOS,), thinks=True),
    )
}


def template_named(name: str) -> Template:
    """Return a template by LLaMA-Factory's name for it."""
    if name not in TEMPLATES:
        raise UsageError("--template", ", ".join(TEMPLATES), name, "name LLaMA-Factory's template of that model")
    return TEMPLATES[name]
