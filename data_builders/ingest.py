"""News that people already have -> Articles: JSONL, JSON, CSV, Parquet or a folder, whatever their fields are called.

    {"id": 7, "content": "台北市…", "headline": "…"}  in  udn.jsonl
    ->  Article(id="udn-7", source="udn", article="台北市…", title="…")

`ALIASES` is the whole mapping. A file without a text field is an error that lists the fields found; so is a row
without text, unless `skip_bad` puts such rows into the rejects. Ids are `<source>-<id in the source>`; a row without
an id is named by the digest of its text, so that it keeps its name when the file is sorted anew. Known corpora, and
folders, are `importers`' business: they hand their rows over in these field names.
"""

import csv
import hashlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
from msgspec import UNSET

from data_builders.errors import InputError
from data_builders.jsonl import UNDECODABLE, lines, unreadable
from data_builders.schema import Article, Reject

ALIASES: dict[str, tuple[str, ...]] = {
    "article": ("article", "content", "text", "news"),
    "id": ("id", "idx", "news_id", "article_id"),
    "source": ("source", "publisher", "site"),
    "title": ("title", "headline"),
    "url": ("url", "link"),
    "published": ("published", "date", "time", "published_at"),
    "category": ("category", "section"),
    "story": ("story", "story_id"),
    "summary": ("summary", "abstract", "highlights"),
}
# Fields that most corpora do not have: absent from the Article when the row does not say.
OPTIONAL: dict[str, tuple[str, ...]] = {"licence": ("licence", "license"), "fetched_at": ("fetched_at", "crawled_at")}
LISTS: dict[str, tuple[str, ...]] = {"authors": ("authors", "author"), "tags": ("tags", "keywords")}
Raw = tuple[str, dict[str, object]]  # where the row stands, and its fields
TEXT_FIELDS = "|".join(ALIASES["article"])


def ingest(path: Path, skip_bad: bool = False, layout: str = "auto") -> Iterator[Article | Reject]:
    """Yield an Article for each row of `path`, or a Reject for a row without text when `skip_bad`.

    `layout` names a known corpus (`importers.CORPORA`); `auto` recognises it, or takes the fields by their usual names.
    """
    from data_builders import importers  # its readers build on this module's

    source, rows = importers.opened(path, layout)
    seen: dict[str, str] = {}
    empty = True
    for where, row in rows:
        empty = False
        result = to_article(where, row, source)
        if isinstance(result, Reject):
            if not skip_bad:
                then = "mend the row, or run again with --skip-bad to put such rows into rejected.jsonl"
                raise InputError(where, f"text in {TEXT_FIELDS}", result.detail, then)
            yield result
            continue
        if result.id in seen:
            then = "give every row an id of its own, or leave ids out"
            raise InputError(where, "an id that no other row has", f"{result.id}, also at {seen[result.id]}", then)
        seen[result.id] = where
        yield result
    if empty:
        raise InputError(str(path), "at least one row", "none", "check that the file holds the news")


def plain_rows(path: Path) -> tuple[str, Iterable[Raw]]:
    """Return a plain file's name as the source, and its rows."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(str(path), "a file ending in " + ", ".join(READERS), path.suffix or "no ending", "convert it")
    return source_name(path), reader(path)


def source_name(path: Path) -> str:
    """Return a file's name as a source: letters, digits, dots."""
    return re.sub(r"[^0-9A-Za-z._\u4e00-\u9fff]+", "-", path.stem).strip("-") or "news"


def to_article(where: str, row: dict[str, object], source: str) -> Article | Reject:
    """Map one row's fields; a row without text comes back as a Reject."""
    values = {field: pick(where, row, names) for field, names in ALIASES.items()}
    values["source"] = values["source"] or source
    if not values["article"].strip():
        found = "an empty text" if any(name in row for name in ALIASES["article"]) else f"fields {', '.join(row)}"
        return Reject(id=f"{values['source']}-{values['id']}", step="ingest", reason="no_text", detail=found)
    own = values["id"] or hashlib.sha256(values["article"].encode("utf-8", "replace")).hexdigest()[:12]
    prefix = values["source"] + "-"
    values["id"] = own if own.startswith(prefix) else prefix + own
    known = {field: pick(where, row, names) or UNSET for field, names in OPTIONAL.items()}
    several = {field: words(row, names) or UNSET for field, names in LISTS.items()}
    return replace(Article(**values), **known, **several)  # type: ignore[arg-type]  # mypy sees one type for all


def words(row: dict[str, object], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first of `names` that the row has, as a list of words: a list, or text parted by commas."""
    value = next((row[name] for name in names if row.get(name)), ())
    if isinstance(value, str):
        return tuple(filter(None, (part.strip() for part in re.split(r"[,，、;；|]", value))))
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def pick(where: str, row: dict[str, object], names: tuple[str, ...]) -> str:
    """Return the first of `names` that the row has, as text."""
    for name in names:
        value = row.get(name)
        if value is None:
            continue
        if isinstance(value, str):
            return value
        if isinstance(value, bool) or not isinstance(value, int | float):
            if hasattr(value, "isoformat"):  # dates of a Parquet file
                return str(value.isoformat())
            raise InputError(f"{where}, field {name}", "text or a number", type(value).__name__, "make it plain text")
        return str(value)
    return ""


def read_jsonl(path: Path) -> Iterator[Raw]:
    """Yield the objects of a JSON Lines file."""
    for number, line in lines(path):
        yield f"{path}:{number}", decode_object(f"{path}:{number}", line)


def decode_object(where: str, line: bytes) -> dict[str, object]:
    """Decode one JSON object."""
    try:
        return msgspec.json.decode(line, type=dict[str, object])
    except UNDECODABLE as error:
        raise InputError(where, "a JSON object", str(error), "mend that line") from error


def read_json(path: Path) -> Iterator[Raw]:
    """Yield the objects of a JSON file: a list of them, an object that holds such a list, or one on each line."""
    try:
        body = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise unreadable(path, error) from error
    first, _, rest = body.strip().partition(b"\n")
    if rest and first.startswith(b"{") and first.rstrip().endswith(b"}"):
        yield from read_jsonl(path)
        return
    try:
        value: object = msgspec.json.decode(body)
        if isinstance(value, dict):
            value = next((item for item in value.values() if isinstance(item, list)), value)
        rows = msgspec.convert(value, type=list[dict[str, object]])
    except UNDECODABLE as error:
        then = "make it a list, or one object a line in a file ending in .jsonl"
        raise InputError(str(path), "a JSON list of objects", str(error), then) from error
    for number, row in enumerate(rows, start=1):
        yield f"{path}, row {number}", row


def read_csv(path: Path) -> Iterator[Raw]:
    """Yield the rows of a CSV file with a header, comma or tab."""
    csv.field_size_limit(sys.maxsize)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            dialect = "excel-tab" if path.suffix.lower() == ".tsv" else "excel"
            table = csv.DictReader(stream, dialect=dialect, strict=True)
            for row in table:
                where = f"{path}:{table.line_num}"
                if None in row:
                    found = f"{len(row[None])} more"
                    raise InputError(where, f"{len(table.fieldnames or ())} fields", found, "quote the text")
                yield where, dict(row)
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise InputError(str(path), "UTF-8 text", str(error), "save the file as UTF-8") from error
    except csv.Error as error:
        raise InputError(str(path), "CSV with a header line", str(error), "mend the file") from error


def read_parquet(path: Path) -> Iterator[Raw]:
    """Yield the rows of a Parquet file, a batch at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.ParquetFile(path)
        number = 0
        for batch in table.iter_batches(batch_size=1024):
            for row in batch.to_pylist():
                number += 1
                yield f"{path}, row {number}", row
    except (OSError, pa.ArrowException) as error:
        raise damaged(path, "a Parquet file", error, "make it again") from error


def damaged(path: Path, expected: str, error: Exception, then: str) -> InputError:
    """Return the error for a file that Arrow cannot read; it raises an OSError without a number for damaged bytes."""
    if isinstance(error, OSError) and error.errno is not None:
        return unreadable(path, error)
    return InputError(str(path), expected, str(error).rstrip(". "), then)


READERS: dict[str, Callable[[Path], Iterable[Raw]]] = {
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".json": read_json,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".parquet": read_parquet,
}
