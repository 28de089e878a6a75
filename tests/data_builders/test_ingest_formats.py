import csv
import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from data_builders.errors import InputError
from data_builders.ingest import ingest
from data_builders.schema import Article

Row = dict[str, str | int | None]
ROWS: list[Row] = [
    {"id": 1, "title": "下雨,又放晴", "content": "臺北「𠮷野家」前，\n積水😀。", "date": "2026-01-02"},
    {"id": 2, "title": "", "content": '他說"好"，\t就走了。', "date": None},
]
EXPECTED = [
    Article("news-1", "news", "臺北「𠮷野家」前，\n積水😀。", title="下雨,又放晴", published="2026-01-02"),
    Article("news-2", "news", '他說"好"，\t就走了。'),
]


def as_jsonl(path: Path) -> None:
    path.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")


def as_json(path: Path) -> None:
    path.write_text(json.dumps(ROWS, ensure_ascii=False, indent=1), encoding="utf-8-sig")


def as_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.DictWriter(stream, list(ROWS[0]), dialect="excel-tab" if path.suffix.lower() == ".tsv" else "excel")
        table.writeheader()
        table.writerows(ROWS)


def as_parquet(path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_pylist(ROWS), path)


@pytest.mark.parametrize(
    ("ending", "write"),
    [
        (".jsonl", as_jsonl),
        (".ndjson", as_jsonl),
        (".JSONL", as_jsonl),
        (".json", as_json),
        (".csv", as_csv),
        (".CSV", as_csv),
        (".tsv", as_csv),
        (".TSV", as_csv),
        (".parquet", as_parquet),
    ],
)
def test_every_format_gives_the_same_articles(tmp_path: Path, ending: str, write: Callable[[Path], None]) -> None:
    path = tmp_path / f"news{ending}"
    write(path)
    assert list(ingest(path)) == EXPECTED


def test_a_date_of_a_parquet_file_is_written_as_iso_8601(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    rows = [{"text": "甲", "date": dt.datetime(2026, 1, 2, 9, 30, tzinfo=dt.UTC)}]
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "news.parquet")
    (made,) = ingest(tmp_path / "news.parquet")
    assert isinstance(made, Article)
    assert made.published == "2026-01-02T09:30:00+00:00"


def test_a_field_of_many_megabytes_is_read(tmp_path: Path) -> None:
    long = "雨" * 1_000_000  # Python's csv stops at 131,072 characters unless told otherwise
    (tmp_path / "news.csv").write_text(f'id,text\n1,"{long}"\n', encoding="utf-8")
    assert [len(made.article) for made in ingest(tmp_path / "news.csv") if isinstance(made, Article)] == [1_000_000]


def bad(path: Path, content: bytes | None) -> str:
    """The error of a file with this content."""
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        list(ingest(path))
    return str(caught.value).removeprefix(str(path))


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        (
            "news.csv",
            "id,text\n1,甲\n2,乙,丙,丁\n".encode(),
            ":3: expected 2 fields, found 2 more. Next: quote the text",
        ),
        (
            "news.csv",
            'id,text\n1,"甲\n'.encode(),
            ": expected CSV with a header line, found unexpected end of data. Next: mend the file",
        ),
        (
            "news.csv",
            b"id,body\n1,x\n",
            (
                ":2: expected text in article|content|text|news, found fields id, body. "
                "Next: mend the row, or run again with --skip-bad to put such rows into rejected.jsonl"
            ),
        ),
        (
            "news.csv",
            "id,text\n1,台北\n".encode("big5"),
            (
                ": expected UTF-8 text, found 'utf-8' codec can't decode byte 0xa5 in position 10: invalid start byte. "
                "Next: save the file as UTF-8"
            ),
        ),
        (
            "news.jsonl",
            b'{"text": "' + "台".encode("big5") + b'"}\n',
            (
                ":1: expected a JSON object, found 'utf-8' codec can't decode byte 0xa5 in position 0: "
                "invalid start byte. Next: mend that line"
            ),
        ),
        (
            "news.jsonl",
            '{"text": "甲"}\n\n{"text": 乙}\n'.encode(),
            ":3: expected a JSON object, found JSON is malformed: invalid character (byte 9). Next: mend that line",
        ),
        (
            "news.jsonl",
            b'{"text": ' + b"[" * 100_000,
            (
                ":1: expected a JSON object, found maximum recursion depth exceeded while deserializing an object. "
                "Next: mend that line"
            ),
        ),
        (
            "news.json",
            b'{"text": "x"}',
            (
                ": expected a JSON list of objects, found Expected `array`, got `object`. "
                "Next: make it a list, or one object a line in a file ending in .jsonl"
            ),
        ),
        (
            "news.txt",
            b"x",
            ": expected a file ending in .jsonl, .ndjson, .json, .csv, .tsv, .parquet, found .txt. Next: convert it",
        ),
        (
            "news",
            b"x",
            (
                ": expected a file ending in .jsonl, .ndjson, .json, .csv, .tsv, .parquet, found no ending. "
                "Next: convert it"
            ),
        ),
    ],
)
def test_a_file_that_is_not_what_its_ending_says_names_the_place(
    tmp_path: Path, name: str, content: bytes, line: str
) -> None:
    assert bad(tmp_path / name, content) == line


@pytest.mark.parametrize("ending", ["jsonl", "json", "csv", "tsv", "parquet"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, ending: str) -> None:
    line = bad(tmp_path / f"news.{ending}", None)
    assert re.fullmatch(
        r": expected a readable file, found (no such file|.*No such file.*)\. Next: check the path", line
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [("news.jsonl", b""), ("news.jsonl", b"\n\n"), ("news.json", b"[]"), ("news.csv", b""), ("news.csv", b"id,text\n")],
)
def test_a_file_without_rows_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    line = bad(tmp_path / name, content)
    assert line == ": expected at least one row, found none. Next: check that the file holds the news"


@pytest.mark.parametrize("content", [b"", b"junk", b"PAR1" + b"\0" * 40 + b"PAR1"])
def test_a_broken_parquet_file_is_told(tmp_path: Path, content: bytes) -> None:
    line = bad(tmp_path / "news.parquet", content)
    assert re.match(r": expected a Parquet file, found (Parquet file size is|Couldn't deserialize)", line)
