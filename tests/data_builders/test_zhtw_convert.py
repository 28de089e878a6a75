import json
from pathlib import Path

import pytest
from builders_house import REAL, SAMPLE

from data_builders.schema import Article
from data_builders.zhtw.convert import SENTENCE, to_simplified, to_taiwan
from data_builders.zhtw.detect import SIMPLIFIED, script
from data_builders.zhtw.engine import converter, engine
from data_builders.zhtw.tables import rows

SHARED = REAL.parent
DIFFERENCES = Path(__file__).parent / "data" / "opencc_differences.tsv"


@pytest.mark.parametrize(
    "text",
    [
        "里柏瑞契昨天來台出席記者會。",
        "密蘇里州的民眾表示支持。",
        "比特幣大跌，交易所發出聲明，程序正義。",
        "支持、比特幣",
        "里柏瑞契",
        "他在台北只吃一碗面線，隔着窗看雨。",
        "臺灣大學的「數位」計畫，用軟體與網路。",
        "　全形空白、…刪節號、\t定位\n\n空行。。！？」』”’",
        "他說「好。」她說：『不要！』",
        "𠮷野家😀 ABC-123，｡半形",
        "今日は国会に来ました。",
        "視頻與軟件的質量",
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
        ("计算机网络和打印机", "電腦網路和印表機"),
        ("头发和发展，干净和干部。", "頭髮和發展，乾淨和幹部。"),
        ("台湾的台北、台风、平台", "台灣的台北、颱風、平台"),
        ("总统发布声明，公布计划", "總統發布聲明，公布計畫"),
        ("议员支持程序正义", "議員支持程序正義"),
        ("比特币在密苏里", "比特幣在密蘇里"),
        ("社区审核这个项目", "社區審核這個項目"),
        ("和平进程的对象", "和平進程的對象"),
        ("特朗普和普京", "川普和普丁"),
        ("消息一出，一出好戏", "消息一出，一齣好戲"),
        ("3只猫", "3隻貓"),
        ("于姓男子、余男、范先生", "于姓男子、余男、范先生"),
        ("他说「今日は会社に行く」", "他說「今日は会社に行く」"),
    ],
)
def test_simplified_text_gets_taiwans_characters_and_words(simplified: str, taiwan: str) -> None:
    assert to_taiwan(simplified, from_simplified=True) == taiwan


def test_only_the_simplified_sentences_of_a_mixed_text_are_touched() -> None:
    assert to_taiwan("里柏瑞契支持。这个软件很好！」支持比特幣。\n台中发展") == (
        "里柏瑞契支持。這個軟體很好！」支持比特幣。\n台中發展"
    )


@pytest.mark.parametrize(
    ("mixed", "taiwan"),
    [
        ("他說里柏瑞契支持，「这是里面的软件」。", "他說里柏瑞契支持，「這是裡面的軟體」。"),
        ("里柏瑞契昨天親自來台出席记者會", "里柏瑞契昨天親自來台出席記者會"),
        ("我们在臺灣的销售后来增长了", "我們在臺灣的銷售後來增長了"),
        ("這個軟件与質量無關", "這個軟件與質量無關"),
    ],
)
def test_of_a_mixed_sentence_only_the_simplified_stretches_change(mixed: str, taiwan: str) -> None:
    assert to_taiwan(mixed) == taiwan


def test_in_a_simplified_text_sentences_of_shared_characters_are_converted_too() -> None:
    text = "他住在后面的里屋。里柏瑞契說支持。"
    assert to_taiwan(text) == text
    assert to_taiwan(text, from_simplified=True) == "他住在後面的裡屋。里柏瑞契說支持。"


@pytest.mark.parametrize(
    ("text", "article", "expected"),
    [
        ("于小岳说好。", "指揮于小岳昨天表示", "于小岳說好。"),
        ("台积电在台北设厂。", "臺積電在臺北，臺北", "臺積電在臺北設廠。"),
        ("范云与游锡堃发言", "范雲與游錫堃", "范雲與游錫堃發言"),
        ("他在后面临时说", "皇后面臨", "他在後面臨時說"),
        ("里柏瑞契说里面很干净", "里柏瑞契", "里柏瑞契說裡面很乾淨"),
    ],
)
def test_what_the_article_spells_in_traditional_keeps_that_spelling(text: str, article: str, expected: str) -> None:
    assert to_taiwan(text, article=article) == expected


@pytest.mark.parametrize(
    ("simplified", "taiwan"),
    [
        ("里柏瑞契在教室里说", "里柏瑞契在教室裡說"),
        ("密苏里的里斯本和里约热内卢", "密蘇里的里斯本和里約熱內盧"),
        ("哪里有人，这里约定", "哪裡有人，這裡約定"),
    ],
)
def test_in_a_foreign_name_li_is_a_sound(simplified: str, taiwan: str) -> None:
    assert to_taiwan(simplified, from_simplified=True) == taiwan


@pytest.mark.parametrize("text", ["这个软件的质量很好。里柏瑞契支持。", "头发，支持比特币，密苏里。", "他说：“网络。”"])
def test_to_convert_twice_is_to_convert_once(text: str) -> None:
    once = to_taiwan(text)
    assert once != text
    assert to_taiwan(once) == once


def test_nothing_simplified_is_left_of_any_simplified_character() -> None:
    left = [character for character in SIMPLIFIED if set(engine().convert(character)) & SIMPLIFIED]
    assert left == [], "such a character would be converted again and again"


def shared_texts() -> list[str]:
    """Real articles, teacher replies, human summaries, translations: whatever Chinese lies in ../shared/data."""
    texts: list[str] = []
    for name in ("udn_news_196", "teacher/v1_raw_replies_36", "summarization/lcsts_110", "judge/replies_272"):
        for line in (SHARED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            texts += [value for value in json.loads(line).values() if isinstance(value, str)]
    for name in ("zh-en.src.zh", "tatoeba.en-zh.zh", "tanaka.en-ja.ja"):
        texts += (SHARED / "translation" / name).read_text(encoding="utf-8").splitlines()
    return texts + [case["input"] for case in opencc_cases()]


def opencc_cases() -> list[dict[str, object]]:
    path = SHARED / "opencc" / "testcases_strict.json"
    if not path.is_file():
        pytest.skip("../shared/data/opencc is absent: OpenCC's cases are not part of the project")
    cases: list[dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return cases


@pytest.mark.parametrize("known", [False, True])
def test_real_text_converted_twice_is_converted_once(known: bool) -> None:
    texts = shared_texts() if REAL.is_file() else []
    if not texts:
        pytest.skip("../shared/data is absent")
    sentences = [part for text in texts for part in SENTENCE.findall(text)]
    halves = [text[: len(text) // 2] + converter("t2s").convert(text[len(text) // 2 :]) for text in sentences]
    for text in (*texts, *sentences, *halves, *map(converter("t2s").convert, sentences)):
        once = to_taiwan(text, known)
        assert to_taiwan(once, known) == once


def test_opencc_passes_its_own_cases_and_ours_differ_only_where_a_reason_is_given() -> None:
    reasons = {
        tuple(line.split("\t")[:2])
        for line in DIFFERENCES.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    differ, asked = set(), 0
    for case in opencc_cases():
        expected = case["expected"]
        assert isinstance(expected, dict)
        for config in ("s2twp", "s2tw", "s2t"):
            if config in expected:
                assert converter(config).convert(str(case["input"])) == expected[config]
        config = next((name for name in ("s2twp", "s2tw", "s2t") if name in expected), "")
        if config:
            asked += 1
            wanted = converter("t2tw").convert(expected[config]) if config == "s2t" else expected[config]
            if to_taiwan(str(case["input"]), from_simplified=True) != wanted:
                differ.add((str(case["id"]), config))
    assert asked > 100
    assert differ == reasons


def test_every_row_of_the_tables_says_something_once() -> None:
    for name in ("taiwan_words.tsv", "taiwan_shapes.tsv"):
        keys = [row[0] for row in rows(name)]
        assert all(len(row) == 2 and all(row) for row in rows(name))
        assert sorted(set(keys)) == sorted(keys), name


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
