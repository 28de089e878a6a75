"""The cleaning rules, one by one: what each cuts or drops, and the prose that looks like it and stays."""

import random
import time
from pathlib import Path

import pytest
from builders_house import Command, unlike_others

from data_builders.curate.clean import Bounds, clean_one, fault
from data_builders.curate.keywords import apply_keywords, read_keywords
from data_builders.curate.rules import CUTS, DROPS, cut, dropped
from data_builders.errors import InputError
from data_builders.schema import Article, Reject

PROSE = "市府今天宣布停課。"


@pytest.mark.parametrize(
    ("text", "kept", "slugs"),
    [
        (f"{PROSE}\n延伸閱讀\n寒流來襲 菜價漲兩成\n捷運末班車延後？", PROSE, ["links"]),
        (f"{PROSE}\n更多新聞：一張圖看懂停課\n家長這樣說。", f"{PROSE}\n家長這樣說。", ["links"]),
        (f"{PROSE}\n編輯推薦高鐵停駛 旅客這樣說 編輯推薦", PROSE, ["links"]),
        (f"{PROSE}\n※提醒您：飲酒過量，有害健康。", PROSE, ["notice"]),
        (f"{PROSE}\n☛此為民俗說法，不代表本新聞網立場。", PROSE, ["notice"]),
        (f"{PROSE}\n未滿18歲請勿飲酒。", PROSE, ["notice"]),
        (f"{PROSE}\n版權所有，請勿轉載。", PROSE, ["copyright"]),
        (f"{PROSE}\n◎本文內容已獲小王授權，未經同意禁止轉載。", PROSE, ["notice"]),
        (f"{PROSE}\n（本文出自《遠見》網站，未經同意禁止轉載。）", PROSE, ["copyright"]),
        (f"{PROSE}（編輯：李小山）1120823", PROSE, ["signature"]),
        (f"{PROSE}\n責任編輯：李小山", PROSE, ["signature"]),
        (f"{PROSE}\n★加入LINE好友，天天掌握新聞★", PROSE, ["promotion"]),
        (f"▲校門口的積水。（圖／讀者提供）\n{PROSE}", PROSE, ["caption"]),
        (f"{PROSE}（圖／記者王小明攝）", PROSE, ["caption"]),
        (f"{PROSE}校門口今天積水。圖／警方提供家長涉水接孩子。記者王小明／攝影", PROSE, ["caption"]),
        (f"{PROSE}\n校長說明停課原因。圖／翻攝自市府直播", PROSE, ["caption"]),
        (f"{PROSE}\n生成摘要：", PROSE, ["teacher_junk"]),
        (f"{PROSE}\n希望這能幫助您！", PROSE, ["teacher_junk"]),
        (f"{PROSE}希望這個摘要對您有所幫助。", PROSE, ["teacher_junk"]),
        (f"{PROSE}\n新聞摘要：\n<|im_end|>", PROSE, ["teacher_junk"]),
    ],
)
def test_what_is_no_part_of_the_article_is_cut_and_counted(text: str, kept: str, slugs: list[str]) -> None:
    assert cut(text) == (kept, tuple(slugs))


@pytest.mark.parametrize(
    "text",
    [
        "相關報導指出，市府將停課一天。",
        "更多學者撰寫文章批評，停課太晚。家長也這樣說。",
        "未滿18歲少女離家，警方今天尋獲。",
        "珍惜生命教育講座昨日在校園登場，吸引百人參加。",
        "網紅小明未經授權使用歌曲，遭起訴求償100萬元。",
        "本文作者認為，停課太晚。",
        "文章提供了停課的理由，家長多半接受。",
        "他在粉絲專頁說，停課是對的。",
        "（中央社記者沈佩瑤台北23日電）市府今天宣布停課。",
        "（記者王小明台北報導）市府今天宣布停課。",
        "球隊以5／3勝出，總教練說：「大家辛苦了。」",
        "編輯台收到來信，讀者盼望停課。",
        "他說：「希望這項政策能幫助弱勢家庭。」",
        "※ 王老師解題技巧\n先看題目，再看文章。",
        "台北市某企圖／計畫書曝光，市府回應。",
    ],
)
def test_prose_that_looks_like_it_stays_to_the_byte(text: str) -> None:
    assert cut(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "slug", "seen"),
    [
        (f"{PROSE}\n市長還說…（閱讀全文）", "paywall", "閱讀全文"),
        (f"{PROSE}\n會員專屬", "paywall", "會員專屬"),
        (f"{PROSE}\n本文為訂閱會員限定內容，請登入後繼續閱讀。", "paywall", "本文為訂閱會員"),
        (f"{PROSE}{'市長說他不知道。' * 4}", "repeated_tail", "市長說他不知道。 three times"),
        (f"{PROSE}作為一個AI語言模型，我無法得知。", "teacher_voice", "作為一個AI語言模型，我"),
    ],
)
def test_what_is_no_article_is_dropped_for_its_reason(text: str, slug: str, seen: str) -> None:
    found, said = dropped(text)
    assert found == slug
    assert seen in said


@pytest.mark.parametrize(
    "text",
    [
        f"{PROSE}成為會員可享9折優惠。",
        f"{PROSE}市長說：「加油！加油！加油！」",
        f"{PROSE}業者推出AI模型，我國學者參與。",
    ],
)
def test_an_article_that_speaks_of_such_things_is_none_of_these(text: str) -> None:
    assert dropped(text) == ("", "")


def test_every_rule_has_a_slug_of_its_own_and_says_what_it_is() -> None:
    slugs = [rule.slug for rule in (*CUTS, *DROPS)]
    assert len(set(slugs)) == len(slugs) == 10
    assert all(rule.says for rule in (*CUTS, *DROPS))


def test_no_rule_takes_long_on_a_hostile_text() -> None:
    chosen = random.Random(1)  # noqa: S311 - no secret hangs on it
    marks = "（(※◎▲／/圖記者本文會員閱讀未經「」。\n ｜…：.更多新聞編輯"
    for text in ("（" * 20000, "圖／" * 9000, "※" * 20000, "更多" * 9000, "".join(chosen.choices(marks, k=20000))):
        start = time.process_time()
        cut(text)
        fault(text, Bounds())
        assert time.process_time() - start < 2.0, text[:8]


def test_real_articles_are_left_alone_but_for_what_was_looked_at(real: list[Article]) -> None:
    made = [clean_one(article, Bounds()) for article in real]
    rejected = sorted(one.result.reason for one in made if isinstance(one.result, Reject))
    assert rejected == ["not_prose", "too_short"], "an exercise in English, and 135 characters with a caption twice"
    edits = [slug for one in made for slug in one.edits]
    counts = {slug: edits.count(slug) for slug in set(edits)}
    assert counts == {"caption": 50, "notice": 12, "links": 4, "copyright": 2}
    for one, article in zip(made, real, strict=True):
        if isinstance(one.result, Article) and not one.edits:
            assert one.result.article == article.article


def rules_file(folder: Path, *lines: str) -> Path:
    (folder / "rules.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder / "rules.txt"


def test_a_users_rules_drop_and_cut_under_their_own_reasons(tmp_path: Path) -> None:
    file = rules_file(tmp_path, "# house rules", "drop 廣編 特輯 advertorial", "", r"cut /^【\w+】/ house_mark")
    rules = read_keywords(file)
    assert [(rule.verb, rule.reason, rule.where) for rule in rules] == [
        ("drop", "advertorial", "rules.txt:2"),
        ("cut", "house_mark", "rules.txt:4"),
    ]
    assert apply_keywords("x-1", f"【快訊】{PROSE}\n家長【贊成】。", rules) == (
        f"{PROSE}\n家長【贊成】。",
        ("house_mark",),
        ("", ""),
    )
    made = clean_one(Article("x-1", "x", f"廣編 特輯：{PROSE}"), Bounds(), rules)
    assert isinstance(made.result, Reject)
    assert (made.result.reason, made.result.detail) == ("advertorial", "rules.txt:2 finds 廣編 特輯")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("remove 廣編 ad", "expected drop|cut, then plain text or /expression/, then a reason"),
        ("drop 廣編特輯", "expected drop|cut, then plain text or /expression/, then a reason"),
        ("drop 廣編 不是slug", "found drop 廣編 不是slug"),
        ("cut /(/ broken", "expected a regular expression, found missing"),
        ("cut /x*/ nothing", "expected an expression that needs a character, found /x*/"),
    ],
)
def test_a_rule_that_cannot_be_read_is_named_by_its_line(
    tmp_path: Path, verb: Command, line: str, complaint: str
) -> None:
    file = rules_file(tmp_path, "# a comment", line)
    (tmp_path / "a.jsonl").write_text("{}", encoding="utf-8")
    said = verb("curate", tmp_path / "a.jsonl", "--out", tmp_path / "out", "--rules", file)
    assert said.code == 1
    assert said.err.startswith("error: rules.txt:2: ")
    assert complaint in said.err


def test_an_expression_that_does_not_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_builders.curate.keywords.MOST_SECONDS", 0.1)
    (rule,) = read_keywords(rules_file(tmp_path, "drop /(臺|臺臺)+縣$/ endless"))
    with pytest.raises(InputError, match=r"rules.txt:1: expected an expression that ends soon, found more than 0.1 s"):
        apply_keywords("x-1", "臺" * 60 + unlike_others(1), [rule])
