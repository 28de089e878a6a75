"""A whole page without sockets: toy papers, a toy sample, a writer that writes when it is told to, browsers by ASGI."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from starlette.types import ASGIApp

from app.finder import Finder
from app.papers import PaperError
from app.server import House, app_of
from app.store import Store
from app.turns import Turns
from app.writers import WriterError
from data_builders.review.guard import LOOPBACK_NAMES, Guard
from data_builders.schema import Article

HOME = "http://127.0.0.1:7860"
RAIN = "台北市今天下大雨，信義區有3萬戶停電。市府表示，抽水機已出動，預計中午前恢復。"


def news(number: int, title: str = "", text: str = RAIN, **more: str) -> Article:
    made = {
        "url": f"https://udn.com/news/story/1/{number}",
        "published": f"2026-05-{number % 28 + 1:02}T08:00:00+08:00",
    }
    return Article(f"udn-{number}", "udn", text, title or f"第{number}則", **(made | more))


class Clock:
    def __init__(self) -> None:
        self.time = 1_780_000_000.0

    def __call__(self) -> float:
        return self.time


@dataclass
class ToyPaper:
    """A paper that holds what it is given, or does not answer."""

    held: list[Article] = field(default_factory=list)
    silent: str = ""
    asked: list[tuple[str, ...]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def found(self, forms: tuple[str, ...], most: int) -> AsyncGenerator[Article]:
        self.asked.append(forms)
        if self.silent:
            raise PaperError(self.silent, "no answer")
        for article in self.held[:most]:
            if not forms or any(form in article.title + article.article for form in forms):
                yield article
            if self.gate is not None:
                await self.gate.wait()

    async def page(self, url: str) -> Article:
        self.opened.append(url)
        for article in self.held:
            if article.url == url:
                return article
        raise PaperError("這一頁裡找不到新聞內文", url)

    def close(self) -> None:
        pass


class Served:
    """A writer that says what it is told to, piece by piece, when `gate` is open."""

    TOKEN = "一個夠長的通行碼".encode().hex()
    name, kind, identity = "toy-model", "served", "toy"

    def __init__(self, at_once: int = 1) -> None:
        self.at_once = at_once
        self.says = ["台北市下大雨，", "12萬戶停電。"]
        self.fails = ""
        self.wrote: list[str] = []
        self.writing = self.most_at_once = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def write(self, article: Article) -> AsyncGenerator[str]:
        self.wrote.append(article.id)
        self.writing += 1
        self.most_at_once = max(self.most_at_once, self.writing)
        try:
            await self.gate.wait()
            if self.fails:
                raise WriterError(self.fails, "toy", "nothing")
            for piece in self.says:
                yield piece
                await asyncio.sleep(0)
        finally:
            self.writing -= 1

    def shown(self, _: Article) -> int:
        return 0

    async def warm(self) -> None:
        pass

    async def close(self) -> None:
        pass


class Reader:
    """A browser without a page: it keeps cookies and says where its requests come from; no socket is opened."""

    def __init__(self, app: ASGIApp, home: str = HOME) -> None:
        self.app, self.home = app, home
        self.cookies = httpx.Cookies()
        self.headers = {"origin": home}

    async def send(self, method: str, path: str, **more: object) -> httpx.Response:
        headers = {**self.headers, **more.pop("headers", {})}  # type: ignore[dict-item]
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url=self.home, cookies=self.cookies) as client:
            said = await client.request(method, path, headers=headers, **more)  # type: ignore[arg-type]
            self.cookies.update(client.cookies)
            return said

    async def get(self, path: str, **more: object) -> httpx.Response:
        return await self.send("GET", path, **more)

    async def post(self, path: str, body: object, **more: object) -> httpx.Response:
        return await self.send("POST", path, json=body, **more)

    async def enter(self, token: str = "") -> "Reader":
        if token:
            assert (await self.post("/api/enter", {"token": token})).status_code == 200
        self.headers["x-page-token"] = (await self.get("/api/me")).json()["token"]
        return self

    async def lines(self, path: str, body: object) -> list[dict[str, object]]:
        said = await self.post(path, body)
        assert said.status_code == 200, said.text
        return [json.loads(line) for line in said.text.splitlines()]


@dataclass
class Page:
    """A page with everything in it."""

    house: House
    writer: Served
    papers: dict[str, ToyPaper]
    store: Store
    clock: Clock
    said: list[str]

    @property
    def app(self) -> ASGIApp:
        return app_of(self.house)

    async def reader(self, token: str = "") -> Reader:
        return await Reader(self.app).enter(token)


@contextmanager
def pages(folder: Path, token: str = "", at_once: int = 1) -> Iterator[Page]:
    clock, writer, said = Clock(), Served(at_once), list[str]()
    papers = {"udn": ToyPaper([news(1), news(2)]), "cna": ToyPaper([news(3, "輝達公布財報")]), "generic": ToyPaper()}
    sample = [news(90, "範例新聞", url="https://sample.example/1"), news(91, "輝達的範例")]
    with Store(folder / "page.sqlite3", clock) as store:
        finder = Finder(papers, ("udn", "cna"), sample, store, clock, said.append)  # type: ignore[arg-type]
        guard = Guard(b"s" * 32, frozenset(LOOPBACK_NAMES), bool(token), token)
        turns = Turns(writer, store, said.append)
        yield Page(House(finder, turns, store, guard), writer, papers, store, clock, said)
