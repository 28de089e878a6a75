"""A teacher says what is essential in an article: summary, aspects, triples.

    python -m data_builders teach --articles data/articles --teacher extractive --out data/rationales
    python -m data_builders teach --articles data/articles --teacher gpt-4o-mini --strategy v2 --out data/v2/rationales

The embedded one is `extractive`: it has a name, a strategy and settings that go into the manifest, and turns one
article into a Rationale or a Reject with a reason. A served model writes the same files (`served.py`):

    strategies (what is asked) -> client (pace, budget, faults) -> ledger (what was paid for) -> server
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from data_builders.errors import InputError, OrderError
from data_builders.jsonl import read
from data_builders.manifest import Step
from data_builders.schema import SPLITS, Article, Manifest, Rationale, Reject
from data_builders.teacher.extractive import Extractive
from data_builders.teacher.schema import Doubt, Draft

RATIONALES = "rationales.jsonl"
DRAFTS = "drafts.jsonl"


class Teacher(Protocol):
    """What a teacher offers that needs no server."""

    name: str
    strategy: str
    settings: dict[str, str | int | float | bool]

    def teach(self, article: Article) -> Rationale | Reject:
        """Say what is essential in one article, or why that could not be said."""


def teacher_named(name: str, strategy: str = "v1") -> Teacher:
    """Return the embedded teacher of that name; `served.py` has those behind a server."""
    if name == Extractive.name:
        return Extractive(strategy)
    raise InputError("--teacher", Extractive.name, name, f"run again with --teacher {Extractive.name}")


def article_files(articles: Path) -> list[Path]:
    """Return the article files of a split folder, or the one file that was named."""
    if articles.is_file():
        return [articles]
    files = [articles / f"{split}.jsonl" for split in SPLITS]
    missing = [file for file in files if not file.is_file()]
    if missing:
        then = "python -m data_builders curate FILE --out " + str(articles)
        raise OrderError(str(missing[0]), "curated articles", "nothing", then)
    return files


def teach(articles: Path, teacher: Teacher, out: Path) -> Manifest:
    """Write `rationales.jsonl`, `drafts.jsonl`, `rejected.jsonl` and the manifest into `out`."""
    step = Step("teach", out, {"teacher": teacher.name, "strategy": teacher.strategy, **teacher.settings})

    def every() -> Iterator[Article]:
        for file in article_files(articles):
            for article in read(step.reads(file), Article):
                step.rows_in += 1
                yield article

    said = [teacher.teach(article) for article in every()]
    step.writes(RATIONALES, step.keep(said))
    step.writes(DRAFTS, (draft_of(one, teacher) for one in said), counted=False)
    return step.finish()


def draft_of(said: Rationale | Reject, teacher: Teacher) -> Draft:
    """Return what a person who reviews gets to see of it: nothing but the doubt, where nothing could be said."""
    if isinstance(said, Rationale):
        return Draft(said.id, said.teacher, said.strategy, said.summary, said.aspects, said.triples)
    return Draft(said.id, teacher.name, teacher.strategy, "", (), (), (Doubt("reply", said.reason, said.detail),))
