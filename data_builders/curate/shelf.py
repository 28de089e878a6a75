"""Folded texts on disk while likeness is judged, so that a corpus need not fit into memory.

    >>> from data_builders.curate.shingles import folded
    >>> with Shelf() as shelf:
    ...     place = shelf.put(folded("今天"))
    ...     shelf.get(place).tolist() == folded("今天").tolist()
    True

One unnamed temporary file, two bytes a character; it is gone when the shelf is closed or the process dies.
"""

import contextlib
import os
import tempfile
from array import array
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from data_builders.curate.shingles import Folded
from data_builders.errors import WriteError


class Shelf:
    """Texts by their place, 0, 1, … in the order they were put."""

    def __init__(self, folder: Path | None = None) -> None:
        self.file = tempfile.TemporaryFile(dir=folder, buffering=1 << 20)  # noqa: SIM115 - closed by `__exit__`
        self.ends = array("q", [0])
        self.flushed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()

    def put(self, codes: Folded) -> int:
        """Lay a text down and return its place."""
        with told_when_full():
            self.file.write(codes.tobytes())
        self.ends.append(self.ends[-1] + 2 * len(codes))
        return len(self.ends) - 2

    def get(self, place: int) -> Folded:
        """Return the text at a place."""
        start, end = self.ends[place], self.ends[place + 1]
        if end > self.flushed:
            with told_when_full():
                self.file.flush()
            self.flushed = self.ends[-1]
        return np.frombuffer(os.pread(self.file.fileno(), end - start, start), dtype=np.uint16)


@contextlib.contextmanager
def told_when_full() -> Iterator[None]:
    """Turn what a full disk raises into the error that a user reads."""
    try:
        yield
    except OSError as error:
        then = "free some space, or name another folder in TMPDIR"
        raise WriteError(
            "temporary file", "room for 2 bytes a character", error.strerror or str(error), then
        ) from error
