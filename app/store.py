"""What the page keeps, in one SQLite file: articles found, summaries made, each reader's history.

    with Store(Path("data/app/page.sqlite3")) as store:
        number = store.save("reader", article, told)
        store.saved("reader", number)

The file's `user_version` counts the steps of `STEPS` that were taken; an older file is brought up, a newer one is
refused. Commits are not flushed one by one (WAL, `synchronous = NORMAL`): a kill loses nothing, a power cut the last
seconds. A deleted entry can be brought back for ten minutes, then it is gone from the disk.
"""

import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from app.schema import Entry, Saved, Told
from app.search import matches, plain
from data_builders.errors import InputError
from data_builders.jsonl import encode
from data_builders.schema import Article
from data_builders.transactions import asked, changing

STEPS = (
    """
CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, published TEXT NOT NULL, shape TEXT NOT NULL, record BLOB NOT NULL,
    seen REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_by_time ON articles (published DESC);
CREATE TABLE summaries (key TEXT PRIMARY KEY, told BLOB NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE history (
    number INTEGER PRIMARY KEY AUTOINCREMENT, reader TEXT NOT NULL, article TEXT NOT NULL, record BLOB NOT NULL,
    told BLOB NOT NULL, at TEXT NOT NULL, deleted REAL
);
CREATE INDEX history_by_reader ON history (reader, deleted, number DESC);
""",
)
DAY = 86_400.0
KEPT_ARTICLES, KEPT_SUMMARIES, UNDO_SECONDS = 30 * DAY, 30 * DAY, 600.0
MOST_FOUND = 60
ADD_ARTICLE = "INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?, ?)"
SAME = "SELECT number FROM history WHERE reader = ? AND article = ? AND told = ? AND deleted IS NULL"
ADD = "INSERT INTO history (reader, article, record, told, at) VALUES (?, ?, ?, ?, ?) RETURNING number"
LISTED = """
SELECT number, at, record, told FROM history WHERE reader = ? AND deleted IS NULL AND number < ?
ORDER BY number DESC LIMIT ?
"""
ONE = "SELECT number, at, record, told FROM history WHERE reader = ? AND number = ? AND deleted IS NULL"
DELETE = "UPDATE history SET deleted = ? WHERE reader = ? AND number = ? AND deleted IS NULL RETURNING number"
RESTORE = "UPDATE history SET deleted = NULL WHERE reader = ? AND number = ? AND deleted IS NOT NULL RETURNING number"


class Store:
    """The file of one page."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path, self.clock = path, clock
        then = "name another --store, or move the file away"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # what people read is theirs
            self.db = sqlite3.connect(path, timeout=10.0, isolation_level=None, check_same_thread=False)
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = NORMAL")
            self.db.execute("PRAGMA secure_delete = ON")
            self.bring_up()
        except (sqlite3.Error, OSError) as error:
            raise InputError(str(path), "the page's store (SQLite)", str(error), then) from error

    def bring_up(self) -> None:
        """Take the steps that the file has not taken yet; refuse one of a later program."""
        taken = int(self.db.execute("PRAGMA user_version").fetchone()[0])
        if taken > len(STEPS):
            self.db.close()
            then = "update the project, or name another --store"
            raise InputError(str(self.path), f"a store of version {len(STEPS)} at most", f"version {taken}", then)
        for number in range(taken, len(STEPS)):
            self.db.executescript(f"BEGIN IMMEDIATE; {STEPS[number]} PRAGMA user_version = {number + 1}; COMMIT;")

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.db.close()

    def setting(self, name: str, size: int = 32) -> bytes:
        """Return a secret of the store, made once."""
        with self.writing() as db:
            db.execute("INSERT OR IGNORE INTO settings VALUES (?, ?)", (name, secrets.token_bytes(size)))
        return bytes(self.reading("SELECT value FROM settings WHERE name = ?", name)[0][0])

    def keep(self, article: Article) -> None:
        """Keep an article that was found."""
        shape = plain(f"{article.title}\n{article.article}")
        row = (article.id, article.source, article.published, shape, encode(article), self.clock())
        with self.writing() as db:
            db.execute(ADD_ARTICLE, row)

    def article(self, article_id: str) -> Article | None:
        """Return an article that was found, or None."""
        found = self.reading("SELECT record FROM articles WHERE id = ?", article_id)
        return msgspec.json.decode(found[0][0], type=Article) if found else None

    def found(self, forms: Sequence[str], most: int = MOST_FOUND) -> list[Article]:
        """Return the articles kept that hold one of the forms, newest first; all of them for no form."""
        chosen = []
        for shape, record in self.reading("SELECT shape, record FROM articles ORDER BY published DESC, id"):
            if not forms or matches(shape, forms):
                chosen.append(msgspec.json.decode(record, type=Article))
                if len(chosen) == most:
                    break
        return chosen

    def keep_summary(self, key: str, told: Told) -> None:
        """Keep a summary under the digest of what it was made of."""
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO summaries VALUES (?, ?, ?)", (key, encode(told), self.clock()))

    def summary(self, key: str) -> Told | None:
        """Return a summary that was made before, or None."""
        found = self.reading("SELECT told FROM summaries WHERE key = ?", key)
        return msgspec.json.decode(found[0][0], type=Told) if found else None

    def save(self, reader: str, article: Article, told: Told) -> int:
        """Put an article with its summary on top of a reader's history, and return its number."""
        row = (reader, article.id, encode(article), encode(told))
        at = datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="seconds")
        with self.writing() as db:
            for (number,) in db.execute(SAME, (reader, article.id, row[3])).fetchall():
                db.execute("DELETE FROM history WHERE number = ?", (number,))
            return int(db.execute(ADD, (*row, at)).fetchall()[0][0])

    def history(self, reader: str, before: int = 2**62, most: int = 30) -> tuple[Entry, ...]:
        """Return the lines of a reader's history, newest first, below a number."""
        return tuple(entry_of(saved_of(row)) for row in self.reading(LISTED, reader, before, most))

    def saved(self, reader: str, number: int) -> Saved | None:
        """Return one entry of a reader's history, or None: another's is none."""
        found = self.reading(ONE, reader, number)
        return saved_of(found[0]) if found else None

    def delete(self, reader: str, number: int) -> bool:
        """Delete an entry; tell whether it was there."""
        with self.writing() as db:
            return bool(db.execute(DELETE, (self.clock(), reader, number)).fetchall())

    def restore(self, reader: str, number: int) -> bool:
        """Bring an entry back; tell whether it still could be."""
        with self.writing() as db:
            return bool(db.execute(RESTORE, (reader, number)).fetchall())

    def sweep(self) -> None:
        """Take what is deleted or old off the disk."""
        now = self.clock()
        with self.writing() as db:
            db.execute("DELETE FROM history WHERE deleted < ?", (now - UNDO_SECONDS,))
            db.execute("DELETE FROM articles WHERE seen < ?", (now - KEPT_ARTICLES,))
            db.execute("DELETE FROM summaries WHERE at < ?", (now - KEPT_SUMMARIES,))

    def reading(self, ask: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a question."""
        return asked(self.db, self.path, "the page's store (SQLite)", ask, *values)

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """Hold one transaction: all of it is kept, or nothing."""
        then = "free some space, or close what locks the file, and try again; what was kept stays"
        return changing(self.db, self.path, "to keep it", then)


def saved_of(row: tuple[Any, ...]) -> Saved:
    """Return a row of the history."""
    number, at, record, told = row
    return Saved(number, at, msgspec.json.decode(record, type=Article), msgspec.json.decode(told, type=Told))


def entry_of(saved: Saved) -> Entry:
    """Return an entry's line in the list."""
    article = saved.article
    return Entry(saved.number, saved.at, article.id, article.title, article.source, saved.told.summary)
