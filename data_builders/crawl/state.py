"""What a crawl knows, in one SQLite file: pages as they came, stories held, stories that failed and when to try again.

    with State(Path("data/news/udn/crawl.sqlite3")) as state:
        state.hold(key, record, page)       # page and record in one transaction: a kill leaves both or neither

A second crawl in the same folder is refused while the first one runs; the system lifts that lock when it dies.
"""

import sqlite3
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import msgspec

from data_builders.crawl.clock import now
from data_builders.crawl.schema import Page, Reply, Trouble
from data_builders.errors import InputError, WriteError
from data_builders.schema import Collected

TABLES = """
CREATE TABLE IF NOT EXISTS pages (
    url TEXT PRIMARY KEY, body BLOB NOT NULL, kind TEXT NOT NULL, etag TEXT NOT NULL, modified TEXT NOT NULL,
    fetched_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stories (
    key TEXT PRIMARY KEY, url TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('held', 'failed')),
    reason TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0,
    next_try REAL, record BLOB
) WITHOUT ROWID;
"""
FIRST_RETRY, LONGEST_RETRY = 900.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Known:
    """What the state knows of one story: `next_try` is None for what is held, or what no other try will mend."""

    url: str
    held: bool
    reason: str
    tries: int
    next_try: float | None

    def due(self, now: float) -> bool:
        """Whether a failed story may be tried again."""
        return not self.held and self.next_try is not None and self.next_try <= now


class State:
    """The state file of one crawl's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.db = sqlite3.connect(path, timeout=1.0, isolation_level=None)
            self.db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = NORMAL")
            self.db.executescript(TABLES)
        except sqlite3.OperationalError as error:
            then = "wait for the other crawl, or choose another --out"
            raise InputError(str(path), "a state file that no other crawl uses", str(error), then) from error
        except (sqlite3.DatabaseError, OSError) as error:
            raise InputError(str(path), "a crawl's state file", str(error), "move it away and crawl again") from error

    def __enter__(self) -> "State":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.db.close()

    def page(self, url: str) -> Page | None:
        """Return a page from the cache."""
        row = self.db.execute(
            "SELECT body, kind, etag, modified, fetched_at FROM pages WHERE url = ?", (url,)
        ).fetchone()
        return Page(url, "", zlib.decompress(row[0]), *row[1:]) if row else None

    def keep_page(self, url: str, reply: Reply) -> Page:
        """Put a page into the cache, compressed; the newest one of an address replaces the older."""
        moment = now()
        self.write(
            "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?)",
            (url, zlib.compress(reply.body, 6), reply.kind, reply.etag, reply.modified, moment),
        )
        return Page(url, "", reply.body, reply.kind, reply.etag, reply.modified, moment)

    def known(self, key: str) -> Known | None:
        """Return what is known of a story."""
        row = self.db.execute(
            "SELECT url, state, reason, tries, next_try FROM stories WHERE key = ?", (key,)
        ).fetchone()
        return Known(row[0], row[1] == "held", *row[2:]) if row else None

    def hold(self, key: str, url: str, record: Collected) -> None:
        """Keep a story's record."""
        self.write(
            "INSERT OR REPLACE INTO stories (key, url, state, record) VALUES (?, ?, 'held', ?)",
            (key, url, msgspec.json.encode(record)),
        )

    def fail(self, key: str, url: str, trouble: Trouble) -> None:
        """Note why a story failed, and when to try again; a record that is held stays."""
        before = self.known(key)
        if before is not None and before.held:
            return
        tries = (before.tries if before else 0) + 1
        wait = min(FIRST_RETRY * 2 ** (tries - 1), LONGEST_RETRY)
        due = time.time() + max(wait, trouble.wait or 0.0) if trouble.again else None
        self.write(
            "INSERT OR REPLACE INTO stories (key, url, state, reason, detail, tries, next_try) "
            "VALUES (?, ?, 'failed', ?, ?, ?, ?)",
            (key, url, trouble.reason, trouble.detail[:300], tries, due),
        )

    def records(self) -> Iterator[Collected]:
        """Yield the records held, by id."""
        decoder = msgspec.json.Decoder(Collected)
        rows = (decoder.decode(row[0]) for row in self.db.execute("SELECT record FROM stories WHERE state = 'held'"))
        yield from sorted(rows, key=lambda record: record.id)

    def failures(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield (key, url, reason, detail) of the stories that failed, by key."""
        yield from self.db.execute("SELECT key, url, reason, detail FROM stories WHERE state = 'failed' ORDER BY key")

    def addresses(self) -> list[tuple[str, str]]:
        """Return (key, url) of every story, held or failed."""
        return list(self.db.execute("SELECT key, url FROM stories ORDER BY key"))

    def write(self, statement: str, values: tuple[object, ...]) -> None:
        """Run one statement, a transaction of its own."""
        try:
            self.db.execute(statement, values)
        except sqlite3.OperationalError as error:
            then = "free some space and run the same command again; what is held stays"
            raise WriteError(str(self.path), "to write the state", str(error), then) from error
