import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from review_house import NO_THIRD, UNREAD, WRONG_NUMBER, draft, teach

from data_builders.errors import InputError, OrderError
from data_builders.jsonl import write
from data_builders.review.check import faults, tidy
from data_builders.review.items import read_items
from data_builders.review.schema import REASONS, Content, Item
from data_builders.schema import Rationale, Triple
from data_builders.teacher.schema import Draft

ROOT = Path(__file__).parents[2]


def items(data: Path) -> tuple[Item, ...]:
    return read_items(data / "articles", data / "rationales")


def test_the_most_doubted_come_first(tmp_path: Path) -> None:
    drafts = (draft("good"), draft("list", NO_THIRD), draft("unread", UNREAD), draft("number", WRONG_NUMBER))
    found = items(teach(tmp_path, *drafts))
    assert [item.id for item in found] == ["unread", "number", "list", "good"]
    assert [item.passed for item in found] == [False, False, False, True]
    assert found[1].doubts == (WRONG_NUMBER,)


def test_a_draft_with_nothing_to_correct_comes_last(tmp_path: Path) -> None:
    empty = Draft("empty", "mock-32b", "v3", "", (), (), (UNREAD,))
    found = items(teach(tmp_path, empty, draft("good"), draft("unsure", UNREAD)))
    assert [item.id for item in found] == ["unsure", "good", "empty"]


def test_what_the_gates_refused_comes_before_what_they_only_doubt(tmp_path: Path) -> None:
    drafts = (draft("twice", WRONG_NUMBER, WRONG_NUMBER), draft("refused", NO_THIRD), draft("good"))
    found = items(teach(tmp_path, *drafts, doubted_but_passed=("twice",)))
    assert [item.id for item in found] == ["refused", "twice", "good"]


def test_every_reason_of_the_gates_has_a_name_on_the_page() -> None:
    gates = ROOT / "data_builders" / "teacher" / "gates.toml"
    words = (ROOT / "data_builders" / "review" / "page" / "words.js").read_text(encoding="utf-8")
    reasons = tomllib.loads(gates.read_text(encoding="utf-8"))["verdicts"]
    assert [reason for reason in reasons if f"  {reason}: " not in words] == []


def test_every_reason_to_reject_has_a_name_on_the_page() -> None:
    words = (ROOT / "data_builders" / "review" / "page" / "words.js").read_text(encoding="utf-8")
    assert re.findall(r'^  \["(\w+)", ', words, re.MULTILINE)[: len(REASONS)] == list(REASONS)


def test_the_undoubted_come_in_an_order_that_is_neither_theirs_nor_chance(tmp_path: Path) -> None:
    ids = [f"n{number:02}" for number in range(20)]
    found = [item.id for item in items(teach(tmp_path / "one", *map(draft, ids)))]
    again = [item.id for item in items(teach(tmp_path / "other", *map(draft, reversed(ids))))]
    assert found == again
    assert found != sorted(found)


def test_a_folder_without_drafts_is_read_by_its_rationales(tmp_path: Path) -> None:
    data = teach(tmp_path, draft("a"), draft("b"))
    (data / "rationales" / "drafts.jsonl").unlink()
    assert sorted(item.id for item in items(data)) == ["a", "b"]
    assert all(item.passed and not item.doubts for item in items(data))


def test_where_the_gates_mended_a_reply_their_words_are_shown(tmp_path: Path) -> None:
    data = teach(tmp_path, draft("a"))
    mended = Rationale("a", "mock-32b", "v3", "臺北下大雨。", ("臺北",), (Triple("臺北", "下", "大雨"),))
    write(data / "rationales" / "rationales.jsonl", [mended])
    assert items(data)[0].content == Content(mended.summary, mended.aspects, mended.triples)


def test_a_changed_draft_or_article_is_another_draft(tmp_path: Path) -> None:
    before = items(teach(tmp_path, draft("a")))[0].draft
    assert items(teach(tmp_path, draft("a")))[0].draft == before
    assert items(teach(tmp_path, draft("a", summary="高雄下大雨。")))[0].draft != before
    assert items(teach(tmp_path, draft("a", WRONG_NUMBER)))[0].draft == before  # a doubt is not what is decided


def test_nothing_taught_names_the_command(tmp_path: Path) -> None:
    data = teach(tmp_path)
    with pytest.raises(OrderError, match=r"expected drafts\.jsonl or rationales\.jsonl .* data_builders teach"):
        items(data)


def test_drafts_of_other_articles_are_an_error(tmp_path: Path) -> None:
    data = teach(tmp_path, draft("a"))
    write(data / "rationales" / "drafts.jsonl", [draft("stranger")])
    with pytest.raises(InputError, match="found 1 others, the first stranger"):
        items(data)


GOOD = Content("台北下大雨。", ("台北",), (Triple("台北", "下", "大雨"),))


def test_signs_that_nobody_sees_come_out() -> None:
    turned = Content(
        " 台\u202e北\u200b下\n大雨。\x00", ("\u2066台北\u2069", " \n"), (Triple("台北\ufeff", "下", "大雨 "),)
    )
    assert tidy(turned) == GOOD
    assert tidy(GOOD) is not GOOD
    assert tidy(GOOD) == GOOD


def test_latin_words_keep_their_spaces_and_rare_characters_stay() -> None:
    kept = replace(GOOD, summary="Alexander Liebreich 與𡘙先生🙂。")
    assert tidy(kept) == kept


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (replace(GOOD, summary=""), "摘要是空的。"),
        (replace(GOOD, aspects=()), "至少要有一個核心要素。"),
        (replace(GOOD, triples=()), "至少要有一組三元組。"),
        (replace(GOOD, triples=(Triple("台北", "", "雨"),)), "第 1 組三元組有空白的欄位。"),
        (replace(GOOD, triples=(Triple("台北", "下|大", "雨"),)), "第 1 組三元組不能含有 | [ ] 這些符號。"),
        (replace(GOOD, summary="雨" * 2001), "有欄位超過 2000 個字。"),
    ],
)
def test_what_cannot_be_trained_on_is_told(wrong: Content, sentence: str) -> None:
    assert faults(tidy(wrong)) == (sentence,)


def test_what_can_be_trained_on_has_no_fault() -> None:
    assert faults(GOOD) == ()
