"""A task trained for two steps by the stock trainer, through the runner, then asked and scored."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
Command = Callable[..., object]


def test_two_steps_of_a_task_train_its_adapter_and_stand_in_the_matrix(house: Path, call: Command) -> None:
    from safetensors.torch import load_file

    # 14 rows by 5 x 5 are one step an epoch, and 3 epochs of the recipe would be 3: a sample of 14 keeps it short.
    sizes = ("--train", "14", "--dev", "2", "--test", "2")
    call("python", "-m", "data_builders", "task", "wmt", *sizes, "--out", "tasks")
    student = ("student", "--preset", "nano", "--corpus", "tasks", "--out", "saves/t/student")
    call("python", "-m", "data_builders", *student)
    plan = ("--plan", "wmt", "--run", "t/wmt", "--data", "tasks", "--student", "saves/t/student")
    call("python", "-m", "curriculum", "run", *plan)
    done = json.loads((house / "saves/t/wmt/wmt/trainer_state.json").read_text("utf-8"))
    assert done["global_step"] >= 2
    trained = load_file(house / "saves/t/wmt/wmt/adapter_model.safetensors")
    assert {name.split(".")[-3] for name in trained} == {"q_proj", "v_proj"}
    assert any(bool(weights.any()) for name, weights in trained.items() if "lora_B" in name)
    call("python", "-m", "eval", "matrix", "t/wmt", "--max-new-tokens", "4", "--out", "matrix.json")
    found = json.loads((house / "matrix.json").read_text("utf-8"))
    assert found["compared"]["rows"] == ["base", "wmt"]
    assert found["own"] == {"base": [], "wmt": ["wmt"]}
