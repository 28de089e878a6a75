"""What stands after review -> a rationales folder of strategy V4: rationales, rejects with reasons, the manifest.

    python -m data_builders review export --data data --out data/v4/rationales

A row that a person accepted or fixed has the strategy `v4`. What nobody decided keeps its own strategy (`v3`), so that
each row says whether a person saw it: with `--unreviewed keep` it stays when the gates had let it pass, with `drop` it
goes; what the gates had refused and nobody decided always goes. Equal decisions give equal bytes: names, numbers and
times of decisions are not in the output.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from data_builders.jsonl import encode
from data_builders.manifest import Step
from data_builders.review.agreement import agreements
from data_builders.review.items import DRAFTS, has
from data_builders.review.schema import Decision, Item
from data_builders.schema import Manifest, Rationale, Reject
from data_builders.teacher import RATIONALES, article_files

V4 = "v4"
Unreviewed = Literal["keep", "drop"]
OnDisagreement = Literal["latest", "drop"]


def export(
    items: tuple[Item, ...],
    decisions: Iterable[Decision],
    sources: tuple[Path, Path],
    out: Path,
    unreviewed: Unreviewed,
    on_disagreement: OnDisagreement,
) -> Manifest:
    """Write the folder; `decisions` are those that stand, oldest first, `sources` the articles and the rationales."""
    articles, rationales = sources
    drafts = {item.id: item.draft for item in items}
    everything = list(decisions)
    current = [one for one in everything if drafts.get(one.item) == one.draft]
    step = Step("review export", out, settings_of(items, current, len(everything), unreviewed, on_disagreement))
    for file in article_files(articles):
        step.reads(file)
    for name in (DRAFTS, RATIONALES):
        if has(rationales, name):
            step.reads(rationales / name)
    step.rows_in = len(items)
    by_item: dict[str, list[Decision]] = {}
    for one in current:
        by_item.setdefault(one.item, []).append(one)
    by_id = sorted(items, key=lambda item: item.id)
    results = (outcome(item, by_item.get(item.id, []), unreviewed, on_disagreement) for item in by_id)
    step.writes(RATIONALES, step.keep(results))
    return step.finish()


def outcome(
    item: Item, decisions: list[Decision], unreviewed: Unreviewed, on_disagreement: OnDisagreement
) -> Rationale | Reject:
    """Return what becomes of an item, given the decisions on it, oldest first."""
    said = item.content
    if not decisions:
        if unreviewed == "keep" and item.passed:
            return Rationale(item.id, item.teacher, item.strategy, said.summary, said.aspects, said.triples)
        return reject(item, "not_reviewed", "the gates let it pass" if item.passed else doubted(item))
    if on_disagreement == "drop" and len({encode(one.content) for one in decisions}) > 1:
        return reject(item, "reviewers_disagree", ", ".join(one.verdict for one in decisions))
    last = decisions[-1]
    if last.content is None:
        return reject(item, "rejected_by_reviewer", f"{last.reason}: {last.note}" if last.note else last.reason)
    return Rationale(item.id, item.teacher, V4, last.content.summary, last.content.aspects, last.content.triples)


def reject(item: Item, reason: str, detail: str) -> Reject:
    """Return an item as a Reject; its text is the summary that was not taken."""
    return Reject(item.id, "review export", reason, detail, item.content.summary)


def doubted(item: Item) -> str:
    """Return the gates' doubts as one line."""
    return "; ".join(f"{doubt.part} {doubt.reason}" for doubt in item.doubts) or "the gates refused it"


def settings_of(
    items: tuple[Item, ...], current: list[Decision], known: int, unreviewed: str, on_disagreement: str
) -> dict[str, str | int | float | bool]:
    """Return what the manifest says of the review."""
    pairs = agreements(current)
    latest = {one.item: one.verdict for one in current}
    verdicts = Counter(latest.values())
    return {
        "strategy": V4,
        "teacher": ", ".join(sorted({item.teacher for item in items})),
        "drafts_strategy": ", ".join(sorted({item.strategy for item in items})),
        "unreviewed": unreviewed,
        "on_disagreement": on_disagreement,
        "reviewers": len({one.reviewer for one in current}),
        "reviewed": len(latest),
        "accepted": verdicts["accept"],
        "fixed": verdicts["fix"],
        "rejected": verdicts["reject"],
        "decisions": len(current),
        "decisions_on_other_drafts": known - len(current),
        "decisions_sha256": decisions_digest(current),
        "second_opinions": sum(pair.items for pair in pairs),
        "second_opinions_alike": sum(pair.same for pair in pairs),
    }


def decisions_digest(decisions: Iterable[Decision]) -> str:
    """Return the SHA-256 of what was decided, by item, each item's decisions in their order."""
    digest = hashlib.sha256()
    for line in sorted_lines(decisions):
        digest.update(line + b"\n")
    return digest.hexdigest()


def sorted_lines(decisions: Iterable[Decision]) -> Iterator[bytes]:
    """Yield each decision without who, when and number; a stable sort keeps an item's decisions in their order."""
    for one in sorted(decisions, key=lambda decision: decision.item):
        yield encode([one.item, one.draft, one.verdict, one.content, one.reason, one.note])
