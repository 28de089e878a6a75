"""A watched training has the weights of an unwatched one, byte for byte, and says what the student wrote on its way."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from data_builders.jsonl import digest_of

pytestmark = pytest.mark.slow
Command = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def watched(data: Path, call: Command) -> Path:
    call("python", "-m", "curriculum", "run", "--plan", "s1", "--run", "watched", "--watch", "2")
    return data.parent / "saves/watched/s1"


def test_weights_are_those_of_an_unwatched_training(watched: Path, call: Command) -> None:
    call("python", "-m", "curriculum", "run", "--plan", "s1", "--run", "unwatched")
    plain = watched.parents[1] / "unwatched/s1"
    assert digest_of(watched / "model.safetensors") == digest_of(plain / "model.safetensors")
    assert not (plain / "generation_log.jsonl").exists(), "off by default"
    markers = [json.loads((folder / "stage.done.json").read_text(encoding="utf-8")) for folder in (watched, plain)]
    assert markers[0]["result"] == markers[1]["result"]
    again = call("python", "-m", "curriculum", "run", "--plan", "s1", "--run", "watched", "--json")
    assert json.loads(again.stdout)[0]["standing"] == "done", "asked for without --watch, it is the same training"


def test_each_evaluation_is_logged_with_signed_metrics_and_the_answers(watched: Path, data: Path) -> None:
    lines = (watched / "generation_log.jsonl").read_text(encoding="utf-8").splitlines()
    looks = [json.loads(line) for line in lines]
    trainer = [json.loads(line) for line in (watched / "trainer_log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [look["step"] for look in looks] == sorted(
        {line["current_steps"] for line in trainer if "eval_loss" in line}
    )
    rows = (data / "stages/s1_dev.jsonl").read_text(encoding="utf-8").splitlines()[:2]
    for look in looks:
        assert set(look["said"]) == {json.loads(row)["id"] for row in rows}
        assert set(look["metrics"]) == {"rouge1_f", "rougeL_f", "zhtw_share"}
        assert all("|n:2|" in metric["signature"] for metric in look["metrics"].values())
    assert looks[0]["said"] != looks[-1]["said"], "it has learnt something in between"


def test_tensorboard_has_the_same_numbers_beside_the_trainers_own(watched: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    (run,) = (watched / "runs").iterdir()
    told = EventAccumulator(str(run))
    told.Reload()
    assert {"generation/rouge1_f", "generation/rougeL_f", "generation/zhtw_share", "eval/loss"} <= set(
        told.Tags()["scalars"]
    )
    looks = [json.loads(line) for line in (watched / "generation_log.jsonl").read_text(encoding="utf-8").splitlines()]
    shown = {scalar.step: scalar.value for scalar in told.Scalars("generation/rouge1_f")}
    assert shown == {look["step"]: pytest.approx(look["metrics"]["rouge1_f"]["value"], abs=1e-6) for look in looks}
