"""Offline batches in the format of OpenAI's Batch API: requests out into files, replies from files into the ledger.

    python -m data_builders teach batch-out --articles data/articles --strategy v2 --teacher gpt-4o-mini --out data/v2
    python -m data_builders teach batch-in batch_output.jsonl --out data/v2

A file holds what the ledger does not: `{"custom_id": <digest>, "method": "POST", "url": "/v1/chat/completions", "body":
…}`. A strategy of several steps needs as many rounds, as a step's prompt holds the reply to the one before. When
batch-out finds nothing more to write, `teach` finds everything in the ledger and calls nobody.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from data_builders.errors import InputError
from data_builders.jsonl import UNDECODABLE, encode, lines, write_chunks
from data_builders.schema import Article
from data_builders.teacher.address import Address
from data_builders.teacher.calls import Kept, Reply, body_of, digest_of
from data_builders.teacher.ledger import Ledger
from data_builders.teacher.manners import Manners, remembered
from data_builders.teacher.schema import Answer, Ask
from data_builders.teacher.served import Plan
from data_builders.teacher.server import reply_of

MOST_LINES, MOST_BYTES = 50_000, 190_000_000  # the Batch API takes 50,000 requests and 200 MB a file
URL = "/v1/chat/completions"


class NotYetError(Exception):
    """The reply to an ask is not there yet; the article goes on in a later round."""


@dataclass(frozen=True, slots=True)
class Request:
    """One line of a batch file on its way out."""

    custom_id: str
    method: str
    url: str
    body: dict[str, object]


@dataclass(frozen=True, slots=True)
class Response:
    """What the server said to one request."""

    status_code: int
    body: msgspec.Raw


@dataclass(frozen=True, slots=True)
class Returned:
    """One line of a batch file on its way in."""

    custom_id: str
    response: Response | None = None
    error: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """What a round of batch-out did: files, requests, and articles whose replies are all there."""

    files: tuple[str, ...]
    requests: int
    articles: int
    complete: int


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What batch-in did: replies kept, replies that were there before, and what came back without one."""

    kept: int
    before: int
    failed: int
    unknown: int


class Clerk:
    """An `Asker` that answers from the ledger and writes down what it does not hold."""

    def __init__(self, model: str, manners: Manners, ledger: Ledger) -> None:
        self.model, self.manners, self.ledger = model, manners, ledger
        self.speaks_schema = manners.speaks_schema
        self.wanted: dict[str, Ask] = {}

    async def ask(self, ask: Ask) -> Answer:
        """Return the reply that is held, or note the ask."""
        ask = ask if self.speaks_schema else replace(ask, schema="")
        digest = digest_of(self.model, ask)
        kept = self.ledger.find(digest)
        if kept is None:
            self.wanted[digest] = ask
            raise NotYetError(digest)
        return kept.answer(kept=True)


async def batch_out(
    news: Sequence[Article], plan: Plan, model: str, address: Address, schema: bool, ledger: Ledger, out: Path
) -> WrittenOut:
    """Write the next round's files into `out`, and remember in the ledger what was asked."""
    held = remembered(ledger, address, model)
    manners = held or Manners(speaks_schema=schema)
    if held is None:
        await ledger.remember(address.shown, model, msgspec.json.encode(manners).decode())
    clerk = Clerk(model, manners, ledger)
    complete = 0
    for article in news:
        try:
            await plan.ask(article, clerk)
            complete += 1
        except NotYetError:
            await asyncio.sleep(0)  # lets the article's other samples write down theirs
    rows = [(d, model, ask.step, ask.article_id, ask.sample) for d, ask in clerk.wanted.items()]
    await ledger.do(lambda db: db.executemany("INSERT OR REPLACE INTO batched VALUES (?, ?, ?, ?, ?)", rows) and None)
    files: list[str] = []
    for number, part in enumerate(parted(clerk), start=1):
        path = out / f"batch-{number}.jsonl"
        write_chunks(path, part)
        files.append(str(path))
    for stale in sorted(set(out.glob("batch-*.jsonl")) - {Path(name) for name in files}):
        stale.unlink()
    return WrittenOut(tuple(files), len(rows), len(news), complete)


def parted(clerk: Clerk) -> Iterator[list[bytes]]:
    """Yield the requests' lines, parted into files that the Batch API takes."""
    part: list[bytes] = []
    size = 0
    for digest, ask in clerk.wanted.items():
        line = encode(Request(digest, "POST", URL, clerk.manners.fit(body_of(clerk.model, ask)))) + b"\n"
        if part and (len(part) == MOST_LINES or size + len(line) > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(line)
        size += len(line)
    if part:
        yield part


async def batch_in(file: Path, address: Address, ledger: Ledger) -> TakenIn:
    """Keep every reply of a returned file whose request the ledger knows; what failed is asked again next round."""
    decoder = msgspec.json.Decoder(Returned)
    kept = before = failed = unknown = 0
    for number, line in lines(file):
        try:
            returned = decoder.decode(line)
        except UNDECODABLE as error:
            then = "give the file that the Batch API returned"
            raise InputError(f"{file}:{number}", "custom_id and response", str(error), then) from error
        row = ledger.reader.execute("SELECT * FROM batched WHERE digest = ?", (returned.custom_id,)).fetchone()
        if row is None:
            unknown += 1
        elif ledger.find(returned.custom_id):
            before += 1
        else:
            reply = replied(returned, address)
            if reply is None:
                failed += 1
                continue
            digest, model, step, article, sample = row
            await ledger.keep(Kept(digest, model, step, article, sample, 1, reply))
            kept += 1
    return TakenIn(kept, before, failed, unknown)


def replied(returned: Returned, address: Address) -> Reply | None:
    """Return the completion of a line, if it holds one."""
    if returned.response is None or returned.error or returned.response.status_code != 200:
        return None
    came = reply_of(bytes(returned.response.body), 0.0, address)
    return came if isinstance(came, Reply) else None
