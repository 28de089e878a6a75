"""Paid for once: rows added, prompts edited, two processes, kills at any moment."""

import asyncio
import random
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from mock_server import MockServer
from stand_in import ask_of
from teachers_house import House, news

from data_builders.errors import InputError
from data_builders.schema import Manifest
from data_builders.teacher.calls import Kept, Reply, digest_of
from data_builders.teacher.ledger import Ledger
from data_builders.teacher.schema import Message

network = pytest.mark.network
ROOT = Path(__file__).parents[2]
ASK = ask_of(news(1)[0], "v1")


def test_the_digest_covers_what_decides_a_reply_and_nothing_else() -> None:
    one = digest_of("m", ASK)
    assert digest_of("m", replace(ASK, article_id="other", step="other")) == one
    others = [
        digest_of("n", ASK),
        digest_of("m", replace(ASK, sample=1)),
        digest_of("m", replace(ASK, schema="{}")),
        digest_of("m", replace(ASK, messages=(Message("system", "a"), *ASK.messages))),
        *(digest_of("m", replace(ASK, params=replace(ASK.params, **{name: value})))
          for name, value in {"temperature": 0.5, "top_p": 0.5, "max_tokens": 7, "seed": 1}.items()),
    ]  # fmt: skip
    assert len({one, *others}) == 1 + len(others)


def kept(digest: str, text: str = "好") -> Kept:
    return Kept(digest, "m", "v1", "x-1", 0, 1, Reply(text, "stop", "", b"{}", 10, 2, 0.5))


def test_a_reply_that_is_kept_is_found_by_the_next_process(tmp_path: Path) -> None:
    async def first() -> None:
        with Ledger(tmp_path / "l.sqlite3") as ledger:
            assert await ledger.claim("d") == "mine"
            await ledger.keep(kept("d"))

    async def second() -> None:
        with Ledger(tmp_path / "l.sqlite3") as ledger:
            assert await ledger.claim("d") == kept("d")

    asyncio.run(first())
    asyncio.run(second())


def test_a_claim_is_respected_while_its_process_lives_and_falls_with_it(tmp_path: Path) -> None:
    async def work() -> None:
        with Ledger(tmp_path / "l.sqlite3") as one, Ledger(tmp_path / "l.sqlite3") as other:
            assert await one.claim("d") == "mine"
            assert await other.claim("d") == "theirs"
            await other.do(
                lambda db: db.execute("UPDATE owners SET pid = 4194305 WHERE owner = ?", (one.owner,)) and None
            )
            assert await other.claim("d") == "mine"  # no process has that number
            await other.do(lambda db: db.execute("UPDATE owners SET beat = 0, host = 'far'") and None)
            assert await one.claim("d") == "mine"  # no sign of life from another machine

    asyncio.run(work())


def test_a_claim_that_is_released_is_free(tmp_path: Path) -> None:
    async def work() -> None:
        with Ledger(tmp_path / "l.sqlite3") as one, Ledger(tmp_path / "l.sqlite3") as other:
            assert await one.claim("d") == "mine"
            one.release("d")
            await one.do(lambda _: None)
            assert await other.claim("d") == "mine"

    asyncio.run(work())


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    (tmp_path / "l.sqlite3").write_text("這不是資料庫" * 100, encoding="utf-8")
    with pytest.raises(InputError, match="expected a teacher's ledger"):
        Ledger(tmp_path / "l.sqlite3")


@network
def test_one_row_added_is_one_call(mock: MockServer, house: House) -> None:
    house.teach(mock, news(50))
    assert mock.stats().requests == 50
    before = (house.out / "rationales.jsonl").read_bytes()
    house.teach(mock, news(50))
    assert (mock.stats().requests, (house.out / "rationales.jsonl").read_bytes()) == (50, before)
    house.teach(mock, [*news(51)[50:], *news(50)])
    assert mock.stats().requests == 51


@network
@pytest.mark.parametrize(("edited", "calls"), [("v2.aspects", 3), ("v2.triples", 2), ("v2.summary", 1)])
def test_an_edited_prompt_costs_its_step_and_those_whose_prompts_hold_its_reply(
    mock: MockServer, house: House, edited: str, calls: int
) -> None:
    house.teach(mock, news(10), "v2")
    assert mock.stats().requests == 30
    mock.set(reply="核心要素：甲、乙" if edited != "v2.summary" else "")
    house.teach(mock, news(10), "v2", prompts={edited: "請更仔細地整理這則新聞。"})
    assert mock.stats().requests == 10 * calls


@network
def test_an_edited_prompt_whose_reply_stays_the_same_costs_that_step_alone(mock: MockServer, house: House) -> None:
    mock.set(reply="核心要素：甲、乙")
    house.teach(mock, news(10), "v2")
    mock.set(reply="核心要素：甲、乙")
    house.teach(mock, news(10), "v2", prompts={"v2.aspects": "請更仔細地整理這則新聞。"})
    assert mock.stats().requests == 10


@network
def test_equal_asks_at_one_time_are_one_call_and_samples_are_told_apart(mock: MockServer, house: House) -> None:
    mock.set(latency=0.05)
    twins = [replace(article, id=f"y-{k}") for k, article in enumerate(news(1) * 5)]
    house.teach(mock, twins)
    assert (mock.stats().requests, len(house.kept())) == (1, 5)
    house.teach(mock, twins, best_of=3)
    assert mock.stats().requests == 3


def start(house: House, mock: MockServer, out: str, strategy: str = "v1") -> subprocess.Popen[bytes]:
    script = Path(__file__).with_name("stand_in.py")
    words = [str(house.root / "articles.jsonl"), strategy, mock.url, str(house.root / out), str(house.ledger)]
    return subprocess.Popen([sys.executable, str(script), *words], cwd=ROOT, stderr=subprocess.DEVNULL)


@network
def test_two_processes_share_a_ledger_and_pay_for_nothing_twice(mock: MockServer, house: House) -> None:
    mock.set(latency=0.02)
    house.articles(news(600))
    both = [start(house, mock, "one"), start(house, mock, "two")]
    assert [process.wait(120) for process in both] == [0, 0]
    assert (mock.stats().requests, mock.stats().billed_twice) == (600, 0)
    assert (house.root / "one/rationales.jsonl").read_bytes() == (house.root / "two/rationales.jsonl").read_bytes()


@network
@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_send_again_at_most_what_was_in_flight(mock: MockServer, house: House) -> None:
    mock.set(latency=0.05)
    house.articles(news(1500))
    chance = random.Random(11)  # noqa: S311 - moments, not secrets
    for _ in range(20):
        process = start(house, mock, "hard", "v2")
        time.sleep(chance.uniform(0.9, 2.0))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
    assert start(house, mock, "hard", "v2").wait(300) == 0
    stats = mock.stats()
    in_flight = stats.most_at_once
    assert stats.distinct == 4500
    assert stats.billed_twice <= 20 * in_flight
    with sqlite3.connect(house.ledger) as db:
        assert db.execute("SELECT count(*) FROM replies").fetchone() == (4500,)
    before = stats.requests
    done = house.teach(mock, news(1500), "v2")
    assert isinstance(done, Manifest)
    assert (done.rows_out, mock.stats().requests) == (1500, before)
