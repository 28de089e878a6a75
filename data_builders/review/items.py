"""The teacher's folder and the articles -> items, the most doubted first.

    >>> weight((Doubt("summary", "number_not_in_article", "12萬"), Doubt("triples", "not_three_parts", "[a | b]")))
    3

`drafts.jsonl` holds what the teacher said of every article, and what the gates doubted; a folder without it (older
data) has `rationales.jsonl` alone, with no doubts. Where both have an article, the rationale's words are shown: they
are what the stages would be built from.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from data_builders.errors import InputError, OrderError
from data_builders.jsonl import encode, read
from data_builders.review.schema import Content, Item
from data_builders.schema import Article, Rationale
from data_builders.teacher import RATIONALES, article_files
from data_builders.teacher.schema import Doubt, Draft

DRAFTS = "drafts.jsonl"
# A doubt about the whole reply weighs more than one about the summary, and that more than one about a list: the
# summary is what stages 4 and 5 learn. A part that is not named here weighs as a list does.
WEIGHTS = {"reply": 4, "summary": 2}
# What the gates refused comes before what they only doubt: nobody will use it unless a person saves it.
REFUSED = 6


def read_items(articles: Path, rationales: Path) -> tuple[Item, ...]:
    """Return the items of a teacher's folder in the queue's order: the most doubted first."""
    known = {article.id: article for file in article_files(articles) for article in read(file, Article)}
    passed = {one.id: one for one in read(rationales / RATIONALES, Rationale)} if has(rationales, RATIONALES) else {}
    drafts = {one.id: one for one in read(rationales / DRAFTS, Draft)} if has(rationales, DRAFTS) else {}
    if not drafts and not passed:
        then = f"python -m data_builders teach --articles {articles} --out {rationales}"
        raise OrderError(str(rationales), f"{DRAFTS} or {RATIONALES} with at least one row", "none", then)
    strangers = sorted((drafts.keys() | passed.keys()) - known.keys())
    if strangers:
        found = f"{len(strangers)} others, the first {strangers[0]}"
        then = f"python -m data_builders teach --articles {articles} --out {rationales}"
        raise InputError(str(rationales), f"drafts of the articles in {articles}", found, then)
    ids = (article_id for article_id in known if article_id in drafts or article_id in passed)
    return ordered(item_of(known[one], drafts.get(one), passed.get(one)) for one in ids)


def has(folder: Path, name: str) -> bool:
    """Tell whether a folder holds the file."""
    return (folder / name).is_file()


def item_of(article: Article, draft: Draft | None, passed: Rationale | None) -> Item:
    """Return the item of one article; the gates' doubts come with the draft."""
    said = passed or draft
    if said is None:
        raise InputError(article.id, "a draft or a rationale", "neither", "teach again")
    content = Content(said.summary, said.aspects, said.triples)
    return Item(
        article=article,
        teacher=said.teacher,
        strategy=said.strategy,
        content=content,
        doubts=draft.doubts if draft else (),
        draft=hashlib.sha256(encode([article.article, content])).hexdigest(),
        passed=passed is not None,
    )


def ordered(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items by doubt; those doubted alike in an order that depends on nothing but their ids.

    So the undoubted ones come as a random sample, and their share of fixes tells how much the gates miss.
    """
    return tuple(sorted(items, key=lambda item: (-urgency(item), shuffled(item.id))))


def urgency(item: Item) -> int:
    """Return how early an item ought to be seen; where nothing could be read there is nothing to correct: last."""
    if not (item.content.summary or item.content.aspects or item.content.triples):
        return -1
    return weight(item.doubts) + (0 if item.passed else REFUSED)


def weight(doubts: Iterable[Doubt]) -> int:
    """Return how much is doubted."""
    return sum(WEIGHTS.get(doubt.part, 1) for doubt in doubts)


def shuffled(article_id: str) -> str:
    """Return a key that puts ids into an order that has nothing to do with source or date."""
    return hashlib.sha256(f"review {article_id}".encode()).hexdigest()
