"""The files that people have of a corpus, and their rows: Hugging Face's on disk, plain tables, Moses pairs.

    >>> split_of("squad_v2/validation-00000-of-00001.parquet")
    'dev'
    >>> [file.name for file in corpus_files([Path("squad_v2")])]
    ['train-00000-of-00001.parquet', 'validation-00000-of-00001.parquet']

Readers are `ingest`'s and `importers`': Parquet and Arrow in batches, JSON Lines, CSV and TSV line by line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from data_builders.errors import InputError
from data_builders.importers import NOT_NEWS, plain_file
from data_builders.ingest import READERS, Raw
from data_builders.jsonl import unreadable
from data_builders.schema import Split

ENDINGS = (*READERS, ".arrow")
SPLIT_NAMES: dict[str, Split] = {
    "train": "train", "training": "train", "dev": "dev", "valid": "dev", "validation": "dev", "val": "dev",
    "test": "test", "eval": "test",
}  # fmt: skip


def corpus_files(paths: Sequence[Path], endings: Sequence[str] = ENDINGS) -> list[Path]:
    """Return the files that some paths bring, in order; a path that brings none is an InputError."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise unreadable(path, FileNotFoundError())
        inside = sorted(file for file in path.rglob("*") if usable(file, endings)) if path.is_dir() else [path]
        if not inside or not inside[0].suffix.lower().endswith(tuple(endings)):
            found_there = "none of them" if path.is_dir() else (path.suffix or "no ending")
            raise InputError(str(path), f"files ending in {', '.join(endings)}", found_there, "check --input")
        found += inside
    return found


def usable(file: Path, endings: Sequence[str]) -> bool:
    """Whether a file of a folder holds rows."""
    own = file.name in NOT_NEWS or file.name.startswith((".", "cache-"))
    return file.is_file() and not own and file.suffix.lower() in endings


def split_of(name: str) -> Split | None:
    """Return the split that a file's name says in one of its words, or a folder's whole name, the innermost first."""
    *folders, file = Path(name).parts
    for words in (re.split(r"[^a-z]+", file.lower()), *([folder.lower()] for folder in reversed(folders))):
        told = next((SPLIT_NAMES[word] for word in words if word in SPLIT_NAMES), None)
        if told:
            return told
    return None


def splits_of(files: Iterable[Path]) -> dict[Path, Split | None]:
    """Return the split of each file by its own name and that of the two folders around it.

    Files of one split alone, such as SQuAD's dev set by itself, bring none: there is nothing beside them.
    """
    found = {file: split_of("/".join(file.parts[-3:])) for file in files}
    return found if len(set(found.values())) > 1 else dict.fromkeys(found)


def given_splits(files: Iterable[Path]) -> set[Split]:
    """Return the splits that some files bring."""
    return {split for split in splits_of(files).values() if split is not None}


def raw_rows(files: Iterable[Path]) -> Iterator[tuple[Path, Raw]]:
    """Yield each file's rows with their file."""
    for file in files:
        for raw in plain_file(file):
            yield file, raw


def text_in(where: str, row: dict[str, object], names: Sequence[str]) -> str:
    """Return the first of `names` that a row has, as text; none of them, or no text, is an InputError."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str):
            return value.strip()
        if value is not None:
            raise InputError(f"{where}, field {name}", "text", type(value).__name__, "make it plain text")
    found = f"fields {', '.join(row)}"
    raise InputError(where, f"text in {'|'.join(names)}", found, "rename one, or name another --input")
