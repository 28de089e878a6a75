"""What of a summary its article does not hold is found, and what it says in other words is not."""

import random

import pytest

from benchmarks.faithfulness import auroc, entity, number, sample
from eval.faithfulness.score import doubts, values_of

ARTICLE = "臺中市長盧秀燕15日表示，民國113年約有12萬戶停電。台灣電力公司不同意賠償。"


@pytest.mark.parametrize(
    ("summary", "found"),
    [
        ("盧秀燕表示，十二萬戶停電。", []),
        ("2024年12萬戶停電。", []),
        ("台電公司不同意賠償。", []),
        ("盧秀燕表示，20萬戶停電。", ["20萬戶"]),
        ("盧秀燕16日表示。", ["16日"]),
        ("高雄市長盧秀燕表示。", ["高雄市"]),
        ("臺中市長林佳龍表示。", ["林佳龍"]),
        ("盧秀燕在NBA表示。", ["NBA"]),
        ("台灣電力公司同意賠償。", ["同意"]),
    ],
)
def test_figures_dates_names_and_negations_are_looked_up(summary: str, found: list[str]) -> None:
    assert [doubt.text for doubt in doubts(summary, ARTICLE) if doubt.weight > 0.1] == found


def test_a_doubt_stands_where_it_says() -> None:
    summary = "據了解，高雄市長20日與林佳龍會面。"
    found = doubts(summary, ARTICLE)
    assert {doubt.kind for doubt in found} >= {"names", "dates"}
    assert all(summary[doubt.start : doubt.start + len(doubt.text)] == doubt.text for doubt in found)


def test_shares_count_what_the_article_holds() -> None:
    values = values_of("盧秀燕15日表示，20萬戶停電。", ARTICLE)
    assert values["faithfulness_numbers"] == 0
    assert values["faithfulness_dates"] == 1
    assert values_of(ARTICLE, ARTICLE)["faithfulness"] == 1


def test_an_empty_summary_is_not_called_faithful() -> None:
    assert values_of(" ", ARTICLE) == {"faithfulness": 0.0}


@pytest.mark.parametrize("planter", [number, entity])
def test_planted_figures_and_names_stand_out_of_the_bundled_summaries(planter: object) -> None:
    chance = random.Random("toy")  # noqa: S311 - toy data, not a secret
    cases = sample()
    good = [values_of(case.summary, case.article)["faithfulness"] for case in cases]
    made = [(planter(chance, case, cases), case) for case in cases]  # type: ignore[operator]
    bad = [values_of(text, case.article)["faithfulness"] for text, case in made if text]
    assert len(bad) >= 15
    assert auroc(good, bad) >= 0.85
