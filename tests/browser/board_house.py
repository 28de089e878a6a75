"""What the Board's browser tests share: a small house, LLaMA-Board served in it, and its page as a person uses it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from browser_house import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
PATIENCE = 300  # seconds; a quiet machine needs a tenth
# LLaMA-Board's labels, as its Chinese page has them.
PRESET, MODEL, ADAPTER, FOLDER, DATASET = "配置路径", "模型路径", "检查点路径", "数据路径", "数据集"
LOAD, PREVIEW, START, ROWS = "载入训练参数", "预览命令", "开始", "预览数据集"


def in_house(house: Path, *words: str) -> str:
    """Run a module of ours in the house and return what it printed."""
    command = [sys.executable, "-m", *words]
    done = subprocess.run(
        command, cwd=house, env=ENVIRONMENT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def built(house: Path, articles: int) -> Path:
    """Make a project's root with rows of all stages from a few articles, and a student that stands for S1's, too."""
    for name in ("yaml_recipes", "dataset_info.json"):
        (house / name).symlink_to(ROOT / name)
    lines = (ROOT / "data_builders/sample/news.jsonl").read_text(encoding="utf-8").splitlines()[:articles]
    (house / "news.jsonl").write_text("\n".join(lines), encoding="utf-8")
    for words in (
        ("ingest", "news.jsonl", "--out", "data/ingest"),
        ("curate", "data/ingest"),
        ("teach",),
        ("student", "--preset", "nano", "--corpus", "data/articles", "--out", "saves/nano/student"),
        ("build", "--stage", "all"),
        ("build", "--stage", "s0"),
    ):
        in_house(house, "data_builders", *words)
    shutil.copytree(house / "saves/nano/student", house / "saves/nano/s1")
    return house


@dataclass
class Served:
    """`python -m curriculum board` at work."""

    house: Path
    port: int
    program: "subprocess.Popen[bytes]"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return (self.house / "board.log").read_text(encoding="utf-8", errors="replace")

    def end(self) -> None:
        self.program.send_signal(signal.SIGTERM)
        self.program.wait(timeout=60)


def served(house: Path) -> Served:
    """Start the Board in the house, on a port of its own, and wait until it says where it is."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "curriculum", "board", "--port", str(port)]
    with (house / "board.log").open("wb") as log:
        program = subprocess.Popen(command, cwd=house, env=ENVIRONMENT, stderr=log)
    board = Served(house, port, program)
    deadline = time.monotonic() + PATIENCE
    while f"LLaMA-Board: {board.address}" not in board.said:
        assert program.poll() is None, board.said
        assert time.monotonic() < deadline, board.said
        time.sleep(0.2)
    return board


def options(page: "Page", label: str) -> list[str]:
    """Open a list and return what there is to choose."""
    page.get_by_label(label, exact=True).locator("visible=true").first.click()
    page.wait_for_timeout(1500)  # Board looks again whenever a list is opened
    found = [one.lstrip("✓\n") for one in page.get_by_role("option").all_inner_texts()]
    page.keyboard.press("Escape")
    return found


def choose(page: "Page", label: str, option: str) -> None:
    """Choose one of a list, by the mouse alone."""
    page.get_by_label(label, exact=True).locator("visible=true").first.click()
    page.get_by_role("option", name=option, exact=True).click()


def loaded(page: "Page", preset: str, output: str) -> dict[str, str]:
    """Load a preset, let the Board reset what it will, and return the command that it previews, key by key."""
    choose(page, PRESET, preset)
    page.get_by_role("button", name=LOAD).click()
    page.get_by_text("训练参数已载入").first.wait_for()
    page.wait_for_timeout(2500)
    return previewed(page, output)


def previewed(page: "Page", output: str) -> dict[str, str]:
    """Return the arguments of the previewed command, which writes that folder."""
    page.get_by_role("button", name=PREVIEW).click()
    code = page.locator("code").filter(has_text=re.compile(rf"--output_dir {output} "))
    code.wait_for()
    return dict(re.findall(r"--(\w+) (.*?) ?\\?$", code.inner_text(), re.MULTILINE))
