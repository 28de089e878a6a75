"""The real trainer on a real, tiny ladder: forty articles of the sample, the nano student, two cores."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data_builders.jsonl import digest_of

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def weights(folder: Path) -> str:
    return digest_of(folder / "model.safetensors")


def test_dev_loss_falls_at_every_stage(climbed: dict[str, dict[str, dict[str, float]]]) -> None:
    for stage in ("s1", "s2", "s3", "s4", "s5"):
        loss = climbed[stage]["dev_loss"]
        assert loss["after"] < loss["before"], (stage, loss)


def test_a_second_run_does_nothing(climbed: object, call, house: Path) -> None:  # type: ignore[no-untyped-def]
    assert climbed
    before = weights(house / "saves/nano/s5")
    done = call("python", "-m", "curriculum", "run", "s1", "s2", "s3", "s4", "s5", "predict", "--json")
    assert {outcome["standing"] for outcome in json.loads(done.stdout)} == {"done"}
    assert weights(house / "saves/nano/s5") == before


def test_the_stock_command_gives_the_weights_of_the_warm_fork(climbed: object, call, house: Path) -> None:  # type: ignore[no-untyped-def]
    # S2 after S1 in the same warm parent: were anything to leak from one stage into the next, it would show here.
    assert climbed
    for stage in ("s2", "s5"):
        recipe = f"yaml_recipes/nano/{stage}.yaml"
        call("llamafactory-cli", "train", recipe, f"output_dir=saves/stock/{stage}")
        assert weights(house / "saves/stock" / stage) == weights(house / "saves/nano" / stage)


def test_a_stage_killed_in_the_middle_ends_with_the_same_weights(climbed: object, call, house: Path) -> None:  # type: ignore[no-untyped-def]
    assert climbed
    student = ("--student", "saves/nano/student", "--data", "data", "--run", "killed")
    command = [sys.executable, "-m", "curriculum", "run", "s1", *student]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=house, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)
    output = house / "saves/killed/s1"
    deadline = time.monotonic() + 240
    while not list(output.glob("checkpoint-*/trainer_state.json")):
        assert process.poll() is None, "the stage ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (output / "stage.done.json").exists()
    again = call("python", "-m", "curriculum", "run", "s1", *student, "--json")
    assert json.loads(again.stdout)[0]["standing"] == "resume"
    assert weights(output) == weights(house / "saves/nano/s1")


def test_predictions_join_the_test_rows_and_are_scored(climbed: object, call, house: Path) -> None:  # type: ignore[no-untyped-def]
    assert climbed
    files = ("--rows", "data/stages/s5_test.jsonl", "--articles", "data/articles/test.jsonl")
    predictions = "saves/nano/predict/generated_predictions.jsonl"
    call("python", "-m", "eval", "join", "--predictions", predictions, *files, "--out", "results/pairs.jsonl")
    call("python", "-m", "eval", "score", "--pairs", "results/pairs.jsonl", "--out", "results/scores.json")
    scores = json.loads((house / "results/scores.json").read_text(encoding="utf-8"))
    rows = (house / "data/stages/s5_test.jsonl").read_text(encoding="utf-8").splitlines()
    assert set(scores["pairs"]) == {json.loads(row)["id"] for row in rows}
    call(
        "python", "-m", "eval", "report", "--run", "nano", "--data", "data", "--saves", "saves/nano", "--out", "results"
    )
    results = json.loads((house / "results/results.json").read_text(encoding="utf-8"))
    students = {row["system"]: row["n"] for row in results["scores"]["rows"]}
    assert students["student_s5"] == students["student_untrained"] == len(rows)


def test_a_stage_out_of_order_ends_with_one_line_and_code_1(data: Path, call) -> None:  # type: ignore[no-untyped-def]
    assert data.is_dir()
    failed = call("python", "-m", "curriculum", "run", "s3", "--run", "empty", code=1)
    assert failed.stderr.splitlines()[-1].startswith(
        "error: saves/empty/s2: expected the model that this job starts from"
    )
    assert "make stage2 RUN=empty" in failed.stderr


def test_pretraining_starts_from_the_student_and_feeds_the_first_stage(data: Path, call, house: Path) -> None:  # type: ignore[no-untyped-def]
    assert data.is_dir()
    call("python", "-m", "curriculum", "run", "s0", "--json")
    call(
        "python", "-m", "curriculum", "run", "s1", "--run", "pretrained", "--student", "saves/nano/s0", "--data", "data"
    )
    assert weights(house / "saves/pretrained/s1") != weights(house / "saves/nano/s0")
