import json
import re
from pathlib import Path

import pytest
from builders_house import Command

from data_builders.errors import InputError
from data_builders.ingest import ALIASES, ingest
from data_builders.jsonl import digest_of, read, read_json
from data_builders.schema import Article, Manifest, Reject

Row = dict[str, object]


def news(folder: Path, *rows: Row, name: str = "udn.jsonl") -> Path:
    """A JSON Lines file of news."""
    path = folder / name
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def articles(path: Path) -> list[Article]:
    return [result for result in ingest(path) if isinstance(result, Article)]


def test_a_row_becomes_an_article_with_its_sources_name_in_the_id(tmp_path: Path) -> None:
    row: Row = {"id": 7, "content": "台北市今天下雨。", "headline": "下雨", "date": "2026-01-02", "views": 12}
    assert list(ingest(news(tmp_path, row))) == [
        Article(id="udn-7", source="udn", article="台北市今天下雨。", title="下雨", published="2026-01-02")
    ]


ALIAS = [(field, name) for field, names in ALIASES.items() for name in names]


@pytest.mark.parametrize(("field", "name"), ALIAS)
def test_every_name_that_a_field_goes_by_is_known(tmp_path: Path, field: str, name: str) -> None:
    row: Row = {name: "值"} if field == "article" else {"article": "內文", name: "值"}
    (made,) = articles(news(tmp_path, row))
    expected = {"id": "udn-值", "source": "值"}.get(field, "值")
    assert getattr(made, field) == expected


def test_the_names_of_the_fields_are_these() -> None:
    # A name that goes away breaks somebody's file: this list may only grow.
    assert {name for _, name in ALIAS} >= {
        "article", "content", "text", "news", "id", "idx", "news_id", "article_id", "source", "publisher", "site",
        "title", "headline", "url", "link", "published", "date", "time", "published_at", "category", "section",
        "story", "story_id", "summary", "abstract", "highlights",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("own", "expected"),
    [(7, "udn-7"), ("7", "udn-7"), ("udn-7", "udn-7"), ("cna-7", "udn-cna-7"), (0, "udn-0"), (7.5, "udn-7.5")],
)
def test_an_id_is_the_source_and_the_id_in_the_source(tmp_path: Path, own: object, expected: str) -> None:
    assert [made.id for made in ingest(news(tmp_path, {"id": own, "text": "內文"}))] == [expected]


def test_a_rows_own_source_goes_before_the_files_name(tmp_path: Path) -> None:
    (made,) = articles(news(tmp_path, {"id": 7, "text": "內文", "publisher": "中央社"}))
    assert (made.id, made.source) == ("中央社-7", "中央社")


def test_a_files_name_is_made_fit_for_an_id(tmp_path: Path) -> None:
    (made,) = articles(news(tmp_path, {"id": 7, "text": "內文"}, name="my news (2026)!.jsonl"))
    assert made.id == "my-news-2026-7"


def test_a_missing_id_is_the_texts_digest_whatever_the_order(tmp_path: Path) -> None:
    rows: list[Row] = [{"text": f"第{number}則新聞"} for number in range(9)]
    names = {made.article: made.id for made in articles(news(tmp_path, *rows))}
    assert names["第0則新聞"] == "udn-a6490490a75d"  # sha256sum of the text
    assert {made.article: made.id for made in articles(news(tmp_path, *reversed(rows)))} == names


def test_an_id_that_stands_twice_names_both_places(tmp_path: Path) -> None:
    path = news(tmp_path, {"id": 7, "text": "甲"}, {"id": 8, "text": "乙"}, {"id": "7", "text": "丙"})
    with pytest.raises(InputError) as caught:
        list(ingest(path))
    assert str(caught.value) == (
        f"{path}:3: expected an id that no other row has, found udn-7, also at {path}:1. "
        "Next: give every row an id of its own, or leave ids out"
    )


def test_a_row_without_a_text_field_lists_the_fields_found(tmp_path: Path) -> None:
    path = news(tmp_path, {"id": 1, "text": "甲"}, {"id": 2, "body": "乙", "headline": "丙"})
    with pytest.raises(InputError) as caught:
        list(ingest(path))
    assert str(caught.value) == (
        f"{path}:2: expected text in article|content|text|news, found fields id, body, headline. "
        "Next: mend the row, or run again with --skip-bad to put such rows into rejected.jsonl"
    )


@pytest.mark.parametrize("text", ["", "  \n\u3000", None])
def test_an_empty_text_is_told_as_empty(tmp_path: Path, text: str | None) -> None:
    path = news(tmp_path, {"id": 1, "content": text})
    with pytest.raises(InputError, match=r"udn\.jsonl:1: expected text in .*, found an empty text\. "):
        list(ingest(path))


def test_a_field_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = news(tmp_path, {"id": 1, "text": ["甲", "乙"]})
    with pytest.raises(InputError) as caught:
        list(ingest(path))
    assert str(caught.value) == f"{path}:1, field text: expected text or a number, found list. Next: make it plain text"


def test_skip_bad_puts_rows_without_text_aside(tmp_path: Path) -> None:
    path = news(tmp_path, {"id": 1, "text": ""}, {"id": 2, "text": "乙"}, {"id": 3, "body": "丙"})
    assert list(ingest(path, skip_bad=True)) == [
        Reject("udn-1", "ingest", "no_text", "an empty text"),
        Article("udn-2", "udn", "乙"),
        Reject("udn-3", "ingest", "no_text", "fields id, body"),
    ]


def test_skip_bad_does_not_hide_a_broken_line(tmp_path: Path) -> None:
    path = tmp_path / "udn.jsonl"
    path.write_text('{"text": "甲"}\n{"text": "乙"\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        list(ingest(path, skip_bad=True))
    assert str(caught.value) == (
        f"{path}:2: expected a JSON object, found Input data was truncated. Next: mend that line"
    )


def test_the_verb_writes_articles_rejects_and_a_manifest_that_fits_them(tmp_path: Path, verb: Command) -> None:
    path = news(tmp_path, {"id": 1, "text": ""}, {"id": 2, "text": "乙"}, {"id": 3, "body": "丙"})
    out = tmp_path / "out"
    said = verb("ingest", path, "--out", out, "--skip-bad")
    assert (said.code, said.out) == (0, f"ingest: 3 in, 1 out, 2 rejected (no_text 2)\n  -> {out}\n")
    made = read_json(out / "manifest.json", Manifest)
    assert (made.step, made.rows_in, made.rows_out, made.rejected) == ("ingest", 3, 1, {"no_text": 2})
    assert made.inputs == {"udn.jsonl": digest_of(path)}
    assert {name: produced.sha256 for name, produced in made.outputs.items()} == {
        name: digest_of(out / name) for name in ("articles.jsonl", "rejected.jsonl")
    }
    assert [article.id for article in read(out / "articles.jsonl", Article)] == ["udn-2"]
    assert [reject.id for reject in read(out / "rejected.jsonl", Reject)] == ["udn-1", "udn-3"]


def test_a_bad_row_leaves_what_an_earlier_run_wrote(tmp_path: Path, verb: Command) -> None:
    out = tmp_path / "out"
    verb("ingest", news(tmp_path, {"id": 1, "text": "甲"}), "--out", out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    said = verb("ingest", news(tmp_path, {"id": 2, "text": "乙"}, {"id": 3}), "--out", out)
    assert said.code == 1
    assert re.fullmatch(r"error: .*udn\.jsonl:2: expected text in .*, found fields id\. Next: .*\n", said.err)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
