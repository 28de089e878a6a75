"""A served model as the teacher: from articles to `rationales.jsonl`, `drafts.jsonl`, `rejected.jsonl`, a manifest.

    manifest = teach_served(Path("data/articles"), plan_of("v2", best_of=1), settings, ledger_file, out)

A `Plan` is a strategy as the run sees it: a coroutine from article to Draft or Reject, and the gates' judgement of the
Draft. When the run stops early (budget, key, server gone), what is done is written, but no manifest: it says finished.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from data_builders.errors import NewsLadderError
from data_builders.jsonl import read
from data_builders.manifest import Step
from data_builders.schema import Article, Manifest, Rationale, Reject
from data_builders.teacher import DRAFTS, RATIONALES, article_files
from data_builders.teacher.client import Client, Settings
from data_builders.teacher.ledger import Ledger
from data_builders.teacher.runner import Outcome, Runner
from data_builders.teacher.schema import Asker, Doubt, Draft
from data_builders.teacher.standing import Counts, Progress

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Plan:
    """A strategy: what it asks of one article, what the gates make of the Draft, what the manifest says of it."""

    strategy: str
    draft: Callable[[Article, Asker], Awaitable[Draft | Reject]]
    judge: Callable[[Draft, Article], Rationale | Reject]
    settings: dict[str, str | int | float | bool] = field(default_factory=dict)


def teach_served(articles: Path, plan: Plan, settings: Settings, ledger_file: Path, out: Path) -> Manifest:
    """Ask about every article; raise what stopped the run after everything that is done has been written."""
    known = {"teacher": settings.model, "strategy": plan.strategy, "server": settings.address.shown}
    step = Step("teach", out, {**known, **plan.settings})
    news = [article for file in article_files(articles) for article in read(step.reads(file), Article)]
    step.rows_in = len(news)
    counts = Counts(settings.model, plan.strategy, len(news))
    progress = Progress(counts, out)
    with Ledger(ledger_file) as ledger:
        outcome = run(asked(news, plan, settings, ledger, progress))
    made = list(zip(news, outcome.results, strict=True))
    step.writes(RATIONALES, step.keep(judged(made, plan, counts)))
    step.writes(DRAFTS, drafts(made, settings.model, plan.strategy), counted=False)
    progress.end("stopped" if outcome.stopped else "finished")
    if outcome.stopped is not None:
        step.writes(step.rejected, step.rejects)
        raise outcome.stopped
    return step.finish()


async def asked(news: Sequence[Article], plan: Plan, settings: Settings, ledger: Ledger, progress: Progress) -> Outcome:
    """Ask the server about all articles; what stops the run before its first call is an Outcome, too."""
    try:
        async with Client(settings, ledger, progress.counts) as client:

            async def lesson(article: Article) -> Draft | Reject:
                draft = await plan.draft(article, client)
                verdict = plan.judge(draft, article) if isinstance(draft, Draft) else draft
                tally(progress.counts, verdict)
                return draft

            return await Runner(news, lesson, client.pace, progress).run()
    except NewsLadderError as error:
        return Outcome((None,) * len(news), error)


def tally(counts: Counts, verdict: Rationale | Reject) -> None:
    """Count an article as kept, or as failed for its reason."""
    if isinstance(verdict, Reject):
        counts.failed[verdict.reason] += 1
    else:
        counts.kept += 1


def judged(
    made: Sequence[tuple[Article, Draft | Reject | None]], plan: Plan, counts: Counts
) -> Iterator[Rationale | Reject]:
    """Yield what is used of each article, in the articles' order; `not_asked` is counted here only."""
    for article, result in made:
        if result is None:
            counts.failed["not_asked"] += 1
            yield Reject(article.id, "teach", "not_asked", "the run stopped before it", article.article)
        else:
            yield plan.judge(result, article) if isinstance(result, Draft) else result


def drafts(made: Sequence[tuple[Article, Draft | Reject | None]], teacher: str, strategy: str) -> Iterator[Draft]:
    """Yield a Draft for every article that was asked about; one without a readable reply has no parts and a doubt."""
    for article, result in made:
        if isinstance(result, Draft):
            yield result
        elif isinstance(result, Reject):
            doubt = Doubt("reply", result.reason, result.detail)
            yield Draft(article.id, teacher, strategy, "", (), (), (doubt,))


def run(work: Coroutine[Any, Any, Made]) -> Made:
    """Run a coroutine to its end, on uvloop where it is installed (a fifth faster here)."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
