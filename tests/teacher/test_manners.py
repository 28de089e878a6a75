"""What a server can do is asked once, and believed."""

import asyncio

import pytest
from mock_server import MockServer
from stand_in import settings_of
from teachers_house import House, news

from data_builders.teacher.calls import Trouble, body_of
from data_builders.teacher.client import Client
from data_builders.teacher.ledger import Ledger
from data_builders.teacher.manners import PROBE, Manners, holds, yielding
from data_builders.teacher.standing import Counts

network = pytest.mark.network


def speaks(house: House, mock: MockServer) -> bool:
    async def work() -> bool:
        with Ledger(house.ledger) as ledger:
            async with Client(settings_of(mock.url, schema="ask"), ledger, Counts("mock", "v1", 0)) as client:
                return client.speaks_schema

    return asyncio.run(work())


@network
@pytest.mark.parametrize(
    ("behaviour", "holds_it", "requests"),
    [
        ({}, True, 1),
        ({"json_schema": False}, False, 1),  # takes response_format and ignores it, as LLaMA-Factory's server does
        ({"refuses_schema": True}, False, 2),
    ],
)
def test_a_server_is_asked_once_whether_it_holds_a_reply_to_a_schema(
    mock: MockServer, house: House, behaviour: dict[str, object], holds_it: bool, requests: int
) -> None:
    mock.set(**behaviour)
    assert [speaks(house, mock), speaks(house, mock)] == [holds_it, holds_it]
    assert mock.stats().requests == requests


@network
def test_a_schema_is_sent_only_where_it_holds(mock: MockServer, house: House) -> None:
    house.teach(mock, news(5), schema="ask")
    assert mock.stats().schemas == 1, "the question itself; the stand-in's asks have none"


def test_a_reply_that_keeps_to_the_shape_unasked_is_told_from_prose() -> None:
    assert holds('{"mountains": [{"name": "玉山"}], "answer": "玉山"}')
    assert holds('{"mountains": [{"name": "玉')
    assert not holds("臺灣最高的山是玉山。")
    assert not holds('{"mountain": "玉山"}')


def test_what_a_model_refuses_by_name_is_left_out() -> None:
    one = yielding(Manners(), Trouble("bad_request", "'max_tokens' is not supported. Use 'max_completion_tokens'"))
    two = yielding(one, Trouble("bad_request", "'temperature' does not support 0.0"))
    assert two == Manners(completion_tokens=True, temperature=False)
    body = two.fit(body_of("m", PROBE))
    assert body["max_completion_tokens"] == 64
    assert not {"max_tokens", "temperature"} & set(body)
    assert yielding(Manners(speaks_schema=True), Trouble("bad_request", "no")) == Manners(speaks_schema=False)
