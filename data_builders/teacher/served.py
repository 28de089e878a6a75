"""A served model as the teacher: from articles to `rationales.jsonl`, `drafts.jsonl`, `rejected.jsonl`, a manifest.

    manifest = teach_served(Path("data/articles"), plan_of("v2", best_of=1), settings, ledger_file, out)

A `Plan` is a strategy as the run sees it: a coroutine from article to samples, and the gates' judgement of them. When
the run stops early (budget, key, server gone), what is done is written, but no manifest: that says finished.
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
from data_builders.teacher.judging import Judge, Judging, Made, Verdict
from data_builders.teacher.ledger import Ledger
from data_builders.teacher.runner import Runner
from data_builders.teacher.schema import Asker, Doubt, Draft
from data_builders.teacher.standing import Counts, Progress

TICK_SECONDS = 0.1
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Plan:
    """A strategy: what it asks of one article, what the gates make of that (picklable), what the manifest says.

    `judge_seconds` is about what one judgement costs of a processor.
    """

    strategy: str
    ask: Callable[[Article, Asker], Awaitable[Made]]
    judge: Judge
    settings: dict[str, str | int | float | bool] = field(default_factory=dict)
    judge_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on each article by its place, and what stopped the run before its end."""

    verdicts: dict[int, Verdict] = field(repr=False)  # asyncio makes a repr of its main task on the way out
    stopped: NewsLadderError | None


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
    step.writes(RATIONALES, step.keep(used(news, outcome)))
    step.writes(DRAFTS, drafts(outcome, settings.model, plan.strategy), counted=False)
    counts.failed.update({"not_asked": len(news) - len(outcome.verdicts)} if outcome.stopped else {})
    progress.end("stopped" if outcome.stopped else "finished")
    if outcome.stopped is not None:
        step.writes(step.rejected, step.rejects)
        raise outcome.stopped
    return step.finish()


async def asked(news: Sequence[Article], plan: Plan, settings: Settings, ledger: Ledger, progress: Progress) -> Outcome:
    """Ask the server about all articles; what stops the run before its first call is an Outcome, too."""
    counts = progress.counts
    judging = Judging(plan.judge, len(news) * plan.judge_seconds, lambda verdict: tally(counts, verdict))
    try:
        async with judging, Client(settings, ledger, counts) as client:

            async def lesson(article: Article) -> Made:
                return await plan.ask(article, client)

            ticker = asyncio.create_task(tick(progress, client))
            try:
                stopped = await Runner(
                    news, lesson, client.pace, lambda place, made: judging.add(place, news[place], made)
                ).run()
            finally:
                ticker.cancel()
    except NewsLadderError as error:
        stopped = error
    return Outcome(judging.verdicts, stopped)


async def tick(progress: Progress, client: Client) -> None:
    """Keep the progress up to date."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        progress.counts.at_once = client.pace.busy
        progress.tick()


def tally(counts: Counts, verdict: Verdict) -> None:
    """Count an article as kept, or as failed for its reason."""
    counts.done += 1
    if isinstance(verdict.used, Reject):
        counts.failed[verdict.used.reason] += 1
    else:
        counts.kept += 1


def used(news: Sequence[Article], outcome: Outcome) -> Iterator[Rationale | Reject]:
    """Yield what is used of each article, in the articles' order."""
    for place, article in enumerate(news):
        verdict = outcome.verdicts.get(place)
        missed = Reject(article.id, "teach", "not_asked", "the run stopped before it", article.article)
        yield verdict.used if verdict else missed


def drafts(outcome: Outcome, teacher: str, strategy: str) -> Iterator[Draft]:
    """Yield a Draft for every article that was asked about; one without a readable reply has no parts and a doubt."""
    for _, verdict in sorted(outcome.verdicts.items()):
        draft = verdict.draft
        if isinstance(draft, Draft):
            yield draft
        else:
            yield Draft(draft.id, teacher, strategy, "", (), (), (Doubt("reply", draft.reason, draft.detail),))


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end, on uvloop where it is installed (a fifth faster here)."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
