"""BLEU, chrF, answers, zh-TW, shape and stage answers: each number from a toy input, or from an outside tool."""

import json
from pathlib import Path

import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st

from data_builders.errors import InputError, UsageError
from eval.bleu.score import corpus_bleu
from eval.loadable import pair_of
from eval.metrics import METRICS, score
from eval.schema import Pair
from eval.shape.score import fragments, values_of
from eval.stage_answers import agreement

SHARED = Path(__file__).parents[3] / "shared" / "data"
LINES = [("the cat sat on a mat", "the cat sat on the mat"), ("it rains today", "today it rains"), ("", "yes")]


def shared(name: str) -> Path:
    if not (SHARED / name).exists():
        pytest.skip(f"{name} is not here: it lies outside the project and is not ours to copy")
    return SHARED / name


def pairs_of(lines: list[tuple[str, str]]) -> list[Pair]:
    return [Pair(str(place), said, told) for place, (said, told) in enumerate(lines)]


@pytest.mark.parametrize("tokenizer", ["13a", "zh", "char", "ja-mecab"])
def test_bleu_is_sacrebleus_and_its_counts_make_it_again(tokenizer: str) -> None:
    lines = [*LINES, ("颱風明天登陸，停班", "颱風明晚登陸，停班停課"), ("今日は雨です", "今日は晴れです")]
    found = score(pairs_of(lines), "bleu", tokenizer)
    theirs = sacrebleu.corpus_bleu([one for one, _ in lines], [[one for _, one in lines]], tokenize=tokenizer)
    assert found.metrics["bleu"].value == pytest.approx(theirs.score, abs=1e-9)
    assert corpus_bleu(found.pairs.values()) == found.metrics["bleu"].value
    assert f"|tok:{tokenizer}|" in found.metrics["bleu"].signature


@pytest.mark.parametrize(
    ("text", "tokenizer"), [("It rains.", "13a"), ("今天下雨。", "zh"), ("今日は雨です。", "ja-mecab")]
)
def test_the_tokenizer_follows_the_language_and_is_named(text: str, tokenizer: str) -> None:
    assert f"|tok:{tokenizer}|" in score([Pair("a", text, text)], "bleu").metrics["bleu"].signature


def test_translations_of_wmt_have_the_bleu_that_sacrebleu_gave_them() -> None:
    folder = shared("translation/expected_bleu.json").parent
    told = (folder / "zh-en.ref.A.en").read_text(encoding="utf-8").splitlines()
    expected = json.loads((folder / "expected_bleu.json").read_text(encoding="utf-8"))
    assert len(expected) == 3
    for name, one in expected.items():
        said = (folder / name).read_text(encoding="utf-8").splitlines()
        found = score(pairs_of(list(zip(said, told, strict=True))), "bleu").metrics["bleu"]
        assert round(found.value, 4) == one["bleu"]


def test_chrf_is_sacrebleus_with_any_number_of_references() -> None:
    pairs = [pair_of("a", "颱風登陸", ["颱風來了", "颱風登陸了"]), pair_of("b", "下雨", "今天下雨")]
    theirs = sacrebleu.corpus_chrf(["颱風登陸", "下雨"], [["颱風來了", "今天下雨"], ["颱風登陸了", None]])
    assert score(pairs, "chrf").metrics["chrf"].value == pytest.approx(theirs.score, abs=1e-9)
    assert "nrefs:var" in score(pairs, "chrf").metrics["chrf"].signature


def test_answers_score_as_the_official_script_scores_them() -> None:
    dev = json.loads(shared("squad2/dev_normans.json").read_text(encoding="utf-8"))
    said = json.loads(shared("squad2/pred_bert_normans.json").read_text(encoding="utf-8"))
    expected = json.loads(shared("squad2/expected_official.json").read_text(encoding="utf-8"))
    questions = [one for item in dev["data"] for paragraph in item["paragraphs"] for one in paragraph["qas"]]
    pairs = [pair_of(one["id"], said[one["id"]], [answer["text"] for answer in one["answers"]]) for one in questions]
    found = score(pairs, "squad").metrics
    for group, name in (("", ""), ("HasAns_", "_HasAns"), ("NoAns_", "_NoAns")):
        assert found[f"squad_em{name}"].value == pytest.approx(expected[f"{group}exact"], abs=1e-9)
        assert found[f"squad_f1{name}"].value == pytest.approx(expected[f"{group}f1"], abs=1e-9)


@pytest.mark.parametrize(
    ("mode", "said", "told", "exact", "f1"),
    [
        ("official", "The Normans.", ["normans"], 100, 100),
        ("official", "Beyonce", ["Beyoncé and Bruno Mars"], 0, 0),
        ("official", "", [], 100, 100),
        ("official", "x", [], 0, 0),
        ("official", "", ["the"], 100, 100),
        ("official", "民國113年", ["民國 113年"], 0, 0),
        ("char", "民國113年。", ["民國 １１３年"], 100, 100),
        ("char", "臺北", ["臺北市", "高雄"], 0, 80),
    ],
)
def test_an_answer_is_compared_with_the_best_reference(
    mode: str, said: str, told: list[str], exact: float, f1: float
) -> None:
    values = score([pair_of("q", said, told)], "squad", mode).pairs["q"]
    assert (values["squad_em"], round(values["squad_f1"], 9)) == (exact, f1)
    assert ("squad_em_NoAns" in values) == (told == [])


@pytest.mark.parametrize(
    ("text", "whole", "sentences"),
    [
        ("他使用軟體。", 1, 1),
        ("这是软件。", 0, 0),
        ("他使用軟體。这是软件。", 0, 0.5),
        ("他在台北。", 1, 1),
        ("It rains.", 0, 0),
        ("", 0, 0),
    ],
)
def test_what_is_traditional_chinese_and_what_is_not(text: str, whole: float, sentences: float) -> None:
    values = score([Pair("a", text, "")], "zhtw").pairs["a"]
    assert (values["zhtw_share"], values["zhtw_sentence_share"]) == (whole, sentences)


def test_the_published_share_is_a_mode_of_its_own() -> None:
    harmed = score([Pair("a", "里柏瑞契支持這個聲明", ""), Pair("b", "It rains.", "")], "zhtw", "s2twp")
    assert harmed.metrics["zhtw_share"].value == 0.5
    assert "mode:s2twp|opencc:" in harmed.metrics["zhtw_share"].signature


def test_mainland_words_are_counted_for_a_thousand_characters() -> None:
    assert score([Pair("a", "視頻的質量", "")], "zhtw").metrics["zhtw_mainland_rate"].value == 400


def test_fragments_are_the_longest_runs_one_after_the_other() -> None:
    assert fragments("颱風明晚登陸台灣", "氣象署說颱風將於明晚登陸。") == ["颱風", "明晚登陸"]
    values = values_of("颱風明晚登陸台灣", "氣象署說颱風將於明晚登陸。")
    assert values["coverage"] == 6 / 8
    assert values["density"] == (4 + 16) / 8
    assert values["compression"] == 13 / 8
    assert values["novelty1"] == 2 / 8


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text("甲乙丙", max_size=12), st.text("甲乙丙", min_size=1, max_size=20))
def test_the_fragments_are_those_of_the_plain_algorithm(said: str, source: str) -> None:
    expected, start = [], 0
    while start < len(said):
        size = max((end for end in range(len(said) - start + 1) if said[start : start + end] in source), default=0)
        expected += [said[start : start + size]] * bool(size)
        start += size or 1
    assert fragments(said, source) == expected


def test_an_empty_summary_has_no_compression_and_says_so() -> None:
    metrics = score([Pair("a", "", "", "甲乙"), Pair("b", "甲", "", "甲乙")], "shape").metrics
    assert (metrics["length"].n, metrics["compression"].n, metrics["compression"].value) == (2, 1, 2)
    assert list(score([Pair("a", "甲甲甲甲甲", "")], "shape").metrics) == ["length", "repetition"]
    assert score([Pair("a", "甲甲甲甲甲", "")], "shape").metrics["repetition"].value == 0.5


def test_aspects_agree_exactly_or_softly() -> None:
    values = score([Pair("a", "核心要素：\n臺北市\n停班停課", "核心要素：\n台北市\n停課\n颱風")], "aspects").pairs["a"]
    assert (values["aspects_p"], values["aspects_r"]) == (1 / 2, 1 / 3)
    assert values["aspects_soft_p"] == pytest.approx((1 + 4 / 6) / 2)


def test_a_line_that_is_no_triple_costs_precision() -> None:
    said = "三元組：\n[甲 | 是 | 乙]\n[甲 | 乙]"
    values = score([Pair("a", said, "[甲 | 是 | 乙]")], "triples").pairs["a"]
    assert (values["triples_p"], values["triples_r"]) == (0.5, 1)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(*[st.lists(st.tuples(st.text("甲乙丙", min_size=1, max_size=3)), max_size=5, unique=True)] * 2)
def test_soft_agreement_is_never_below_exact(one: list[tuple[str]], other: list[tuple[str]]) -> None:
    exact, soft = agreement(one, other)
    assert exact.matched <= soft.matched + 1e-9 <= min(len(one), len(other)) + 1e-8


@pytest.mark.parametrize("metric", ["rouge", "bleu", "chrf", "squad", "zhtw", "shape", "aspects", "faithfulness"])
@pytest.mark.parametrize("nasty", ["\ud800甲", "甲\udfff"])
def test_half_a_character_is_refused_by_name(metric: str, nasty: str) -> None:
    with pytest.raises(InputError, match=r"x-9: expected text that UTF-8 can hold, found the lone surrogate U\+D"):
        score([Pair("x-9", nasty, "甲乙", "甲乙")], metric)


@pytest.mark.parametrize("metric", ["rouge", "bleu", "chrf", "squad", "zhtw", "shape", "aspects", "faithfulness"])
def test_empty_and_mixed_and_very_long_predictions_have_a_defined_score(metric: str) -> None:
    nasty = ["", " \n", "𠮷野家 NBA ニュース 软件 軟體", "哈" * 20000, "\u0000\u202e\u200b", "|[]|:：\n" * 50]
    pairs = [Pair(str(place), text, "軟體今天發表", "軟體今天發表了。") for place, text in enumerate(nasty)]
    found = score(pairs, metric)
    assert all(metric.value == metric.value and abs(metric.value) < 1e6 for metric in found.metrics.values())
    assert list(found.pairs) == [pair.id for pair in pairs]


@pytest.mark.parametrize("metric", [name for name in METRICS if name != "bertscore"])
def test_no_pairs_and_doubled_ids_have_no_score(metric: str) -> None:
    with pytest.raises(InputError, match="expected at least one pair"):
        score([], metric)
    with pytest.raises(InputError, match="a: expected an id that no other pair has"):
        score([Pair("a", "甲", "甲", "甲"), Pair("a", "乙", "甲", "甲")], metric)


def test_an_unknown_metric_or_mode_is_bad_usage() -> None:
    with pytest.raises(UsageError, match="mode of bleu: expected auto"):
        score([Pair("a", "甲", "甲")], "bleu", "rouge_score-char")
    with pytest.raises(UsageError, match="metric: expected rouge"):
        score([Pair("a", "甲", "甲")], "meteor")
