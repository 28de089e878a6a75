"""What can be done with one line of news alone, on any machine: read it, clean it, sketch it.

    >>> done = prepared(b'{"id": "x-1", "source": "x", "article": "..."}', Row("news.jsonl", "x", 1), Recipe())
    >>> done.id, done.kept
    ('x-1', False)

`local` runs this in a loop, `on_ray` on many machines; what is joined from it afterwards is the same.
"""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import msgspec

from data_builders.curate.clean import Bounds, Language, clean_one
from data_builders.curate.keywords import Keyword
from data_builders.curate.shingles import folded
from data_builders.curate.sketch import sketch_of_folded
from data_builders.errors import InputError
from data_builders.ingest import TEXT_FIELDS, decode_object, to_article
from data_builders.jsonl import encode, lines
from data_builders.schema import Article, Reject


@dataclass(frozen=True, slots=True)
class Recipe:
    """What cleaning needs to know."""

    bounds: Bounds = field(default_factory=Bounds)
    keywords: tuple[Keyword, ...] = ()
    languages: tuple[Language, ...] = ("zh",)


class Row(NamedTuple):
    """Where a line stands: the file as errors name it, the source for rows that name none, the line's number."""

    file: str
    source: str
    line: int


class Prepared(NamedTuple):
    """One line after cleaning: the Article or Reject as JSON, and of an Article what the joining needs.

    `had_text` is False for a row in which no field is a text; `codes` is the folded text, `sketch` a pickled Sketch.
    """

    id: str
    kept: bool
    had_text: bool
    line: int
    story: str
    published: str
    edits: tuple[str, ...]
    record: bytes
    codes: bytes
    sketch: bytes


def prepared(line: bytes, row: Row, recipe: Recipe) -> Prepared:
    """Read, clean and sketch one line."""
    article = article_of(line, row)
    if isinstance(article, Reject):
        return Prepared(article.id, False, False, row.line, "", "", (), encode(article), b"", b"")
    cleaned = clean_one(article, recipe.bounds, recipe.keywords, recipe.languages)
    made = cleaned.result
    if isinstance(made, Reject):
        return Prepared(made.id, False, True, row.line, "", "", cleaned.edits, encode(made), b"", b"")
    codes = folded(made.article)
    sketch = pickle.dumps(sketch_of_folded(codes))
    return Prepared(
        made.id, True, True, row.line, made.story, made.published, cleaned.edits, encode(made), codes.tobytes(), sketch
    )


ARTICLE = msgspec.json.Decoder(Article)


def article_of(line: bytes, row: Row) -> Article | Reject:
    """Return a line as an Article: one that ingest or crawl wrote, or a plain row with the usual field names."""
    try:
        return ARTICLE.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        where = f"{row.file}:{row.line}"
        return to_article(where, decode_object(where, line), row.source)


def local(path: Path, source: str, recipe: Recipe) -> Iterator[Prepared]:
    """Prepare every line of a file, in order, in this process."""
    for number, line in lines(path):
        yield prepared(line, Row(path.name, source, number), recipe)


def no_text(path: Path, detail: str) -> InputError:
    """Return the error for a file in which no row has a text."""
    return InputError(str(path), f"rows with text in {TEXT_FIELDS}", detail, "rename the field that holds the text")
