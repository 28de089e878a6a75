"""What the one tolerant reader takes from a teacher's reply; every reply here is invented."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_builders.schema import Triple
from data_builders.teacher.replies import Reading, Unread, read_kept, read_reply

settings.register_profile("ours", deadline=None, derandomize=True, database=None)
settings.load_profile("ours")

SAID = "市府今天宣布停課，學生改為線上上課。"
TRIPLE = Triple("市府", "宣布", "停課")
ONLINE = Triple("學生", "改為", "線上課")


def v1(aspects: str = "停課", triples: str = "[市府 | 宣布 | 停課]", summary: str = SAID) -> str:
    return f"核心要素：{aspects}\n三元組：\n{triples}\n生成摘要：{summary}"


def read(text: str) -> Reading:
    found = read_kept(text, "v1")
    assert isinstance(found, Reading), found
    return found


def reason(text: str) -> str:
    found = read_kept(text, "v1")
    assert isinstance(found, Unread), found
    return found.reason


@pytest.mark.parametrize(
    ("aspects_head", "triples_head", "summary_head"),
    [
        ("核心要素：", "三元組：", "生成摘要："),
        ("核心要素:", "三元组:", "摘要:"),
        ("【關鍵要素】", "【三元組】", "【新聞摘要】"),
        ("**核心要素：**", "**三元組**：", "**摘要**"),
        ("### 1. Essential aspects", "### 2. Triples", "### 3. Summary"),
        ("一、核心要素", "二、三元組", "三、生成摘要"),
        ("（1）核心要素（Essential aspects）：", "（2）三元組（Triples）：", "（3）摘要（100字內）："),
        ("第一部分：關鍵要點", "第二部分：關係三元組", "第三部分：精簡摘要"),
        ("# 主要元素", "# 知識三元组列表", "# 最終摘要"),
        ("以下是核心要素：", "三元組如下：", "**摘要（18字）：**"),
        ("要點：", "Knowledge triples:", "總結："),
    ],
)
def test_a_head_is_known_in_many_spellings(aspects_head: str, triples_head: str, summary_head: str) -> None:
    text = f"{aspects_head}\n停課、線上課\n\n{triples_head}\n[市府 | 宣布 | 停課]\n\n{summary_head}\n{SAID}"
    assert read(text) == Reading(SAID, ("停課", "線上課"), (TRIPLE,))


@pytest.mark.parametrize(
    "line",
    [
        "[市府 | 宣布 | 停課]",
        "[市府｜宣布｜停課]",
        "1. (市府, 宣布, 停課)",
        "（市府；宣布；停課）",
        "- 市府 - 宣布 - 停課",
        "市府 → 宣布 → 停課",
        "[市府] [宣布] [停課]",
        "[市府]-[宣布]->[停課]",
        "* 【市府，宣布，停課】；",
        "主體：市府\n關係：宣布\n客體：停課",
        "| 實體1 | 關係 | 實體2 |\n|---|:-:|---|\n| 市府 | 宣布 | 停課 |",
        "| 序號 | 主體 | 關係 | 客體 |\n|---|---|---|---|\n| 1 | 市府 | 宣布 | 停課 |",
        '["市府", "宣布", "停課"]',
        "[[市府, 宣布, 停課]]",
        "三元組1：[市府 | 宣布 | 停課]",
        "[市府 | 宣布 | 停課]，出自第一段",
        "[市府 | 宣布 | 停課",
        "［市府 ∣ 宣布 ∣ 停課］；",
        "**[市府 | 宣布 | 停課]**",
        "[實體1 | 關係 | 實體2]\n[市府 | 宣布 | 停課]\n...",
    ],
)
def test_a_triple_is_read_from_every_bracket_and_list(line: str) -> None:
    assert read(v1(triples=line)).triples == (TRIPLE,)


def test_several_triples_on_a_line_are_several() -> None:
    assert read(v1(triples="[市府 | 宣布 | 停課]、[學生 | 改為 | 線上課]")).triples == (TRIPLE, ONLINE)


def test_a_triple_of_two_or_four_parts_is_left_out_and_told_and_never_mended() -> None:
    said = read(v1(triples="[市府 | 宣布]\n[市府 | 宣布 | 停課]\n[市府 | 今天 | 宣布 | 停課]"))
    assert said.triples == (TRIPLE,)
    assert [(doubt.part, doubt.reason) for doubt in said.doubts] == [("triples", "not_three_part")]
    assert reason(v1(triples="[市府 | 宣布]")) == "not_three_part"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("停課、線上課", ("停課", "線上課")),
        ("停課, 線上課, 1,200人", ("停課", "線上課", "1,200人")),
        ("[停課]、[信義區松仁路、松高路口]", ("停課", "信義區松仁路、松高路口")),
        ("[停課, 線上課]", ("停課", "線上課")),
        ("市府宣布停課；學生改為線上課，家長支持。", ("市府宣布停課", "學生改為線上課，家長支持")),
        ("市府宣布停課，學生在家。", ("市府宣布停課，學生在家",)),
        ("\n1. 市府停課。\n2. 學生、老師在家。", ("市府停課", "學生、老師在家")),
        ("\n- 「停課、復課」標準\n- 線上課", ("「停課、復課」標準", "線上課")),
        ("\n要素1：停課\n要素2：線上課", ("停課", "線上課")),
        ("停課、停課、線上課", ("停課", "線上課")),
        ("\n[市府] [宣布] [停課]\n[學生] [改為] [線上課]\n[老師] [表示] []", ("市府 宣布 停課", "學生 改為 線上課")),
    ],
)
def test_aspects_are_parted_as_their_writer_meant(body: str, expected: tuple[str, ...]) -> None:
    assert read(v1(aspects=body)).aspects == expected


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"核心要素": ["停課"], "三元組": [["市府", "宣布", "停課"]], "生成摘要": "%s"}\n```',
        '好的：\n{"aspects": ["停課"], "triples": ["[市府 | 宣布 | 停課]"], "summary": "%s",}',
        '{"r": {"aspects": "停課", "triples": [{"甲": "市府", "乙": "宣布", "丙": "停課"}], "摘要": "%s"}}',
        "{'aspects': ['停課'], 'triples': [('市府', '宣布', '停課')], 'summary': '%s'}",
    ],
)
def test_json_in_any_dress_says_the_same_as_text(text: str) -> None:
    assert read(text.replace("%s", SAID)) == Reading(SAID, ("停課",), (TRIPLE,))


@pytest.mark.parametrize(
    "around",
    [
        "<think>核心要素：錯\n生成摘要：也錯。</think>\n{}",
        "還在想\n</think>\n\n{}",
        "好的，以下是我的回答：\n\n{}",
        "{}<|im_end|>\n<|im_start|>user\n新聞：另一則",
        "{}\n\n新聞：\n另一則。\n核心要素：別的\n三元組：\n[甲 | 乙 | 丙]\n生成摘要：別的。",
        "新聞：\n原文照抄。\n{}",
        "{}（共18字）",
        "{} ]]}}>> sdf",
        "核心要素：\n[要素]、[要素]\n三元組：\n[實體1 | 關係 | 實體2]\n生成摘要：\n（一段摘要）\n\n{}",
        "```\n{}\n```",
        "{}\n\n（註：以上摘要共18字）",
        "{}\n\n希望這份摘要對您有幫助！",
        "{}\n\n圖文授權轉自《某某日報》",
    ],
)
def test_what_stands_around_the_answer_is_no_part_of_it(around: str) -> None:
    said = read(around.replace("{}", v1()))
    assert (said.summary, said.aspects, said.triples) == (SAID, ("停課",), (TRIPLE,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("<think>我先想一想，核心要素：", "truncated"),
        ('{"aspects": ["停課"], "summary": "市府今天', "truncated"),
        ("抱歉，我無法協助處理這則新聞。", "refused"),
        (f"三元組：\n[市府 | 宣布 | 停課]\n生成摘要：{SAID}", "no_aspects"),
        (f"核心要素：停課\n生成摘要：{SAID}", "no_triples"),
        ("核心要素：停課\n三元組：\n[市府 | 宣布 | 停課]", "no_summary"),
        (v1(summary="\n"), "no_summary"),
        (v1(summary="市府今天宣布停課，學生改"), "unfinished"),
        (v1() + "\n生成摘要：市府昨天宣布復課。", "contradictory"),
        (v1() + "\n核心要素：颱風", "contradictory"),
        (v1(triples="[市府 | 宣布 | 停課]\n" * 9), "repetition"),
        (v1(summary="市府宣布停課，" * 5 + "。"), "repetition"),
        (v1(summary="Правительство города объявило выходной."), "other_script"),
        (v1(summary="The city closes its schools today."), "other_script"),
    ],
)
def test_a_reply_that_cannot_be_read_has_a_reason(text: str, expected: str) -> None:
    assert reason(text) == expected


def test_a_paragraph_without_its_head_is_given_to_no_part() -> None:
    assert reason(f"核心要素：停課\n三元組：\n[市府 | 宣布 | 停課]\n\n{SAID}") == "no_summary"


def test_of_a_part_said_twice_the_same_the_corrected_or_the_whole_one_counts() -> None:
    assert read(f"{v1()}\n\n生成摘要：{SAID}").doubts == ()
    corrected = read(f"{v1(summary='舊的摘要。')}\n\n修正後的摘要：{SAID}")
    assert (corrected.summary, [doubt.reason for doubt in corrected.doubts]) == (SAID, ["said_twice"])
    assert read(v1(aspects="停課") + "\n核心要素：停課、線上課").aspects == ("停課", "線上課")


def test_parts_may_come_in_any_order_and_on_one_line() -> None:
    assert read(f"生成摘要：{SAID}\n三元組：[市府 | 宣布 | 停課]\n核心要素：停課") == read(v1())
    assert read(f"核心要素：停課 三元組：[市府 | 宣布 | 停課] 生成摘要：{SAID}") == read(v1())


def test_a_summary_of_paragraphs_is_kept_whole_and_doubted() -> None:
    said = read(v1(summary=f"\n{SAID}\n\n家長支持，希望早日復課。"))
    assert said.summary == f"{SAID}\n家長支持，希望早日復課。"
    assert [doubt.reason for doubt in said.doubts] == ["paragraphs"]


@pytest.mark.parametrize(
    ("text", "aspects", "triples", "summary"),
    [
        ("關鍵要素：\n[停課]、[線上課]\n\n三元組：\n[市府 | 宣布 | 停課]、[學生 | 改為 | 線上課]", 2, 2, ""),
        ("[停課]、[線上課]\n\n[市府 | 宣布 | 停課]、[學生 | 改為 | 線上課]", 2, 2, ""),
        ("[停課]\n三元組：\n[市府 | 宣布 | 停課]", 1, 1, ""),
        ('{"aspects": ["停課"], "triples": [["市府", "宣布", "停課"]]}', 1, 1, ""),
        (f"生成摘要：\n{SAID}", 0, 0, SAID),
        (SAID, 0, 0, SAID),
        (f'{{"summary": "{SAID}"}}', 0, 0, SAID),
        (v1(), 1, 1, SAID),
    ],
)
def test_v3s_two_replies_give_their_own_parts(text: str, aspects: int, triples: int, summary: str) -> None:
    said = read_kept(text, "v3")
    assert isinstance(said, Reading), said
    assert (len(said.aspects), len(said.triples), said.summary) == (aspects, triples, summary)


def test_a_v3_reply_with_one_of_its_two_parts_is_not_read() -> None:
    said = read_kept("關鍵要素：\n[停課]", "v3")
    assert isinstance(said, Unread)
    assert said.reason == "no_triples"


def test_a_step_that_asked_for_one_part_needs_no_head() -> None:
    assert read_reply("1. 停課\n2. 線上課", ("aspects",)) == Reading("", ("停課", "線上課"), ())
    assert read_reply("[市府 | 宣布 | 停課]", ("triples",)) == Reading("", (), (TRIPLE,))
    assert read_reply(f"以下是摘要：\n{SAID}", ("summary",)) == Reading(SAID, (), ())


PIECES = [
    "核心要素：",
    "三元組：",
    "生成摘要：",
    "\n",
    "[",
    "]",
    "|",
    "、",
    "，",
    "。",
    "停課",
    "市府",
    "1. ",
    "- ",
    "**",
    "###",
    "```",
    "{",
    "}",
]


@given(st.lists(st.sampled_from([*PIECES, '"', ":", "<think>", "</think>", "（", "）", "新聞："]), max_size=60))
def test_no_reply_breaks_the_reader(pieces: list[str]) -> None:
    for form in ("v1", "v3"):
        said = read_kept("".join(pieces), form)
        if isinstance(said, Unread):
            assert said.reason
            continue
        for triple in said.triples:
            assert all(cell.strip() for cell in (triple.subject, triple.relation, triple.object))
        assert all(aspect.strip() for aspect in said.aspects)


WORDS = st.text(alphabet="甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳", min_size=2, max_size=6)


@given(
    st.lists(WORDS, min_size=1, max_size=5, unique=True),
    st.tuples(WORDS, WORDS, WORDS),
    WORDS,
    st.permutations([0, 1, 2]),
)
def test_what_was_written_is_what_is_read_and_no_part_takes_anothers_text(
    aspects: list[str], cells: tuple[str, str, str], said: str, order: list[int]
) -> None:
    parts = [
        "核心要素：\n" + "、".join(f"[{aspect}]" for aspect in aspects),
        f"三元組：\n[{' | '.join(cells)}]",
        f"生成摘要：\n{said}。",
    ]
    expected = Reading(f"{said}。", tuple(aspects), (Triple(*cells),))
    assert read_kept("\n\n".join(parts[place] for place in order), "v1") == expected
    left_out = [parts[place] for place in order[:2]]
    missing = ("no_aspects", "no_triples", "no_summary")[order[2]]
    assert read_kept("\n\n".join(left_out), "v1") == Unread(missing, f"no head for it; found {there(order[:2])}")


def there(places: list[int]) -> str:
    return ", ".join(name for place, name in enumerate(("aspects", "triples", "summary")) if place in places)
