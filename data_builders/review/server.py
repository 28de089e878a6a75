"""The page's server: a few routes, each answered at once; every answer carries the strict headers of `guard`.

    GET  /                      the page; its files lie in `page/`
    GET  /api/me                who am I, my token, how far the work is            401 before a name is given
    POST /api/enter             {"name": "小美", "password": ""}
    GET  /api/item?at=resume    the item to go on with; at=next|previous|after&id=  its neighbours; at=this&id= itself
    POST /api/decide            an `Asked`; kept before it is answered
    POST /api/undo              {}

The store answers in milliseconds, so the routes run one after the other in the event loop, and no two can interleave.
"""

import time
from pathlib import Path
from typing import TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from data_builders.review.check import faults, tidy
from data_builders.review.desk import Desk
from data_builders.review.guard import HEADERS, SESSION_SECONDS, Guard, name_of
from data_builders.review.schema import REASONS, Asked, Decision, Item
from data_builders.review.web import Headers, RefusedError, answered, body_of, refusal, reply

PAGE = Path(__file__).parent / "page"
SCRIPTS = ("review.js", "fields.js", "keys.js", "panels.js", "text.js", "words.js")
FILES = {
    "": ("index.html", "text/html"),
    "review.css": ("review.css", "text/css"),
    **{name: (name, "text/javascript") for name in SCRIPTS},
}
MOST_NOTE = 500
TOKEN = "x-review-token"  # noqa: S105  # a header's name
Body = TypeVar("Body")


class Entry(msgspec.Struct):
    """What the first form sends."""

    name: str
    password: str = ""


def app_of(desk: Desk, guard: Guard, cookie: str = "review") -> ASGIApp:
    """Return the application; `cookie` tells servers on one machine apart, for cookies know no ports."""
    routes = Routes(desk, guard, cookie)
    found = [
        Route("/", routes.file),
        Route("/{name}", routes.file),
        Route("/api/me", answered(routes.me)),
        Route("/api/enter", answered(routes.enter), methods=["POST"]),
        Route("/api/item", answered(routes.item)),
        Route("/api/decide", answered(routes.decide), methods=["POST"]),
        Route("/api/undo", answered(routes.undo), methods=["POST"]),
    ]
    return Headers(Starlette(routes=found), guard, HEADERS)


class Routes:
    """The answers of one review."""

    def __init__(self, desk: Desk, guard: Guard, cookie: str) -> None:
        self.desk, self.guard, self.cookie = desk, guard, cookie

    async def file(self, request: Request) -> Response:
        """Answer with a file of the page."""
        known = FILES.get(request.path_params.get("name", ""))
        if known is None:
            return refusal(404, "沒有這個檔案。")
        name, kind = known
        return Response((PAGE / name).read_bytes(), media_type=kind)

    def reviewer(self, request: Request) -> str:
        """Return whose session a request belongs to."""
        name = self.guard.reviewer(request.cookies.get(self.cookie, ""))
        if not name:
            raise RefusedError(401, "請先輸入名字。")
        return name

    async def changing(self, request: Request, kind: type[Body]) -> tuple[str, Body]:
        """Return the reviewer and the body of a request that changes something."""
        body = await body_of(request, kind)
        name = self.reviewer(request)
        if not self.guard.token_right(request.cookies[self.cookie], request.headers.get(TOKEN, "")):
            raise RefusedError(403, "頁面過期了，請重新整理。")
        return name, body

    async def me(self, request: Request) -> Response:
        """Say who the reviewer is, with the token."""
        name = self.guard.reviewer(request.cookies.get(self.cookie, ""))
        if not name:
            return reply({"error": "請先輸入名字。", "needs_password": bool(self.guard.password)}, 401)
        token = self.guard.token(request.cookies[self.cookie])
        return reply({"reviewer": name, "token": token, "progress": self.desk.progress(name)})

    async def enter(self, request: Request) -> Response:
        """Open a session for a name, and where the server is open to others for the password."""
        entry = await body_of(request, Entry)
        if self.guard.password and not self.guard.may_try(time.monotonic()):
            raise RefusedError(429, "嘗試太多次了，請過一分鐘再試。")
        if self.guard.password and not self.guard.password_right(entry.password):
            raise RefusedError(403, "密碼不對。")
        self.guard.tries.clear()
        name = name_of(entry.name)
        if not name:
            raise RefusedError(400, "請輸入 1 到 40 個字的名字。")
        answer = reply({"reviewer": name})
        cookie = self.guard.session(name)
        answer.set_cookie(self.cookie, cookie, max_age=SESSION_SECONDS, httponly=True, samesite="strict")
        return answer

    async def item(self, request: Request) -> Response:
        """Show an item: the one to go on with, a neighbour, or one by its id."""
        name = self.reviewer(request)
        at, here = request.query_params.get("at", "resume"), request.query_params.get("id", "")
        found: Item | None
        match at:
            case "resume":
                found = self.desk.resume(name)
            case "after":
                found = self.desk.after(name, here)
            case "next" | "previous":
                found = self.desk.beside(name, self.desk.item(here).id, 1 if at == "next" else -1)
            case "this":
                found = self.desk.item(here)
            case _:
                raise RefusedError(400, f"不認得的 at：{at}")
        return self.shown(name, found)

    def shown(self, name: str, item: Item | None) -> Response:
        """Answer with an item, or with none, and how far the work is."""
        view = self.desk.view(name, item) if item else None
        return reply({"item": view, "progress": self.desk.progress(name)})

    async def decide(self, request: Request) -> Response:
        """Keep a decision at once; then show the item that comes after."""
        name, asked = await self.changing(request, Asked)
        kept = self.desk.store.decide(checked(asked, self.desk.item(asked.id), name))
        found = self.desk.after(name, asked.id)
        view = self.desk.view(name, found) if found else None
        return reply({"kept": kept, "item": view, "progress": self.desk.progress(name)})

    async def undo(self, request: Request) -> Response:
        """Take back the reviewer's latest decision and show its item."""
        name, _ = await self.changing(request, dict[str, object])
        undone = self.desk.store.undo(name)
        if undone is None:
            raise RefusedError(409, "沒有可以復原的決定。")
        known = undone.item in self.desk.places
        return self.shown(name, self.desk.item(undone.item) if known else self.desk.resume(name))


def checked(asked: Asked, item: Item, reviewer: str) -> Decision:
    """Return the decision that was asked for, when it can be."""
    if asked.draft != item.draft:
        raise RefusedError(409, "老師的原稿已經更新，請重新整理後再決定。")
    if asked.verdict == "reject":
        if asked.reason not in REASONS:
            raise RefusedError(422, "請選擇退回的理由。")
        return Decision(item.id, item.draft, reviewer, "reject", None, asked.reason, asked.note.strip()[:MOST_NOTE])
    content = tidy(asked.content or item.content)
    found = faults(content)
    if found:
        raise RefusedError(422, "".join(found))
    if (content == item.content) != (asked.verdict == "accept"):
        sentence = "內容有修改，請按「儲存修改」。" if asked.verdict == "accept" else "內容沒有修改，請按「接受」。"
        raise RefusedError(422, sentence)
    return Decision(item.id, item.draft, reviewer, asked.verdict, content)
