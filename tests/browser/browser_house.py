"""What the browser tests share: a server of the review that may be stopped, toy drafts, and how to press a key."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from data_builders.jsonl import write
from data_builders.review.store import Store
from data_builders.schema import Article, Triple
from data_builders.teacher.schema import Doubt, Draft

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
Opened = Callable[..., "Page"]


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


ServerOf = Callable[..., Server]


def builders(*words: object) -> str:
    command = [sys.executable, "-m", "data_builders", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def toy(data: Path, *drafts: Draft, text: str = "台北今天下大雨，信義區淹水。") -> Path:
    articles = [Article(one.id, "toy", text, title=f"第{one.id}則") for one in drafts]
    for name, rows in {"train": articles, "dev": [], "test": []}.items():
        write(data / "articles" / f"{name}.jsonl", rows)
    write(data / "rationales" / "drafts.jsonl", drafts)
    return data


def draft(article_id: str, *doubts: Doubt) -> Draft:
    triples = (Triple("台北", "下", "大雨"), Triple("信義區", "淹", "水"))
    return Draft(article_id, "mock", "v3", "台北下大雨12公釐。", ("台北", "大雨"), triples, doubts)


def kept(data: Path) -> list[tuple[str, str, str]]:
    with Store(data / "review" / "review.sqlite3") as store:
        return [(one.item, one.reviewer, one.verdict) for one in store.standing()]


def shown(page: "Page") -> str:
    return page.inner_text("#place").split(" · ")[1]


def press(page: "Page", key: str) -> None:
    """Press a key and wait until the page shows what the server answered."""
    with page.expect_response(lambda response: "/api/" in response.url):
        page.keyboard.press(key)
    page.wait_for_timeout(30)
