import json

import pytest
from builders_house import SAMPLE

from data_builders.schema import Article
from data_builders.zhtw.convert import SENTENCE, to_simplified, to_taiwan
from data_builders.zhtw.detect import Script, evidence, is_simplified, script


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
        ("他住在后面的里屋", "neither"),
    ],
)
def test_a_texts_script_is_told_by_what_only_one_standard_has(text: str, expected: Script) -> None:
    assert script(text) == expected


@pytest.mark.parametrize("name", ["曹恒榮", "方文珉", "林悦", "看着"])
def test_a_character_that_taiwan_writes_in_names_is_no_evidence(name: str) -> None:
    assert "simplified" not in script(name)
    assert evidence(name, "simplified") == ""
    assert to_taiwan(name) == name


def test_evidence_is_the_characters_in_order_with_repeats() -> None:
    assert evidence("这软件，这軟體", "simplified") == "这软这"
    assert evidence("这软件，这軟體", "traditional") == "軟體"


def test_a_text_is_simplified_when_more_speaks_for_it_than_against() -> None:
    assert is_simplified("这软軟")
    assert not is_simplified("这軟")
    assert not is_simplified("")


@pytest.mark.parametrize(
    "text",
    [
        "里柏瑞契昨天來台出席記者會。",
        "密蘇里州的民眾表示支持。",
        "比特幣大跌，交易所發出聲明。",
        "他在台北只吃一碗面線，隔着窗看雨。",
        "臺灣大學的「數位」計畫，用軟體與網路。",
        "　全形空白、…刪節號、\t定位\n\n空行。。！？」』”’",
        "他說「好。」她說：『不要！』",
        "𠮷野家😀 ABC-123，｡半形",
        "",
        "\n",
    ],
)
def test_traditional_text_stays_as_it_is_to_the_byte(text: str) -> None:
    assert to_taiwan(text) == text


@pytest.mark.parametrize(
    ("simplified", "taiwan"),
    [
        ("这个软件的质量很好。", "這個軟體的質量很好。"),
        ("计算机网络和打印机", "計算機網路和印表機"),
        ("头发和发展，干净和干部。", "頭髮和發展，乾淨和幹部。"),
    ],
)
def test_simplified_text_gets_taiwans_characters_and_words(simplified: str, taiwan: str) -> None:
    assert to_taiwan(simplified) == taiwan


def test_only_the_simplified_sentences_of_a_mixed_text_are_touched() -> None:
    assert to_taiwan("里柏瑞契支持。这个软件很好！」支持比特幣。\n台中发展") == (
        "里柏瑞契支持。這個軟體很好！」支持比特幣。\n臺中發展"
    )


def test_in_a_simplified_text_sentences_of_shared_characters_are_converted_too() -> None:
    text = "他住在后面的里屋。里柏瑞契說支持。"
    assert to_taiwan(text) == text
    assert to_taiwan(text, from_simplified=True) == "他住在後面的裡屋。里柏瑞契說支持。"


@pytest.mark.parametrize("text", ["这个软件的质量很好。里柏瑞契支持。", "头发，支持比特币，密苏里。", "他说：“网络。”"])
def test_to_convert_twice_is_to_convert_once(text: str) -> None:
    once = to_taiwan(text)
    assert once != text
    assert to_taiwan(once) == once


@pytest.mark.parametrize("text", ["a。b！\n\nc」d。」e", "。。。", "」」x", "\n\n", "他說「好。」走"])
def test_the_sentences_joined_are_the_text(text: str) -> None:
    assert "".join(SENTENCE.findall(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [("臺北的軟體與資料", "台北的软体与资料"), ("乾淨、里面", "干净、里面"), ("𠮷😀ABC，。", "𠮷😀ABC，。"), ("", "")],
)
def test_to_simplified_goes_character_by_character(text: str, expected: str) -> None:
    assert to_simplified(text) == expected


def test_to_simplified_keeps_every_place_in_the_sample() -> None:
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        text = json.loads(line)["article"]
        shown = to_simplified(text)
        assert len(shown) == len(text)
        assert script(shown) != "traditional"


def test_the_traditional_articles_of_the_sample_are_not_changed() -> None:
    texts = [json.loads(line)["article"] for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    traditional = [text for text in texts if script(text) == "traditional"]
    assert len(traditional) > 90
    for text in traditional:
        assert to_taiwan(text) == text


def test_of_the_real_sentences_at_most_one_in_a_thousand_is_changed(real: list[Article]) -> None:
    sentences = [part for article in real for part in SENTENCE.findall(article.article) if part.strip()]
    changed = [part for part in sentences if to_taiwan(part) != part]
    assert len(sentences) > 2000
    assert len(changed) <= len(sentences) / 1000, changed
