"""Records on disk between the passes of a step, so that a corpus need not fit into memory.

    >>> with Spool() as spool:
    ...     place = spool.put(b"one")
    ...     spool.get(place)
    b'one'

An unnamed temporary file: it is gone when the spool is closed, or the process dies, however it dies.
"""

import os
import tempfile
from array import array
from pathlib import Path
from types import TracebackType
from typing import Self

from data_builders.jsonl import unwritable


class Spool:
    """Bytes by their place, 0, 1, … in the order they were put."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.gettempdir())
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.file = tempfile.TemporaryFile(dir=folder, buffering=1 << 20)  # noqa: SIM115 - closed by `__exit__`
        except OSError as error:
            raise unwritable(self.folder, error) from error
        self.ends = array("q", [0])
        self.flushed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()

    def __len__(self) -> int:
        return len(self.ends) - 1

    def put(self, record: bytes) -> int:
        """Lay a record down and return its place."""
        try:
            self.file.write(record)
        except OSError as error:
            raise unwritable(self.folder, error) from error
        self.ends.append(self.ends[-1] + len(record))
        return len(self.ends) - 2

    def get(self, place: int) -> bytes:
        """Return the record at a place."""
        start, end = self.ends[place], self.ends[place + 1]
        try:
            if end > self.flushed:
                self.file.flush()
                self.flushed = self.ends[-1]
            return os.pread(self.file.fileno(), end - start, start)
        except OSError as error:
            raise unwritable(self.folder, error) from error
