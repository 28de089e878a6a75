"""Prices, and bounds that hold however many calls are under way."""

import asyncio
from pathlib import Path

import pytest
from mock_server import MockServer
from stand_in import PRICE
from teachers_house import House, news

from data_builders.errors import InputError
from data_builders.teacher.budget import PRICES, Budget, Price, price_of
from data_builders.teacher.client import BudgetError

network = pytest.mark.network


def test_a_model_costs_what_the_longest_name_it_begins_with_costs() -> None:
    assert price_of("gpt-4o-mini-2024-07-18", PRICES) == Price(0.15, 0.60)
    assert price_of("gpt-4o", PRICES) == Price(2.50, 10.00)
    assert price_of("gpt-4omega", PRICES) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[models", "Expected"),
        ('[models]\n"m" = { prompt = "dear", completion = 1 }', "Expected `float`"),
        ('[models]\n"m" = { prompt = -1.0, completion = 1 }', "m: Price"),
        ("", "missing required field `models`"),
    ],
)
def test_a_price_file_that_is_none_is_told(tmp_path: Path, text: str, found: str) -> None:
    (tmp_path / "p.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=found):
        price_of("m", tmp_path / "p.toml")


def test_a_call_waits_until_others_turn_out_cheaper_and_stops_when_none_is_under_way() -> None:
    async def work() -> None:
        budget = Budget(None, max_tokens=100)
        assert await budget.reserve(40, 40)
        second = asyncio.create_task(budget.reserve(40, 40))
        await asyncio.sleep(0)
        assert not second.done()
        budget.settle((40, 40), (10, 5))
        assert await second
        budget.settle((40, 40), (40, 40), lost=True)
        assert not await budget.reserve(40, 40)
        assert budget.prompt + budget.completion == 15

    asyncio.run(work())


@network
@pytest.mark.parametrize("strategy", ["v1", "v3"])
def test_no_bound_is_passed_with_200_calls_at_once(mock: MockServer, house: House, strategy: str) -> None:
    mock.set(latency=0.1)
    stopped = house.teach(mock, news(500), strategy, slots=200, max_tokens=60_000)
    stats = mock.stats()
    assert isinstance(stopped, BudgetError)
    assert 60_000 * 0.9 < stats.prompt_tokens + stats.completion_tokens <= 60_000
    assert stats.most_at_once > 30
    mock.set(latency=0.1)
    stopped = house.teach(mock, news(500), strategy, slots=200, max_usd=0.05)
    stats = mock.stats()
    assert "--max-usd 0.05" in str(stopped)
    assert 0.045 < PRICE.usd(stats.prompt_tokens, stats.completion_tokens) <= 0.05


@network
def test_replies_that_got_lost_count_as_their_worst_case(mock: MockServer, house: House) -> None:
    stopped = house.teach(mock, news(300, dict.fromkeys(range(0, 300, 3), "⟦cut:2⟧")), max_tokens=60_000)
    stats = mock.stats()
    assert isinstance(stopped, BudgetError)
    assert "perhaps billed for lost replies" in str(stopped)
    assert stats.prompt_tokens + stats.completion_tokens <= 60_000


@network
def test_what_is_done_is_written_when_the_budget_is_spent_and_goes_on_from_there(
    mock: MockServer, house: House
) -> None:
    stopped = house.teach(mock, news(200), max_tokens=20_000)
    assert isinstance(stopped, BudgetError)
    done = len(house.kept())
    assert 0 < done < 200
    assert house.standing()["state"] == "stopped"
    assert set(house.reasons().values()) == {"not_asked"}
    assert not (house.out / "manifest.json").exists(), "a manifest says that the step is finished"
    spent = mock.stats().requests
    house.teach(mock, news(200))
    assert (len(house.kept()), mock.stats().requests) == (200, 200)
    assert spent >= done
