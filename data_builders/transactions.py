"""Ask a SQLite file, and change it whole or not at all; what SQLite says becomes this project's one-line errors.

    with changing(db, path, "to keep it", "free some space, and try again") as db:
        db.execute("DELETE FROM history WHERE number = ?", (3,))

For connections with `isolation_level=None`, whose transactions are nobody else's.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from data_builders.errors import InputError, WriteError


def asked(db: sqlite3.Connection, path: Path, what: str, question: str, *values: object) -> list[tuple[Any, ...]]:
    """Return the rows of a question; a file that cannot answer, which should be `what`, is an InputError."""
    try:
        return db.execute(question, values).fetchall()
    except sqlite3.Error as error:
        raise InputError(str(path), what, str(error), "restore the file") from error


@contextmanager
def changing(db: sqlite3.Connection, path: Path, wanted: str, then: str) -> Iterator[sqlite3.Connection]:
    """Hold one transaction: all of it stands when it is left, or nothing; a full or locked disk is a WriteError."""
    try:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")
    except sqlite3.Error as error:
        raise WriteError(str(path), wanted, str(error), then) from error
