"""A crawl that is killed at random moments ends with the records of one that nobody disturbed."""

import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from data_builders import jsonl
from data_builders.schema import Collected

ROOT = Path(__file__).parents[2]
ARTICLES = 60


def command(url: str, out: Path) -> list[str]:
    start = [sys.executable, "-m", "data_builders", "crawl", "--source", "udn", "--limit", str(ARTICLES)]
    return [*start, "--out", str(out), "--base-url", url, "--allow-private", "--delay", "0.02"]


def records(out: Path) -> list[Collected]:
    found = jsonl.read(out / "articles.jsonl", Collected)
    return [replace(r, fetched_at="", provenance=replace(r.provenance, fetched_at="")) for r in found]


@pytest.mark.slow
def test_ten_kills_at_random_moments_cost_no_record(site, tmp_path):
    numbers = site.articles(ARTICLES + 5)
    site.answers[f"/news/story/7/{numbers[3]}"] = []
    site.route(f"/news/story/7/{numbers[3]}", status=404)
    subprocess.run(command(site.url, tmp_path / "calm"), cwd=ROOT, check=True, capture_output=True)
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    kills = 0
    while kills < 10:
        process = subprocess.Popen(command(site.url, tmp_path / "hard"), cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            process.wait(chance.uniform(0.3, 1.6))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        kills += 1
        time.sleep(0.01)
    site.log.clear()
    subprocess.run(command(site.url, tmp_path / "hard"), cwd=ROOT, check=True, capture_output=True)
    assert records(tmp_path / "hard") == records(tmp_path / "calm")
    assert len(records(tmp_path / "hard")) == ARTICLES
