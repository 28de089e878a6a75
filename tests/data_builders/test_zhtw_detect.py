import re

import pytest

from data_builders.schema import Article
from data_builders.zhtw.convert import SENTENCE
from data_builders.zhtw.detect import Script, evidence, is_simplified, script
from data_builders.zhtw.engine import converter
from data_builders.zhtw.tables import characters, phrases, rows, shared

CLAUSE = re.compile(r"[^，、；：。！？\n]+[，、；：。！？]*")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("这是软件", "simplified"),
        ("這是軟體", "traditional"),
        ("这是軟體", "mixed"),
        ("他在台北", "neither"),
        ("", "neither"),
        ("ABC 123，。", "neither"),
        ("𠮷野家😀", "neither"),
        ("二𫫇英", "simplified"),
        ("国", "simplified"),
        ("他很贵", "simplified"),
        ("他說：「这是软件」", "mixed"),
    ],
)
def test_a_texts_script_is_told_by_what_only_one_standard_has(text: str, expected: Script) -> None:
    assert script(text) == expected


@pytest.mark.parametrize(
    "text",
    ["曹恒榮", "方文珉", "林悦", "看着", "王喆", "陳堃", "林峯", "李晧", "柏栢", "群峰", "裏面", "羣眾",
     "甚麽", "説話", "鋭利", "税率", "臺北", "台北", "曬太陽與晒衣", "佳肴", "新庄"],
)  # fmt: skip
def test_names_variants_and_hong_kongs_shapes_are_no_evidence_of_simplified(text: str) -> None:
    assert script(text) in {"traditional", "neither"}
    assert evidence(text, "simplified") == ""


@pytest.mark.parametrize(
    "text",
    ["皇后出席", "里長", "面子", "只有他", "台中", "干卿底事", "于美人", "余年幼", "松山", "斗六", "谷口",
     "征戰", "郁方", "范姜先生", "系上", "制度", "批准", "公布", "占比", "茶几", "人云亦云", "影后", "后里",
     "家具", "了解", "下周二", "食欲不佳", "岳母", "游泳", "李適"],
)  # fmt: skip
def test_a_character_that_taiwan_writes_so_too_is_no_evidence_of_simplified(text: str) -> None:
    assert evidence(text, "simplified") == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("以后", "以后"),
        ("他在里面", "里面"),
        ("骨干", "骨干"),
        ("一万元", "万"),
        ("物价", "价"),
        ("加盟后，", "后"),
    ],
)
def test_words_of_shared_characters_speak_where_nothing_traditional_stands(text: str, words: str) -> None:
    assert set(words) <= set(evidence(text, "simplified"))
    assert script(text) == "simplified"
    assert script(text + "這") == "traditional", "one Traditional character, and they say nothing"


@pytest.mark.parametrize(
    "text",
    [
        "今日は国会に来ました",
        "「国会へ行く」他說",
        "大谷の写真、会社の員",
        "黒沢明是名導演",
        "「国宝」と「学校」という映画",
        "の国",
    ],
)
def test_japanese_writing_is_no_evidence_of_simplified(text: str) -> None:
    assert evidence(text, "simplified") == ""


@pytest.mark.parametrize("text", ["这是日本の国家", "他说「ありがとう」", "动画《けいおん》"])
def test_simplified_beside_kana_is_still_found(text: str) -> None:
    assert script(text) == "simplified"


def test_evidence_is_the_characters_in_order_with_repeats() -> None:
    assert evidence("这软件，这軟體", "simplified") == "这软这"
    assert evidence("这软件，这軟體", "traditional") == "軟體"


def test_a_text_is_simplified_when_more_speaks_for_it_than_against() -> None:
    assert is_simplified("这软軟")
    assert not is_simplified("这軟")
    assert not is_simplified("")


def test_what_a_real_persons_sentence_says_is_hardly_ever_simplified(real: list[Article]) -> None:
    sentences = [part for article in real for part in SENTENCE.findall(article.article) if part.strip()]
    flagged = [part for part in sentences if script(part) in {"simplified", "mixed"}]
    assert len(sentences) > 2000
    assert len(flagged) <= 0.005 * len(sentences), flagged


@pytest.mark.parametrize("config", ["t2s", "tw2s", "tw2sp"])
@pytest.mark.parametrize("unit", [SENTENCE, CLAUSE])
def test_converted_sentences_and_clauses_are_caught(config: str, unit: re.Pattern[str], real: list[Article]) -> None:
    parts = [part for article in real for part in unit.findall(article.article) if part.strip()]
    changed = [made for part in parts if (made := converter(config).convert(part)) != part]
    missed = [part for part in changed if script(part) in {"traditional", "neither"}]
    assert len(changed) > 2000
    assert len(missed) <= 0.005 * len(changed), missed


def test_the_classes_of_characters_do_not_overlap() -> None:
    simplified, traditional = set(characters()["simplified"]), set(characters()["traditional"])
    variants = set("".join(row[0] for row in rows("variants.tsv")))
    assert len(simplified) > 3000
    assert len(traditional) > 3000
    assert simplified.isdisjoint(traditional)
    assert simplified.isdisjoint(variants | set(shared()))
    assert set(characters()["shinjitai"]) <= simplified


def test_no_word_of_the_table_holds_a_character_that_decides_by_itself() -> None:
    decided = set(characters()["simplified"]) | set(characters()["traditional"])
    assert len(phrases()) > 1000
    assert [word for word in phrases() if decided & set(word)] == []
