"""The report of several runs: like with like, bounded, the same bytes, and nothing from outside gets into it."""

import csv
import json
import re
from pathlib import Path

import pytest
from report_house import ARTICLES, PLANTED, REFERENCES, House

from data_builders.cli import run as main
from data_builders.curate.certificate import certify, likeness_of_folder
from data_builders.errors import NewsLadderError
from data_builders.jsonl import read_json, write, write_json
from data_builders.schema import AlpacaRow, Article, Manifest
from eval.compare.schema import Difference
from eval.report.runs.audit import answers_cut, audit_of
from eval.report.runs.build import build
from eval.report.runs.columns import column
from eval.report.runs.examples import MOST, MOST_CHARACTERS
from eval.report.runs.figures import told_apart
from eval.report.runs.inputs import read_run
from eval.report.runs.marks import doubts_of, lacking_of, pieces_of
from eval.report.runs.words import verdict
from eval.verbs import VERBS


def report(house: House, *names: str, **more: str) -> int:
    words = [word for name in names for word in ("--run", name)]
    words += [word for key, value in more.items() for word in (f"--{key}", value) if word]
    return main("python -m eval", "…", VERBS, ["report", "--root", str(house.root), *words])


def results(house: House) -> dict[str, object]:
    return json.loads((house.out / "results.json").read_text(encoding="utf-8"))


def test_three_runs_become_one_page_with_files_beside_it(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(house, "good", "weak", "copy") == 0
    said = capsys.readouterr().out
    assert re.search(r"good +\(article's start at like length", said)
    assert {file.name for file in house.out.iterdir()} == {
        "report.html", "report.md", "results.json", "scores.csv", "plots"
    }  # fmt: skip
    plots = {file.name for file in (house.out / "plots").iterdir()}
    assert {"heat.png", "heat.svg", "bars_rougeL_f.png", "length_r1.svg", "zhtw_r3.png"} <= plots
    assert "loss_s5.svg" in plots
    for heading in ("分數", "誰真的不同", "一覽", "分布", "學習曲線", "資料流向", "洩漏憑證", "截斷", "評審", "範例"):
        assert f"<h2>{heading}</h2>" in house.page
        assert f"## {heading}" in (house.out / "report.md").read_text("utf-8") or heading in {"一覽", "分布"}


def test_every_number_is_signed_and_has_its_interval(house: House) -> None:
    report(house, "good", "weak")
    for scores in results(house)["scores"]:
        assert {"rouge1_f", "rougeL_f", "chrf_pair", "faithfulness", "zhtw_share", "length"} <= scores["numbers"].keys()
        for name, number in scores["numbers"].items():
            assert number["low"] <= number["value"] <= number["high"]
            assert re.match(rf"{name}\|.*\|n:{number['n']}\|ids:\w{{12}}$", number["signature"])
            assert number["signature"] in house.page
    with (house.out / "scores.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["of"] for row in rows} == {"answers", "lead at like length", "corpus"}
    assert all(row["signature"] for row in rows)


def test_the_better_run_is_told_in_plain_words(house: House) -> None:
    report(house, "good", "weak")
    assert re.search(r"good 比 weak 高 [\d.]+（95% 區間 \+[\d.]+ 到 \+[\d.]+），差別不是偶然", house.page)
    tie = Difference("a", "b", 0.01, -0.02, 0.04, 0.4, 0.8, 0.1, 0.5, differs=False)
    assert verdict(tie, column("rougeL_f")) == "看不出 a 與 b 有別（95% 區間 -2.0 到 +4.0）"


def test_other_test_rows_are_refused_before_anything_is_written(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.answer("short", {key: REFERENCES[key] for key in list(REFERENCES)[:9]})
    assert report(house, "good", "short") == 1
    assert "3 ids of good that not all have" in capsys.readouterr().err
    assert not house.out.exists()
    assert (
        main("p", "…", VERBS, ["report", "--root", str(house.root), "--run", "good", "--run", "short", "--common"]) == 0
    )
    assert "left out of good: 3 pairs" in capsys.readouterr().out
    assert "good 有 3 篇不是每次執行都有" in house.page


@pytest.mark.parametrize("what", ["reference", "article"])
def test_another_text_under_one_id_is_refused(house: House, capsys: pytest.CaptureFixture[str], what: str) -> None:
    file = house.root / "results" / "weak" / "pairs.jsonl"
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    lines[3][what] = "另外一段文字。"
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    assert report(house, "good", "weak") == 1
    assert f"another {what} for 1 ids (n-3) in weak than in good" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--run", "good", "--run", "good"], 2, "good twice"),
        (["--run", "good", "--run", "../etc"], 2, "a run's name"),
        (["--run", "good", "--run", "nowhere"], 1, "make predict RUN=nowhere"),
        (["--run", "good", "--run", "weak", "--data", "data"], 2, "give --root"),
        (["--run", "good", "--common"], 2, "two runs or more"),
        (["--run", "good", "--run", "weak", "--matrix", "none.json"], 1, "no such file"),
    ],
)
def test_bad_usage_is_one_line(
    house: House, capsys: pytest.CaptureFixture[str], words: list[str], code: int, told: str
) -> None:
    assert main("p", "…", VERBS, ["report", "--root", str(house.root), *words]) == code
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


def test_planted_markup_stays_text(house: House) -> None:
    house.answer("evil", dict.fromkeys(REFERENCES, PLANTED))
    assert report(house, "good", "evil") == 0
    assert house.page.count("<script") == 1
    markdown = (house.out / "report.md").read_text(encoding="utf-8")
    for text in (house.page, markdown):
        assert "<img" not in text
        assert '<a href="javascript' not in text
    assert "<script" not in markdown
    assert not re.search(r"<(link|img|iframe|object|base)\b|@import|url\((?!#)", house.page)


def test_a_run_s_name_is_text_too(house: House) -> None:
    name = '=1+<b>"$x$'
    house.answer(name, REFERENCES)
    assert report(house, "good", name) == 0
    assert '<b>"$x$' not in house.page
    with (house.out / "scores.csv").open(encoding="utf-8", newline="") as stream:
        assert {row["run"] for row in csv.DictReader(stream)} == {"good", "'" + name}


def test_the_script_is_the_one_that_the_policy_names(house: House) -> None:
    import base64
    import hashlib

    report(house, "good", "weak")
    script = re.search(r"<script>(.*?)</script>", house.page, re.DOTALL)
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in house.page


def test_the_same_runs_give_the_same_bytes(house: House) -> None:
    report(house, "good", "weak", "copy")
    first = {file: file.read_bytes() for file in house.out.rglob("*.*")}
    assert len(first) > 20
    report(house, "good", "weak", "copy")
    assert {file: file.read_bytes() for file in house.out.rglob("*.*")} == first
    assert b"dc:date" not in b"".join(first.values())


def test_the_page_is_bounded_and_says_so(house: House) -> None:
    many = {f"m-{place}": "新圖書館明天啟用，有十萬本書。" for place in range(MOST + 15)}
    long = dict.fromkeys(many, "十" * (MOST_CHARACTERS + 500))
    articles = dict.fromkeys(many, "新圖書館明天啟用。館長表示，館內有十萬本書。")
    for place in range(14):
        house.answer(f"r{place}", long, references=many, articles=articles)
    build(house.root, [f"r{place}" for place in range(14)], house.out, (), common=False)
    assert f"{MOST + 15} 篇中只列 {MOST} 篇，每篇只列前 12 次執行" in house.page
    assert house.page.count('<details class="card"') == MOST
    assert "另有 500 字元" in house.page
    assert len(house.page) < 5_000_000


def test_without_scripts_the_worst_come_first(house: House) -> None:
    report(house, "good", "weak")
    shown = [float(value) for value in re.findall(r'class="card"[^>]* data-k0="([^"]+)"', house.page)]
    assert len(shown) == len(REFERENCES)
    assert shown == sorted(shown)


def test_what_the_reference_lacks_and_what_the_article_does_not_hold_are_marked() -> None:
    article = "高雄市十五日停電，影響12萬戶。台電說將在晚間復電。"
    pieces = pieces_of("高雄市停電，影響20萬戶，林怡君道歉。", "高雄市十五日停電，影響12萬戶。", article)
    assert "".join(piece.text for piece in pieces) == "高雄市停電，影響20萬戶，林怡君道歉。"
    told = dict(doubts_of(pieces))
    assert told["20萬戶"].startswith("數字：")
    assert not any(piece.new for piece in pieces if piece.text in {"高雄市", "停電，影響"})
    assert lacking_of("高雄市停電。", "高雄市十五日停電。") == ("十五日",)
    assert pieces_of("", "參考", article) == ()


def test_a_certificate_of_other_files_proves_nothing_and_leaks_split_the_scores(house: House) -> None:
    articles = house.root / "data" / "articles"
    write(articles / "train.jsonl", [Article("t-0", "toy", ARTICLES["n-0"] * 3, title="題")])
    write(articles / "test.jsonl", [Article(key, "toy", text * 3) for key, text in ARTICLES.items()])
    report(house, "good", "weak")
    found = results(house)["contamination"][0]
    assert found["leaky"] == ["n-0"]
    assert "已當場重驗" in found["note"]
    assert found["subsets"]["good"]["leaky"]["rougeL_f"]["n"] == 1
    assert found["subsets"]["good"]["clean"]["rougeL_f"]["n"] == len(ARTICLES) - 1
    assert "洩漏 1 對" in house.page


def test_a_clean_certificate_that_fits_is_taken_as_it_is(house: House) -> None:
    articles = house.root / "data" / "articles"
    made = read_json(articles / "manifest.json", Manifest)
    files = [articles / "train.jsonl"], [articles / "test.jsonl"]
    proof, leaks = certify(*files, likeness_of_folder(articles))
    assert not leaks
    write_json(articles / "manifest.json", Manifest(made.step, made.version, made.settings, made.inputs, 12, 12, {},
                                                    made.outputs, certificate=proof))  # fmt: skip
    report(house, "good", "weak")
    found = results(house)["contamination"][0]
    assert (found["note"], [one["again"] for one in found["proofs"]]) == ("", [False])
    assert "✓ 無洩漏" in house.page


def test_the_audit_counts_what_was_cut(house: House) -> None:
    house.answer("cut", dict.fromkeys(REFERENCES, "沒有說完的") | {"n-1": ""}, cut=4)
    audit = audit_of(read_run(house.root, "cut"))
    assert (audit.answers_cut, audit.bound, audit.empty, audit.unended) == (4, 64, 1, len(REFERENCES) - 1)
    assert answers_cut(["甲"], 0, None) is None


def test_judges_that_are_unlike_are_not_compared_and_the_rest_is(house: House) -> None:
    house.judge("good", "judge-a", 16)
    house.judge("weak", "judge-b", 9)
    assert report(house, "good", "weak") == 0
    assert "評審的分數不能互比：judge: model is judge-a for good, judge-b for weak" in house.page
    house.judge("weak", "judge-a", 9)
    report(house, "good", "weak")
    assert "評審：1 對執行全都有別" in house.page
    assert "打散的原文 2.0" in house.page


def test_a_matrix_file_is_shown_with_what_was_forgotten(house: House) -> None:
    cell = {"row": "s2", "mean": 0.5, "low": 0.4, "high": 0.6, "change": None}
    lost = {"since": "s2", "mean": -0.3, "p_holm": 0.001, "differs": True}
    columns = [{"name": "aspects", "metric": "aspects_f", "n": 9,
                "cells": [cell, cell | {"row": "s5", "mean": 0.2, "change": lost}]}]  # fmt: skip
    file = house.root / "stages.json"
    file.write_text(json.dumps({"rows": ["s2", "s5"], "columns": columns, "fell_out": {}}), "utf-8")
    assert report(house, "good", "weak", matrix=str(file)) == 0
    assert 'class="h0 worse" title="與 s2 差 -30.0' in house.page
    assert "20.0 ▼" in (house.out / "report.md").read_text("utf-8")


def test_a_run_of_llamafactory_is_joined_by_order_and_reads_its_own_data_folder(house: House) -> None:
    house.llamafactory("mine", REFERENCES)
    run = read_run(house.root, "mine")
    assert run.source == "saves/mine/predict/generated_predictions.jsonl"
    assert run.folders.data == house.root / "data"
    own = house.root / "data" / "mine" / "stages"
    write(own / "s5_test.jsonl", [AlpacaRow("else", "", "問：", "別篇", "答")])
    assert read_run(Path(house.root), "good").folders.data == house.root / "data"
    assert main("p", "…", VERBS, ["report", "--root", str(house.root), "--run", "good", "--run", "mine"]) == 1


def test_a_run_of_a_plan_reads_the_rows_that_its_manifest_names(house: House) -> None:
    house.llamafactory("try/cell/seed1", REFERENCES)
    (house.root / "data").rename(house.root / "rows")
    with pytest.raises(NewsLadderError, match=r"data/stages/s5_test\.jsonl"):
        read_run(house.root, "try/cell/seed1")
    write_json(house.root / "saves/try/cell/seed1/manifest.json", {"plan": {"data": "rows", "seed": 1}, "run": "try"})
    run = read_run(house.root, "try/cell/seed1")
    assert (run.folders.data, len(run.pairs)) == (house.root / "rows", len(REFERENCES))


def test_one_run_keeps_its_own_report(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(house, "good") == 1
    assert "make predict RUN=good" in capsys.readouterr().err


def test_long_names_of_a_matrix_are_told_apart_in_charts() -> None:
    cells = ("full-v1", "full-v1-as_tokens", "lora-v1")
    runs = [f"try/5stage-{cell}/seed1" for cell in cells]
    assert list(told_apart(runs).values()) == ["full", "full-as_tokens", "lora"]
    assert told_apart(["good", "weak"]) == {"good": "good", "weak": "weak"}, "names with room enough stay whole"
    beside = ["try/5stage-full-v1/seed1", "try/5stage-full-v1-as_tokens/seed1"]
    assert list(told_apart(beside)) == list(told_apart(beside).values()), "one would be left without a name"


def test_a_chinese_name_is_text_in_svg_and_no_warning_in_png(house: House) -> None:
    house.answer("課程學習", REFERENCES)
    assert report(house, "good", "課程學習") == 0
    svg = (house.out / "plots" / "bars_rougeL_f.svg").read_text("utf-8")
    assert ">課程學習</text>" in svg
    assert "sans-serif" in svg
    assert (house.out / "plots" / "bars_rougeL_f.png").read_bytes().startswith(b"\x89PNG")
    assert "font-family: " not in "".join(re.findall(r"<svg.*?</svg>", house.page, re.DOTALL))
