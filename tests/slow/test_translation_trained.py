"""The translation task through the runner: rows, two steps, the merged model, predictions, scores, the translator."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def test_two_steps_of_translation_end_in_a_merged_model_that_translates(call, house: Path) -> None:  # type: ignore[no-untyped-def]
    data, run = "data/translation", "two/tasks/translation"
    call(
        "python",
        "-m",
        "data_builders",
        "task",
        "translation",
        "--out",
        data,
        "--subset",
        "8",
        "--dev",
        "6",
        "--test",
        "6",
    )
    student = ("student", "--preset", "nano", "--corpus", data, "--out", "saves/translator/student")
    call("python", "-m", "data_builders", *student)
    plan = ("--plan", "translation", "--data", data, "--student", "saves/translator/student", "--run", run)
    call("python", "-m", "curriculum", "run", *plan)
    log = (house / "saves" / run / "translation" / "trainer_log.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(log[-1])["total_steps"] == 6, "16 rows, batches of 8, 3 epochs: two steps an epoch"
    adapter = json.loads((house / "saves" / run / "translation" / "adapter_config.json").read_text(encoding="utf-8"))
    assert (adapter["r"], adapter["lora_alpha"], adapter["lora_dropout"]) == (32, 64, 0.05)
    merged = f"saves/{run}/merged"
    pairs = ("--rows", f"{data}/translation_test.jsonl", "--model", merged, "--out", "results/translation/pairs.jsonl")
    call("python", "-m", "eval", "predict", *pairs, "--max-new-tokens", "4")
    scored = call("python", "-m", "eval", "score", "--pairs", pairs[-1], "--task", "translation")
    assert "bleu_brevity_penalty." in scored.stdout
    said = call("python", "-m", "eval", "translate", "--model", merged, "--to", "zh_TW", "--max-new-tokens", "4", "Hi.")
    assert said.stdout.count("\n") >= 1
