"""What happened to one article, step by step, from the files that curation left and a second look at its line.

$ python -m data_builders curate data/ingest --out data/articles --explain nl-597
read    articles.jsonl:97, 512 characters
clean   caption cut 31 characters; kept, 481 characters, traditional
copies  no copy of anything before it
story   nl-503, with nl-503 and 1 more
split   train
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from data_builders.curate.prepare import Recipe, Row, article_of, prepared
from data_builders.curate.rules import CUTS
from data_builders.errors import InputError
from data_builders.ingest import source_name
from data_builders.jsonl import lines, read
from data_builders.schema import Article, Placed, Reject

MOST_NAMED = 5
Kind = TypeVar("Kind", Article, Reject)


@dataclass(frozen=True, slots=True)
class Told:
    """One step and what it made of the article."""

    step: str
    said: str


def explain(name: str, articles: Path, out: Path, recipe: Recipe) -> list[Told]:
    """Tell the way of the article with that id; the output must be of this input."""
    source = source_name(articles)
    told: list[Told] = []
    rejects = [reject for reject in read(out / "rejected.jsonl", Reject) if reject.id == name]
    for number, line in lines(articles):
        row = Row(articles.name, source, number)
        article = article_of(line, row)
        if article.id == name:
            told += first_steps(article, line, row, recipe)
    if not told:
        then = "check the id: it is <source>-<id in the source>"
        raise InputError(f"--explain {name}", f"the id of an article in {articles.name}", "no such id", then)
    late = [reject for reject in rejects if reject.step in {"dedupe", "split"}]
    told += [Told(late_step(reject), f"left out, {reject.reason}: {reject.detail}") for reject in late]
    return told + last_steps(name, out, bool(late))


def late_step(reject: Reject) -> str:
    """Name the step of a reject as the lines of the explanation do."""
    return "copies" if reject.step == "dedupe" else "split"


def first_steps(article: Article | Reject, line: bytes, row: Row, recipe: Recipe) -> list[Told]:
    """Tell of reading and cleaning."""
    at = f"{row.file}:{row.line}"
    if isinstance(article, Reject):
        return [Told("read", f"{at}, left out, {article.reason}: {article.detail}")]
    told = [Told("read", f"{at}, {len(article.article)} characters")]
    done = prepared(line, row, recipe)
    says = {rule.slug: rule.says for rule in CUTS}
    told += [Told("clean", f"{slug} cut something ({says.get(slug, 'a rule of yours')})") for slug in done.edits]
    if not done.kept:
        reject = read_one(done.record, Reject)
        return [*told, Told("clean", f"left out, {reject.reason}: {reject.detail}")]
    kept = read_one(done.record, Article)
    how = "put into Taiwan's Chinese" if kept.script == "simplified" else "already Traditional"
    return [*told, Told("clean", f"kept, {len(kept.article)} characters, {how}")]


def read_one(record: bytes, kind: type[Kind]) -> Kind:
    """Decode one record."""
    return msgspec.json.decode(record, type=kind)


def last_steps(name: str, out: Path, left_out: bool) -> list[Told]:
    """Tell of the story and the split, for an article that came so far."""
    placed = [one for one in read(out / "splits.jsonl", Placed) if one.split]
    mine = next((one for one in placed if one.id == name), None)
    if mine is None or left_out:
        return []
    others = [one.id for one in placed if one.story == mine.story and one.id != name]
    named = ", ".join(others[:MOST_NAMED]) + (f" and {len(others) - MOST_NAMED} more" if others[MOST_NAMED:] else "")
    return [
        Told("copies", "no copy of an article before it"),
        Told("story", f"{mine.story}, " + (f"with {named}" if others else "alone")),
        Told("split", mine.split),
    ]
