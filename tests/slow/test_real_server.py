"""V1 to V3 against a real server: `llamafactory-cli api` with the nano student, started, asked and stopped here.

The student has random weights, so its replies are no news; what is tested is the way there and back: every article
ends as a kept row or with a reason, every reply is in the ledger, and a second run calls nobody.
"""

import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]

START_SECONDS = 240


@pytest.fixture(scope="module")
def server(data: Path, house: Path) -> Iterator[str]:
    """The base URL of the student's own server."""
    assert data.is_dir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    recipe = house / "api.yaml"
    recipe.write_text("model_name_or_path: saves/nano/student\ntemplate: qwen\ninfer_backend: huggingface\n", "utf-8")
    known = {"API_HOST": "127.0.0.1", "API_PORT": str(port), "API_MODEL_NAME": "nano", "API_VERBOSE": "0"}
    known |= {"OMP_NUM_THREADS": "1"}  # so small a model loses more to threads that wait for each other than it wins
    log = (house / "api.log").open("w")
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "llamafactory-cli"), "api", str(recipe)],
        cwd=house, env=os.environ | known | {"HF_HUB_OFFLINE": "1"}, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}/v1"
    try:
        healthy(url, process, house / "api.log")
        yield url
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server lists its model."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/models", timeout=2) as reply:  # noqa: S310 - our own address
                if b"nano" in reply.read():
                    return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(log.read_text(encoding="utf-8")[-3000:])


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("strategy", ["v1", "v2", "v3"])
def test_every_article_ends_with_a_row_or_a_reason(server: str, house: Path, call: Command, strategy: str) -> None:
    few = house / "few.jsonl"
    few.write_text(
        "".join((house / "data/articles/train.jsonl").read_text("utf-8").splitlines(keepends=True)[:1]), "utf-8"
    )
    out = f"data/{strategy}"
    words = ("--articles", "few.jsonl", "--teacher", "nano", "--base-url", server, "--strategy", strategy, "--out", out)
    for turn in ("first", "again"):
        said = call("python", "-m", "data_builders", "teach", *words, "--timeout", "300")
        assert "teach: 1 in, " in said.stdout, turn
    assert "0.0 requests/s" in said.stderr, "the second run finds every reply in the ledger"
    rows = [(house / out / name).read_text("utf-8").count("\n") for name in ("rationales.jsonl", "rejected.jsonl")]
    assert sum(rows) == 1
    with sqlite3.connect(house / out / "ledger.sqlite3") as db:
        replies = db.execute("SELECT count(*), min(prompt_tokens), min(completion_tokens) FROM replies").fetchone()
        manners = db.execute("SELECT manners FROM servers").fetchone()[0]
    db.close()
    assert replies[0] >= 1
    assert replies[1] > 0
    assert '"speaks_schema":false' in manners, "it takes response_format and ignores it"
