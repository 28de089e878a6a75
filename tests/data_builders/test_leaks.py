"""Leaks: a test text is found again in whatever it was trained on in, and its absence is put on record."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from builders_house import REAL, SAMPLE, Command, toy_story, unlike_others

from data_builders.curate.texts import text_of, texts_of
from data_builders.errors import InputError
from data_builders.ingest import ingest
from data_builders.jsonl import digest_of, write
from data_builders.schema import Article
from data_builders.stages.s1 import opening
from data_builders.stages.table import HEADS, STAGES, SYSTEM
from data_builders.zhtw.convert import to_simplified

HELD = unlike_others(7, 200)
REST = [unlike_others(number, 200) for number in range(100, 110)]


def alpaca(text: str, part: str = "s5") -> dict[str, str]:
    shown = f"{HEADS['news']}\n{text}" + (f"\n\n{HEADS['aspects']}\n臺北市\n大雨" if part in {"s3", "s4"} else "")
    return {"id": "row", "system": SYSTEM, "instruction": STAGES[part].instruction, "input": shown, "output": "摘要"}


def jsonl(folder: Path, name: str, rows: list[dict[str, object]] | list[dict[str, str]]) -> Path:
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / name).write_text("".join(lines), encoding="utf-8")
    return folder / name


@pytest.fixture
def test_file(tmp_path: Path) -> Path:
    write(tmp_path / "test.jsonl", [Article("toy-7", "toy", HELD), Article("toy-8", "toy", unlike_others(8, 200))])
    return tmp_path / "test.jsonl"


def in_rows(row_of: Callable[[str], dict[str, object]]) -> Callable[[Path, str], Path]:
    """Write a training file with the text in its fourth row."""
    return lambda folder, text: jsonl(folder, "train.jsonl", [row_of(one) for one in (*REST[:3], text, *REST[3:])])


def as_text(folder: Path, text: str) -> Path:
    (folder / "train.txt").write_text("\n".join([*REST[:3], text, *REST[3:]]), encoding="utf-8")
    return folder / "train.txt"


def as_list(folder: Path, text: str) -> Path:
    rows = [{"text": one} for one in (*REST[:3], text, *REST[3:])]
    (folder / "train.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return folder / "train.json"


FORMS = {
    "news": in_rows(lambda text: {"content": text, "id": 4}),
    "s3 rows": in_rows(lambda text: dict(alpaca(text, "s3"))),
    "s5 rows": in_rows(lambda text: dict(alpaca(text))),
    "raw text": in_rows(lambda text: {"id": "r", "text": text}),
    "sharegpt": in_rows(lambda text: {"conversations": [{"from": "human", "value": f"摘要：{text}"}]}),
    "messages": in_rows(lambda text: {"messages": [{"role": "user", "content": text}]}),
    "answers": in_rows(lambda text: {"instruction": "", "input": "", "output": text}),
    "plain text": as_text,
    "a list": as_list,
}
CHANGES: dict[str, Callable[[str], str]] = {
    "verbatim": lambda text: text,
    "wrapped": lambda text: text.replace("。", "。 \n"),
    "in Simplified": to_simplified,
    "half of it": lambda text: text[:100],
    "with a new lead": lambda text: unlike_others(55, 60) + text,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("form", FORMS)
def test_a_test_text_is_found_in_any_form_and_changed(
    tmp_path: Path, test_file: Path, verb: Command, form: str, change: str
) -> None:
    text = CHANGES[change](HELD)
    train = FORMS[form](tmp_path, text.replace("\n", "") if form == "plain text" else text)
    said = verb("leaks", "--train", train, "--test", test_file, "--json")
    assert said.code == 1
    found = json.loads(said.out)
    assert {(leak["test"], leak["test_line"], leak["train_line"]) for leak in found["leaks"]} == {("toy-7", 1, 4)}
    assert {Path(leak["train_file"]).name for leak in found["leaks"]} == {train.name}
    assert (found["certificate"]["result"], found["certificate"]["leaks"]) == ("leaks", 1)


@pytest.mark.parametrize("form", FORMS)
def test_files_without_a_test_text_are_clean_and_the_certificate_says_what_was_compared(
    tmp_path: Path, test_file: Path, verb: Command, form: str
) -> None:
    train = FORMS[form](tmp_path, unlike_others(999, 200))
    said = verb("leaks", "--train", train, "--test", test_file, "--json")
    assert said.code == 0
    found = json.loads(said.out)
    assert found["leaks"] == []
    proof = found["certificate"]
    assert (proof["result"], proof["pairs"]) == ("clean", 11 * 2)
    assert list(proof["train"].values()) == [digest_of(train)]
    assert list(proof["test"].values()) == [digest_of(test_file)]
    assert proof["likeness"]["near"] == 0.3


def test_what_rows_share_besides_the_news_is_no_leak(tmp_path: Path, verb: Command) -> None:
    train = jsonl(tmp_path, "train.jsonl", [alpaca(text, "s4") for text in REST])
    test = jsonl(tmp_path, "test.jsonl", [alpaca(HELD, "s4")])
    assert verb("leaks", "--train", train, "--test", test).code == 0


def test_several_files_are_compared_and_each_leak_names_its_own(tmp_path: Path, test_file: Path, verb: Command) -> None:
    clean = jsonl(tmp_path, "s1.jsonl", [alpaca(text) for text in REST])
    leaky = jsonl(tmp_path, "s2.jsonl", [alpaca(REST[0]), alpaca(HELD)])
    said = verb("leaks", "--train", clean, "--train", leaky, "--test", test_file)
    assert said.code == 1
    assert said.out.splitlines()[0].startswith("1 leaks in 24 pairs of texts (near 0.3")
    assert said.out.splitlines()[1] == f"  toy-7 ({test_file}:1) is like (exact, 1.00) row ({leaky}:2)"


def test_the_threshold_is_the_users(tmp_path: Path, test_file: Path, verb: Command) -> None:
    train = jsonl(tmp_path, "train.jsonl", [{"text": HELD[:80] + unlike_others(77, 200)}])
    command = ("leaks", "--train", train, "--test", test_file, "--likeness")
    assert verb(*command, "contained=0.3").code == 1
    assert verb(*command, "contained=0.9,near=0.9,kept=0.9,story=0.9").code == 0
    for wrong in ("contained=2", "nothing=0.3", "near"):
        said = verb(*command, wrong)
        assert said.code == 2
        assert "error: --likeness: expected shares above 0 for contained, " in said.err


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("nope.jsonl", None, "nope.jsonl: expected a readable file, found no such file"),
        ("a.jsonl", '{"id": 1, "label": 2}\n', "a.jsonl:1: expected text in article, content"),
        (
            "a.docx",
            "",
            "a.docx: expected a file ending in .jsonl, .ndjson, .json, .csv, .tsv, .parquet, .txt, found .docx",
        ),
    ],
)
def test_a_file_that_cannot_be_compared_is_one_line(
    tmp_path: Path, test_file: Path, verb: Command, name: str, content: str | None, line: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    said = verb("leaks", "--train", tmp_path / name, "--test", test_file)
    assert said.code == 1
    assert line in said.err
    assert said.err.count("\n") == 1


def test_a_text_file_is_parted_by_its_empty_lines_or_else_by_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("一\n二\n\n\n三\n", encoding="utf-8")
    assert [(text.line, text.text) for text in texts_of(file)] == [(1, "一\n二\n"), (5, "三\n")]
    file.write_text("一\n二\n", encoding="utf-8")
    assert [(text.line, text.text) for text in texts_of(file)] == [(1, "一"), (2, "二")]
    with pytest.raises(InputError, match="a file, found a folder"):
        list(texts_of(tmp_path))


def test_of_a_row_of_ours_the_news_is_compared() -> None:
    assert text_of(dict(alpaca("甲。", "s4"))) == "甲。"
    assert text_of({"instruction": "翻譯：", "input": "乙。"}) == "翻譯：\n乙。"
    assert text_of({"label": "丙"}) == ""


def real_articles() -> list[Article]:
    path = REAL if REAL.is_file() else SAMPLE
    found = (made for made in ingest(path, skip_bad=True) if isinstance(made, Article) and len(made.article) > 200)
    return [made for made in found if opening(made.article, 120)]


def test_s1s_simplified_openings_of_test_articles_are_recognised(tmp_path: Path, verb: Command) -> None:
    tested, others = real_articles()[:12], real_articles()[20:60]
    write(tmp_path / "test.jsonl", tested)
    openings = [alpaca(to_simplified(opening(article.article, 120))) for article in tested]
    train = jsonl(tmp_path, "s1.jsonl", [alpaca(to_simplified(opening(a.article, 120))) for a in others] + openings)
    found = json.loads(verb("leaks", "--train", train, "--test", tmp_path / "test.jsonl", "--json").out)
    assert {leak["test"] for leak in found["leaks"] if leak["train_line"] > len(others)} == {a.id for a in tested}


def test_curated_stories_have_no_neighbours_across_splits(tmp_path: Path, verb: Command) -> None:
    write(tmp_path / "a.jsonl", [toy_story(number) for number in range(60)])
    assert verb("curate", tmp_path / "a.jsonl", "--out", tmp_path / "out", "--min-chars", "20").code == 0
    said = verb("leaks", "--train", tmp_path / "out/train.jsonl", "--test", tmp_path / "out/test.jsonl")
    assert said.code == 0
    assert said.out.startswith("no leaks in ")
