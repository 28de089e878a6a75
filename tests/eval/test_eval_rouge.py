"""ROUGE equals rouge_chinese to the last digit, and says what it is."""

import json
import random
from pathlib import Path

import pytest
from rouge_chinese import Rouge

from data_builders.errors import InputError
from eval.pairs import read_pairs
from eval.rouge import VALUE_NAMES, counts_of, counts_of_words, flattened, scores_of, values_of
from eval.schema import MODES, Mode, Overlap, Pair
from eval.segment import words

DATA = Path(__file__).parent / "data"
REAL = Path(__file__).parents[3] / "shared" / "data" / "rouge" / "rouge_chinese_jieba_98.jsonl"
JIEBA: Mode = "rouge_chinese-jieba"


def golden(mode: str) -> dict[str, dict[str, float]]:
    lines = (DATA / "rouge_golden.jsonl").read_text(encoding="utf-8").splitlines()
    return {one["id"]: one["rouge"] for one in map(json.loads, lines) if one["mode"] == mode}


@pytest.mark.parametrize("mode", MODES)
def test_every_invented_pair_scores_as_rouge_chinese_scores_it(mode: Mode) -> None:
    expected = golden(mode)
    scores = scores_of(read_pairs(DATA / "rouge_pairs.jsonl"), mode)
    assert len(expected) == 41
    assert scores.pairs == expected


def test_real_outputs_score_as_rouge_chinese_scores_them() -> None:
    if not REAL.is_file():
        pytest.skip(f"{REAL.name} is not here: it lies outside the project and is not ours to copy")
    expected = {str(one["id"]): one["rouge"] for one in map(json.loads, REAL.read_text(encoding="utf-8").splitlines())}
    scores = scores_of(read_pairs(REAL), JIEBA)
    assert len(expected) == 98
    assert scores.pairs == expected


def test_token_lists_of_every_nasty_kind_score_as_rouge_chinese_scores_them() -> None:
    chance = random.Random(11)  # noqa: S311 - toy data, not a secret
    nasty = ["甲", "乙", "。", "。”", "？’", "……", "......", "\n", " ", "\u3000", "。”丙", "…", ".", "，", "”"]
    compared = 0
    for _ in range(800):
        left, right = (chance.choices(nasty, k=chance.randint(1, 9)) for _ in range(2))
        if "".join(left).strip() and "".join(right).strip():
            found = values_of(counts_of_words("x", flattened(left), flattened(right)))
            (theirs,) = Rouge().get_scores(" ".join(left), " ".join(right))
            assert found == {
                f"rouge{kind.upper()}_{part}": theirs[f"rouge-{kind}"][part] for kind in "12l" for part in "fpr"
            }
            compared += 1
    assert compared > 700


def test_a_blank_line_leaves_one_empty_word_as_in_rouge_chinese() -> None:
    assert flattened(["甲", "\n", "\n", "乙"]) == ["甲", "", "乙"]


def test_a_repeated_word_counts_once_in_rouge_1_and_each_time_in_rouge_l() -> None:
    counts = counts_of(Pair("a", "停水 停水 停水", "停水"), "rouge_chinese-char")
    assert counts.rouge1 == Overlap(2, 2, 2)
    assert counts.rougeL == Overlap(6, 2, 2)


def test_values_come_from_the_counts_alone_so_a_bootstrap_can_reuse_them() -> None:
    counts = counts_of(Pair("a", "颱風明天登陸", "颱風今晚登陸"), JIEBA)
    assert (counts.rouge1, counts.rougeL) == (Overlap(4, 4, 3), Overlap(4, 4, 3))
    assert tuple(values_of(counts)) == VALUE_NAMES
    assert values_of(counts)["rouge1_p"] == 3 / 4


@pytest.mark.parametrize("mode", MODES)
def test_an_empty_prediction_scores_zero_and_is_counted(mode: Mode) -> None:
    scores = scores_of([Pair("a", " \n", "今天下雨"), Pair("b", "今天下雨", "今天下雨")], mode)
    assert scores.pairs["a"] == dict.fromkeys(VALUE_NAMES, 0.0)
    assert scores.metrics["rouge1_p"].value == 0.5
    assert scores.metrics["rouge1_p"].n == 2


def test_an_empty_reference_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="x-7: expected a reference, found empty text"):
        scores_of([Pair("x-7", "今天", "\u3000")], JIEBA)


def test_no_pairs_have_no_mean() -> None:
    with pytest.raises(InputError, match="expected at least one pair"):
        scores_of([], JIEBA)


def test_a_metric_carries_mode_tokenizer_code_number_and_ids() -> None:
    pairs = [Pair("b", "今天", "今天"), Pair("a", "今天", "明天")]
    signature = "rougeL_r|mode:rouge_chinese-jieba|tok:jieba-0.42.1|impl:newsladder-0.1.0|n:2|ids:7e18f737311b"
    assert scores_of(pairs, JIEBA).metrics["rougeL_r"].signature == signature
    assert scores_of(pairs[::-1], JIEBA).metrics["rougeL_r"].signature == signature
    assert "|tok:char+latin|" in scores_of(pairs, "rouge_chinese-char").metrics["rougeL_r"].signature


def test_a_stages_fixed_head_is_scored_like_any_other_text() -> None:
    values = scores_of([Pair("a", "新聞摘要：\n無關", "新聞摘要：\n今天下雨")], JIEBA).pairs["a"]
    assert values["rouge1_f"] > 0.5


def test_char_keeps_latin_runs_and_extension_b_characters_whole() -> None:
    assert words("𠮷野家 iPhone17、Café　３", "char") == ("𠮷", "野", "家", "iPhone17", "、", "Café", "３")
