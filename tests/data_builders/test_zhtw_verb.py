import io
import json
from pathlib import Path

import pytest
from builders_house import Command


def rows_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    texts = ["这是软件。", "這是軟件。", "他說：「这是软件」。", "他在台北。", ""]
    lines = [json.dumps({"id": str(n), "text": text, "kept": n}, ensure_ascii=False) for n, text in enumerate(texts)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_detect_adds_script_and_evidence_and_keeps_the_row(news: Path, tmp_path: Path, verb: Command) -> None:
    said = verb("zhtw", "detect", news, "--field", "text", "--out", tmp_path / "out.jsonl")
    assert said.code == 0, said.err
    made = rows_of(tmp_path / "out.jsonl")
    assert [row["script"] for row in made] == ["simplified", "traditional", "mixed", "neither", "neither"]
    assert [row["evidence"] for row in made] == ["这软", "這軟", "这软", "", ""]
    assert [(row["id"], row["kept"]) for row in made] == [(str(n), n) for n in range(5)]
    assert "5 rows (mixed 1, neither 2, simplified 1, traditional 1)" in said.out


def test_convert_adds_converted(news: Path, tmp_path: Path, verb: Command) -> None:
    assert verb("zhtw", "convert", news, "--out", tmp_path / "out.jsonl").code == 0
    made = [row["converted"] for row in rows_of(tmp_path / "out.jsonl")]
    assert made == ["這是軟體。", "這是軟件。", "他說：「這是軟體」。", "他在台北。", ""]


def test_lint_adds_advice_and_changes_nothing(news: Path, tmp_path: Path, verb: Command) -> None:
    assert verb("zhtw", "lint", news, "--out", tmp_path / "out.jsonl").code == 0
    made = rows_of(tmp_path / "out.jsonl")
    assert made[1]["text"] == "這是軟件。"
    assert made[1]["advice"] == [{"start": 2, "end": 4, "found": "軟件", "suggestions": ["軟體"]}]
    assert made[3]["advice"] == []


@pytest.mark.parametrize(
    ("work", "printed"),
    [
        ("detect", "mixed 这软\n"),
        ("convert", "他說：「這是軟體」，軟件。\n"),
        ("lint", "1:7: 软件 -> 軟體\n1:11: 軟件 -> 軟體\n"),
    ],
)
def test_without_a_file_the_text_comes_from_standard_input(
    work: str, printed: str, verb: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sys.stdin", io.TextIOWrapper(io.BytesIO("他說：「这是软件」，軟件。\n".encode()), encoding="utf-8")
    )
    said = verb("zhtw", work)
    assert (said.code, said.out) == (0, printed)


@pytest.mark.parametrize(
    ("content", "found"),
    [('{"text": 7}', "int"), ('{"body": "a"}', "fields body"), ("[1]", "array"), ("not JSON", "malformed")],
)
def test_a_row_that_cannot_be_worked_is_one_line_that_names_it(
    content: str, found: str, tmp_path: Path, verb: Command
) -> None:
    (tmp_path / "bad.jsonl").write_text('{"text": "好"}\n' + content, encoding="utf-8")
    said = verb("zhtw", "detect", tmp_path / "bad.jsonl", "--out", tmp_path / "out.jsonl")
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert "bad.jsonl:2" in said.err
    assert found in said.err
    assert not (tmp_path / "out.jsonl").exists(), "nothing half-written"


def test_a_file_without_out_and_an_out_without_a_file_are_bad_usage(news: Path, tmp_path: Path, verb: Command) -> None:
    assert verb("zhtw", "detect", news).code == 2
    assert verb("zhtw", "detect", "--out", tmp_path / "x.jsonl").code == 2
    assert verb("zhtw", "praise", news).code == 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path, verb: Command) -> None:
    said = verb("zhtw", "detect", tmp_path / "none.jsonl", "--out", tmp_path / "x.jsonl")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "no such file" in said.err
