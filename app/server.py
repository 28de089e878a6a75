"""The page's server: a few routes; every answer carries the strict headers, every change comes from our own page.

    GET  /                  the page; its files lie in `page/`
    GET  /api/me            my token, who writes, which papers are asked     401 where the URL's token is wanted first
    POST /api/enter         {"token": "…"}                                   a cookie for this reader
    POST /api/find          {"query": "英偉達"}     a `Find` a line, as they come
    POST /api/open          {"url": "https://…"}    the id of the article there
    GET  /api/article?id=   the article
    POST /api/summarise     {"id": "…"}             a `Step` a line; a summary that is told is in the history, too
    GET  /api/history?before=   lines, newest first
    GET  /api/history/7         one entry: original and summary
    POST /api/delete, /api/restore   {"number": 7}

On loopback every browser of the machine is one reader; behind a token each browser has a history of its own.
"""

import secrets
import time
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from app.finder import Finder
from app.schema import Step
from app.store import Store
from app.turns import Turns
from data_builders.errors import NewsLadderError
from data_builders.jsonl import encode
from data_builders.review.guard import HEADERS as STRICT
from data_builders.review.guard import POLICY, Guard
from data_builders.review.web import Headers, RefusedError, answered, body_of, refusal, reply
from data_builders.schema import Article

PAGE = Path(__file__).parent / "page"
KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
FILES = {path.name: KINDS[path.suffix] for path in sorted(PAGE.iterdir()) if path.suffix in KINDS}
# The review's policy, and what an installed page needs: its icons, its manifest, one worker of our own, whose address
# is the only text that may become a script's address.
HEADERS = STRICT | {
    "content-security-policy": POLICY.replace("img-src data:", "img-src 'self'; manifest-src 'self'; worker-src 'self'")
    .replace("trusted-types 'none'", "trusted-types shell")
}  # fmt: skip
TOKEN = "x-page-token"  # noqa: S105  # a header's name
LOCAL = "local"
YEAR = 365 * 24 * 3600
MOST_ID = 200
MOST_NUMBER = 2**62
Body = TypeVar("Body")


class Entry(msgspec.Struct):
    """What opens the page to a reader from elsewhere."""

    token: str = ""


class Query(msgspec.Struct):
    """What a reader looks for."""

    query: str = ""


class Place(msgspec.Struct):
    """An address that a reader gives."""

    url: str


class Wanted(msgspec.Struct):
    """The article whose summary is wanted."""

    id: str


class Numbered(msgspec.Struct):
    """An entry of the history."""

    number: int


@dataclass(frozen=True, slots=True)
class House:
    """What the routes work with; `secure` tells whether cookies may travel over TLS only."""

    finder: Finder
    turns: Turns
    store: Store
    guard: Guard
    cookie: str = "page"
    secure: bool = False


def app_of(house: House) -> ASGIApp:
    """Return the application."""
    routes = Routes(house)
    found = [
        Route("/", routes.file),
        Route("/{name}", routes.file),
        Route("/api/me", answered(routes.me)),
        Route("/api/article", answered(routes.article)),
        Route("/api/history", answered(routes.history)),
        Route("/api/history/{number:int}", answered(routes.saved)),
    ]
    posts = ("enter", "find", "open", "summarise", "delete", "restore")
    found += [Route(f"/api/{name}", answered(getattr(routes, name)), methods=["POST"]) for name in posts]
    return Headers(Starlette(routes=found), house.guard, HEADERS)


class Routes:
    """The answers of one page."""

    def __init__(self, house: House) -> None:
        self.house, self.guard, self.store = house, house.guard, house.store

    async def file(self, request: Request) -> Response:
        """Answer with a file of the page."""
        name = request.path_params.get("name", "index.html")
        if name not in FILES:
            return refusal(404, "沒有這個檔案。")
        return Response((PAGE / name).read_bytes(), media_type=FILES[name])

    def reader(self, request: Request) -> str:
        """Return whose session a request belongs to."""
        name = self.guard.reviewer(request.cookies.get(self.house.cookie, ""))
        if not name:
            raise RefusedError(401, "請用伺服器印出的網址開啟這個頁面。")
        return name

    async def changing(self, request: Request, kind: type[Body]) -> tuple[str, Body]:
        """Return the reader and the body of a request that changes something or costs something."""
        body = await body_of(request, kind)
        name = self.reader(request)
        if not self.guard.token_right(request.cookies[self.house.cookie], request.headers.get(TOKEN, "")):
            raise RefusedError(403, "頁面過期了，請重新整理。")
        return name, body

    async def me(self, request: Request) -> Response:
        """Say how things stand, with the token for changes; on loopback this opens the session."""
        cookie = request.cookies.get(self.house.cookie, "")
        name = self.guard.reviewer(cookie)
        if not name and self.guard.password:
            return reply({"error": "請用伺服器印出的網址開啟這個頁面。", "needs_token": True}, 401)
        session = cookie if name else self.session(LOCAL)
        writer = self.house.turns.writer
        answer = reply(
            {
                "token": self.guard.token(session),
                "writer": {"name": writer.name, "kind": writer.kind},
                "papers": list(self.house.finder.asked),
            }
        )
        self.open_session(answer, session)
        return answer

    def session(self, name: str) -> str:
        """Return a session that lasts a year."""
        return self.guard.session(name, time.time() + YEAR)

    def open_session(self, answer: Response, session: str) -> None:
        """Give the browser its session; no script and no other page can read or send it."""
        answer.set_cookie(
            self.house.cookie, session, max_age=YEAR, httponly=True, samesite="strict", secure=self.house.secure
        )

    async def enter(self, request: Request) -> Response:
        """Open a session for a browser that has the URL's token."""
        entry = await body_of(request, Entry)
        if self.guard.password and not self.guard.may_try(time.monotonic()):
            raise RefusedError(429, "嘗試太多次了，請過一分鐘再試。")
        if self.guard.password and not self.guard.password_right(entry.token):
            raise RefusedError(403, "網址裡的通行碼不對，請再從伺服器印出的網址開啟。")
        self.guard.tries.clear()
        known = self.guard.reviewer(request.cookies.get(self.house.cookie, ""))
        name = known or (secrets.token_hex(16) if self.guard.password else LOCAL)
        answer = reply({"entered": True})
        self.open_session(answer, self.session(name))
        return answer

    async def find(self, request: Request) -> Response:
        """Find the latest news, or those that hold the reader's words."""
        _, asked = await self.changing(request, Query)
        return lines(self.house.finder.find(asked.query))

    async def open(self, request: Request) -> Response:
        """Fetch the article at an address."""
        _, asked = await self.changing(request, Place)
        return reply({"id": (await self.house.finder.open(asked.url.strip())).id})

    def known(self, article_id: str) -> Article:
        """Return an article that was found before."""
        article = self.house.finder.article(article_id[:MOST_ID])
        if article is None:
            raise RefusedError(404, "找不到這則新聞，請重新找一次。")
        return article

    async def article(self, request: Request) -> Response:
        """Show an article."""
        self.reader(request)
        article = self.known(request.query_params.get("id", ""))
        return reply({"article": article, "sample": article.id in self.house.finder.sample})

    async def summarise(self, request: Request) -> Response:
        """Have an article summarised, and put it into the reader's history."""
        name, asked = await self.changing(request, Wanted)
        return lines(self.kept(name, self.known(asked.id)))

    async def kept(self, reader: str, article: Article) -> AsyncIterator[Step]:
        """Yield the steps of a summary, and at last its number in the history."""
        async for step in self.house.turns.steps(article):
            yield step
            if step.told is not None:
                yield Step("saved", number=self.store.save(reader, article, step.told))

    async def history(self, request: Request) -> Response:
        """Show the lines of the reader's history."""
        before = request.query_params.get("before", "")[:18]
        found = self.store.history(self.reader(request), int(before) if before.isdecimal() else MOST_NUMBER)
        return reply({"entries": found})

    async def saved(self, request: Request) -> Response:
        """Show one entry."""
        found = self.store.saved(self.reader(request), number_of(request.path_params["number"]))
        if found is None:
            raise RefusedError(404, "這一則紀錄已經不在了。")
        return reply({"saved": found})

    async def delete(self, request: Request) -> Response:
        """Delete an entry; it can be brought back for a while."""
        name, asked = await self.changing(request, Numbered)
        if not self.store.delete(name, number_of(asked.number)):
            raise RefusedError(404, "這一則紀錄已經不在了。")
        return reply({"deleted": asked.number})

    async def restore(self, request: Request) -> Response:
        """Bring a deleted entry back."""
        name, asked = await self.changing(request, Numbered)
        if not self.store.restore(name, number_of(asked.number)):
            raise RefusedError(404, "這一則紀錄已經不能復原了。")
        return reply({"restored": asked.number})


def number_of(number: int) -> int:
    """Return a number that SQLite can hold, 0 for any other: no entry has it."""
    return number if 0 < number < MOST_NUMBER else 0


def lines(steps: AsyncIterable[object]) -> StreamingResponse:
    """Return a stream of JSON, one value a line; what goes wrong on the way is its last line."""

    async def chunks() -> AsyncIterator[bytes]:
        try:
            async for step in steps:
                yield encode(step) + b"\n"
        except RefusedError as refused:
            yield encode(Step("fault", text=refused.sentence)) + b"\n"
        except NewsLadderError:
            yield encode(Step("fault", text="沒有存到磁碟，請再試一次。")) + b"\n"

    return StreamingResponse(chunks(), media_type="application/x-ndjson")
