"""Curation killed at ten random moments writes, in the end, the bytes of a run that nobody disturbed."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from data_builders.ingest import ingest
from data_builders.jsonl import write
from data_builders.schema import Article

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data_builders" / "sample" / "news.jsonl"
COMMAND = [sys.executable, "-m", "data_builders", "curate"]
COPIES = 30

pytestmark = pytest.mark.slow


def many(share: float) -> list[Article]:
    """The sample many times over, every time with other figures and its lines in another order, and some repeats."""
    sample = [made for made in ingest(SAMPLE, skip_bad=True) if isinstance(made, Article)]
    chosen = random.Random(1)  # noqa: S311 - no secret hangs on it
    made: list[Article] = []
    for turn in range(int(COPIES * share)):
        for article in sample:
            signs = list(article.article)
            chosen.shuffle(signs)
            text = article.article if turn == 0 else "".join(signs)
            made.append(replace(article, id=f"{article.id}-{turn}", article=text + f"第{turn}回。", story=""))
    return made


def start(source: Path, out: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [*COMMAND, str(source), "--out", str(out)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def finished(source: Path, out: Path) -> float:
    begun = time.monotonic()
    process = start(source, out)
    _, said = process.communicate(timeout=300)
    assert (process.returncode, said) == (0, b"")
    return time.monotonic() - begun


def bytes_of(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_killed_ten_times_it_ends_with_the_same_bytes(tmp_path: Path) -> None:
    small, large = tmp_path / "small" / "articles.jsonl", tmp_path / "large" / "articles.jsonl"
    articles = many(1.0)
    write(small, articles[:1500])
    random.Random(2).shuffle(articles)  # noqa: S311 - no secret hangs on it
    write(large, articles)
    # A first run, then a grown and shuffled corpus into the same folder: the memory of the first must survive.
    finished(small, tmp_path / "whole")
    took = finished(large, tmp_path / "whole")
    finished(small, tmp_path / "killed")
    chosen = random.Random(3)  # noqa: S311 - no secret hangs on it
    killed = 0
    for turn in range(10):
        process = start(large, tmp_path / "killed")
        # the last tenth is where files are written
        time.sleep(took * (chosen.uniform(0.05, 1.0) if turn % 2 else chosen.uniform(0.85, 1.0)))
        killed += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    assert killed >= 5, "most runs must have been killed before they ended"
    finished(large, tmp_path / "killed")
    assert bytes_of(tmp_path / "killed") == bytes_of(tmp_path / "whole")
    assert set(bytes_of(tmp_path / "whole")) == {
        *("train.jsonl", "dev.jsonl", "test.jsonl", "rejected.jsonl", "splits.jsonl", "manifest.json")
    }
