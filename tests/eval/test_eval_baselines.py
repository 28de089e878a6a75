"""The leads: the start of the article, at 100 characters and at like length."""

import pytest

from data_builders.errors import InputError
from eval.baselines import lead, lead_like, lead_pairs
from eval.schema import Pair

ARTICLE = "颱風今天逼近。\n氣象署說明晚登陸。"


def test_a_lead_runs_over_line_breaks() -> None:
    assert lead(ARTICLE, 10) == "颱風今天逼近。氣象署"


def test_a_lead_of_a_short_article_is_the_article() -> None:
    assert [pair.prediction for pair in lead_pairs([Pair("a", "x", "y", ARTICLE)])] == [
        "颱風今天逼近。氣象署說明晚登陸。"
    ]


def test_each_lead_is_as_long_as_the_prediction_beside_it() -> None:
    pairs = [Pair("a", "五個字的話", "y", ARTICLE), Pair("b", "", "y", ARTICLE)]
    assert [pair.prediction for pair in lead_like(pairs)] == ["颱風今天逼", ""]


def test_a_pair_without_its_article_has_no_lead() -> None:
    with pytest.raises(InputError, match="a: expected a pair with its article, found no article text"):
        lead_pairs([Pair("a", "x", "y")])
