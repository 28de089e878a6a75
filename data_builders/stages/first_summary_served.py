"""Ask the untrained student for its own summary of each article where it is served (vLLM, Ollama, llama.cpp, …).

    python -m data_builders build --stage s1 --s1-source student --s1-base-url http://127.0.0.1:8000/v1

The same question as `first_summary` asks on this machine, as chat messages instead of a rendered prompt, through the
teacher's client: its pace, its retries and its ledger (`first_summaries.sqlite3` beside the rows), so that an
interrupted run pays for nothing twice. A reply that broke off or never came leaves its article out.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from data_builders.schema import Article
from data_builders.stages.first_summary import MOST_NEW_TOKENS, body_of
from data_builders.stages.table import HEADS, STAGES, SYSTEM
from data_builders.teacher.client import Client, Settings
from data_builders.teacher.ledger import Ledger
from data_builders.teacher.schema import Ask, Asker, Message, Params
from data_builders.teacher.served import run
from data_builders.teacher.standing import Counts
from data_builders.teacher.wording import as_data

STEP = "s1.summary"


def served_summaries(articles: Sequence[Article], settings: Settings, ledger: Path) -> dict[str, str]:
    """Return {article id: the served student's summary}; what stops all of it is raised, what was paid for is kept."""

    async def work() -> dict[str, str]:
        with Ledger(ledger) as kept:
            async with Client(settings, kept, Counts(settings.model, STEP, len(articles))) as client:
                return await asked_summaries(articles, client)

    return run(work())


async def asked_summaries(articles: Sequence[Article], asker: Asker) -> dict[str, str]:
    """Return {article id: the summary} of every article whose reply came whole; the asker sets the pace."""
    answers = await asyncio.gather(*(asker.ask(first_ask(article)) for article in articles))
    return {
        article.id: body_of(answer.text)
        for article, answer in zip(articles, answers, strict=True)
        if not answer.reason and body_of(answer.text)
    }


def first_ask(article: Article) -> Ask:
    """Return the ask for the summary of an article, greedy."""
    user = f"{STAGES['s1'].instruction}\n{HEADS['news']}\n{as_data(article.article)}"
    messages = (Message("system", SYSTEM), Message("user", user))
    return Ask(article.id, STEP, messages, Params(max_tokens=MOST_NEW_TOKENS))
