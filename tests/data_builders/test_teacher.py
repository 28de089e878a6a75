import re
from pathlib import Path

import pytest
from builders_house import Command

from data_builders.errors import InputError
from data_builders.jsonl import digest_of, read, read_json, write
from data_builders.schema import Article, Manifest, Rationale, Reject, Triple
from data_builders.teacher import teacher_named
from data_builders.teacher.extractive import Extractive
from data_builders.teacher.phrases import phrases
from data_builders.teacher.textrank import clauses, rank, sentences_of, stopped, summarise
from data_builders.teacher.words import words

NEWS = """\
（記者王小明台中報導）臺中市政府今天宣布，社會住宅預算編列2億6,000萬元，將興建300戶住宅。
市長林怡君表示，市府將補助青年家庭租金，每月最高5000元。
▲臺中市政府公布社宅藍圖。（圖／臺中市政府提供）
市議員陳大文要求市府公開工程進度。"""
TOY = Article("toy-1", "toy", NEWS)
NUMBER = re.compile(r"[0-9][0-9,.]*(?:[兆億萬千][0-9,.]*)*")
Taught = list[tuple[Article, Rationale]]


def taught(articles: list[Article]) -> Taught:
    """Each article with what the embedded teacher says of it; all of them can be taught."""
    teacher = Extractive()
    said = [(article, teacher.teach(article)) for article in articles]
    assert [rationale for _, rationale in said if isinstance(rationale, Reject)] == []
    return [(article, rationale) for article, rationale in said if isinstance(rationale, Rationale)]


@pytest.fixture(scope="module")
def taught_sample(sample: list[Article]) -> Taught:
    return taught(sample)


def parts(rationale: Rationale) -> list[str]:
    """Every aspect and every part of a triple."""
    return [*rationale.aspects, *(p for t in rationale.triples for p in (t.subject, t.relation, t.object))]


def holds(article: Article, rationale: Rationale) -> None:
    """Assert everything that is promised of a rationale."""
    text, summary = article.article, rationale.summary
    assert 0 < len(summary) <= 100, article.id
    assert summary.rstrip("」』）").endswith(("。", "！", "？")), article.id
    for sentence in re.findall(r"[^。！？]+[。！？]?[」』）]*", summary):
        assert sentence.removesuffix("。") in text, (article.id, sentence)
    assert 2 <= len(rationale.aspects) <= 6, article.id
    assert 1 <= len(rationale.triples) <= 5, article.id
    assert len(set(rationale.triples)) == len(rationale.triples), article.id
    for part in parts(rationale):
        assert part == part.strip() != "", article.id
        assert part in text, (article.id, part)
    numbers = set(NUMBER.findall(text))
    for part in [summary, *parts(rationale)]:
        assert set(NUMBER.findall(part)) <= numbers, (article.id, part)
    assert not re.search(r"記者[^，。]{2,8}報導|[（(]圖|／", summary), article.id
    assert "▲" not in "".join([summary, *parts(rationale)]), article.id


def test_all_that_is_promised_holds_for_the_whole_sample(taught_sample: Taught) -> None:
    assert len(taught_sample) > 100
    for article, rationale in taught_sample:
        holds(article, rationale)


def test_all_that_is_promised_holds_for_real_articles(real: list[Article]) -> None:
    said = taught(real[::5])  # each article costs 0.1 s
    assert len(said) > 35
    for article, rationale in said:
        holds(article, rationale)


def test_no_aspect_stands_inside_another(taught_sample: Taught) -> None:
    for article, rationale in taught_sample:
        for one in rationale.aspects:
            assert [other for other in rationale.aspects if one in other] == [one], article.id


def test_a_toy_article_is_taught_so() -> None:
    assert Extractive().teach(TOY) == Rationale(
        "toy-1",
        "extractive",
        "v1",
        summary="臺中市政府今天宣布，社會住宅預算編列2億6,000萬元，將興建300戶住宅。"
        "市長林怡君表示，市府將補助青年家庭租金，每月最高5000元。市議員陳大文要求市府公開工程進度。",
        aspects=("臺中市政府", "300戶住宅", "市長林怡君", "市府", "青年家庭租金", "市議員陳大文"),
        triples=(
            Triple("臺中市政府", "興建", "300戶住宅"),
            Triple("市府", "補助", "青年家庭租金"),
            Triple("市議員陳大文", "要求", "市府"),
        ),
    )


def test_the_same_article_is_taught_the_same_whatever_came_before() -> None:
    teacher = Extractive()
    first = teacher.teach(TOY)
    teacher.teach(Article("other", "toy", "陳大文要求林怡君公開2億6,000萬元。"))
    assert teacher.teach(TOY) == first == Extractive().teach(TOY)


@pytest.mark.parametrize(
    ("text", "reason", "detail"),
    [
        ("沒有句號的標題", "no_summary", "no clause fits the bound"),
        ("", "no_summary", "no clause fits the bound"),
        ("短句。", "no_summary", "no clause fits the bound"),
        ("雨" * 120 + "。", "no_summary", "no clause fits the bound"),
        ("他昨天說這樣可能會來，也可能不來，誰也不知道怎麼了。", "no_aspects", "0 found"),
        ("臺中市政府的市長，高雄市議會的議員們。", "no_triples", "no subject, verb, object in one clause"),
    ],
)
def test_what_cannot_be_taught_is_rejected_with_the_reason(text: str, reason: str, detail: str) -> None:
    assert Extractive().teach(Article("toy-1", "toy", text)) == Reject("toy-1", "teach", reason, detail, text)


@pytest.mark.parametrize(
    "line",
    [
        "（記者王小明台中報導）",
        "〔記者游志鴻／基隆報導〕",
        "【中央社台北訊】",
        "記者王小明／台北報導　",
        "（編譯組／綜合外電報導）",
    ],
)
def test_a_byline_is_left_out_and_the_news_after_it_is_kept(line: str) -> None:
    assert [sentence.text for sentence in sentences_of(f"{line}今天下大雨。")] == ["今天下大雨。"]


@pytest.mark.parametrize(
    "line",
    [
        "▲冬山河畔的落羽松轉紅。（圖／記者方知遠攝）",
        "▲空拍視角。",
        "圖／市府提供。",
        "（圖／翻攝畫面）",
        "圖為市長林怡君。",
        "記者方知遠攝。",
        "落羽松轉紅，記者方知遠／攝影。",
    ],
)
def test_captions_and_photo_credits_are_no_sentences(line: str) -> None:
    assert [sentence.text for sentence in sentences_of(f"{line}\n今天下大雨。")] == ["今天下大雨。"]


@pytest.mark.parametrize("sentence", ["圖書館今天啟用。", "記者會昨天舉行。", "他讀1/3的書。", "（一）先報名。"])
def test_a_sentence_that_looks_like_a_credit_is_kept(sentence: str) -> None:
    assert [found.text for found in sentences_of(sentence)] == [sentence.removeprefix("（一）")]


def test_a_headline_without_its_stop_is_no_sentence() -> None:
    assert [s.text for s in sentences_of("今日天氣\n「會下雨嗎？」他問。\n他說：「會。」")] == [
        "「會下雨嗎？」",
        "他問。",
        "他說：「會。」",
    ]


def test_clauses_end_outside_quotes_and_brackets() -> None:
    assert clauses("市長說：「好，很好。」議會（一讀，二讀）通過，散會。") == [
        "市長說：「好，很好。」議會（一讀，二讀）通過，",
        "市長說：「好，很好。」議會（一讀，二讀）通過，散會。",
    ]


@pytest.mark.parametrize(
    ("clause", "sentence"),
    [
        ("今天下雨，", "今天下雨。"),
        ("今天下雨。", "今天下雨。"),
        ("他說：「好。」", "他說：「好。」"),
        ("替神像「補妝」，", "替神像「補妝」。"),
        ("入選「百大排行榜」", "入選「百大排行榜」。"),
        ("今天下雨（大雨），", "今天下雨（大雨）。"),
    ],
)
def test_a_clause_ends_with_one_full_stop(clause: str, sentence: str) -> None:
    assert stopped(clause) == sentence


def test_the_summary_keeps_the_bound_and_the_article_s_order() -> None:
    text = "臺北市今天下大雨，信義區淹水嚴重。氣象署說明天轉晴，北部回暖許多。臺北市信義區大雨後淹水，市府派抽水機。"
    assert summarise(text, 20) == "臺北市今天下大雨，信義區淹水嚴重。"
    assert summarise(text, 40) == "臺北市今天下大雨，信義區淹水嚴重。臺北市信義區大雨後淹水，市府派抽水機。"
    assert summarise(text, 100) == text
    assert summarise(text, 5) == ""


def test_a_clause_whose_content_comes_after_it_is_not_left_alone() -> None:
    assert summarise("臺中市政府昨天在記者會中表示，明天停班停課。", 16) == ""


def test_ranks_sum_to_one_and_the_lead_goes_first_when_nothing_is_shared() -> None:
    scores = rank(sentences_of("蘋果成熟。火車誤點。大象洗澡。"))
    assert sum(scores) == pytest.approx(1)
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "figure", ["2億6,000萬元", "318億4,600萬元", "0.23%", "30分", "20分鐘", "115年度", "6.2公尺", "5時40分", "1,860"]
)
def test_a_figure_is_one_word(figure: str) -> None:
    found = [(word.text, word.numeric) for word in words(f"預算編列{figure}針對")]
    assert (figure, True) in found


def test_words_stand_in_the_text_at_their_place() -> None:
    text = "臺中市政府影片，𠮷野家😀 ABC 2億6,000萬元"
    assert [text[word.start : word.end] for word in words(text)] == [word.text for word in words(text)]
    assert "".join(word.text for word in words(text)) == text.replace(" ", "")


def test_an_office_s_name_is_one_phrase() -> None:
    assert [phrase.text for phrase in phrases("海洋保育署公布資料")] == ["海洋保育署", "資料"]
    assert [phrase.text for phrase in phrases("臺中市消防局出動21輛消防車")] == ["臺中市消防局", "21輛消防車"]


def test_a_title_in_its_marks_is_one_phrase() -> None:
    assert [(p.text, p.kind) for p in phrases("《鹽的航程》獲獎")] == [("鹽的航程", "title")]


def test_an_unknown_teacher_is_told_who_teaches() -> None:
    with pytest.raises(InputError, match="expected extractive, found gpt"):
        teacher_named("gpt")


def test_the_verb_writes_rationales_rejects_and_a_manifest_that_fits_them(tmp_path: Path, verb: Command) -> None:
    write(tmp_path / "a.jsonl", [TOY, Article("toy-2", "toy", "短句。")])
    out = tmp_path / "out"
    said = verb("teach", "--articles", tmp_path / "a.jsonl", "--out", out)
    assert (said.code, said.out) == (0, f"teach: 2 in, 1 out, 1 rejected (no_summary 1)\n  -> {out}\n")
    made = read_json(out / "manifest.json", Manifest)
    assert made.settings == {
        "teacher": "extractive", "strategy": "v1", "most_summary_chars": 100, "most_aspects": 6, "most_triples": 5,
    }  # fmt: skip
    assert made.inputs == {"a.jsonl": digest_of(tmp_path / "a.jsonl")}
    assert {name: produced.sha256 for name, produced in made.outputs.items()} == {
        name: digest_of(out / name) for name in ("rationales.jsonl", "drafts.jsonl", "rejected.jsonl")
    }
    assert [rationale.id for rationale in read(out / "rationales.jsonl", Rationale)] == ["toy-1"]
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    verb("teach", "--articles", tmp_path / "a.jsonl", "--out", out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


@pytest.mark.parametrize("strategy", ["v2", "v3"])
def test_all_that_is_promised_holds_for_every_strategy(sample: list[Article], strategy: str) -> None:
    teacher = Extractive(strategy)
    for article in sample[::4]:
        said = teacher.teach(article)
        if isinstance(said, Reject):
            assert said.reason == "no_summary"
            continue
        assert said.strategy == strategy
        holds(article, said)


def test_what_is_found_first_guides_the_rest(sample: list[Article]) -> None:
    v1, v2, v3 = (
        [said for article in sample if isinstance(said := Extractive(name).teach(article), Rationale)]
        for name in ("v1", "v2", "v3")
    )

    def grounded(taught: list[Rationale]) -> float:
        """The share of aspects and of triples' subjects and objects that the summary tells."""
        items = [
            (a, r.summary) for r in taught for a in (*r.aspects, *(p for t in r.triples for p in (t.subject, t.object)))
        ]
        return sum(part in summary for part, summary in items) / len(items)

    def about_aspects(taught: list[Rationale]) -> float:
        """The share of triples whose subject or object is an aspect."""
        items = [(t, "、".join(r.aspects)) for r in taught for t in r.triples]
        return sum(t.subject in aspects or t.object in aspects for t, aspects in items) / len(items)

    assert grounded(v3) > 0.85 > grounded(v1)
    assert about_aspects(v2) > about_aspects(v1) + 0.1
    assert sum(one.summary != other.summary for one, other in zip(v1, v2, strict=True)) > len(v1) / 4
    assert [r.summary for r in v3] == [r.summary for r in v1]
