"""The whole comparison by the command line: stand-ins of four families, two steps each, one failing on purpose."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
SENTENCES = [
    "The storm hit Taipei",
    "Schools were closed",
    "The mayor spoke to farmers",
    "Trains ran late",
    "Fish was dear",
]


def write_corpus(path: Path) -> None:
    """The sample's articles with the start of each as its summary, and a few English ones."""
    rows = []
    for line in (ROOT / "data_builders/sample/news.jsonl").read_text(encoding="utf-8").splitlines()[:40]:
        one = json.loads(line)
        text = one.get("article") or one.get("content") or ""
        rows.append({"id": one["id"], "article": text, "summary": text.split("。")[0] + "。"})
    for k in range(12):
        told = [f"{SENTENCES[(k + n * (k + 1)) % 5]} on day {k * 31 + n}." for n in range(6)]
        rows.append({"id": f"e{k}", "article": " ".join(told), "summary": told[k % 6]})
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def test_two_steps_of_each_family_one_table_one_failing_on_purpose_and_a_rerun_does_nothing(tmp_path: Path) -> None:
    write_corpus(tmp_path / "news.jsonl")
    names = ["distilgpt2", "opt-350m", "t5_pegasus", "gpt2-xl=saves/none"]
    command = [
        sys.executable, "-m", "curriculum", "baselines", "--input", "news.jsonl", "--models", ",".join(names),
        "--run", "slow", "--max-steps", "2", "--max-new-tokens", "8", "--json",
    ]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}

    def called() -> tuple[dict[str, object], str]:
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=1500, check=False
        )
        assert done.returncode == 1, done.stdout[-2000:] + done.stderr[-4000:]
        return json.loads(done.stdout), done.stderr

    report, _ = called()
    assert [(one["model"], one["side"]) for one in report["failures"]] == [
        ("gpt2-xl", "pretrained"), ("gpt2-xl", "fine-tuned")
    ]  # fmt: skip
    lines = {(line["model"], line["metric"]): line for line in report["tables"][0]["lines"]}
    for model in ("distilgpt2", "opt-350m", "t5_pegasus"):
        for metric in ("rougeL_f", "rougeLsum_f", "bertscore_p", "bertscore_r", "bertscore_f"):
            line = lines[model, metric]
            assert line["before"]["n"] == line["after"]["n"] == report["articles"]["test"]
            assert line["change"]["low"] <= line["change"]["mean"] <= line["change"]["high"]
        assert json.loads((tmp_path / f"saves/slow/{model}/stage.done.json").read_text(encoding="utf-8"))["result"]
    assert report["certificate"]["result"] == "clean"
    markdown = (tmp_path / "results/slow/baselines.md").read_text(encoding="utf-8")
    assert "| gpt2-xl | ROUGE-L | failed | failed | — |" in markdown
    assert (tmp_path / "results/slow/page/report.html").is_file()
    again, said = called()
    assert again["tables"] == report["tables"]
    assert "distilgpt2         is done" in said
