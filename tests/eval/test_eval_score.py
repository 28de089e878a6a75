"""`python -m eval score`: files in and out, errors that say what to do, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from data_builders.cli import run as main
from eval.verbs import VERBS

ROOT = Path(__file__).parents[2]
GOOD = '{"id": 7, "prediction": "今天下雨", "reference": "今天放晴", "rouge": {"rouge1_f": 1}, "note": "…"}'


def score(*arguments: str) -> int:
    return main("python -m eval", "…", VERBS, ["score", *arguments])


def pairs_file(folder: Path, *lines: str) -> Path:
    path = folder / "pairs.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_scores_hold_signed_metrics_and_every_pairs_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "deep" / "scores.json"
    pairs = pairs_file(tmp_path, GOOD, '{"id": "b", "prediction": "", "reference": "放晴"}')
    code = score("--pairs", str(pairs), "--metric", "rouge", "--mode", "rouge_chinese-jieba", "--out", str(out))
    assert code == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert list(found) == ["metrics", "pairs"]
    assert set(found["metrics"]["rouge1_f"]) == {"value", "signature", "n"}
    assert found["metrics"]["rouge1_p"]["value"] == found["pairs"]["7"]["rouge1_p"] / 2
    assert found["pairs"]["b"]["rougeL_f"] == 0.0
    said = capsys.readouterr().out
    assert "rouge1_f|mode:rouge_chinese-jieba|tok:jieba-0.42.1" in said
    assert f"wrote {out}" in said


def test_the_same_pairs_give_the_same_bytes(tmp_path: Path) -> None:
    pairs = pairs_file(tmp_path, GOOD)
    for name in ("one.json", "two.json"):
        assert score("--pairs", str(pairs), "--mode", "rouge_chinese-char", "--out", str(tmp_path / name)) == 0
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_the_program_prints_json_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "eval", "score", "--pairs", str(pairs_file(tmp_path, GOOD)), "--json"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(json.loads(done.stdout)["pairs"]) == ["7"]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([GOOD, GOOD], "pairs.jsonl:2: expected an id that no other line has, found 7, which line 1 has too"),
        ([GOOD, GOOD.replace("7", '"7"', 1)], "pairs.jsonl:2: expected an id that no other line has"),
        (
            ['{"id": 1, "prediction": "今天"}'],
            "pairs.jsonl:1: expected a JSON object with id, prediction and reference",
        ),
        (['{"id": 1, "prediction": "今天"}'], "missing required field `reference`"),
        (['{"id": 1, "prediction": null, "reference": "今天"}'], "Expected `str`, got `null`"),
        ([GOOD, "not JSON"], "pairs.jsonl:2: expected a JSON object"),
        (['{"id": "x-3", "prediction": "今天", "reference": " "}'], "pairs.jsonl:1 (x-3): expected a reference"),
        ([""], "pairs.jsonl: expected at least one pair, found no line"),
    ],
)
def test_a_faulty_file_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: list[str], reason: str
) -> None:
    assert score("--pairs", str(pairs_file(tmp_path, *lines))) == 1
    said = capsys.readouterr().err
    assert reason in said
    assert " Next: " in said


def test_a_file_that_is_not_there_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert score("--pairs", str(tmp_path / "none.jsonl")) == 1
    assert "found no such file" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--mode", "jieba"], ["--metric", "meteor"], []])
def test_bad_usage_ends_with_code_2(tmp_path: Path, wrong: list[str]) -> None:
    pairs = ["--pairs", str(pairs_file(tmp_path, GOOD))] if wrong else []
    with pytest.raises(SystemExit) as ended:
        score(*pairs, *wrong)
    assert ended.value.code == 2


def test_a_mode_of_another_metric_is_bad_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ["--metric", "bleu", "--mode", "rouge_score-char"]
    assert score("--pairs", str(pairs_file(tmp_path, GOOD)), *wrong) == 2
    assert "mode of bleu: expected auto | 13a | zh | ja-mecab | char" in capsys.readouterr().err


def test_a_reference_may_be_a_list_and_an_empty_one_is_no_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    none = '{"id": "q2", "prediction": "", "reference": []}'
    pairs = pairs_file(tmp_path, '{"id": "q1", "prediction": "臺北", "reference": ["高雄", "臺北"]}', none)
    out = tmp_path / "scores.json"
    assert score("--pairs", str(pairs), "--metric", "squad", "--mode", "char", "--out", str(out)) == 0
    found = json.loads(out.read_text(encoding="utf-8"))["metrics"]
    assert (found["squad_em"]["value"], found["squad_em_NoAns"]["n"]) == (100, 1)
    assert score("--pairs", str(pairs), "--metric", "rouge") == 1
    assert "pairs.jsonl:2 (q2): expected a reference, found an empty list" in capsys.readouterr().err


def test_what_needs_the_article_says_which_line_has_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert score("--pairs", str(pairs_file(tmp_path, GOOD)), "--metric", "faithfulness") == 1
    assert "pairs.jsonl:1 (7): expected an article, found none" in capsys.readouterr().err


def test_what_looks_at_the_prediction_alone_needs_no_reference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = pairs_file(tmp_path, '{"id": 1, "prediction": "今天下雨"}')
    assert score("--pairs", str(alone), "--metric", "zhtw") == 0
    assert score("--pairs", str(alone), "--metric", "shape") == 0
    said = capsys.readouterr().out
    assert "zhtw_share           100.00  zhtw_share|mode:detect" in said
    assert "length        4.00  length|mode:char|tok:char+latin|unit:characters|" in said


def test_a_line_with_half_a_character_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = GOOD.replace("今天下雨", r"\ud800")
    assert score("--pairs", str(pairs_file(tmp_path, broken))) == 1
    assert "pairs.jsonl:1" in capsys.readouterr().err


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_every_verb_helps_with_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main("python -m eval", "…", VERBS, [verb, "--help"])
    assert ended.value.code == 0
    assert f"example:\n  python -m eval {verb} " in capsys.readouterr().out
