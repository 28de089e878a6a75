"""`teach parse`, on invented rows, and on the 36 real replies where they are at hand."""

import hashlib
import json
from pathlib import Path

import pytest
from builders_house import ROOT, Command

REPLIES = ROOT.parent / "shared" / "data" / "teacher" / "v1_raw_replies_36.jsonl"
EXPECTED = Path(__file__).with_name("data") / "v1_replies_expected.tsv"
GOOD = "核心要素：停課\n三元組：\n[市府 | 宣布 | 停課]\n生成摘要：市府今天宣布停課。"


def kept(path: Path, *replies: str) -> Path:
    rows = [json.dumps({"idx": 5 * i, "answer": reply}, ensure_ascii=False) for i, reply in enumerate(replies)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_every_row_says_its_parts_or_its_reason(verb: Command, tmp_path: Path) -> None:
    file = kept(tmp_path / "kept.jsonl", GOOD, "核心要素：停課", "")
    said = verb("teach", "parse", file, "--field", "answer", "--format", "v1", "--json")
    good, half, empty = json.loads(said.out)
    assert (said.code, good["id"], good["summary"], good["aspects"]) == (0, "0", "市府今天宣布停課。", ["停課"])
    assert good["triples"] == [{"subject": "市府", "relation": "宣布", "object": "停課"}]
    assert (half["id"], half["reason"], empty["reason"]) == ("5", "no_triples", "empty")


def test_a_person_is_told_the_counts_and_each_rows_reason(verb: Command, tmp_path: Path) -> None:
    said = verb("teach", "parse", kept(tmp_path / "kept.jsonl", GOOD, ""), "--field", "answer")
    assert said.out.splitlines() == [
        "2 replies, 1 read (empty 1)",
        "0: 1 aspects, 1 triples, 9 characters",
        "5: empty: the reply has no text",
    ]


@pytest.mark.parametrize(
    ("content", "field", "told"),
    [
        ('{"idx": 0, "answer": "x"}', "reply", "kept.jsonl:1: expected text in the field reply, found idx, answer"),
        ('{"answer": 7}', "answer", "kept.jsonl:1: expected text in the field answer, found answer"),
        ('{"answer": ', "answer", "kept.jsonl:1: expected a JSON object"),
        ("[1]", "answer", "found list"),
        ("", "answer", "expected at least one reply, found none"),
    ],
)
def test_a_file_without_replies_is_one_error_line(
    content: str, field: str, told: str, verb: Command, tmp_path: Path
) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_text(content, encoding="utf-8")
    said = verb("teach", "parse", file, "--field", field)
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert told in said.err


def test_an_unknown_format_is_bad_usage(verb: Command, tmp_path: Path) -> None:
    assert verb("teach", "parse", kept(tmp_path / "kept.jsonl", GOOD), "--format", "v9").code == 2


def test_the_real_replies_give_what_a_careful_reader_takes(verb: Command) -> None:
    if not REPLIES.is_file():
        pytest.skip("../shared/data/teacher is absent: the real replies are not part of the project")
    expected = [line.split("\t") for line in EXPECTED.read_text("utf-8").splitlines() if not line.startswith("#")]
    rows = json.loads(verb("teach", "parse", REPLIES, "--field", "reply", "--format", "v1", "--json").out)
    assert len(rows) == len(expected) == 36
    assert [facts(row) for row in rows] == expected


def facts(row: dict) -> list[str]:
    triples = [f"{t['subject']}|{t['relation']}|{t['object']}" for t in row["triples"]]
    text = "\n".join([row["summary"], *row["aspects"], *triples])
    doubts = ",".join(doubt["reason"] for doubt in row["doubts"]) or "-"
    counts = [str(len(row["aspects"])), str(len(triples)), str(len(row["summary"]))]
    return [row["id"], *counts, doubts, hashlib.sha256(text.encode()).hexdigest()[:12]]
