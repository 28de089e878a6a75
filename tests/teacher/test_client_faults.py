"""Every way in which a call can end badly, and what becomes of the article: the table in `calls.py`."""

import pytest
from mock_server import MockServer
from teachers_house import House, news

from data_builders.errors import NewsLadderError
from data_builders.schema import Manifest

pytestmark = pytest.mark.network


@pytest.mark.parametrize(
    "fault", ["429:2", "429date:1", "500:2", "503:2", "drop:2", "half:1", "cut:2", "empty:1", "null:1"]
)
def test_a_passing_fault_costs_tries_and_no_article(mock: MockServer, house: House, fault: str) -> None:
    mock.set(retry_after=0.05)
    done = house.teach(mock, news(4, {1: f"⟦{fault}⟧"}))
    assert isinstance(done, Manifest)
    assert house.kept() == ["x-0", "x-1", "x-2", "x-3"]
    assert mock.stats().requests == 4 + int(fault[-1])


@pytest.mark.parametrize(
    ("fault", "reason", "requests"),
    [
        ("500", "server_error", 3),
        ("drop", "connection", 3),
        ("half", "connection", 3),
        ("cut", "bad_reply", 3),
        ("null", "bad_reply", 3),
        ("empty", "empty_choices", 3),
        ("hang", "timeout", 3),
        ("400", "bad_request", 1),
        ("length", "length", 1),
        ("filter", "content_filter", 1),
        ("blank", "empty_reply", 1),
        ("429", "rate_limited", 21),
    ],
)
def test_a_lasting_fault_ends_one_article_with_its_reason(
    mock: MockServer, house: House, fault: str, reason: str, requests: int
) -> None:
    mock.set(retry_after=0.01)
    done = house.teach(mock, news(4, {1: f"⟦{fault}⟧"}), tries=3, timeout=0.5)
    assert isinstance(done, Manifest)
    assert (house.kept(), house.reasons()) == (["x-0", "x-2", "x-3"], {"x-1": reason})
    assert mock.stats().requests == 3 + requests
    assert done.rejected == {reason: 1}
    assert house.standing()["failed"] == {reason: 1}


@pytest.mark.parametrize("fault", ["length", "filter", "blank"])
def test_what_was_paid_for_is_not_paid_for_again_though_it_is_no_use(
    mock: MockServer, house: House, fault: str
) -> None:
    for _ in range(2):
        house.teach(mock, news(3, {1: f"⟦{fault}⟧"}))
    assert mock.stats().requests == 3


def test_what_failed_for_nothing_is_asked_again_by_the_next_run(mock: MockServer, house: House) -> None:
    house.teach(mock, news(3, {1: "⟦500:2⟧"}), tries=2)
    assert house.reasons() == {"x-1": "server_error"}
    house.teach(mock, news(3, {1: "⟦500:2⟧"}), tries=2)
    assert (house.kept(), mock.stats().requests) == (["x-0", "x-1", "x-2"], 5)


def test_results_stand_in_the_articles_order_whatever_each_took(mock: MockServer, house: House) -> None:
    marks = {3: "⟦500:2⟧", 7: "⟦drop:1⟧", 8: "⟦length⟧", 20: "⟦429:1⟧", 0: "⟦empty:2⟧"}
    mock.set(retry_after=0.2, latency=0.01)
    house.teach(mock, news(40, marks))
    assert house.kept() == [f"x-{k}" for k in range(40) if k != 8]
    assert [reply["id"] for reply in drafts(house)] == [f"x-{k}" for k in range(40)]


def drafts(house: House) -> list[dict[str, object]]:
    import json

    return [json.loads(line) for line in (house.out / "drafts.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_draft_is_written_for_every_article_kept_or_not(mock: MockServer, house: House) -> None:
    house.teach(mock, news(3, {1: "⟦filter⟧"}))
    assert [len(draft["doubts"]) for draft in drafts(house)] == [0, 1, 0]  # type: ignore[arg-type]
    assert drafts(house)[1]["doubts"] == [{"part": "reply", "reason": "content_filter", "detail": "content_filter"}]


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        ({"key": "right"}, "found key: HTTP 401"),
        ({"model": "other"}, "found model: HTTP 404: The model `mock` does not exist"),
    ],
)
def test_what_no_later_call_can_mend_stops_the_run_with_one_line(
    mock: MockServer, house: House, behaviour: dict[str, object], error: str
) -> None:
    mock.set(latency=0.05, **behaviour)
    stopped = house.teach(mock, news(300))
    assert isinstance(stopped, NewsLadderError)
    assert error in str(stopped)
    assert mock.stats().requests < 200
    assert set(house.reasons().values()) == {"not_asked"}
    assert not (house.out / "manifest.json").exists()


def test_a_server_that_is_not_there_stops_the_run(house: House) -> None:
    with MockServer() as gone:
        pass
    stopped = house.teach(gone, news(60), tries=2)
    assert "expected a teacher mock that answers, found connection:" in str(stopped)
    assert "Next: start the server, or check --base-url" in str(stopped)


def test_an_error_of_ours_in_one_article_is_its_reject(mock: MockServer, house: House) -> None:
    broken = {2: "⟦nonsense⟧"}  # the mock itself has no such fault: it drops the line without a reply
    done = house.teach(mock, news(4, broken), tries=1, timeout=0.3)
    assert isinstance(done, Manifest)
    assert house.reasons() == {"x-2": "timeout"}
