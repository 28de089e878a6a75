"""A newspaper's site on 127.0.0.1: listing API, article pages, robots.txt, and every way to behave badly.

with LocalSite() as site:
    site.articles(30)                       # /api/more lists them, /news/story/7/<n> holds them
    site.route("/robots.txt", status=503)
    site.asked("/news/story")               # paths asked for so far, in order
"""

import itertools
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title} | 生活 | 聯合新聞網</title>
<link rel="canonical" href="https://udn.com/news/story/7/{number}">
<meta property="article:published_time" content="2025-03-{day:02}T08:00:01+08:00"></head><body>
<nav class="article-content__breadcrumb"><a href="https://udn.com">udn</a><a href="/news/cate/2/6649">生活</a></nav>
<h1 class="article-content__title">{title}</h1>
<span class="article-content__author">聯合報／ 記者<a href="/r/1">林小樹</a>／台北報導</span>
<section class="article-content__editor"><p>第{number}則：市府今天說明公車改道的原因與時間。</p>
<figure><img src="x.jpg"><figcaption>公車站牌。記者林小樹／攝影</figcaption></figure>
<p>改道從下周一開始，為期{day}天，請民眾留意站牌公告。</p></section>
<section class="more-news"><a href="/news/story/7/999999">延伸閱讀：別的新聞</a></section></body></html>"""


def page(number: int) -> str:
    return PAGE.format(number=number, title=f"公車改道第{number}號公告", day=number % 28 + 1)


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0  # before the first byte
    drip: float = 0.0  # after every byte
    cut: int | None = None  # the connection ends after so many bytes
    times: int | None = None  # how often, before the next answer of that path


class LocalSite:
    def __init__(self) -> None:
        self.log: list[tuple[float, str, dict[str, str]]] = []
        self.answers: dict[str, list[Answer]] = {}
        self.makers: dict[str, Callable[[str], Answer]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else each body waits 40 ms for the headers to be acknowledged

            def do_GET(self) -> None:
                site.log.append((time.monotonic(), self.path, dict(self.headers)))
                try:
                    site.send(self, site.answer(self.path))
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> "LocalSite":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def route(
        self,
        path: str,
        body: bytes | str = b"",
        status: int = 200,
        kind: str = "text/html; charset=utf-8",
        **more: object,
    ) -> None:
        given = more.pop("headers", {})
        headers = {"Content-Type": kind, **(given if isinstance(given, dict) else {})}
        content = body.encode() if isinstance(body, str) else body
        self.answers.setdefault(path, []).append(Answer(status, content, headers, **more))  # type: ignore[arg-type]

    def articles(self, count: int, per_page: int = 10) -> list[int]:
        numbers = list(range(100, 100 + count))
        for number in numbers:
            self.route(f"/news/story/7/{number}", page(number))
        self.lists(numbers, per_page)
        return numbers

    def lists(self, numbers: list[int], per_page: int = 10) -> None:
        def more(path: str) -> Answer:
            number = int(parse_qs(urlsplit(path).query)["page"][0])
            part = numbers[(number - 1) * per_page : number * per_page]
            rows = [{"titleLink": f"/news/story/7/{n}?from=udn-ch1_breaknews", "title": f"第{n}號"} for n in part]
            return Answer(
                200, json.dumps({"state": True, "lists": rows}).encode(), {"Content-Type": "application/json"}
            )

        self.makers["/api/more"] = more

    def asked(self, prefix: str = "/") -> list[str]:
        return [path for _, path, _ in self.log if path.startswith(prefix)]

    def gaps(self) -> list[float]:
        times = [moment for moment, _, _ in self.log]
        return [later - earlier for earlier, later in itertools.pairwise(times)]

    def answer(self, path: str) -> Answer:
        bare = urlsplit(path).path
        queue = self.answers.get(path) or self.answers.get(bare)
        if queue is None:
            return self.makers[bare](path) if bare in self.makers else Answer(404, b"nothing here")
        found = queue[0]
        if found.times is not None:
            found.times -= 1
            if found.times <= 0 and len(queue) > 1:
                queue.pop(0)
        return found

    def send(self, handler: BaseHTTPRequestHandler, found: Answer) -> None:
        time.sleep(found.pause)
        tag = found.headers.get("ETag")
        unchanged = bool(tag) and handler.headers.get("If-None-Match") == tag
        handler.send_response(304 if unchanged else found.status)
        for name, value in found.headers.items():
            handler.send_header(name, value)
        body = b"" if unchanged else found.body
        if "Content-Length" not in found.headers:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if found.drip:
            for place in range(len(body)):
                handler.wfile.write(body[place : place + 1])
                handler.wfile.flush()
                time.sleep(found.drip)
        else:
            handler.wfile.write(body[: found.cut])
        if found.cut is not None:
            handler.wfile.flush()
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
