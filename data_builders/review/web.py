"""What the servers of our own pages share: strict headers, a Host check, bodies from our own page, answers that say no.

    app = Headers(Starlette(routes=[Route("/api/me", answered(me))]), guard, HEADERS)

A handler raises a `RefusedError` for what it does not do; the reader gets its sentence, never a trace.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data_builders.errors import NewsLadderError, WriteError
from data_builders.jsonl import UNDECODABLE, encode
from data_builders.review.guard import Guard, host_allowed, origin_allowed

MOST_BODY = 256 * 1024
Body = TypeVar("Body")
Handler = Callable[[Request], Awaitable[Response]]


class RefusedError(Exception):
    """A request that is answered with a status and a sentence for the reader."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class Headers:
    """Refuse a Host that is not ours, and put the strict headers on every answer."""

    def __init__(self, inner: ASGIApp, guard: Guard, headers: Mapping[str, str]) -> None:
        self.inner, self.guard = inner, guard
        self.extra = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self.inner(scope, receive, send)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self.extra]
            await send(message)

        host = Request(scope).headers.get("host", "")
        if not host_allowed(host, self.guard.names, self.guard.any_address):
            return await refusal(421, "這個網址不是本伺服器的名稱。")(scope, receive, with_headers)
        return await self.inner(scope, receive, with_headers)


def answered(handler: Handler) -> Handler:
    """Turn what a handler raises into an answer."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except RefusedError as refused:
            return refusal(refused.status, refused.sentence)
        except WriteError as error:
            return refusal(507, f"沒有存到磁碟，請再試一次。（{error}）")
        except NewsLadderError as error:
            return refusal(400, str(error))

    return answer


def refusal(status: int, sentence: str) -> Response:
    """Return an answer that says no, and why."""
    return reply({"error": sentence}, status)


def reply(value: object, status: int = 200) -> Response:
    """Return a value as JSON."""
    return Response(encode(value), status, media_type="application/json")


async def body_of(request: Request, kind: type[Body]) -> Body:
    """Return the request's JSON, when it comes from our own page."""
    if not origin_allowed(request.headers.get("origin", ""), request.headers.get("host", "")):
        raise RefusedError(403, "只接受來自本頁面的要求。")
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise RefusedError(415, "只接受 JSON。")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            raise RefusedError(413, "內容太長。")
    try:
        return msgspec.json.decode(body, type=kind)
    except UNDECODABLE as error:
        raise RefusedError(400, f"看不懂的內容：{error}") from error
