"""A crawl that is killed ten times, at random moments of all its phases, ends with the bytes of an undisturbed one."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARTICLES = 60
FIXED = os.environ | {"SOURCE_DATE_EPOCH": "1741000000"}  # fetched_at is the only field that the clock is in


def command(url: str, out: Path) -> list[str]:
    start = [sys.executable, "-m", "data_builders", "crawl", "--source", "udn", "--limit", str(ARTICLES)]
    return [*start, "--out", str(out), "--base-url", url, "--allow-private", "--delay", "0.02"]


def undisturbed(url: str, out: Path) -> None:
    subprocess.run(command(url, out), cwd=ROOT, env=FIXED, check=True, capture_output=True)


def kill(site, out: Path, pages: int, more: float) -> bool:
    """Start a crawl, and kill -9 it `more` seconds after it has asked for so many further pages; was it still alive?"""
    enough = len(site.asked("/news/story")) + pages
    process = subprocess.Popen(command(site.url, out), cwd=ROOT, env=FIXED, stderr=subprocess.DEVNULL)
    while process.poll() is None and len(site.asked("/news/story")) < enough:
        time.sleep(0.001)
    time.sleep(more)
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return alive


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 8, 9])
def test_ten_kills_at_random_moments_cost_no_record(site, tmp_path, seed):
    numbers = site.articles(ARTICLES + 5)
    site.answers[f"/news/story/7/{numbers[3]}"] = []
    site.route(f"/news/story/7/{numbers[3]}", status=404)
    calm, hard = tmp_path / "calm", tmp_path / "hard"
    undisturbed(site.url, calm)
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    moments = [(0, chance.uniform(0.0, 0.8)) for _ in range(2)]  # while it starts
    moments += [(chance.randint(1, 9), chance.uniform(0.0, 0.04)) for _ in range(8)]  # between any two of its steps
    chance.shuffle(moments)
    assert [kill(site, hard, pages, more) for pages, more in moments].count(True) == 10
    site.log.clear()
    undisturbed(site.url, hard)
    assert 0 < len(site.asked("/news/story")) < ARTICLES  # it went on, and did not begin anew
    for name in ("articles.jsonl", "rejected.jsonl", "manifest.json"):
        assert (hard / name).read_bytes() == (calm / name).read_bytes(), name
    assert (hard / "articles.jsonl").read_bytes().count(b"\n") == ARTICLES
