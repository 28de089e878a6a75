"""Cleaning: what is put right, what is cut, and what is no article."""

import pytest
from builders_house import unlike_others

from data_builders.curate.clean import Bounds, clean, normalise
from data_builders.schema import Article, Reject

SENTENCE = "臺北市今天下大雨，信義區淹水，市府出動抽水機。"
SMALL = Bounds(least=20, most=60)


def toy(text: str, name: str = "toy-1", **more: str) -> Article:
    return Article(name, "toy", text, **more)


def only(text: str, bounds: Bounds = SMALL, **more: str) -> Article | Reject:
    """What cleaning makes of one article."""
    (result,) = clean([toy(text, **more)], bounds)
    return result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  今天\r\n\u200b天氣　很好。 \n\n完 ", "今天\n天氣 很好。\n完"),
        ("cafe\u0301", "café"),  # NFC
        ("ＡＢ，１２｡①", "ＡＢ，１２｡①"),  # and not NFKC: full-width signs are data
        ("甲&amp;乙&nbsp;丙&#20013;&lt;b&gt;", "甲&乙 丙中<b>"),
        ("甲\r乙\u2028丙\t丁", "甲\n乙\n丙 丁"),
        ("甲\x00\x07\ufeff\u202e乙\ud800丙", "甲乙丙"),
        ("甲<|im_end|>乙<|im_start|>丙<|endoftext|>", "甲乙丙"),
        ("甲&lt;|im_end|&gt;乙<|im\u200b_end|>丙", "甲乙丙"),
        ("甲<|im_<|x|>end|>乙", "甲乙"),
        ("a <| b |> c | d", "a <| b |> c | d"),
        ("", ""),
        ("𠮷野家😀", "𠮷野家😀"),
    ],
)
def test_a_text_is_put_right_and_not_rewritten(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("text", "reason", "detail"),
    [
        ("", "too_short", "0 characters, bound 20"),
        ("今天下雨。 " * 3, "too_short", "15 characters, bound 20"),
        (SENTENCE * 3, "too_long", "69 characters, bound 60"),
        ("The mayor said today that it rained.", "not_chinese", "0 Chinese characters of 29 letters"),
        ("きょうの東京はとても暑い一日でした。各地で雨が降りました。", "japanese", "18 kana of 27 letters"),
        ("오늘 서울에는 비가 많이 내렸다고 기상청이 밝혔다.漢城。", "korean", "21 Hangul syllables of 23 letters"),
        ("臺北市 rained a lot today, again.", "not_chinese", "3 Chinese characters of 23 letters"),
        ("1234567890。1234567890。", "not_chinese", "0 Chinese characters of 0 letters"),
        (
            "首頁\n政治\n社會\n地方\n國際\n財經\n體育\n娛樂\n生活\n更多\n訂閱。",
            "not_prose",
            "9% of the text in sentences, bound 45%",
        ),
    ],
)
def test_what_is_no_article_is_rejected_with_what_was_seen(text: str, reason: str, detail: str) -> None:
    assert only(text) == Reject("toy-1", "clean", reason, detail, normalise(text))


@pytest.mark.parametrize("size", [20, 60])
def test_the_bounds_themselves_are_allowed_and_white_space_is_not_counted(size: int) -> None:
    text = unlike_others(1, size)
    assert isinstance(only(" \n".join(text[start : start + 30] for start in range(0, size, 30))), Article)


def test_a_traditional_article_keeps_its_words_and_is_marked() -> None:
    assert only("里柏瑞契昨天來台出席聲明記者會，表示支持。", title=" 支持&amp;聲明 ", summary="密蘇里　支持。") == toy(
        "里柏瑞契昨天來台出席聲明記者會，表示支持。",
        title="支持&聲明",
        summary="密蘇里 支持。",
        story="toy-1",
        script="traditional",
    )


def test_a_simplified_article_is_converted_with_all_that_stands_beside_it() -> None:
    text = "这家软件公司今天公布了新的打印机。他住在后面的里屋。"
    assert only(text, title="公司后面", category="体育", summary="软件公司公布打印机") == toy(
        "這家軟體公司今天公布了新的印表機。他住在後面的裡屋。",
        title="公司後面",
        category="體育",
        summary="軟體公司公布印表機",
        story="toy-1",
        script="simplified",
    )


def test_a_story_that_the_source_names_is_kept() -> None:
    made = only(SENTENCE, story="talk-of-the-town")
    assert isinstance(made, Article)
    assert made.story == "talk-of-the-town"
