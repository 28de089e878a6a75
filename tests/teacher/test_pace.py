"""Slots found while they run, Retry-After, caps a minute."""

import asyncio
import time

import pytest
from mock_server import MockServer
from teachers_house import House, news

from data_builders.schema import Manifest
from data_builders.teacher.pace import Pace, Said
from data_builders.teacher.server import seconds_of, wait_of

network = pytest.mark.network


async def serve(pace: Pace, calls: int, workers: int, capacity: int, latency: float = 0.004) -> None:
    """Play a server that works on `capacity` calls at once, the others wait for their turn."""
    turn = asyncio.Semaphore(capacity)

    async def call() -> None:
        entered = await pace.enter(1)
        async with turn:
            await asyncio.sleep(latency)
        pace.leave(Said.GOOD, entered)

    todo = iter(range(calls))

    async def worker() -> None:
        for _ in todo:
            await call()

    await asyncio.gather(*(worker() for _ in range(workers)))


def test_slots_double_while_that_pays() -> None:
    async def work() -> None:
        pace = Pace(most=400)
        await serve(pace, 2500, 500, capacity=10_000, latency=0.2)
        assert pace.limit == 400

    asyncio.run(work())


def test_slots_stop_growing_where_latency_grows_instead_of_the_rate() -> None:
    async def work() -> None:
        pace = Pace(most=100_000)
        await serve(pace, 3000, 3000, capacity=20, latency=0.02)
        assert pace.limit <= 256
        assert not pace.growing

    asyncio.run(work())


def test_a_429_halves_the_slots_once_for_all_calls_that_were_sent_before_it() -> None:
    async def work() -> None:
        pace = Pace(most=64)
        entered = [await pace.enter(1) for _ in range(64)]
        for when in entered[:20]:
            pace.leave(Said.SLOWER, when)
        assert pace.limit == 32
        later = await asyncio.wait_for(enter_when_free(pace, entered[20:]), 1)
        pace.leave(Said.SLOWER, later)
        assert pace.limit < 32

    asyncio.run(work())


async def enter_when_free(pace: Pace, entered: list[float]) -> float:
    for when in entered:
        pace.leave(Said.OTHER, when)
    return await pace.enter(1)


def test_after_a_429_slots_grow_by_an_eighth_a_round() -> None:
    async def work() -> None:
        pace = Pace(most=64)
        pace.leave(Said.SLOWER, await pace.enter(1))
        pace.limit = 16
        await serve(pace, 120, 40, capacity=1000, latency=0.11)
        assert 18 <= pace.limit <= 30
        assert pace.careful

    asyncio.run(work())


def test_a_cancelled_wait_gives_its_slot_on() -> None:
    async def work() -> None:
        pace = Pace(most=1)
        entered = await pace.enter(1)
        first, second = (asyncio.create_task(pace.enter(1)) for _ in range(2))
        await asyncio.sleep(0)
        pace.leave(Said.GOOD, entered)  # hands the slot to the first, which is cancelled before it runs
        first.cancel()
        await asyncio.wait_for(second, 1)
        assert (pace.busy, first.cancelled()) == (1, True)

    asyncio.run(work())


def test_tokens_a_minute_are_put_right_when_the_bill_is_there() -> None:
    async def work() -> None:
        pace = Pace(tokens_per_minute=60_000)
        await pace.enter(50)
        pace.correct(50, 300)
        start = time.monotonic()
        await pace.enter(10)
        assert 0.25 <= time.monotonic() - start < 0.6

    asyncio.run(work())


@pytest.mark.parametrize(("text", "seconds"), [("6m0s", 360.0), ("20ms", 0.02), ("1h2m3.5s", 3723.5), ("", 0.0)])
def test_durations_of_the_rate_limit_headers(text: str, seconds: float) -> None:
    assert seconds_of(text) == pytest.approx(seconds)


def test_what_a_server_asks_to_wait() -> None:
    import email.utils

    import httpx2

    date = email.utils.formatdate(time.time() + 5, usegmt=True)
    assert wait_of(httpx2.Headers({"retry-after": "1.5"})) == 1.5
    assert wait_of(httpx2.Headers({"retry-after": "99999"})) == 900
    assert wait_of(httpx2.Headers({"retry-after": date})) == pytest.approx(4.5, abs=1)
    assert wait_of(httpx2.Headers({"retry-after": "soon"})) is None
    spent = {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "2s", "x-ratelimit-reset-requests": "9s"}
    assert wait_of(httpx2.Headers(spent)) == 2
    assert wait_of(httpx2.Headers({})) is None


@network
def test_retry_after_is_waited_for(mock: MockServer, house: House) -> None:
    mock.set(retry_after=0.7)
    house.teach(mock, news(1, {0: "⟦429:1⟧"}))
    first, second = mock.times()
    assert 0.7 <= second - first < 2


@network
def test_an_http_date_is_waited_for(mock: MockServer, house: House) -> None:
    mock.set(retry_after=2)
    house.teach(mock, news(1, {0: "⟦429date:1⟧"}))
    first, second = mock.times()
    assert 1.0 <= second - first < 4  # a date has whole seconds


@network
def test_requests_a_minute_are_kept(mock: MockServer, house: House) -> None:
    house.teach(mock, news(30), requests_per_minute=1200)
    times = mock.times()
    assert times[-1] - times[0] >= 29 * 0.05 * 0.95
    assert max(sum(start <= when < start + 0.5 for when in times) for start in times) <= 12


@network
def test_tokens_a_minute_are_kept(mock: MockServer, house: House) -> None:
    house.teach(mock, news(20), tokens_per_minute=120_000)
    stats, times = mock.stats(), mock.times()
    billed = stats.prompt_tokens + stats.completion_tokens
    assert times[-1] - times[0] >= 0.7 * billed / 2000


@network
def test_a_server_that_takes_few_at_once_is_not_hammered(mock: MockServer, house: House) -> None:
    mock.set(most=8, latency=0.02, retry_after=0.02)
    done = house.teach(mock, news(300))
    assert isinstance(done, Manifest)
    assert done.rows_out == 300
    statuses = mock.stats().statuses
    assert statuses["429"] < 300
