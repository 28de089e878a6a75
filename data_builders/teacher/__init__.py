"""A teacher says what is essential in an article: summary, aspects, triples.

    python -m data_builders teach --articles data/articles --teacher extractive --out data/rationales

Every teacher is a `Teacher`: it has a name, it has settings that go into the manifest, and `teach` turns one article
into a Rationale or a Reject with a reason. The embedded one is `extractive`; a served model is another.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from data_builders.errors import InputError, OrderError
from data_builders.jsonl import read
from data_builders.manifest import Step
from data_builders.schema import SPLITS, Article, Manifest, Rationale, Reject
from data_builders.teacher.extractive import Extractive

RATIONALES = "rationales.jsonl"
DRAFTS = "drafts.jsonl"


class Teacher(Protocol):
    """What every teacher offers."""

    name: str
    settings: dict[str, str | int | float | bool]

    def teach(self, article: Article) -> Rationale | Reject:
        """Say what is essential in one article, or why that could not be said."""


def teacher_named(name: str) -> Teacher:
    """Return the teacher of that name."""
    if name == Extractive.name:
        return Extractive()
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


def teach(articles: Path, teacher: Teacher, strategy: str, out: Path) -> Manifest:
    """Write `rationales.jsonl`, `rejected.jsonl` and the manifest into `out`."""
    step = Step("teach", out, {"teacher": teacher.name, "strategy": strategy, **teacher.settings})

    def every() -> Iterator[Article]:
        for file in article_files(articles):
            for article in read(step.reads(file), Article):
                step.rows_in += 1
                yield article

    step.writes(RATIONALES, step.keep(lessons(every(), teacher)))
    return step.finish()


def lessons(articles: Iterable[Article], teacher: Teacher) -> Iterator[Rationale | Reject]:
    """Ask the teacher about each article, in order."""
    return map(teacher.teach, articles)
