"""A real Chromium, and a review's server as a program of its own that a test may stop and start again."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_house import Opened, Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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
