"""Ask LLaMA-Factory: which prompt a student was trained on, and what its chat and its API will send.

    >>> factory = Factory("saves/nano/s5", {"template": "qwen", "default_system": "你是…編輯。"})
    >>> factory.trained((Message("user", "颱風"),)).text
    '<|im_start|>system…'

Nothing is re-implemented: rows are encoded by the template's `encode_multiturn`, which training calls, and the chat by
the engine's `_process_args`, which `llamafactory-cli chat` and `api` call. A template's `default_system` stays in
LLaMA-Factory's registry once it was set, so every look works on a copy of the entry.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from curriculum.export.schema import Contract, Laid, Message
from data_builders.errors import InputError

KEYS = ("template", "default_system", "tool_format", "enable_thinking", "preserve_thinking")
SYSTEM, FIRST, ANSWER, SECOND = "\u2460system\u2461", "\u2462first\u2463", "\u2464answer\u2465", "\u2466second\u2467"


class Factory:
    """LLaMA-Factory with a student's tokenizer and the settings of the recipe that it was trained by."""

    def __init__(self, folder: str, settings: dict[str, object]) -> None:
        with quiet():
            from llamafactory.data.template import get_template_and_fix_tokenizer
            from llamafactory.hparams import DataArguments
            from transformers import AutoTokenizer

            known = {key: settings[key] for key in KEYS if settings.get(key) is not None}
            self.tokenizer: Any = AutoTokenizer.from_pretrained(
                folder, split_special_tokens=False, padding_side="right"
            )
            before = len(self.tokenizer)
            with own_entry(str(settings.get("template") or "")):
                try:
                    self.template: Any = deepcopy(
                        get_template_and_fix_tokenizer(self.tokenizer, DataArguments(**known))
                    )
                except ValueError as error:
                    then = "name a template that LLaMA-Factory 0.9.5 knows"
                    raise InputError(folder, "a chat template", str(error), then) from error
        if len(self.tokenizer) != before:
            found = f"{len(self.tokenizer) - before} tokens that the student does not have"
            then = "train with a template whose signs are in the vocabulary"
            raise InputError(folder, f"the signs of template {settings.get('template')}", found, then)

    def trained(self, messages: tuple[Message, ...]) -> Laid:
        """Return the prompt of a chat as training encodes it; the last message is the user's."""
        system = messages[0].content if messages[0].role == "system" else ""
        turns = [vars_of(message) for message in messages if message.role != "system"]
        turns.append({"role": "assistant", "content": ANSWER})
        pairs = self.template.encode_multiturn(self.tokenizer, turns, system, None)
        tokens = [token for source, answer in pairs[:-1] for token in (*source, *answer)] + list(pairs[-1][0])
        return self.laid(tokens)

    def answer_end(self) -> str:
        """Return what training puts behind an answer: the sign that the student learns to stop by."""
        turns = [{"role": "user", "content": FIRST}, {"role": "assistant", "content": ANSWER}]
        text = self.laid(self.template.encode_multiturn(self.tokenizer, turns, SYSTEM, None)[0][1]).text
        return text.partition(ANSWER)[2]

    def laid(self, tokens: list[int]) -> Laid:
        """Return tokens beside the text that they are."""
        text = str(self.tokenizer.decode(tokens, skip_special_tokens=False, clean_up_tokenization_spaces=False))
        return Laid(text, tuple(tokens))

    def contract(self, context: int, name: str) -> Contract:
        """Return the prompt in its pieces, found by encoding signs that stand for system, user and answer."""
        with quiet():
            asked = (Message("system", SYSTEM), Message("user", FIRST))
            two = (*asked, Message("assistant", ANSWER), Message("user", SECOND))
            head, middle, tail = parted(self.trained(asked).text, (SYSTEM, FIRST), name)
            _, _, turn, between, _ = parted(self.trained(two).text, (SYSTEM, FIRST, ANSWER, SECOND), name)
            own, self.template.default_system = str(self.template.default_system or ""), ""
            (opened, _) = parted(self.trained((Message("user", FIRST),)).text, (FIRST,), name)
            self.template.default_system = own
        end = between.removesuffix(opened) if opened and between.endswith(opened) else between
        follow = between[len(end) :]
        ends = self.template.get_stop_token_ids(self.tokenizer)
        stops = tuple((str(self.tokenizer.convert_ids_to_tokens(one)), int(one)) for one in sorted(ends))
        return Contract(own, head, middle, opened, tail, turn, end, follow, stops, name, context)


def parted(text: str, signs: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return what stands around the signs; a template that changes or drops one is an InputError."""
    parts: list[str] = []
    for sign in signs:
        before, found, text = text.partition(sign)
        if not found:
            then = "train with a template that keeps what it is given, such as qwen"
            raise InputError(
                f"template {name or 'of the tokenizer'}", "a prompt that holds its parts", "one missing", then
            )
        parts.append(before)
    return (*parts, text)


def vars_of(message: Message) -> dict[str, str]:
    """Return a message as the libraries take it."""
    return {"role": message.role, "content": message.content}


class FactoryChat:
    """What `llamafactory-cli chat` and `api` send when they are started with a file of settings."""

    def __init__(self, path: Path, model_folder: Path) -> None:
        with quiet():
            from llamafactory.data.template import get_template_and_fix_tokenizer
            from llamafactory.hparams import get_infer_args
            from llamafactory.model import load_tokenizer

            settings = yaml.safe_load(path.read_text(encoding="utf-8"))
            settings["model_name_or_path"] = model_folder.as_posix()  # an export is checked before it is in its place
            model, data, _, generating = get_infer_args(settings)
            self.tokenizer: Any = load_tokenizer(model)["tokenizer"]
            with own_entry(str(settings.get("template") or "")):
                self.template: Any = deepcopy(get_template_and_fix_tokenizer(self.tokenizer, data))
            self.generating: dict[str, Any] = generating.to_dict()

    def chat(self, messages: tuple[Message, ...]) -> Laid:
        """Return the prompt of `llamafactory-cli chat`."""
        system = messages[0].content if messages[0].role == "system" else None
        return self.sent([vars_of(message) for message in messages if message.role != "system"], system)

    def api(self, messages: tuple[Message, ...]) -> Laid:
        """Return the prompt of a request to `llamafactory-cli api`."""
        with quiet():
            os.environ["API_VERBOSE"] = "0"  # it logs every request otherwise
            from llamafactory.api.chat import _process_request
            from llamafactory.api.protocol import ChatCompletionRequest

            request = ChatCompletionRequest(model="student", messages=[vars_of(message) for message in messages])
            turns, system, *_ = _process_request(request)
        return self.sent(turns, system)

    def sent(self, turns: list[dict[str, str]], system: str | None) -> Laid:
        """Return what the engine would feed to the model."""
        with quiet():
            from llamafactory.chat.hf_engine import HuggingfaceEngine

            nowhere = SimpleNamespace(device="cpu", config=SimpleNamespace(model_type="", dtype=None))
            kwargs, _ = HuggingfaceEngine._process_args(  # noqa: SLF001  the one place where the prompt is made
                nowhere, self.tokenizer, None, self.template, self.generating, turns, system
            )
        tokens = [int(token) for token in kwargs["inputs"][0]]
        text = str(self.tokenizer.decode(tokens, skip_special_tokens=False, clean_up_tokenization_spaces=False))
        return Laid(text, tuple(tokens))


@contextmanager
def own_entry(name: str) -> Iterator[None]:
    """Put a template's entry back as it was: LLaMA-Factory writes a recipe's default_system into its registry."""
    from llamafactory.data.template import TEMPLATES

    kept = deepcopy(TEMPLATES[name]) if name in TEMPLATES else None
    try:
        yield
    finally:
        if kept is not None:
            TEMPLATES[name] = kept


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries from telling about themselves: what matters comes back as a value or an error."""
    import logging
    import warnings

    os.environ.setdefault("DO_NOT_TRACK", "1")
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
