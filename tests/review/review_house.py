"""What the tests of the review share: toy drafts in a data folder, and a clock that a test turns."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from starlette.types import ASGIApp

from data_builders.jsonl import write
from data_builders.review.desk import Desk
from data_builders.review.items import read_items
from data_builders.review.store import Store
from data_builders.schema import Article, Rationale, Triple
from data_builders.teacher.schema import Doubt, Draft

RAIN = (Triple("台北", "下", "大雨"),)
WRONG_NUMBER = Doubt("summary", "number_not_in_article", "12萬")
UNREAD = Doubt("reply", "unparsed", "核心要素：")
OPEN: list[Store] = []  # closed after each test
NO_THIRD = Doubt("triples", "not_three_part", "[甲 | 乙]")


class Clock:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def turn(self, **more: float) -> None:
        self.time += timedelta(**more)


def draft(article_id: str, *doubts: Doubt, summary: str = "台北下大雨。") -> Draft:
    return Draft(article_id, "mock-32b", "v3", summary, ("台北", "大雨"), RAIN, doubts)


def article(article_id: str) -> Article:
    return Article(article_id, "toy", f"台北今天下大雨，{article_id}。", title=f"第{article_id}則")


def teach(data: Path, *drafts: Draft, doubted_but_passed: tuple[str, ...] = ()) -> Path:
    """Write what `curate` and `teach` would: drafts without a doubt passed the gates, and those that are named."""
    for name, rows in {"train": drafts, "dev": (), "test": ()}.items():
        write(data / "articles" / f"{name}.jsonl", [article(one.id) for one in rows])
    write(data / "rationales" / "drafts.jsonl", drafts)
    passed = [
        Rationale(d.id, d.teacher, d.strategy, d.summary, d.aspects, d.triples)
        for d in drafts
        if not d.doubts or d.id in doubted_but_passed
    ]
    write(data / "rationales" / "rationales.jsonl", passed)
    return data


def desk_over(data: Path, store: Path, double: float = 0.0, clock: Clock | None = None) -> Desk:
    """A desk over a data folder; its store is closed after the test."""
    OPEN.append(Store(store, clock or Clock()))
    return Desk(read_items(data / "articles", data / "rationales"), OPEN[-1], double)


class Browser:
    """A browser without a page: it keeps cookies and says where its requests come from; no socket is opened."""

    def __init__(self, app: ASGIApp, home: str) -> None:
        self.app, self.home = app, home
        self.cookies = httpx.Cookies()
        self.headers = {"origin": home}

    def get(self, path: str, **more: object) -> httpx.Response:
        return asyncio.run(self.send("GET", path, more))

    def post(self, path: str, **more: object) -> httpx.Response:
        return asyncio.run(self.send("POST", path, more))

    async def send(self, method: str, path: str, more: dict[str, object]) -> httpx.Response:
        headers = {**self.headers, **more.pop("headers", {})}  # type: ignore[dict-item]
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url=self.home, cookies=self.cookies) as client:
            said = await client.request(method, path, headers=headers, **more)  # type: ignore[arg-type]
            self.cookies.update(client.cookies)
            return said
