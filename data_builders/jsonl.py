"""Typed JSON Lines in and out: errors name file and line, files appear whole or not at all.

    >>> write(Path("data/a.jsonl"), [Article(id="x-1", source="x", article="內文")]).rows
    1
    >>> [a.id for a in read(Path("data/a.jsonl"), Article)]
    ['x-1']

A file is written beside its place under a temporary name, flushed to the disk, then renamed over the old one: an
interrupt or a full disk leaves the old file as it was and nothing half-written behind. msgspec decodes and checks.
"""

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from data_builders.errors import InputError, OrderError, WriteError
from data_builders.schema import Produced

Record = TypeVar("Record")
# What msgspec raises for bytes that are no JSON of the kind; the last one for brackets nested too deep.
UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read(path: Path, kind: type[Record]) -> Iterator[Record]:
    """Yield every record of a JSONL file as `kind`; blank lines are passed over."""
    decoder = msgspec.json.Decoder(kind)
    for number, line in lines(path):
        try:
            yield decoder.decode(line)
        except UNDECODABLE as error:
            raise InputError(
                f"{path}:{number}",
                f"a JSON {kind.__name__}",
                str(error),
                "mend that line, or make the file again",
            ) from error


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield (line number from 1, bytes) of every non-blank line; a byte-order mark is dropped."""
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                text = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
                if text:
                    yield number, text
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> InputError:
    """Return the error for a file that cannot be read."""
    found = "no such file" if isinstance(error, FileNotFoundError) else (error.strerror or str(error))
    return InputError(str(path), "a readable file", found, "check the path")


def need(path: Path, then: str) -> Path:
    """Return `path` when the file is there; else say which command makes it."""
    if not path.is_file():
        raise OrderError(str(path), "this file from an earlier step", "nothing", then)
    return path


def write(path: Path, records: Iterable[object], supersedes: Path | None = None) -> Produced:
    """Write records as JSONL, atomically; the stream may be lazy, and an error in it leaves the old file.

    `supersedes` is a file that the new one makes untrue: it is removed just before the new one takes its place.
    """
    rows = 0
    digest = hashlib.sha256()

    def chunks() -> Iterator[bytes]:
        nonlocal rows
        for record in records:
            line = encode(record) + b"\n"
            rows += 1
            digest.update(line)
            yield line

    write_chunks(path, chunks(), supersedes)
    return Produced(rows, digest.hexdigest())


def encode(record: object) -> bytes:
    """Encode one record; a lone surrogate, which UTF-8 cannot hold, is an error that names the record."""
    try:
        return msgspec.json.encode(record)
    except UnicodeEncodeError as error:
        name = str(getattr(record, "id", "record"))
        raise InputError(name, "text that UTF-8 can hold", "a lone surrogate", "clean the text first") from error


def write_json(path: Path, value: object) -> None:
    """Write one value as indented JSON, atomically."""
    write_chunks(path, [msgspec.json.format(encode(value), indent=2), b"\n"])


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8, atomically."""
    write_chunks(path, [text.encode("utf-8")])


def read_json(path: Path, kind: type[Record]) -> Record:
    """Read one JSON file as `kind`."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise unreadable(path, error) from error
    except UNDECODABLE as error:
        raise InputError(str(path), f"a JSON {getattr(kind, '__name__', kind)}", str(error), "make it again") from error


def write_chunks(path: Path, chunks: Iterable[bytes], supersedes: Path | None = None) -> None:
    """Write bytes beside `path`, then rename over it."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as stream:
            for chunk in chunks:
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        if supersedes is not None:
            supersedes.unlink(missing_ok=True)
        aside.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with contextlib.suppress(OSError):  # a folder that cannot be made has nothing to remove
            aside.unlink()


def sweep(folder: Path) -> None:
    """Remove what writers left half-written in a folder when they were killed; those that still run keep theirs."""
    for aside in folder.glob(".*.part"):
        writer = aside.name.split(".")[-2]
        if writer.isdecimal() and not Path(f"/proc/{writer}").exists() and Path("/proc/self").exists():
            aside.unlink(missing_ok=True)


def append(path: Path, records: Iterable[object]) -> None:
    """Add records to a file that grows as they come; the leading newline ends a line that an interrupt left open."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as stream:
            stream.write(b"\n" + b"".join(encode(record) + b"\n" for record in records))
    except OSError as error:
        raise unwritable(path, error) from error


def appended(path: Path, kind: type[Record]) -> Iterator[Record]:
    """Yield what `append` has added; a line that an interrupt cut short is passed over, no file is no record."""
    decoder = msgspec.json.Decoder(kind)
    for _, line in lines(path) if path.is_file() else ():
        try:
            record = decoder.decode(line)
        except UNDECODABLE:
            continue
        yield record


def unwritable(path: Path, error: OSError) -> WriteError:
    """Return the error for a file that cannot be written."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    found = "no space left on the disk" if full else (error.strerror or str(error))
    then = "free some space and run the same command again" if full else "check the folder and run the command again"
    return WriteError(str(path), "to write the file", found, f"{then}; what stood there before is unharmed")


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from error
