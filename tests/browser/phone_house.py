"""What the phone page's browser tests share: its server, which may be stopped, and a model that says what it must."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parents[2]
PHONE = {"width": 390, "height": 844}
# What a page of another's making would like to run; each would set `hit`.
PLANTS = (
    "<script>window.hit=1</script>",
    '<img src=x onerror="window.hit=2">',
    '<a href="javascript:window.hit=3">點我</a>',
    "<svg onload=window.hit=4>",
    "\u202e跌停\u2066\u200b",
)


class PhoneServer:
    """`python -m app serve`, on a port that it keeps over restarts."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder, self.words, self.port = folder, words, 0
        self.program: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """Start it and return the URL that it prints."""
        command = [sys.executable, "-m", "app", "serve", "--store", str(self.folder / "page.sqlite3"), *self.words]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.program = subprocess.Popen(
            [*command, "--port", str(self.port)], stderr=subprocess.PIPE, env=environment, cwd=ROOT, text=True
        )
        assert self.program.stderr is not None
        said = self.program.stderr.readline()
        found = re.search(r"http://[\d.]+:(\d+)\S*", said)
        assert found, said + self.program.stderr.read()
        self.port = int(found[1])
        return found[0]

    def stop(self) -> str:
        """End it and return what it said."""
        if self.program is None:
            return ""
        self.program.send_signal(signal.SIGTERM)
        _, said = self.program.communicate(timeout=30)
        self.program = None
        return said


class Model:
    """An OpenAI-compatible server on 127.0.0.1 that streams `says`; each piece waits for `pause` seconds."""

    def __init__(self) -> None:
        self.says = ["新聞摘要：\n", "市府說明公車改道，", "為期99天。"]
        self.pause = 0.0
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                for piece in model.says:
                    time.sleep(model.pause)
                    chunk = {"choices": [{"delta": {"content": piece}}]}
                    self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
                    self.wfile.flush()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    @contextmanager
    def serving(self) -> Iterator["Model"]:
        thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.server.shutdown()
            self.server.server_close()
            thread.join()


class Phone:
    """A phone: a browser of its own; what goes wrong on its pages is kept in `wrong`."""

    def __init__(self, chromium: "Browser", **more: object) -> None:
        given = {"viewport": PHONE, "locale": "zh-TW", "is_mobile": True, "has_touch": True} | more
        self.context: BrowserContext = chromium.new_context(**given)  # type: ignore[arg-type]
        self.context.set_default_timeout(60_000)  # the first summary waits for jieba's dictionaries
        self.wrong: list[str] = []

    def open(self, url: str) -> "Page":
        """Open a page."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda said: self.wrong.append(said.text) if "Content Security" in said.text else None)
        page.goto(url)
        return page


def shot(page: "Page", name: str) -> None:
    """Keep a screenshot where SHOTS names a folder, for eyes to look at."""
    if os.environ.get("SHOTS"):
        page.screenshot(path=str(Path(os.environ["SHOTS"]) / f"{name}.png"))
