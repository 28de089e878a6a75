"""Each gate on a draft that has just its fault, and the thresholds that a user may change."""

from dataclasses import replace
from pathlib import Path

import pytest

from data_builders.errors import InputError
from data_builders.schema import Article, Rationale, Reject, Triple
from data_builders.teacher.gates import CHECKS, doubted, explain, judged
from data_builders.teacher.schema import Doubt, Draft
from data_builders.teacher.thresholds import gates_from

NEWS = (
    "臺北市政府今天宣布12座公園整修，經費3億元。工務局長林大明表示，工程預計民國116年完工，市民可到其他公園運動，"
    "「安全第一」是這次工程的原則。三成工程由在地廠商承攬，去年已完成設計。"
)
ARTICLE = Article("udn-1", "udn", NEWS, published="2025-03-14")
GOOD = Draft(
    "udn-1",
    "table",
    "v1",
    "北市府將花3億元整修十二座公園，工務局長林大明說，預計2027年完工，30%由在地廠商承攬。",
    ("臺北市政府", "12座公園整修", "經費3億元"),
    (Triple("臺北市政府", "宣布", "12座公園整修"), Triple("工程", "完工於", "民國116年")),
)


def reasons(draft: Draft) -> list[str]:
    return [doubt.reason for doubt in doubted(draft, ARTICLE)]


def test_a_good_draft_passes_every_gate() -> None:
    assert doubted(GOOD, ARTICLE) == ()
    assert judged(GOOD, ARTICLE) == Rationale("udn-1", "table", "v1", GOOD.summary, GOOD.aspects, GOOD.triples)


@pytest.mark.parametrize(
    ("summary", "reason"),
    [
        ("", "no_summary"),
        ("北市府整修公園。", "too_short"),
        (GOOD.summary * 2 + NEWS[::-1] + GOOD.summary[::-1] * 2 + "。", "over_length"),
        ("北市府將花3億元整修十二座公園，工務局長林大明說，預計", "unfinished"),
        ("北市府將花3億元整修十二座公園。Администрация сообщила об этом. 預計2027年完工。", "other_script"),
        ("北市府將花3億元整修十二座公園。北市府將花3億元整修十二座公園。", "repetition"),
        ("北市府將花3億元整修十二座公園，預計2027年完工。本文未經同意禁止轉載。", "junk_ending"),
        ("北市府将花3亿元整修十二座公园，预计2027年完工，工务局长林大明说。", "not_traditional"),
        (NEWS.split("。")[0] + "。", "copied"),
        ("美國職籃勇士隊昨晚以大比分擊敗湖人，球星柯瑞攻下全場最高分。", "not_grounded"),
        ("北市府將花8億元整修十二座公園，工務局長林大明說，預計2027年完工。", "number_not_held"),
        ("北市府將花3億元整修12座公園，工務局長林大明說，預計2023年完工。", "number_not_held"),
        ("北市府將花3億元整修12座公園，四成由在地廠商承攬，預計2027年完工。", "number_unsure"),
        ("北市府將花3億元整修12座公園，工務局長陳美麗說，預計2027年完工。", "name_not_held"),
        ("北市府將花3億元整修12座公園，林大明強調「品質至上」，預計2027年完工。", "quote_not_held"),
    ],
)
def test_a_summary_with_a_fault_is_seen(summary: str, reason: str) -> None:
    draft = replace(GOOD, summary=summary)
    assert reason in reasons(draft)
    said = judged(draft, ARTICLE)
    if gates_from(None).verdict(reason) == "reject":
        assert isinstance(said, Reject)
        assert said.reason in reasons(draft)
        assert (said.id, said.step) == ("udn-1", "teach")
    else:
        assert isinstance(said, Rationale)


@pytest.mark.parametrize(
    ("aspects", "reason"),
    [
        ((), "no_aspects"),
        (tuple(f"臺北市政府{sign}" for sign in "甲乙丙丁戊己庚辛壬癸子丑寅"), "many_aspects"),
        ((NEWS[:60],), "long_aspect"),
        (("颱風", "股市崩盤", "臺北市政府"), "aspects_not_held"),
        (("臺北市政府", "經費3億元", "股市崩盤"), "aspect_not_held"),
        (("臺北市政府", "15座公園整修"), "aspect_number_not_held"),
    ],
)
def test_aspects_with_a_fault_are_seen(aspects: tuple[str, ...], reason: str) -> None:
    assert reason in reasons(replace(GOOD, aspects=aspects))


@pytest.mark.parametrize(
    ("triples", "reason"),
    [
        ((), "no_triples"),
        ((Triple("臺北市政府", "宣布 | 今天", "整修"),), "not_three_part"),
        ((Triple("臺北市政府", "", "整修"),), "not_three_part"),
        (tuple(Triple("臺北市政府", f"宣布{n}", "整修") for n in range(16)), "many_triples"),
        ((Triple("Taipei City", "announced", "park renovation"),), "triples_not_held"),
        ((*GOOD.triples, Triple("股市", "影響", "公園")), "triple_not_held"),
        ((Triple("臺北市政府", "整修", "15座公園"),), "triple_number_not_held"),
    ],
)
def test_triples_with_a_fault_are_seen(triples: tuple[Triple, ...], reason: str) -> None:
    assert reason in reasons(replace(GOOD, triples=triples))


def test_every_check_is_tried_above_and_has_its_verdict() -> None:
    ours = {check.reason for check in CHECKS}
    named = {reason for reason, _ in gates_from(None).verdicts}
    assert ours <= named
    tried = Path(__file__).read_text("utf-8")
    assert {reason for reason in ours if f'"{reason}"' not in tried} == set()


def test_some_words_only_make_a_doubt_and_are_seen_later_by_review() -> None:
    long = replace(GOOD, summary=GOOD.summary[:-1] + "，市民可到其他公園運動" * 15 + "。")
    assert "long_summary" in reasons(long)
    assert "some_simplified" in reasons(replace(GOOD, aspects=(*GOOD.aspects, "臺北市政府将")))
    assert "partly_copied" in reasons(replace(GOOD, summary=NEWS[:35] + "，據悉在地廠商承攬工程三成左右的部分。"))
    assert "loosely_grounded" in reasons(
        replace(GOOD, summary="首都的地方當局打算翻新公園，官員林大明表示，工程在地廠商承攬比例不低，落成時間尚早。")
    )


def test_what_the_reader_passed_over_stays_a_doubt() -> None:
    seen = Doubt("triples", "not_three_part", "1 left out: 甲 | 乙")
    assert doubted(replace(GOOD, doubts=(seen,)), ARTICLE) == (seen,)


def test_a_corrected_draft_loses_the_doubts_that_gates_had() -> None:
    wrong = replace(GOOD, summary=GOOD.summary.replace("3億", "8億"))
    kept = replace(wrong, doubts=doubted(wrong, ARTICLE))
    assert doubted(replace(kept, summary=GOOD.summary), ARTICLE) == ()


def test_explain_has_a_line_for_every_gate_and_says_what_it_saw() -> None:
    lines = explain(replace(GOOD, summary=GOOD.summary.replace("3億", "8億")), ARTICLE)
    assert len(lines) == len(CHECKS)
    assert [line for line in lines if " reject " in line] == [
        "summary  number_not_held         reject  figures stand in the article: 8億元"
    ]
    assert any(line.startswith("summary  over_length             ok ") and "250" in line for line in lines)


def test_a_users_gates_change_only_what_they_name(tmp_path: Path) -> None:
    mine = tmp_path / "gates.toml"
    mine.write_text('[summary]\nmost_chars = 30\n[verdicts]\nnumber_not_held = "doubt"\n', encoding="utf-8")
    gates = gates_from(mine)
    assert (gates.summary_most_chars, gates.summary_least_chars) == (30, gates_from(None).summary_least_chars)
    assert gates.verdict("number_not_held") == "doubt"
    said = judged(GOOD, ARTICLE, gates)
    assert isinstance(said, Reject)
    assert said.reason == "over_length"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[summary]\nmost_char = 30", "[summary] most_char: expected least_chars, long_chars"),
        ("[sumary]\nmost_chars = 30", "[sumary] most_chars: expected"),
        ('[summary]\nmost_chars = "30"', "expected a value like 250, found '30'"),
        ("[summary]\nmost_chars = true", "expected a value like 250, found True"),
        ("[summary]\nleast_held = -1", "expected a value like 0.25, found -1"),
        ('[verdicts]\ncopied = "maybe"', "found 'maybe'"),
        ("[summary", "expected a TOML file of gates"),
        ("most_chars = 3", "expected tables such as [summary], found most_chars"),
    ],
)
def test_gates_that_cannot_be_are_one_error(text: str, told: str, tmp_path: Path) -> None:
    mine = tmp_path / "gates.toml"
    mine.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        gates_from(mine)
    assert told in str(error.value)
