"""A judge's reply gives the one score that it states, or the reason why it gives none."""

import json
from pathlib import Path

import pytest

from eval.judge.parse import read_reply

REPLIES = Path(__file__).parents[3] / "shared/data/judge"


@pytest.mark.parametrize(
    ("reply", "score"),
    [
        ("分數：16 —— 簡潔優雅，涵蓋所有重點", 16),
        ("分数为18。", 18),
        ("分數：１８", 18),
        ("**分數：** 17 / 20", 17),
        ("### 分數\n15\n理由：尚可", 15),
        ("1. 分數：15\n2. 理由：好", 15),
        ("分數（0–20）：15", 15),
        ('{"score": 15}', 15),
        ("18 —— 優秀", 18),
        ("十八分", 18),
        ("分數：二十 —— 好", 20),
        ("分數：0", 0),
        ("我認為應給予 16 分。", 16),
        ("分數：14 —— 大致正確。因此評分為14。", 14),
        ("分數：18分（滿分20分）", 18),
        ("分數：17 理由：17人受傷，耗時20分鐘", 17),
        ("分數：12 —— 遺漏詹姆斯得分為30、籃板11的數據", 12),
        ("<think>先給分數：3，再想想</think>\n分數：12", 12),
    ],
)
def test_a_score_is_read_however_it_is_written(reply, score):
    found = read_reply(reply)
    assert (found.score, found.reason) == (score, "")


@pytest.mark.parametrize(
    "reply",
    [
        "分數：16 —— 好。 分數：14 —— 有誤。",
        "分數：165 — 分數：18 —— 忠實",
        "分數：15-17",
        "分數：12～14",
        "分數：7： 12",
        "分數：18 —— 好\n重新評估後，給予 15 分",
    ],
)
def test_statements_that_differ_are_contradictory_and_never_averaged(reply):
    found = read_reply(reply)
    assert (found.score, found.reason) == (None, "contradictory")


@pytest.mark.parametrize("reply", ["分數：165 — 很好", "分數：21", "分數：-3", "分數：16.5"])
def test_a_number_that_the_rubric_does_not_have_is_out_of_range(reply):
    assert read_reply(reply).reason == "out_of_range"


@pytest.mark.parametrize(
    "reply", ["", "分數：XX —— 理由", "從0到20打分", "比數112比108", "分數：20分鐘", "<think>分數：18", "很好"]
)
def test_a_reply_without_a_statement_is_missing(reply):
    assert read_reply(reply).reason == "missing"


def test_a_long_reply_of_repeated_signs_is_read_in_no_time():
    assert read_reply("分數" + " *" * 200_000 + "分數：9").score == 9


def test_the_real_replies_are_read_and_the_hard_ones_are_all_contradictory():
    if not REPLIES.is_dir():
        pytest.skip("the real judge replies are not here")
    for line in (REPLIES / "replies_272.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        assert read_reply(row["reply"]).score == row["score"], row["id"]
    hard = [json.loads(line) for line in (REPLIES / "hard_replies_145.jsonl").read_text("utf-8").splitlines()]
    assert [read_reply(row["reply"]).reason for row in hard] == ["contradictory"] * 146
