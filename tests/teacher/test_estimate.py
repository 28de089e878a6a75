"""The estimate against what the mock bills, and what a pilot costs."""

import asyncio
from pathlib import Path

import pytest
from mock_server import MockServer
from stand_in import PRICE, settings_of
from teachers_house import House

from data_builders.schema import Article, Manifest
from data_builders.teacher.client import Client
from data_builders.teacher.estimate import Estimate, by_width, estimated, pilot_of
from data_builders.teacher.ledger import Ledger
from data_builders.teacher.plans import plan_of
from data_builders.teacher.served import teach_served
from data_builders.teacher.standing import Counts

network = pytest.mark.network
SAMPLE = Path(__file__).parents[2] / "data_builders" / "sample" / "news.jsonl"


def test_a_pilot_is_spread_over_all_lengths() -> None:
    articles = [Article(f"x-{k}", "x", "字" * (k * 37 % 100)) for k in range(100)]
    lengths = sorted(len(articles[place].article) for place in pilot_of(articles, 10))
    assert lengths == list(range(5, 100, 10))
    assert pilot_of(articles[:3], 20) == [0, 1, 2]
    assert pilot_of(articles, 0) == []


def test_tokens_without_a_tokenizer_are_counted_by_width() -> None:
    assert by_width("臺中abcd") == 3


@pytest.fixture(scope="module")
def sample() -> list[Article]:
    from data_builders.ingest import ingest

    return [article for article in ingest(SAMPLE) if isinstance(article, Article)]


def estimate(
    house: House, mock: MockServer, articles: list[Article], strategy: str, pilot: int, **how: int
) -> Estimate:
    async def work() -> Estimate:
        with Ledger(house.ledger) as ledger:
            settings = settings_of(mock.url, schema="ask")
            async with Client(settings, ledger, Counts("mock", strategy, 0)) as client:
                plan = plan_of(strategy, how.get("best_of", 1))
                return await estimated(articles, plan, client, by_width, "width", pilot)

    return asyncio.run(work())


@network
@pytest.mark.parametrize("schema", [True, False])
@pytest.mark.parametrize("strategy", ["v1", "v2", "v3"])
def test_the_estimate_is_within_a_tenth_of_the_bill(
    mock: MockServer, house: House, sample: list[Article], strategy: str, schema: bool
) -> None:
    mock.set(json_schema=schema)
    found = estimate(house, mock, sample, strategy, 20)
    pilot = mock.stats().requests
    steps = {"v1": 1, "v2": 3, "v3": 2}[strategy]
    assert 20 * steps <= pilot <= 20 * steps * 2 + 1
    done = teach_served(
        house.articles(sample), plan_of(strategy, 1), settings_of(mock.url, schema="ask"), house.ledger, house.out
    )
    assert isinstance(done, Manifest)
    stats = mock.stats()
    assert found.prompt_tokens == pytest.approx(stats.prompt_tokens, rel=0.1)
    assert found.completion_tokens == pytest.approx(stats.completion_tokens, rel=0.1)
    assert found.usd == pytest.approx(PRICE.usd(stats.prompt_tokens, stats.completion_tokens), rel=0.1)
    assert stats.billed_twice == 0, "the pilot's replies are not paid for again"
    assert found.left_usd is not None
    assert found.usd is not None
    assert found.left_usd == pytest.approx(found.usd * (1 - 20 / len(sample)), rel=0.15)


@network
def test_v2_and_v3_pay_for_the_article_again(mock: MockServer, house: House, sample: list[Article]) -> None:
    prompts = {s: estimate(house, mock, sample[:40], s, 0).prompt_tokens for s in ("v1", "v2", "v3")}
    assert prompts["v2"] > 2.2 * prompts["v1"]
    assert prompts["v3"] > 1.6 * prompts["v1"]
    assert mock.stats().requests == 1, "without a pilot nothing is asked but what the server can do"


@network
def test_an_estimate_after_the_run_has_nothing_left_to_pay(
    mock: MockServer, house: House, sample: list[Article]
) -> None:
    teach_served(
        house.articles(sample[:60]), plan_of("v2", 1), settings_of(mock.url, schema="ask"), house.ledger, house.out
    )
    asked = mock.stats().requests
    found = estimate(house, mock, sample[:60], "v2", 20)
    assert mock.stats().requests == asked
    assert found.left_tokens < 0.05 * (found.prompt_tokens + found.completion_tokens)
    assert sum(step.kept for step in found.steps) >= 180


@network
def test_the_real_strategies_judge_in_a_helper_and_write_the_same_as_without(
    mock: MockServer, house: House, sample: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_builders.teacher.judging.HELPER_SECONDS", 0.0)
    settings = settings_of(mock.url, schema="ask")
    teach_served(house.articles(sample), plan_of("v1", 1), settings, house.ledger, house.out)
    first = {name: (house.out / name).read_bytes() for name in ("rationales.jsonl", "drafts.jsonl", "manifest.json")}
    monkeypatch.setattr("data_builders.teacher.judging.HELPER_SECONDS", 1e9)
    teach_served(house.articles(sample), plan_of("v1", 1), settings, house.ledger, house.out)
    assert {name: (house.out / name).read_bytes() for name in first} == first
