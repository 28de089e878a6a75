"""A GGUF file on this machine, by llama.cpp (llama-cpp-python, the extra `gguf`); one summary at a time.

    Gguf(Path("saves/nano/export/student-q8_0.gguf"), threads=2)

The chat is laid out by the template that the file holds. The answer is greedy, with the repetition penalty, as in
`eval/predict`. An article that the model's context does not hold is read from its start up to the last sentence that
fits, and the page says so.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.intake import plain
from app.relay import pumped
from app.writers import WriterError
from app.writers.extractive import WARM
from app.writers.prompt import MOST_NEW_TOKENS, Head, first_that_fits, prompt_of
from data_builders.errors import InputError
from data_builders.jsonl import unreadable
from data_builders.schema import Article

MOST_CONTEXT = 4096
MAGIC = b"GGUF"
SAMPLED = 1 << 20
TEMPLATE_TOKENS = 48  # what a chat template puts around system and user


class Gguf:
    """A `Writer` in this process; the model belongs to one thread."""

    kind = "gguf"
    at_once = 1

    def __init__(self, file: Path, threads: int = 0, penalty: float = 1.0) -> None:
        self.name = plain(file.name)
        self.identity = f"{identity_of(file)} {penalty}"
        self.penalty = penalty
        self.model = loaded(file, threads or spare_processors())
        self.room = int(self.model.n_ctx()) - MOST_NEW_TOKENS
        if self.room < 2 * TEMPLATE_TOKENS:
            raise InputError(str(file), "a context for a prompt", f"{self.model.n_ctx()} tokens", "name another file")
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="gguf")

    def fitting(self, article: Article) -> Article:
        """Return the article as far as the model's context holds its prompt."""

        def fits(text: str) -> bool:
            prompt = prompt_of(replace(article, article=text))
            return self.tokens(prompt.system) + self.tokens(prompt.user) + TEMPLATE_TOKENS <= self.room

        return replace(article, article=first_that_fits(article.article, fits))

    def tokens(self, text: str) -> int:
        """Count a text's tokens."""
        return len(self.model.tokenize(text.encode("utf-8"), add_bos=False, special=False))

    def shown(self, article: Article) -> int:
        """Return how many characters it reads, 0 for all."""
        size = len(self.fitting(article).article)
        return size if size < len(article.article) else 0

    async def write(self, article: Article) -> AsyncGenerator[str]:
        """Yield the answer as it is made, without its head."""
        async for piece in pumped(lambda: self.answer(article), self.thread):
            yield piece

    def answer(self, article: Article) -> Iterator[str]:
        """Yield the pieces of one answer, in the model's thread."""
        prompt, head, said = prompt_of(self.fitting(article)), Head(), False
        messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
        how = {"temperature": 0.0, "repeat_penalty": 1.0, "max_tokens": MOST_NEW_TOKENS}
        if self.penalty != 1.0:
            how["logits_processor"] = processors(self.penalty)
        for chunk in self.model.create_chat_completion(messages=messages, stream=True, **how):
            found = head.feed(str(chunk["choices"][0]["delta"].get("content") or ""))
            if found:
                said = True
                yield found
        if rest := head.rest():
            yield rest
        elif not said:
            raise WriterError("模型沒有寫出摘要，請直接看原文。", self.name, "an empty answer")

    async def warm(self) -> None:
        """Have the model write a few words: its weights are read from the disk now."""

        def first() -> None:
            for _ in self.answer(Article("warm", "warm", WARM)):
                break

        await asyncio.get_running_loop().run_in_executor(self.thread, first)

    async def close(self) -> None:
        """Let the thread go."""
        self.thread.shutdown(wait=False, cancel_futures=True)


def processors(penalty: float) -> Any:  # noqa: ANN401 - llama-cpp-python has no types of its own
    """Return transformers' repetition penalty, which counts the prompt's tokens, too; llama.cpp's own does not."""
    import numpy as np
    from llama_cpp import LogitsProcessorList

    def apply(tokens: Any, scores: Any) -> Any:  # noqa: ANN401 - numpy's arrays
        seen = np.unique(tokens)
        scores[seen] = np.where(scores[seen] < 0, scores[seen] * penalty, scores[seen] / penalty)
        return scores

    return LogitsProcessorList([apply])


def loaded(file: Path, threads: int) -> Any:  # noqa: ANN401 - llama-cpp-python has no types of its own
    """Return the model with as much context as it was trained with, within bounds."""
    try:
        from llama_cpp import Llama
    except ImportError as error:
        then = "install the extra: .venv/bin/uv pip install llama-cpp-python"
        raise InputError("--gguf", "llama-cpp-python (the extra `gguf`)", "it is not installed", then) from error
    try:
        how = {"n_threads": threads, "n_threads_batch": threads, "verbose": False}
        model = Llama(str(file), n_ctx=MOST_CONTEXT, **how)
        trained = context_of(model.metadata)
        return Llama(str(file), n_ctx=trained, **how) if 0 < trained < MOST_CONTEXT else model
    except (ValueError, RuntimeError, OSError, AssertionError) as error:
        then = "export the model again, or name another file"
        raise InputError(str(file), "a GGUF model that llama.cpp can load", str(error), then) from error


def context_of(metadata: dict[str, str]) -> int:
    """Return how many tokens the model was trained with, 0 when the file does not say."""
    found = (value for name, value in metadata.items() if name.endswith(".context_length"))
    return next((int(value) for value in found if value.isdigit()), 0)


def spare_processors() -> int:
    """Return all processors but one: llama.cpp's threads wait for each other by spinning, and a busy one stops all."""
    return max(1, (os.cpu_count() or 2) - 1)


def identity_of(file: Path) -> str:
    """Return what tells one model file from another: its size, and a digest of its start and its end."""
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            start = stream.read(SAMPLED)
            stream.seek(max(0, size - SAMPLED))
            end = stream.read(SAMPLED)
    except OSError as error:
        raise unreadable(file, error) from error
    if not start.startswith(MAGIC):
        raise InputError(str(file), "a GGUF file", "other bytes at its start", "export the model, or check the path")
    return f"{size} {hashlib.sha256(start + end).hexdigest()[:16]}"
