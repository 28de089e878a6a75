"""The review's page in a real Chromium: keys, fields, two reviewers, a restart, the way to V4."""

import re
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from browser_house import ROOT, Opened, ServerOf, builders, draft, kept, press, shown, toy

from data_builders.jsonl import read, write
from data_builders.review.store import Store
from data_builders.schema import AlpacaRow, Article, Rationale, Reject, Triple
from data_builders.student import make_student
from data_builders.teacher.schema import Doubt, Draft

pytestmark = pytest.mark.browser
SAMPLE = ROOT / "data_builders" / "sample" / "news.jsonl"


@pytest.fixture(scope="session")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, curated and taught; every third draft is doubted and did not pass."""
    data = tmp_path_factory.mktemp("house") / "data"
    builders("ingest", SAMPLE, "--out", data / "ingest")
    builders("curate", data / "ingest", "--out", data / "articles")
    builders("teach", "--articles", data / "articles", "--out", data / "rationales")
    rows = list(read(data / "rationales" / "rationales.jsonl", Rationale))
    doubt = (Doubt("summary", "over_length", "120 字"),)
    drafts = [
        Draft(one.id, "mock", "v3", one.summary, one.aspects, one.triples, doubt if number % 3 == 0 else ())
        for number, one in enumerate(rows)
    ]
    write(data / "rationales" / "drafts.jsonl", drafts)
    passed = [replace(one, strategy="v3") for number, one in enumerate(rows) if number % 3]
    write(data / "rationales" / "rationales.jsonl", passed)
    return data


def test_twenty_items_over_a_restart_become_the_rows_of_v4(
    taught: Path, server_of: ServerOf, enter: Opened, tmp_path: Path
) -> None:
    server = server_of(taught, "--double", "0")
    page = enter(server.start(), "小美")
    fixed: dict[str, str] = {}
    decided: list[str] = []
    for number in range(20):
        if number == 10:
            server.stop(signal.SIGKILL)
            page.keyboard.press("a")
            page.wait_for_selector("#said.wrong >> text=連不上伺服器")
            server.start()
            page.reload()
            page.wait_for_selector("#desk:not([hidden])")
        item = shown(page)
        assert item not in decided
        decided.append(item)
        if number % 4 == 3:
            page.keyboard.press("r")
            page.keyboard.press("3")
            press(page, "Enter")
        elif number % 2:
            press(page, "a")
        else:
            page.keyboard.press("e")
            fixed[item] = f"校對過的第{number}則摘要。"
            page.fill("#summary", fixed[item])
            press(page, "Control+Enter")
        page.locator("#count").get_by_text(re.compile(rf"^{number + 1} / ")).wait_for()
    assert [item for item, _, _ in kept(taught)] == decided
    server.stop()

    v4 = tmp_path / "v4"
    printed = builders("review", "export", "--data", taught, "--out", v4 / "rationales")
    assert re.search(r"20 of \d+ reviewed by 1: 5 accepted, 10 fixed, 5 rejected", printed)
    summaries = {one.id: one for one in read(v4 / "rationales" / "rationales.jsonl", Rationale)}
    assert {item: summaries[item].summary for item in fixed} == fixed
    assert {one.id for one in summaries.values() if one.strategy == "v4"} == set(decided) - rejects(v4)

    (v4 / "articles").symlink_to(taught / "articles")
    texts = (one.article for one in read(taught / "articles" / "train.jsonl", Article))
    student = make_student(texts, "nano", tmp_path / "student", seed=7).out
    builders("build", "--stage", "all", "--data", v4, "--student", student)
    rows = {row.id: row for name in ("train", "dev", "test") for row in read(v4 / f"stages/s5_{name}.jsonl", AlpacaRow)}
    assert {item: rows[item].output for item in fixed} == {item: f"新聞摘要：\n{text}" for item, text in fixed.items()}
    assert not rejects(v4) & set(rows)


def rejects(v4: Path) -> set[str]:
    rows = read(v4 / "rationales" / "rejected.jsonl", Reject)
    found = {one.id for one in rows if one.reason == "rejected_by_reviewer" and one.detail == "bad_aspects"}
    assert len(found) == 5
    return found


def test_letters_typed_into_a_field_are_letters(tmp_path: Path, server_of: ServerOf, enter: Opened) -> None:
    data = toy(tmp_path, draft("a"), draft("b"))
    page = enter(server_of(data).start(), "小美")
    first = shown(page)
    page.keyboard.press("e")
    page.keyboard.press("End")
    page.keyboard.type("afrujkz?1")
    assert page.input_value("#summary").endswith("afrujkz?1")
    assert (shown(page), kept(data)) == (first, [])
    page.keyboard.press("Escape")
    press(page, "f")
    assert kept(data) == [(first, "小美", "fix")]


def test_accept_waits_for_an_unchanged_draft_and_fix_for_a_changed_one(
    tmp_path: Path, server_of: ServerOf, enter: Opened
) -> None:
    data = toy(tmp_path, draft("a"))
    page = enter(server_of(data).start(), "小美")
    page.keyboard.press("f")
    assert "沒有修改" in page.inner_text("#said")
    page.fill("#summary", "別的摘要。")
    page.locator("#summary").blur()
    page.keyboard.press("a")
    assert "有修改" in page.inner_text("#said")
    assert page.locator("#accept").is_disabled()
    page.keyboard.press("z")
    assert page.input_value("#summary") == "台北下大雨12公釐。"
    press(page, "a")
    assert kept(data) == [("a", "小美", "accept")]


def test_what_was_changed_is_shown_and_the_doubt_stands_beside_its_part(
    tmp_path: Path, server_of: ServerOf, enter: Opened
) -> None:
    doubts = (Doubt("summary", "number_not_in_article", "12"), Doubt("triples", "not_three_part", "[甲 | 乙]"))
    page = enter(server_of(toy(tmp_path, draft("a", *doubts))).start(), "小美")
    assert page.inner_text("#doubts-summary") == "number_not_in_article：12"
    assert page.inner_text("#doubts-triples") == "不是三個部分：[甲 | 乙]"
    assert page.locator("#compare-summary mark").all_inner_texts() == ["12"]
    page.fill("#summary", "台北今天下大雨。")
    assert page.locator("#compare-summary ins").all_inner_texts() == ["今天"]
    assert page.locator("#compare-summary del").all_inner_texts() == ["12公釐"]
    page.locator("#aspects textarea").first.fill("臺北")
    assert page.inner_text("#aspects .compare >> nth=0") == "台臺北"
    page.locator("#triples .remove").last.click()
    assert page.inner_text("#triples-gone del") == "信義區 | 淹 | 水"


def test_lists_are_edited_added_to_and_put_back(tmp_path: Path, server_of: ServerOf, enter: Opened) -> None:
    data = toy(tmp_path, draft("a"))
    page = enter(server_of(data).start(), "小美")
    page.locator("#aspects textarea").last.press("Enter")
    page.keyboard.type("信義區")
    page.click("#add-triple")
    for part in ("信義區", "屬於", "台北"):
        page.keyboard.type(part)
        page.keyboard.press("Tab")
    page.locator("#triples .remove").first.click()
    page.click("#triples-gone button")
    assert page.locator("#triples textarea").first.input_value() == "台北"  # back where it was
    page.locator("#triples .remove").nth(1).click()
    press(page, "Control+Enter")
    with Store(data / "review" / "review.sqlite3") as store:
        content = store.standing()[0].content
    assert content is not None
    assert content.aspects == ("台北", "大雨", "信義區")
    assert content.triples == (Triple("台北", "下", "大雨"), Triple("信義區", "屬於", "台北"))


def test_a_triple_left_half_empty_is_told_and_nothing_is_lost(
    tmp_path: Path, server_of: ServerOf, enter: Opened
) -> None:
    data = toy(tmp_path, draft("a"))
    page = enter(server_of(data).start(), "小美")
    page.locator("#triples textarea").nth(1).fill("")
    press(page, "Control+Enter")
    assert page.inner_text("#said") == "第 1 組三元組有空白的欄位。"
    assert page.locator("#triples textarea").nth(1).input_value() == ""
    assert kept(data) == []


def test_undo_brings_the_last_item_back(tmp_path: Path, server_of: ServerOf, enter: Opened) -> None:
    data = toy(tmp_path, draft("a"), draft("b"))
    page = enter(server_of(data).start(), "小美")
    first = shown(page)
    press(page, "a")
    assert shown(page) != first
    press(page, "u")
    assert (shown(page), kept(data)) == (first, [])
    press(page, "u")
    assert "沒有可以復原的決定" in page.inner_text("#said")


def test_next_and_previous_keep_what_was_typed(tmp_path: Path, server_of: ServerOf, enter: Opened) -> None:
    page = enter(server_of(toy(tmp_path, draft("a"), draft("b"))).start(), "小美")
    first = shown(page)
    page.fill("#summary", "寫到一半")
    page.locator("#summary").blur()
    press(page, "j")
    assert shown(page) != first
    press(page, "ArrowLeft")
    assert (shown(page), page.input_value("#summary")) == (first, "寫到一半")


def test_two_reviewers_share_the_queue_and_their_agreement_is_shown(
    tmp_path: Path, server_of: ServerOf, enter: Opened
) -> None:
    data = toy(tmp_path, *(draft(f"n{number}") for number in range(4)))
    address = server_of(data, "--double", "1").start()
    one, other = enter(address, "小美"), enter(address, "阿明")
    for _ in range(4):
        press(one, "a")
    one.wait_for_selector("#done:not([hidden])")
    for verdict in ("a", "a", "a"):
        assert not other.is_visible("#mine")
        press(other, verdict)
    other.keyboard.press("r")
    press(other, "Enter")
    other.wait_for_selector("#done:not([hidden])")
    assert len(kept(data)) == 8
    assert other.inner_text("#agreement") == "一致率 75%"
    other.keyboard.press("p")
    assert other.locator("#pairs td").all_inner_texts() == ["小美、阿明", "4", "3", "0.00"]


def test_the_same_item_is_not_given_to_two_who_work_at_once(tmp_path: Path, server_of: ServerOf, enter: Opened) -> None:
    address = server_of(toy(tmp_path, draft("a"), draft("b")), "--double", "0").start()
    assert shown(enter(address, "小美")) != shown(enter(address, "阿明"))


def test_a_long_article_scrolls_beside_the_fields_and_a_phone_shows_both(
    tmp_path: Path, server_of: ServerOf, enter: Opened
) -> None:
    data = toy(tmp_path, draft("a"), text="台北今天下大雨，信義區淹水。\n" * 270)
    address = server_of(data).start()
    for width, height in ((1280, 800), (390, 844)):
        page = enter(address, "小美", width, height)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.documentElement.scrollHeight") <= height
        page.evaluate("document.getElementById('news').scrollTop = 500")
        assert page.evaluate("[news.scrollTop, work.scrollTop]") == [500, 0]
        assert page.is_visible("#summary")
        assert page.is_visible("#accept")
