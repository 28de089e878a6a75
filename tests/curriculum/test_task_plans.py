"""A task is a rung like a stage: its own settings, rendered by the same code; what cannot be is one line."""

import argparse
import json
from pathlib import Path

import plan_house
import pytest
import yaml

from curriculum.asked import plan_arguments, plan_of
from curriculum.committed import committed
from curriculum.ladder import steps_of
from curriculum.plans import rungs_of
from curriculum.schema import Plan
from curriculum.tasks import TASK_PROFILES, profile_of
from curriculum.weigh import weigh
from data_builders.errors import InputError, UsageError
from data_builders.tasks.table import MIXES, TASKS

ROOT = Path(__file__).parents[2]
NAMES = ("wmt", "cnn_dailymail", "squad2")
QWEN = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with toy rows of two tasks, eleven to train on, and a student whose tokens are its characters."""
    monkeypatch.chdir(tmp_path)
    plan_house.student("saves/nano/tasks/student")
    for name in ("wmt", "squad2"):
        for split, count in (("train", 11), ("dev", 2)):
            rows = [
                {"id": f"{name}-{k}", "system": QWEN, "instruction": "q", "input": "a", "output": "b"}
                for k in range(count)
            ]
            plan_house.write(f"data/tasks/{name}_{split}.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    known = [f"{name}_{split}" for name in ("wmt", "squad2") for split in ("train", "dev")]
    plan_house.write("data/tasks/dataset_info.json", json.dumps({one: {"file_name": f"{one}.jsonl"} for one in known}))
    return tmp_path


def planned(*words: str) -> Plan:
    parser = argparse.ArgumentParser()
    for name, default in (("--run", ""), ("--profile", "nano"), ("--data", "data"), ("--student", "")):
        parser.add_argument(name, default=default)
    plan_arguments(parser)
    return plan_of(parser.parse_args(["--run", "try", *words]))


def test_a_plan_may_name_tasks_alone_or_mixed_and_3in1_is_the_mix_of_the_study() -> None:
    assert [rung.stages for rung in rungs_of("wmt")] == [("wmt",)]
    assert [rung.stages for rung in rungs_of("wmt+squad2,cnn_dailymail")] == [("wmt", "squad2"), ("cnn_dailymail",)]
    assert rungs_of("3in1") == rungs_of("wmt+cnn_dailymail+squad2")


@pytest.mark.parametrize("text", ["wmt+s2", "s5,wmt", "s0,wmt", "wmt+wmt", "wmt19"])
def test_stages_and_tasks_in_one_plan_and_unknown_tasks_are_bad_usage(text: str) -> None:
    with pytest.raises(UsageError, match="--plan: expected"):
        rungs_of(text)


def test_every_task_has_settings_in_every_profile() -> None:
    for profile in ("nano", "full"):
        assert set(TASKS) <= set(TASK_PROFILES[profile])
        assert all(profile_of(profile, (name,)).rates.get(name, 0) > 0 for name in TASKS)
    assert all(set(tasks) <= set(TASKS) for tasks in MIXES.values())


@pytest.mark.parametrize(("name", "size"), [("wmt", 5), ("cnn_dailymail", 2), ("squad2", 4)])
def test_a_tasks_recipe_has_the_studys_settings(name: str, size: int) -> None:
    settings = yaml.safe_load((ROOT / f"yaml_recipes/tasks/{name}.yaml").read_text(encoding="utf-8"))
    published = {
        "model_name_or_path": "Qwen/Qwen2.5-3B-Instruct", "finetuning_type": "lora", "lora_target": "q_proj,v_proj",
        "learning_rate": 5e-6, "lr_scheduler_type": "cosine", "warmup_steps": 20, "weight_decay": 0.1,
        "num_train_epochs": 10, "cutoff_len": 4096, "bf16": True, "per_device_train_batch_size": size,
        "gradient_accumulation_steps": size, "template": "qwen", "default_system": QWEN,
        "dataset": f"{name}_train", "eval_dataset": f"{name}_dev", "dataset_dir": "data/tasks",
    }  # fmt: skip
    assert {key: settings.get(key) for key in published} == published


def test_a_nano_recipe_keeps_the_method_and_stays_on_the_cpu() -> None:
    for name in (*NAMES, *MIXES):
        nano, full = (
            yaml.safe_load((ROOT / f"yaml_recipes/{folder}tasks/{name}.yaml").read_text(encoding="utf-8"))
            for folder in ("nano/", "")
        )
        assert nano["use_cpu"] is True
        changed = {key for key in nano.keys() | full.keys() if nano.get(key) != full.get(key)}
        assert changed == {
            "model_name_or_path", "output_dir", "use_cpu", "bf16", "flash_attn", "disable_gradient_checkpointing",
            "train_on_prompt", "learning_rate", "warmup_steps", "num_train_epochs", "cutoff_len", "logging_steps",
        }  # fmt: skip


def test_every_task_and_mix_has_a_committed_recipe_in_both_profiles() -> None:
    paths = {path.as_posix() for path, _ in committed()}
    for name in (*TASKS, *MIXES):
        assert {f"yaml_recipes/tasks/{name}.yaml", f"yaml_recipes/nano/tasks/{name}.yaml"} <= paths


def test_a_plan_of_a_task_has_the_tasks_student_data_and_strategy(house: Path) -> None:
    assert house.is_dir()
    plan = planned("--plan", "wmt")
    assert (plan.student, plan.data, plan.strategy.name) == ("saves/nano/tasks/student", "data/tasks", "lora_multitask")
    assert planned("--plan", "wmt", "--strategy", "full").strategy.method == "full"
    assert planned("--plan", "s5").strategy.method == "full"


def test_steps_are_counted_with_accumulation_and_the_adapter_is_merged(house: Path) -> None:
    assert house.is_dir()
    weighed = weigh(planned("--plan", "wmt"))
    # 11 rows by 5 are 3 batches, 5 of them to a step: 1 step an epoch, 3 epochs
    assert [cost.steps for cost in weighed.costs] == [3]
    train, merge = steps_of(weighed)
    assert train.job.settings["lora_rank"] == 8
    assert train.job.settings["lora_alpha"] == 16
    assert merge.job.settings["default_system"] == QWEN


def test_a_mix_trains_on_all_rows_by_the_settings_of_its_last_task(house: Path) -> None:
    assert house.is_dir()
    (step, _) = steps_of(weigh(planned("--plan", "wmt+squad2")))
    assert step.job.settings["dataset"] == "wmt_train,squad2_train"
    assert step.job.settings["per_device_train_batch_size"] == 4


@pytest.mark.parametrize(
    ("plan", "maker"),
    [("cnn_dailymail", "python -m data_builders task cnn_dailymail"), ("s5", "python -m data_builders build")],
)
def test_a_folder_without_the_plans_rows_is_named_with_the_command_that_makes_them(
    house: Path, plan: str, maker: str
) -> None:
    assert house.is_dir()
    with pytest.raises(InputError) as caught:
        weigh(planned("--plan", plan, "--data", "data/tasks", "--student", "saves/nano/tasks/student"))
    assert f"no {plan}_train. Next: {maker}" in str(caught.value)


def test_a_control_asks_nothing_of_tasks() -> None:
    with pytest.raises(UsageError, match="--control: expected none with tasks"):
        planned("--plan", "wmt", "--control", "steps")
