"""Every decision, kept the moment it is made, in one SQLite file that several programs may open.

    with Store(Path("data/review/review.sqlite3")) as store:
        store.decide(Decision("udn-1", item.draft, "小美", "accept", item.content))
        store.undo("小美")

A decision is only ever added; an undo notes when one was taken back. So the history is whole, and what stands is the
latest that is not taken back of each reviewer on each draft. A place is the item that a reviewer has open: he goes on
there, and nobody else is handed it meanwhile.
"""

import secrets
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from itertools import starmap
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from data_builders.errors import InputError
from data_builders.jsonl import encode
from data_builders.review.schema import Content, Decision, Mark
from data_builders.transactions import asked, changing

TABLES = """
CREATE TABLE IF NOT EXISTS decisions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT NOT NULL, draft TEXT NOT NULL, reviewer TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('accept', 'fix', 'reject')), content BLOB, reason TEXT NOT NULL,
    note TEXT NOT NULL, at TEXT NOT NULL, undone_at TEXT
);
CREATE INDEX IF NOT EXISTS decisions_by_item ON decisions (item, draft, reviewer);
CREATE TABLE IF NOT EXISTS places (reviewer TEXT PRIMARY KEY, item TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""
ADD = """
INSERT INTO decisions (item, draft, reviewer, verdict, content, reason, note, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
RETURNING item, draft, reviewer, verdict, content, reason, note, at, number
"""
UNDO = """
UPDATE decisions SET undone_at = ?
WHERE number = (SELECT MAX(number) FROM decisions WHERE reviewer = ? AND undone_at IS NULL)
RETURNING item, draft, reviewer, verdict, content, reason, note, at, number
"""
STANDING = """
SELECT item, draft, reviewer, verdict, content, reason, note, at, number FROM decisions WHERE number IN (
    SELECT MAX(number) FROM decisions WHERE undone_at IS NULL GROUP BY item, draft, reviewer)
ORDER BY number
"""
MARKS = """
SELECT item, draft, reviewer, verdict FROM decisions WHERE number IN (
    SELECT MAX(number) FROM decisions WHERE undone_at IS NULL GROUP BY item, draft, reviewer)
ORDER BY number
"""
MINE = """
SELECT item, draft, reviewer, verdict, content, reason, note, at, number FROM decisions
WHERE item = ? AND draft = ? AND reviewer = ? AND undone_at IS NULL ORDER BY number DESC LIMIT 1
"""
PLACES = "SELECT reviewer, item FROM places WHERE at >= ?"
HISTORY = """
SELECT item, draft, reviewer, verdict, content, reason, note, at, number, undone_at FROM decisions
WHERE item = ? ORDER BY number
"""


def utc_now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


class Store:
    """The file of one review."""

    def __init__(self, path: Path, now: Callable[[], datetime] = utc_now) -> None:
        self.path, self.now = path, now
        self.written = 0
        self.known: tuple[tuple[int, int], tuple[Mark, ...]] = ((-1, -1), ())
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.db = sqlite3.connect(path, timeout=10.0, isolation_level=None, check_same_thread=False)
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = FULL")
            self.db.executescript(TABLES)
        except (sqlite3.Error, OSError) as error:
            then = "name another --store, or move the file away"
            raise InputError(str(path), "a review's store (SQLite)", str(error), then) from error

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def decide(self, decision: Decision) -> Decision:
        """Keep a decision, and return it as it is kept, with its number and time."""
        content = encode(decision.content) if decision.content is not None else None
        fields = (decision.item, decision.draft, decision.reviewer, decision.verdict)
        with self.writing() as db:
            found = db.execute(ADD, (*fields, content, decision.reason, decision.note, self.stamp())).fetchall()
        self.written += 1
        return decoded(found[0])

    def undo(self, reviewer: str) -> Decision | None:
        """Take back the reviewer's latest decision that still stands, and return it; None when there is none."""
        with self.writing() as db:
            found = db.execute(UNDO, (self.stamp(), reviewer)).fetchall()
        self.written += 1
        return decoded(found[0]) if found else None

    def standing(self) -> tuple[Decision, ...]:
        """Return what stands: each reviewer's latest decision on each draft, oldest first."""
        return tuple(map(decoded, self.reading(STANDING)))

    def marks(self) -> tuple[Mark, ...]:
        """Return what stands without its content, oldest first; read again only after somebody decided something."""
        version = self.reading("PRAGMA data_version")[0][0]  # changes when another program writes
        state = (version, self.written)
        if self.known[0] != state:
            self.known = (state, tuple(starmap(Mark, self.reading(MARKS))))
        return self.known[1]

    def mine(self, item: str, draft: str, reviewer: str) -> Decision | None:
        """Return the decision of one reviewer on one draft that stands, or None."""
        found = self.reading(MINE, item, draft, reviewer)
        return decoded(found[0]) if found else None

    def history(self, item: str) -> tuple[tuple[Decision, str], ...]:
        """Return every decision on an item, oldest first, and when it was taken back, "" if it was not."""
        return tuple((decoded(row[:9]), str(row[9] or "")) for row in self.reading(HISTORY, item))

    def place(self, reviewer: str) -> str:
        """Return the item that a reviewer has open, or ""."""
        found = self.reading("SELECT item FROM places WHERE reviewer = ?", reviewer)
        return str(found[0][0]) if found else ""

    def move(self, reviewer: str, item: str) -> None:
        """Note which item a reviewer has open."""
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO places VALUES (?, ?, ?)", (reviewer, item, self.stamp()))

    def places(self, within: timedelta) -> dict[str, str]:
        """Return the item that each reviewer has open who moved of late."""
        since = (self.now() - within).isoformat(timespec="seconds")
        return dict(self.reading(PLACES, since))

    def secret(self) -> bytes:
        """Return the secret that this review's sessions are signed with; it is made once."""
        with self.writing() as db:
            db.execute("INSERT OR IGNORE INTO settings VALUES ('secret', ?)", (secrets.token_bytes(32),))
        return bytes(self.reading("SELECT value FROM settings WHERE name = 'secret'")[0][0])

    def stamp(self) -> str:
        """Return the time as it is written."""
        return self.now().isoformat(timespec="seconds")

    def reading(self, ask: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a question."""
        return asked(self.db, self.path, "a review's store (SQLite)", ask, *values)

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """Hold one transaction: all of it is on the disk when it is left, or nothing."""
        then = "free some space, or close what locks the file, and decide once more; what was kept stays"
        return changing(self.db, self.path, "to keep the decision", then)


def decoded(row: tuple[object, ...]) -> Decision:
    """Return a row of the table as a Decision."""
    item, draft, reviewer, verdict, content, reason, note, at, number = row
    fields = {
        "item": item,
        "draft": draft,
        "reviewer": reviewer,
        "verdict": verdict,
        "content": msgspec.json.decode(content, type=Content) if isinstance(content, bytes) else None,
        "reason": reason,
        "note": note,
        "at": at,
        "number": number,
    }
    return msgspec.convert(fields, Decision)
