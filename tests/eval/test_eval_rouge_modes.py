"""Each mode of ROUGE has the values of the library it is named after, for any text."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.rouge import scores_of, value_names, values_of
from eval.rouge.fold import folded, table
from eval.rouge.lcs import indices, length, rows
from eval.rouge.modes import counts_of_texts
from eval.schema import ROUGE_MODES, Pair, RougeMode
from tests.reference.rouge_peers import made, peer

TEXTS = st.text(st.sampled_from("颱風明天登陸臺台。，……\n .AB3"), min_size=1, max_size=40)


@pytest.mark.parametrize("mode", ROUGE_MODES)
def test_pairs_of_the_bundled_news_score_as_the_library_scores_them(mode: RougeMode) -> None:
    for prediction, reference in made(12):
        assert values_of(counts_of_texts("x", prediction, reference, mode)) == peer(mode, prediction, reference)


@pytest.mark.parametrize("mode", ROUGE_MODES)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(prediction=TEXTS, reference=TEXTS)
def test_any_text_scores_as_the_library_scores_it(mode: RougeMode, prediction: str, reference: str) -> None:
    try:
        theirs = peer(mode, prediction, reference)
    except ValueError:  # a text without a sentence: the libraries raise, and every value here is 0.0
        theirs = dict.fromkeys(value_names(mode), 0.0)
    if reference.strip():
        assert values_of(counts_of_texts("x", prediction, reference, mode)) == pytest.approx(theirs, abs=1e-9)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(prediction=TEXTS, reference=TEXTS)
def test_values_are_shares_and_turn_with_the_sides(prediction: str, reference: str) -> None:
    if prediction.strip() and reference.strip():
        one = values_of(counts_of_texts("x", prediction, reference, "rouge_score-char"))
        other = values_of(counts_of_texts("x", reference, prediction, "rouge_score-char"))
        assert all(0 <= value <= 1 for value in one.values())
        for kind in ("rouge1", "rouge2", "rougeL"):
            assert one[f"{kind}_p"] == other[f"{kind}_r"]


def test_a_subsequence_is_the_one_a_table_is_walked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(2)  # noqa: S311 - toy data, not a secret
    for _ in range(200):
        one, other = (chance.choices("甲乙丙丁", k=chance.randint(1, 30)) for _ in range(2))
        whole = indices(one, other)
        assert len(whole) == length(one, other)
        monkeypatch.setattr("eval.rouge.lcs.ROWS_KEPT", 16)
        assert indices(one, other) == whole
        monkeypatch.undo()
    assert rows("甲乙", {"甲": 1}, 1, 1, 1) == [1, 0, 0]


def test_twenty_thousand_tokens_have_a_score() -> None:
    text = "".join(f"第{number}號颱風登陸。" for number in range(3000))
    for mode in ROUGE_MODES:
        values = scores_of([Pair("long", text, text[1000:])], mode).pairs["long"]
        assert 0.9 < values["rougeL_f"] <= 1


def test_only_rouge_score_has_lsum() -> None:
    assert [mode for mode in ROUGE_MODES if "rougeLsum_f" in value_names(mode)] == [
        "rouge_score-jieba",
        "rouge_score-char",
        "rouge_score-english",
    ]


def test_folding_makes_one_word_of_two_spellings_and_no_chain() -> None:
    assert folded("臺北裏") == "台北裡"
    assert not {chr(one) for one in table()} & set(table().values())
    spelled = [Pair("a", "台北停電", "臺北停電")]
    assert scores_of(spelled, "folded-jieba").pairs["a"]["rouge1_p"] == 1
    assert scores_of(spelled, "rouge_chinese-jieba").pairs["a"]["rouge1_p"] < 1


def test_of_several_references_each_kind_takes_the_best() -> None:
    several = Pair("a", "今天下雨", "明天放晴", others=("今天下雨",))
    scores = scores_of([several], "rouge_score-char")
    assert scores.pairs["a"]["rouge1_f"] == 1
    assert "|refs:best|" in scores.metrics["rouge1_f"].signature
