r"""Task cnn_dailymail: an English article -> its highlights.

    {"id": "42c0…", "article": "LONDON, England (Reuters) …", "highlights": "Harry Potter star …\nYoung actor …"}
    ->  instruction Please generate an concise summarization for the following article：, the wording as published

Read: Parquet, Arrow, CSV or JSON Lines with article and highlights, in Hugging Face's or Kaggle's names. Articles of
one text are one group. An article or a summary that is empty is a reject, and so is a summary as long as its article.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from data_builders.importers import plain_file
from data_builders.manifest import Step
from data_builders.schema import AlpacaRow, Reject
from data_builders.tasks.assemble import Example, assemble
from data_builders.tasks.multitask import SYSTEM
from data_builders.tasks.schema import Asked, Built
from data_builders.tasks.sources import given_splits, splits_of, text_in

INSTRUCTION = "Please generate an concise summarization for the following article："
ARTICLE, SUMMARY = ("article", "document", "text"), ("highlights", "summary")


def build(asked: Asked, files: Sequence[Path], step: Step) -> Built:
    """Return the rows of the task."""
    return assemble(lambda: examples(files), given_splits(files), asked, step)


def examples(files: Sequence[Path]) -> Iterator[Example | Reject]:
    """Yield each article as an example, or why it is none."""
    for file, split in splits_of(files).items():
        for where, row in plain_file(file):
            article, summary = (text_in(where, row, names) for names in (ARTICLE, SUMMARY))
            own = row.get("id") or row.get("article_id")
            name = f"cnn-{own or hashlib.sha256(article.encode('utf-8', 'replace')).hexdigest()[:12]}"
            reason = fault(article, summary)
            if reason:
                yield Reject(name, "task cnn_dailymail", reason, text=article[:80])
            else:
                yield Example(AlpacaRow(name, SYSTEM, INSTRUCTION, article, summary), article, (article,), split)


def fault(article: str, summary: str) -> str:
    """Return why an article is no row, or ""."""
    if not article:
        return "no_article"
    if not summary:
        return "no_summary"
    return "" if len(summary) < len(article) else "summary_not_shorter"
