"""The ledger: every reply that was paid for, in one SQLite file that several processes may share.

    with Ledger(Path("data/ledger.sqlite3")) as ledger:
        held = await ledger.claim(digest)       # a Kept: it is there; "mine": ask for it; "theirs": somebody is asking
        await ledger.keep(Kept(digest, …))      # returns after its commit

All writes go through one thread, which takes whatever waits into one transaction: hundreds of replies a second cost
tens of commits. A reply is handed on only after its commit, so what a kill can cost is what was in flight. A power cut
can cost the last seconds, too, and never the file: commits are not flushed one by one (`synchronous = NORMAL`), as on
a busy disk each flush takes from 5 ms to a second and every call would wait for two.

A claim tells other processes that a call is under way; it falls with its process: at once when that process is gone
from this machine, after 15 s without a sign of life from another one.
"""

import asyncio
import os
import queue
import socket
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Literal, TypeVar

from data_builders.errors import InputError, NewsLadderError, WriteError
from data_builders.teacher.calls import Kept, Reply, Trouble
from data_builders.teacher.schema import Ask

TABLES = """
CREATE TABLE IF NOT EXISTS replies (
    digest TEXT PRIMARY KEY, model TEXT NOT NULL, step TEXT NOT NULL, article TEXT NOT NULL, sample INTEGER NOT NULL,
    attempt INTEGER NOT NULL, text TEXT NOT NULL, finish TEXT NOT NULL, reason TEXT NOT NULL, raw BLOB NOT NULL,
    prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, latency REAL NOT NULL, kept_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failures (
    digest TEXT NOT NULL, step TEXT NOT NULL, article TEXT NOT NULL, attempt INTEGER NOT NULL, reason TEXT NOT NULL,
    detail TEXT NOT NULL, failed_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS claims (digest TEXT PRIMARY KEY, owner TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS owners (
    owner TEXT PRIMARY KEY, host TEXT NOT NULL, pid INTEGER NOT NULL, beat REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS servers (
    server TEXT NOT NULL, model TEXT NOT NULL, manners TEXT NOT NULL, PRIMARY KEY (server, model)
);
CREATE TABLE IF NOT EXISTS batched (
    digest TEXT PRIMARY KEY, model TEXT NOT NULL, step TEXT NOT NULL, article TEXT NOT NULL, sample INTEGER NOT NULL
) WITHOUT ROWID;
"""
COLUMNS = """
    digest, model, step, article, sample, attempt, text, finish, reason, raw, prompt_tokens, completion_tokens, latency
"""
BUSY_SECONDS, BEAT_SECONDS, DEAD_SECONDS = 60.0, 2.0, 15.0
MOST_IN_ONE = 512
Made = TypeVar("Made")
Claim = Literal["mine", "theirs"]
Work = Callable[[sqlite3.Connection], object]


class Ledger:
    """The file, the thread that writes it, and a connection to read it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.owner = uuid.uuid4().hex
        self.host = socket.gethostname()
        self.beat = 0.0
        self.tasks: queue.SimpleQueue[tuple[Work, asyncio.Future[object]] | None] = queue.SimpleQueue()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.reader = self.connect()
            self.reader.executescript(TABLES)
        except (sqlite3.DatabaseError, OSError) as error:
            then = "move it away, or name another with --ledger"
            raise InputError(str(path), "a teacher's ledger", str(error), then) from error
        self.thread = threading.Thread(target=self.work, name="ledger", daemon=True)
        self.thread.start()

    def connect(self) -> sqlite3.Connection:
        """Return a connection of its own to the file."""
        db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        return db

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.tasks.put(None)
        self.thread.join()
        self.reader.close()

    # -- what the coroutines ask of it

    async def claim(self, digest: str) -> Kept | Claim:
        """Return the reply that is held, or whose call it is from now on."""
        return await self.do(lambda db: self.claimed(db, digest))

    async def keep(self, kept: Kept) -> None:
        """Hold a reply; when this returns, no kill can lose it. A reply that another process kept first stays."""
        await self.do(lambda db: self.insert(db, kept))

    async def fail(self, digest: str, ask: Ask, attempt: int, trouble: Trouble) -> None:
        """Note a call that ended badly, and give up the claim to it."""
        row = (digest, ask.step, ask.article_id, attempt, trouble.reason, trouble.detail[:300], time.time())

        def noted(db: sqlite3.Connection) -> None:
            db.execute("INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            db.execute("DELETE FROM claims WHERE digest = ? AND owner = ?", (digest, self.owner))

        await self.do(noted)

    def release(self, digest: str) -> None:
        """Give up a claim without waiting for it."""
        statement = "DELETE FROM claims WHERE digest = ? AND owner = ?"
        future = asyncio.get_running_loop().create_future()
        self.tasks.put((lambda db: db.execute(statement, (digest, self.owner)) and None, future))

    def find(self, digest: str) -> Kept | None:
        """Return the reply of that digest."""
        return found(self.reader, digest)

    def manners(self, server: str, model: str) -> str:
        """Return what was found out about a server and its model, or ""."""
        row = self.reader.execute("SELECT manners FROM servers WHERE server = ? AND model = ?", (server, model))
        return next((str(manners) for (manners,) in row), "")

    async def remember(self, server: str, model: str, manners: str) -> None:
        """Hold what was found out about a server and its model."""
        await self.do(
            lambda db: db.execute("INSERT OR REPLACE INTO servers VALUES (?, ?, ?)", (server, model, manners)) and None
        )

    async def do(self, work: Callable[[sqlite3.Connection], Made]) -> Made:
        """Have the writing thread do some work in its next transaction, and wait for the commit."""
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self.tasks.put((work, future))
        return await future  # type: ignore[return-value]

    # -- what the thread does

    def work(self) -> None:
        """Take what waits into one transaction, over and over, until the end is told."""
        db = self.connect()
        going = True
        while going:
            batch: list[tuple[Work, asyncio.Future[object]]] = []
            try:
                task = self.tasks.get(timeout=BEAT_SECONDS)
                while task is not None and len(batch) < MOST_IN_ONE:
                    batch.append(task)
                    task = self.tasks.get_nowait()
                going = task is not None
                if task is not None:
                    batch.append(task)
            except queue.Empty:
                pass
            self.commit(db, batch, last=not going)
        db.close()

    def commit(self, db: sqlite3.Connection, batch: list[tuple[Work, asyncio.Future[object]]], last: bool) -> None:
        """Do all of a batch in one transaction and tell those who wait for it."""
        results: list[object] = []
        try:
            db.execute("BEGIN IMMEDIATE")
            self.alive(db, last)
            results.extend(work(db) for work, _ in batch)
            db.execute("COMMIT")
        except sqlite3.Error as error:
            if db.in_transaction:
                db.execute("ROLLBACK")
            then = "free some space and run the same command again; what is held stays"
            results = [WriteError(str(self.path), "to write the ledger", str(error), then)] * len(batch)
        waiting: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[object], object]]] = {}
        for (_, future), result in zip(batch, results, strict=True):
            waiting.setdefault(future.get_loop(), []).append((future, result))
        for loop, told in waiting.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(tell, told)

    def alive(self, db: sqlite3.Connection, last: bool) -> None:
        """Show a sign of life now and then; take everything of ours back at the end."""
        now = time.time()
        if last:
            db.execute("DELETE FROM claims WHERE owner = ?", (self.owner,))
            db.execute("DELETE FROM owners WHERE owner = ?", (self.owner,))
        elif now - self.beat > BEAT_SECONDS:
            db.execute("INSERT OR REPLACE INTO owners VALUES (?, ?, ?, ?)", (self.owner, self.host, os.getpid(), now))
            self.beat = now

    def claimed(self, db: sqlite3.Connection, digest: str) -> Kept | Claim:
        """Return the reply, or take the claim where nobody alive has it."""
        kept = found(db, digest)
        if kept is not None:
            return kept
        row = db.execute(
            "SELECT c.owner, o.host, o.pid, o.beat FROM claims c LEFT JOIN owners o USING (owner) WHERE digest = ?",
            (digest,),
        ).fetchone()
        if row is not None and row[0] != self.owner and self.living(*row[1:]):
            return "theirs"
        db.execute("INSERT OR REPLACE INTO claims VALUES (?, ?)", (digest, self.owner))
        return "mine"

    def living(self, host: str | None, pid: int | None, beat: float | None) -> bool:
        """Tell whether the process behind a claim still works on it."""
        if host is None or pid is None or beat is None or time.time() - beat > DEAD_SECONDS:
            return False
        return host != self.host or running(pid)

    def insert(self, db: sqlite3.Connection, kept: Kept) -> None:
        """Write a reply's row and drop the claim to it."""
        reply = kept.reply
        head = (kept.digest, kept.model, kept.step, kept.article, kept.sample, kept.attempt)
        body = (reply.text, reply.finish, reply.reason, reply.raw, reply.prompt_tokens, reply.completion_tokens)
        marks = ", ".join("?" * 14)
        row = (*head, *body, reply.latency, time.time())
        db.execute(f"INSERT OR IGNORE INTO replies VALUES ({marks})", row)  # noqa: S608 - question marks only
        db.execute("DELETE FROM claims WHERE digest = ?", (kept.digest,))


def found(db: sqlite3.Connection, digest: str) -> Kept | None:
    """Return the reply of a digest."""
    row = db.execute(f"SELECT {COLUMNS} FROM replies WHERE digest = ?", (digest,)).fetchone()  # noqa: S608 - our names
    if row is None:
        return None
    digest_, model, step, article, sample, attempt, *reply = row
    return Kept(digest_, model, step, article, sample, attempt, Reply(*reply))


def running(pid: int) -> bool:
    """Tell whether a process of that number runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def tell(told: list[tuple[asyncio.Future[object], object]]) -> None:
    """Hand results to those who wait for them."""
    for future, result in told:
        if future.done():
            continue
        if isinstance(result, NewsLadderError):
            future.set_exception(result)
        else:
            future.set_result(result)
