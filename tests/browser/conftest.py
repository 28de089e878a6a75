"""A real Chromium, and a review's server as a program of its own that a test may stop and start again."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
Opened = Callable[..., "Page"]


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """The system's Chromium, driven by playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is absent: it is the extra `browser`")
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser on the PATH: looked for {', '.join(NAMES)}")
    # In a container root has no sandbox; the pages are our own.
    quiet = ["--no-sandbox", "--disable-dev-shm-usage"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=quiet)
        yield browser
        browser.close()


class Server:
    """`python -m data_builders review serve`, on a port that it keeps over restarts."""

    def __init__(self, data: Path, *words: str) -> None:
        self.data, self.words, self.port = data, words, 0
        self.program: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """Start it and return its address."""
        command = [sys.executable, "-m", "data_builders", "review", "serve", "--data", str(self.data), *self.words]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.program = subprocess.Popen(
            [*command, "--port", str(self.port)], stderr=subprocess.PIPE, env=environment, cwd=ROOT, text=True
        )
        assert self.program.stderr is not None
        said = self.program.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", said)
        assert found, said + self.program.stderr.read()
        self.port = int(found[1])
        return found[0]

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End it, and wait."""
        if self.program is None:
            return
        self.program.send_signal(how)
        self.program.communicate(timeout=20)
        self.program = None


@pytest.fixture
def server_of() -> Iterator[Callable[..., Server]]:
    """Make a server for a data folder; it ends with the test."""
    made: list[Server] = []

    def make(data: Path, *words: str) -> Server:
        made.append(Server(data, *words))
        return made[-1]

    yield make
    for server in made:
        server.stop(signal.SIGKILL)


@pytest.fixture
def enter(chromium: "Browser") -> Iterator[Opened]:
    """Open the page as a reviewer, each in a browser of his own; what goes wrong on the page fails the test."""
    wrong: list[str] = []
    contexts = []

    def opened(address: str, name: str, width: int = 1280, height: int = 800) -> "Page":
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-TW")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(address)
        page.fill("#name", name)
        page.press("#name", "Enter")
        page.wait_for_selector("#desk:not([hidden])")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
