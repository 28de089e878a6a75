"""Corpora that people bring, and folders: which reader a path needs, and the rows it gives in `ingest`'s field names.

    >>> source, rows = opened(Path("PART_III.txt"), "auto")
    >>> source, next(iter(rows))[1]["summary"]
    ('lcsts', '可穿戴技術十大設計原則')

One corpus = one row of `CORPORA` and the reader of its own file format; its JSONL, CSV, Parquet and Hugging Face copies
go through the same mapping. `auto` recognises a corpus by its file format, the names in its path, or its columns.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from data_builders.errors import InputError
from data_builders.importers import arrow, formats
from data_builders.ingest import READERS, Raw, plain_rows, source_name
from data_builders.jsonl import unreadable

NOT_NEWS = frozenset(
    {"dataset_info.json", "dataset_dict.json", "dataset_infos.json", "state.json", "manifest.json", "rejected.jsonl"}
)


@dataclass(frozen=True, slots=True)
class Corpus:
    """One known corpus: what its licence says, the endings of its own file format and their reader, its fields.

    `fields` pairs our names with the corpus's. `parts` is set when ids are counted anew in every file.
    """

    licence: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    names: tuple[str, ...]
    endings: tuple[str, ...] = ()
    reader: Callable[[Path], Iterator[Raw]] | None = None
    parts: bool = True


CORPORA: dict[str, Corpus] = {
    "lcsts": Corpus(
        licence="LCSTS: research only, on application to HIT Shenzhen; texts © their authors on Weibo",
        fields=(
            ("article", ("short_text", "text", "document", "source", "content")),
            ("summary", ("summary", "target", "title")),  # Weibo posts have no title: the headline is the summary
        ),
        names=("lcsts",),
        endings=(".txt", ".xml"),
        reader=formats.read_lcsts,
    ),
    "clts": Corpus(
        licence="CLTS: research only; texts © The Paper (澎湃新聞)",
        fields=(("article", ("document", "article", "text", "src")), ("summary", ("summary", "tgt"))),
        names=("clts",),
        endings=(".src",),
        reader=formats.read_clts,
    ),
    "cnewsum": Corpus(
        licence="CNewSum: research only; texts © the publishers on Toutiao",
        fields=(("article", ("article", "document", "text")), ("summary", ("summary",))),
        names=("cnewsum",),
    ),
    "xlsum": Corpus(
        licence="XL-Sum: CC BY-NC-SA 4.0; texts © BBC",
        fields=(("article", ("text", "article")), ("summary", ("summary",)), ("title", ("title",)), ("url", ("url",))),
        names=("xlsum", "xl-sum", "xl_sum"),
        parts=False,
    ),
    "cnn_dailymail": Corpus(
        licence="CNN/DailyMail: research only; texts © CNN and Daily Mail",
        fields=(("article", ("article", "document", "text")), ("summary", ("highlights", "summary"))),
        names=("cnn_dailymail", "cnn-dailymail", "cnndm", "dailymail"),
        endings=(".story",),
        reader=formats.read_story,
        parts=False,
    ),
    "firefly": Corpus(
        licence="firefly-pretrain-dataset: see its card; texts © their owners; for S0 only",
        fields=(("article", ("text", "content", "article", "passage")), ("title", ("title",))),
        names=("firefly",),
    ),
}


def opened(path: Path, layout: str) -> tuple[str, Iterable[Raw]]:
    """Return the source's name and the rows of a file or folder."""
    if not path.exists():
        raise unreadable(path, FileNotFoundError())
    name = recognised(path) if layout == "auto" else layout
    if name in CORPORA:
        return name, corpus_rows(name, path)
    if path.is_dir():
        return source_name(path), plain_folder(path)
    return plain_rows(path)


def files_of(path: Path) -> list[Path]:
    """Return the files that a path brings, in order: itself (and what belongs to it), or what a folder holds."""
    if not path.is_dir():
        beside = path.with_suffix(".tgt")
        return [path, beside] if path.suffix == ".src" and beside.is_file() else [path]
    wanted = {*READERS, ".arrow", ".tgt", *(ending for corpus in CORPORA.values() for ending in corpus.endings)}
    found = [file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in wanted]
    return sorted(file for file in found if file.name not in NOT_NEWS and not file.name.startswith((".", "cache-")))


def recognised(path: Path) -> str:
    """Return the corpus that a path is, by its file format or its name; "" for a plain one."""
    files = files_of(path)
    endings = {file.suffix.lower() for file in files}
    if ".story" in endings:
        return "cnn_dailymail"
    if ".src" in endings:
        return "clts"
    if any(formats.is_lcsts(file) for file in files[:3] if file.suffix.lower() in {".txt", ".xml"}):
        return "lcsts"
    for place in (path.name, path.resolve().parent.name):
        named = [name for name, corpus in CORPORA.items() if any(word in place.lower() for word in corpus.names)]
        if named:
            return named[0] if len(named) == 1 else ""
    return by_columns(files[0]) if files and files[0].suffix.lower() in {*READERS, ".arrow"} else ""


def by_columns(file: Path) -> str:
    """Return the corpus whose columns nobody else has, by a file's first row; what is wrong with it is told later."""
    try:
        _, row = next(iter(plain_file(file)))
    except (StopIteration, InputError):
        return ""
    if "highlights" in row and "article" in row:
        return "cnn_dailymail"
    if "short_text" in row and "summary" in row:
        return "lcsts"
    if isinstance(row.get("article"), list) and "summary" in row:
        return "cnewsum"
    if {"url", "title", "summary", "text"} <= set(row) and "bbc." in str(row["url"]):
        return "xlsum"
    return ""


def corpus_rows(name: str, path: Path) -> Iterator[Raw]:
    """Yield a corpus's rows in our field names, with its licence."""
    corpus = CORPORA[name]
    own = {*corpus.endings, *READERS, ".arrow"}
    usable = [file for file in files_of(path) if file.suffix.lower() in own]
    if not usable:
        raise InputError(
            str(path), f"a file of {name}: {', '.join(sorted(own))}", "none", "check --format and the path"
        )
    part = corpus.parts and len(usable) > 1
    for file in usable:
        for where, row in rows_of(corpus, file):
            yield (
                where,
                formats.mapped(name, corpus.fields, row, corpus.licence, formats.place(file, path) if part else ""),
            )


def rows_of(corpus: Corpus, file: Path) -> Iterable[Raw]:
    """Return one file's rows by the corpus's own reader, or the reader of its ending."""
    if corpus.reader is not None and file.suffix.lower() in corpus.endings:
        return corpus.reader(file)
    return plain_file(file)


def plain_file(file: Path) -> Iterable[Raw]:
    """Return a plain or an Arrow file's rows, by its ending."""
    ending = file.suffix.lower()
    return arrow.read_arrow(file) if ending == ".arrow" else READERS[ending](file)


def plain_folder(path: Path) -> Iterator[Raw]:
    """Yield the rows of every file in a folder; ids of several files are kept apart by the file's name."""
    files = [file for file in files_of(path) if file.suffix.lower() in {*READERS, ".arrow"}]
    if not files:
        then = "check the path, or name the corpus with --format"
        raise InputError(str(path), "a folder with a saved dataset, or " + ", ".join(READERS), "none of them", then)
    for file in files:
        for number, (where, row) in enumerate(plain_file(file), start=1):
            yield where, formats.placed(row, formats.place(file, path), number) if len(files) > 1 else row
