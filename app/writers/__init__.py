"""Who writes the summary: the embedded summariser, a GGUF file by llama.cpp, or a model of an OpenAI-like server.

    async for piece in writer.write(article): ...

All of them are a `Writer`. A student is asked by the very prompt of S5 that it was trained on (`prompt`).
"""

from collections.abc import AsyncGenerator
from typing import Protocol

from data_builders.errors import NewsLadderError
from data_builders.schema import Article


class WriterError(NewsLadderError):
    """The writer gave no summary; `sentence` says so to the reader."""

    def __init__(self, sentence: str, where: str, found: str) -> None:
        super().__init__(where, "a summary", found, "look at the model's server or file")
        self.sentence = sentence


class Writer(Protocol):
    """Writes summaries, `at_once` at a time; `identity` changes when its answers may."""

    @property
    def name(self) -> str:
        """What the page calls it."""

    @property
    def kind(self) -> str:
        """`extractive`, `gguf` or `served`."""

    @property
    def identity(self) -> str:
        """What tells this writer from any other."""

    @property
    def at_once(self) -> int:
        """How many it writes at a time."""

    def write(self, article: Article) -> AsyncGenerator[str]:
        """Yield the summary piece by piece."""

    def shown(self, article: Article) -> int:
        """Return how many characters of the article it reads; 0 for all of them."""

    async def warm(self) -> None:
        """Do what would make the first reader wait."""

    async def close(self) -> None:
        """Let go of what it holds."""
