"""The report: honest tables, stated gaps, one file that nothing from outside can get into."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from data_builders.cli import run as main
from data_builders.jsonl import read_json, write_json
from data_builders.schema import Certificate, Manifest
from eval.report.inputs import read_inputs
from eval.report.render import markdown
from eval.report.systems import gold_table, score_table
from eval.verbs import VERBS

if TYPE_CHECKING:
    from conftest import Run

NAMES = ("results.json", "report.md", "report.html")


def report(run: "Run") -> int:
    return main("python -m eval", "…", VERBS, run.arguments)


def rows_of(run: "Run", table: str = "scores") -> dict[str, dict[str, object]]:
    found = json.loads((run.out / "results.json").read_text(encoding="utf-8"))[table]
    return {row["system"]: row for row in found["rows"]}


def page(run: "Run") -> str:
    return (run.out / "report.html").read_text(encoding="utf-8")


def test_the_verb_writes_three_files_and_says_the_short_table(run: "Run", capsys: pytest.CaptureFixture[str]) -> None:
    assert report(run) == 0
    said = capsys.readouterr().out
    for name in NAMES:
        assert f"wrote {run.out / name}" in said
    assert "against summaries by qwen-teacher" in said
    assert re.search(r"^ +0\.0 +0\.0 +0\.0 +3  student_untrained$", said, re.MULTILINE)


def test_five_systems_are_scored_and_every_number_is_signed(run: "Run") -> None:
    report(run)
    rows = rows_of(run)
    assert list(rows) == ["student_s5", "student_untrained", "lead_100", "lead_student_length", "extractive"]
    assert rows["lead_student_length"]["mean_chars"]["value"] == rows["student_s5"]["mean_chars"]["value"] == 9.0
    assert rows["student_untrained"]["empty_share"]["value"] == 1.0
    for row in rows.values():
        for mode in ("rouge_chinese-jieba", "rouge_chinese-char"):
            metric = row["scores"][mode]["rougeL_f"]
            assert re.fullmatch(
                rf"rougeL_f\|mode:{mode}\|tok:[^|]+\|ref:qwen-teacher\|head:stripped\|impl:newsladder-[^|]+\|n:3\|ids:\w+",
                metric["signature"],
            )
            assert metric["signature"] in page(run)


def test_a_reference_of_the_embedded_teacher_is_said_to_be_the_reference(run: "Run") -> None:
    (run.data / "rationales" / "extractive.jsonl").unlink()
    run.teach("extractive")
    report(run)
    row = rows_of(run)["extractive"]
    assert row["is_reference"] is True
    assert row["scores"] == {}
    for name in ("report.md", "report.html"):
        assert "is the reference here" in (run.out / name).read_text(encoding="utf-8")


def test_a_system_that_says_what_the_references_say_is_the_reference_whatever_its_name(run: "Run") -> None:
    summaries = {key: text[:12] for key, text in {"toy-1": "一二三", "toy-2": "四五六", "toy-3": "七八九"}.items()}
    run.teach("extractive", "extractive.jsonl", summaries)
    assert not score_table(read_inputs("toy", run.data, run.saves, run.gold)).rows[-1].is_reference
    references = {
        "toy-1": "颱風明晚登陸，沿海停班停課。",
        "toy-2": "主隊第九局逆轉贏得首戰。",
        "toy-3": "新圖書館明天啟用，有十萬本書。",
    }
    run.teach("extractive", "extractive.jsonl", references)
    assert score_table(read_inputs("toy", run.data, run.saves, run.gold)).rows[-1].is_reference


def test_the_human_gold_is_its_own_table_over_the_articles_that_each_system_has(run: "Run") -> None:
    run.gold.write_text(
        '{"id": "toy-1", "summary": "颱風明晚來。"}\n{"id": "toy-4", "summary": "公車改線。"}\n'
        '{"id": "elsewhere", "summary": "沒有這篇。"}\n',
        encoding="utf-8",
    )
    table = gold_table(read_inputs("toy", run.data, run.saves, run.gold))
    assert table is not None
    assert {row.system: row.n for row in table.rows} == {
        "student_s5": 1,
        "student_untrained": 1,
        "lead_100": 2,
        "lead_student_length": 1,
        "extractive": 2,
        "teacher": 2,
    }
    assert "|ref:human|" in table.signatures[0]
    report(run)
    assert "各列的 n 不同" in page(run)


def test_a_planted_script_stays_text_everywhere(run: "Run") -> None:
    bad = "<script>alert('壞')</script><img src=x onerror=alert(1)> | `code` [a](b)"
    path = run.data / "articles" / "test.jsonl"
    article = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
    rest = path.read_text(encoding="utf-8").splitlines()[1:]
    article |= {"title": bad, "article": article["article"] + bad}
    path.write_text("\n".join([json.dumps(article), *rest]) + "\n", encoding="utf-8")
    run.predict(dict.fromkeys(("toy-1", "toy-2", "toy-3"), bad))
    assert report(run) == 0
    assert page(run).count("&lt;script&gt;alert(") == 5
    for name in ("report.html", "report.md"):
        text = (run.out / name).read_text(encoding="utf-8")
        assert "<script" not in text
        assert "<img" not in text
    assert "\\[a\\](b)" in (run.out / "report.md").read_text(encoding="utf-8")


def test_the_page_is_one_file_that_asks_for_nothing(run: "Run") -> None:
    report(run)
    html = page(run)
    assert html.startswith('<!doctype html>\n<html lang="zh-Hant">')
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html
    assert "http" not in re.sub(r"http://www\.w3\.org/|http-equiv", "", html)
    assert not re.search(r"<(script|link|img|iframe)|@import|url\((?!#)", html)


def test_the_same_run_gives_the_same_bytes(run: "Run") -> None:
    report(run)
    first = {name: (run.out / name).read_bytes() for name in NAMES}
    report(run)
    assert {name: (run.out / name).read_bytes() for name in NAMES} == first


def test_losses_funnel_and_header_come_from_the_run(run: "Run") -> None:
    run.log("s4", {"current_steps": 0, "eval_loss": 1.0}, {"current_steps": 4, "eval_loss": 1.5})
    report(run)
    results = json.loads((run.out / "results.json").read_text(encoding="utf-8"))
    assert [(loss["stage"], loss["falls"]) for loss in results["losses"]][-2:] == [("s4", False), ("s5", True)]
    assert results["header"]["student"] == "nano（3,050,688 個參數）"
    assert (results["header"]["split_seed"], results["header"]["student_seed"]) == ("toy-seed", "7")
    assert results["funnel"]["splits"] == {"train": 1, "dev": 0, "test": 3}
    assert results["funnel"]["articles_left_out"] == [{"step": "curate", "reason": "too_short", "count": 2}]
    assert results["funnel"]["rows_left_out"] == [{"step": "build s5", "reason": "reaches_cutoff", "count": 1}]
    assert [one["id"] for one in results["examples"]] == ["toy-1", "toy-2", "toy-3"]
    assert results["absent"] == []


def test_the_funnel_and_the_certificates_of_the_manifests_are_shown(run: "Run") -> None:
    assert report(run) == 0
    assert "沒有洩漏證明" in (run.out / "report.html").read_text(encoding="utf-8")
    proof = Certificate("clean", 0, 1234567, {"near": 0.3}, "toy engine", {"train.jsonl": "1"}, {"test.jsonl": "2"})
    for folder, name in (("articles", "manifest.json"), ("stages", "s5_manifest.json")):
        file = run.data / folder / name
        made = replace(read_json(file, Manifest), certificate=proof)
        if folder == "articles":
            made = replace(made, funnel={"read": 6, "clean": 5, "no copies": 4}, edited={"caption": 3})
        write_json(file, made)
    assert report(run) == 0
    for name in ("report.html", "report.md"):
        text = (run.out / name).read_text(encoding="utf-8")
        assert "沒有洩漏證明" not in text
        assert text.count("無洩漏") == 2, "curate's and the stage's"
        assert text.count("1,234,567") == 2
        assert "near 0.3" in text
        assert "caption" in text
    funnel = json.loads((run.out / "results.json").read_text(encoding="utf-8"))["funnel"]
    assert funnel["steps"] == {"read": 6, "clean": 5, "no copies": 4}
    assert [proof["step"] for proof in funnel["proofs"]] == ["curate", "build s5"]


def test_gaps_are_stated_and_never_filled(run: "Run") -> None:
    (run.saves / "predict_untrained" / "generated_predictions.jsonl").unlink()
    (run.saves / "s3" / "trainer_log.jsonl").unlink()
    (run.saves / "student" / "student.json").unlink()
    (run.data / "rationales" / "extractive.jsonl").unlink()
    run.gold.write_text('{"id": "elsewhere", "summary": "沒有這篇。"}\n', encoding="utf-8")
    assert report(run) == 0
    assert list(rows_of(run)) == ["student_s5", "lead_100", "lead_student_length"]
    for gap in (
        "沒有未訓練學生的預測",
        "沒有內建抽取式教師的摘要",
        "人工摘要的文章都不在這批資料裡",
        "沒有 S3 的訓練紀錄",
        "這次執行沒有記下學生是哪個模型",
        "沒有這份輸出",
    ):
        assert gap in page(run)


@pytest.mark.parametrize(
    ("missing", "command"),
    [
        ("saves/predict/generated_predictions.jsonl", "make predict RUN=toy"),
        ("data/articles/test.jsonl", "make data"),
        ("data/articles/manifest.json", "make data"),
        ("data/stages/s5_test.jsonl", "make data"),
        ("data/stages/s5_manifest.json", "make data"),
        ("data/rationales/rationales.jsonl", "make data"),
    ],
)
def test_a_missing_step_names_the_command_that_makes_it(
    run: "Run", tmp_path: Path, capsys: pytest.CaptureFixture[str], missing: str, command: str
) -> None:
    (tmp_path / missing).unlink()
    assert report(run) == 1
    said = capsys.readouterr().err
    assert "expected this file from an earlier step, found nothing" in said
    assert f"Next: {command}" in said
    assert not run.out.exists()


def test_a_gold_file_that_was_named_must_be_there(run: "Run", capsys: pytest.CaptureFixture[str]) -> None:
    run.gold.unlink()
    assert report(run) == 1
    assert "found no such file" in capsys.readouterr().err


def test_predictions_of_other_rows_make_no_report(run: "Run", capsys: pytest.CaptureFixture[str]) -> None:
    lines = run.predictions.read_text(encoding="utf-8").splitlines()
    run.predictions.write_text("\n".join(lines[::-1]) + "\n", encoding="utf-8")
    assert report(run) == 1
    assert "the order differs" in capsys.readouterr().err


def test_text_for_markdown_keeps_its_signs_and_gains_no_markup() -> None:
    assert markdown("a|b*c*\n<b>&") == "a\\|b\\*c\\* &lt;b&gt;&amp;"
