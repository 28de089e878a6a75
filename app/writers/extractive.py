"""The embedded summariser: whole clauses of the article, chosen by TextRank. No model, no net, the same each time."""

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator

from app.relay import pumped
from app.writers import WriterError
from data_builders.schema import Article
from data_builders.teacher.extractive import MOST_SUMMARY
from data_builders.teacher.textrank import summarise

CLAUSE = re.compile(r"[^，。！？；]+[，。！？；]*|[，。！？；]+")
WARM = "台北市今天下大雨，信義區部分道路淹水。市府表示，抽水機已出動，預計中午前退水。"


class Extractive:
    """A `Writer` that quotes."""

    name = "內附摘錄器"
    kind = "extractive"
    identity = f"extractive {MOST_SUMMARY}"
    at_once = 1

    async def write(self, article: Article) -> AsyncGenerator[str]:
        """Yield the chosen clauses."""
        async for piece in pumped(lambda: clauses(article)):
            yield piece

    def shown(self, _: Article) -> int:
        """Return 0: it reads all."""
        return 0

    async def warm(self) -> None:
        """Have jieba read its dictionaries."""
        await asyncio.to_thread(summarise, WARM, MOST_SUMMARY)

    async def close(self) -> None:
        """Let go of nothing."""


def clauses(article: Article) -> Iterator[str]:
    """Yield the summary clause by clause."""
    summary = summarise(article.article, MOST_SUMMARY) or lead(article.article)
    if not summary:
        raise WriterError("這則新聞沒有文字可以摘錄，請直接看原文。", article.id, "an article without words")
    yield from CLAUSE.findall(summary)


def lead(text: str) -> str:
    """Return the start of a text in which no clause fits the bound, cut behind a clause where one ends in time."""
    start = " ".join(text.split())[:MOST_SUMMARY]
    ends = [match.end() for match in CLAUSE.finditer(start)]
    return start if len(text) <= MOST_SUMMARY or len(ends) < 2 else start[: ends[-2]]
