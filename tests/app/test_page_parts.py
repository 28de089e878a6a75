"""The parts of the page: what words are looked for, what may be shown, what a summary rests on, the prompt."""

import asyncio
from pathlib import Path

import pytest
from page_house import RAIN, news

from app.intake import news_of, taken_in, web_address
from app.relay import Relay, pumped
from app.rests import rests
from app.search import forms, matches, plain
from app.store import STEPS, Store
from app.writers.extractive import Extractive
from app.writers.prompt import Head, first_that_fits, prompt_of
from data_builders.errors import InputError
from data_builders.schema import Article
from data_builders.stages.table import STAGES, SYSTEM, row_of
from eval.predict.run import prompt_of_row


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("英偉達", ("輝達", "英偉達")),
        ("英伟达", ("輝達", "英伟达")),
        ("  英偉達   財報 ", ("輝達 財報", "英偉達 財報")),
        ("輝達", ("輝達", "英偉達")),
        ("視頻", ("影片", "視訊", "視頻")),
        ("颱風", ("颱風",)),
        ("", ()),
        ("　\n", ()),
    ],
)
def test_a_query_is_looked_for_in_taiwans_words_first_and_as_given(query: str, wanted: tuple[str, ...]) -> None:
    assert forms(query)[: len(wanted)] == wanted


def test_what_is_held_is_matched_in_either_script_and_all_words_must_be_there() -> None:
    text = plain("輝達（NVIDIA）公布財報，\n股價大漲")
    assert matches(text, forms("英伟达 财报"))
    assert matches(text, forms("nvidia"))
    assert not matches(text, forms("英偉達 颱風"))


def test_signs_that_hide_or_turn_the_writing_are_taken_out_and_the_rest_is_to_the_letter() -> None:
    dirty = news(
        1, "\u202e標題\u200b\x00", "第一\u2066段。\r\n<script>alert(1)</script>👨‍👩‍👧\ufeff", url="javascript:alert(1)"
    )
    clean = taken_in(dirty)
    assert (clean.title, clean.url) == ("標題", "")
    assert clean.article == "第一段。\n<script>alert(1)</script>👨‍👩‍👧"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//udn.com", "", "https://"]
)
def test_only_the_webs_addresses_are_shown(url: str) -> None:
    assert web_address(url) == ""
    assert web_address("https://udn.com/news/1?a=b") == "https://udn.com/news/1?a=b"


def test_a_news_without_a_title_is_named_by_its_start() -> None:
    assert news_of(Article("x", "x", RAIN)).title == RAIN[:30]


def test_a_summary_rests_on_the_sentences_that_say_the_same() -> None:
    told = rests("信義區停電。市府已出動抽水機。火星上有人。", news(1), "toy")
    first, second, third = told.grounds
    assert [RAIN[place.start : place.end] for place in first.places] == ["台北市今天下大雨，信義區有3萬戶停電。"]
    assert [RAIN[place.start : place.end] for place in second.places] == ["市府表示，抽水機已出動，預計中午前恢復。"]
    assert third.places == ()
    assert told.summary[third.start : third.end] == "火星上有人。"


def test_names_and_figures_out_of_nowhere_are_marked_and_those_of_the_day_of_publication_are_not() -> None:
    told = rests("高雄市14日有12萬戶停電。", news(1, published="2026-05-14T08:00:00+08:00"), "toy")
    marked = [(mark.kind, told.summary[mark.start : mark.end]) for mark in told.marks]
    assert marked == [("names", "高雄市"), ("numbers", "12萬戶")]


def test_a_title_counts_as_what_the_article_says() -> None:
    assert rests("高雄停電。", news(1, "高雄停電"), "toy").marks == ()


def test_the_prompt_is_the_very_one_that_s5_was_trained_on() -> None:
    row = row_of(STAGES["s5"], "udn-1", {"news": RAIN, "summary": "摘要"})
    assert prompt_of(news(1)) == prompt_of_row(row)
    assert prompt_of(news(1)).system == SYSTEM


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        (["新聞摘要：\n", "台北下雨。"], "台北下雨。"),
        (["新", "聞摘", "要：", "\n", "台北", "下雨。"], "台北下雨。"),
        (["  摘要:台北", "下雨。"], "台北下雨。"),
        (["新聞", "說台北下雨。"], "新聞說台北下雨。"),
        (["新聞"], "新聞"),
        (["新聞摘要：", "\n新聞", "摘要：\n台北", "下雨。"], "台北下雨。"),
        (["新聞摘要："], ""),
        ([""], ""),
    ],
)
def test_the_fixed_head_is_taken_off_however_it_is_cut(pieces: list[str], shown: str) -> None:
    head = Head()
    assert "".join([*map(head.feed, pieces), head.rest()]) == shown


def test_a_long_article_is_cut_behind_the_last_sentence_that_fits() -> None:
    assert first_that_fits("一二三。四五六。七八九。", lambda text: len(text) <= 10) == "一二三。四五六。"
    assert first_that_fits("一二三。", lambda text: len(text) <= 10) == "一二三。"
    assert first_that_fits("一二三。四五六。", lambda text: len(text) <= 2) == ""


def test_the_embedded_summariser_quotes_the_article() -> None:
    async def go() -> list[str]:
        return [piece async for piece in Extractive().write(news(1))]

    pieces = asyncio.run(go())
    assert len(pieces) > 1
    assert all(piece.strip("，。") in RAIN for piece in pieces)


@pytest.mark.parametrize("text", ["颱風來襲", "Hello " * 60, "無句號的一行字" * 40, "短句，" * 60])
def test_what_has_no_whole_clause_is_quoted_from_its_start(text: str) -> None:
    async def go() -> str:
        return "".join([piece async for piece in Extractive().write(news(1, text=text))])

    summary = asyncio.run(go())
    assert 0 < len(summary) <= 100
    assert " ".join(text.split()).startswith(summary.rstrip("。"))


def test_who_comes_late_to_a_relay_is_told_everything() -> None:
    async def go() -> list[list[str]]:
        relay = Relay[str]()
        relay.tell("a")

        async def follow() -> list[str]:
            return [item async for item in relay.follow()]

        early = asyncio.create_task(follow())
        await asyncio.sleep(0)
        relay.tell("b")
        late = asyncio.create_task(follow())
        await asyncio.sleep(0)
        relay.tell("c")
        relay.end()
        return [await early, await late, await follow()]

    assert asyncio.run(go()) == [["a", "b", "c"]] * 3


def test_a_blocking_iterator_is_stopped_when_nobody_listens_and_its_error_is_told() -> None:
    made: list[int] = []

    def numbers() -> "list[int]":
        for number in range(10_000_000):
            made.append(number)
            yield number  # type: ignore[misc]

    def broken() -> "list[int]":
        raise InputError("x", "y", "z", "w")

    async def go() -> None:
        async for number in (stream := pumped(numbers)):
            if number == 3:
                break
        await stream.aclose()
        with pytest.raises(InputError):
            [item async for item in pumped(broken)]

    asyncio.run(go())
    assert len(made) < 9_000_000


def test_an_older_store_is_brought_up_and_a_newer_one_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "page.sqlite3"
    with Store(file) as store:
        store.keep(news(1))
    monkeypatch.setattr("app.store.STEPS", (*STEPS, "ALTER TABLE history ADD COLUMN starred INTEGER;"))
    with Store(file) as store:
        assert store.article("udn-1") == news(1)
        assert store.reading("PRAGMA user_version") == [(len(STEPS) + 1,)]
    monkeypatch.undo()
    with pytest.raises(InputError, match="expected a store of version 1 at most, found version 2"):
        Store(file)


def test_what_is_no_store_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "page.sqlite3"
    file.write_bytes(b"no database at all, but long enough to be read as one" * 40)
    with pytest.raises(InputError, match="page's store"):
        Store(file)


def test_nobody_else_on_the_machine_may_read_the_store(tmp_path: Path) -> None:
    with Store(tmp_path / "page.sqlite3") as store:
        store.keep(news(1))
        assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("page.sqlite3*")} == {0}
