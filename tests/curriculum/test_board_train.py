"""What the Board's Start runs: the recipe's stage is marked as the runner marks it, anything else is told."""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import plan_house
import pytest
import yaml
from fake_trainer import FakeTrainer, make_model

from curriculum import board_train
from curriculum.board_sent import Difference, differences, silent_overrides
from curriculum.board_stages import PLACES, Stage, remember, run_stage, stage_at, stages_of_plan
from curriculum.board_told import differing, other_settings, outcome, standing_told
from curriculum.board_train import Attended, run_as_recipe, start
from curriculum.finished import data_folders, finished_adapters, finished_models, trained_whole
from curriculum.job import Run, job_of
from curriculum.marker import DONE, OTHER, STARTED, standing, wanted
from curriculum.plans import rungs_of
from curriculum.runner import run_jobs, run_one
from curriculum.schema import Plan
from curriculum.strategies import strategy_of
from data_builders.errors import OrderError, TrainError
from data_builders.jsonl import write_json

# What LLaMA-Board 0.9.5 sent for the preset S2 of the house's toy recipe, plus what its widgets send at rest.
SENT: dict[str, object] = {
    "model_name_or_path": "saves/nano/s1",
    "dataset_dir": ".",
    "dataset": "s2_train",
    "eval_dataset": "s2_dev",
    "cutoff_len": 64,
    "output_dir": "saves/nano/s2",
    "use_cpu": True,
    "do_train": True,
    "finetuning_type": "lora",
    "template": "default",
    "flash_attn": "auto",
    "learning_rate": 5e-05,
    "num_train_epochs": 3.0,
    "max_samples": 1_000_000_000,
    "per_device_train_batch_size": 8,
    "packing": False,
    "report_to": "none",
}


@pytest.fixture
def s2(nano: Run, house: Path) -> Stage:
    """S2 of the toy house, S1 trained, the Board's presets written; the recipe says what every preset does."""
    recipe = house / "yaml_recipes/nano/s2.yaml"
    recipe.write_text(recipe.read_text(encoding="utf-8") + "do_train: true\n", encoding="utf-8")
    list(run_jobs(["s1"], nano, FakeTrainer()))
    stage = run_stage("s2", nano)
    remember([stage])
    return stage


def asked(**changes: object) -> Path:
    """The file that the Board writes when Start is pressed; None leaves a key out."""
    args = {key: value for key, value in (SENT | changes).items() if value is not None}
    path = Path(str(args["output_dir"])) / "training_args.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(args), encoding="utf-8")
    return path


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The stock commands that this process would have become."""
    became: list[list[str]] = []
    monkeypatch.setattr(os, "execvp", lambda _, words: became.append(words))
    monkeypatch.setattr(board_train, "hush", lambda: None)
    return became


Trained = Callable[[FakeTrainer], None]


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Trained:
    """Have a fake trainer in LLaMA-Factory's place."""
    return lambda trainer: monkeypatch.setattr(board_train, "Cold", lambda: trainer)


def test_a_preset_as_it_was_loaded_is_the_recipe(s2: Stage) -> None:
    assert differences(s2.job, SENT) == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"learning_rate": 0.01}, Difference("learning_rate", "0.01", "5e-05")),
        ({"cutoff_len": 32}, Difference("cutoff_len", "32", "64")),
        ({"max_samples": 10}, Difference("max_samples", "10", "1000000000")),
        ({"packing": True}, Difference("packing", "True", "False")),
        ({"neat_packing": True}, Difference("neat_packing", "True", "False")),
        ({"eval_dataset": None}, Difference("eval_dataset", "(not sent)", "s2_dev")),
        ({"seed": 7}, Difference("seed", "7", "(not sent)")),
        ({"model_name_or_path": "saves/udn/s1"}, Difference("model_name_or_path", "saves/udn/s1", "saves/nano/s1")),
        ({"tokenized_path": "saves/.tokenized/x"}, Difference("tokenized_path", "saves/.tokenized/x", "(not sent)")),
    ],
)  # fmt: skip
def test_every_other_setting_is_a_difference(s2: Stage, changes: dict[str, object], told: Difference) -> None:
    args = {key: value for key, value in (SENT | changes).items() if value is not None}
    assert differences(s2.job, args) == (told,)


def test_who_is_told_of_a_training_is_no_difference_and_goes_along(s2: Stage) -> None:
    args = SENT | {"report_to": "wandb", "run_name": "try"}
    assert differences(s2.job, args) == ()
    assert silent_overrides(s2.job, args) == ("report_to=wandb", "run_name=try")


def test_a_false_of_the_recipe_travels_as_0(s2: Stage) -> None:
    recipe = replace(s2.job.recipe, settings=s2.job.recipe.settings | {"eval_on_start": False})
    job = replace(s2.job, recipe=recipe)
    assert differences(job, SENT | {"eval_on_start": 0}) == ()
    assert differences(job, SENT) == (Difference("eval_on_start", "(not sent)", "False"),)


def test_the_recipes_settings_are_run_by_the_runner_and_found_by_it(
    s2: Stage, nano: Run, stock: list[list[str]], by: Trained
) -> None:
    trainer = FakeTrainer()
    by(trainer)
    start(asked())
    assert stock == []
    assert trainer.commands == [("llamafactory-cli", "train", "yaml_recipes/nano/s2.yaml", "report_to=none")]
    assert standing(s2.job, wanted(s2.job)) == "done"
    again = FakeTrainer()
    assert [outcome.standing for outcome in run_jobs(["s1", "s2"], nano, again)] == ["done", "done"]
    assert again.commands == []


def test_a_stage_that_is_done_is_not_trained_again(s2: Stage, by: Trained, stock: list[list[str]]) -> None:
    run_one(s2.job, FakeTrainer())
    trainer = FakeTrainer()
    by(trainer)
    start(asked())
    assert (trainer.commands, stock) == ([], [])


def test_other_settings_train_by_the_stock_command_and_are_told(s2: Stage, nano: Run, stock: list[list[str]]) -> None:
    path = asked(learning_rate=0.01)
    start(path)
    assert stock == [["llamafactory-cli", "train", "saves/nano/s2/training_args.yaml"]]
    make_model(s2.job.output, "trained otherwise")
    assert other_settings(s2.job) == (Difference("learning_rate", "0.01", "5e-05"),)
    assert standing_told(s2.job) == (
        "fresh; what lies there is from LLaMA-Board, learning_rate 0.01 (recipe: 5e-05)"
    )  # fmt: skip
    assert outcome("saves/nano/s2", "en") == differing("s2", other_settings(s2.job), "en")
    assert outcome("saves/nano/s2", "zh").startswith("s2：设置与配方不同，不会算作这个阶段：learning_rate 0.01")
    list(run_jobs(["s2"], nano, FakeTrainer()))
    assert standing_told(s2.job) == "done"
    assert not (s2.job.output / OTHER).exists()


def test_other_settings_do_not_write_over_a_stage_that_is_done(s2: Stage, stock: list[list[str]]) -> None:
    run_one(s2.job, FakeTrainer())
    with pytest.raises(
        OrderError, match=r"since s2 lies there finished, found learning_rate 0\.01\. Next: name another"
    ):
        start(asked(learning_rate=0.01))
    assert stock == []
    assert standing(s2.job, wanted(s2.job)) == "done"


def test_other_settings_do_not_write_over_a_stage_that_is_half_done(s2: Stage, stock: list[list[str]]) -> None:
    write_json(s2.job.output / STARTED, wanted(s2.job))
    write_json(s2.job.output / "checkpoint-2/trainer_state.json", {})
    with pytest.raises(OrderError, match="half done"):
        start(asked(learning_rate=0.01))
    assert stock == []
    assert standing(s2.job, wanted(s2.job)) == "resume"


def test_a_checkpoint_of_other_settings_is_never_gone_on_with(s2: Stage, stock: list[list[str]]) -> None:
    write_json(s2.job.output / STARTED, wanted(s2.job))
    start(asked(learning_rate=0.01))
    write_json(s2.job.output / "checkpoint-2/trainer_state.json", {})
    assert stock
    assert standing(s2.job, wanted(s2.job)) == "fresh"


@pytest.mark.usefixtures("s2")
def test_a_training_that_is_no_stage_is_the_boards_own(stock: list[list[str]]) -> None:
    path = asked(output_dir="saves/Qwen2.5-0.5B-Instruct/full/train_2026")
    start(path)
    assert stock == [["llamafactory-cli", "train", path.as_posix()]]
    assert not (path.parent / OTHER).exists()


def ended_early(folder: Path) -> int:
    make_model(folder, "weights of the first half")
    write_json(folder / "trainer_state.json", {"global_step": 7, "max_steps": 14})
    return 0


def stopped(folder: Path) -> int:
    os.kill(os.getpid(), signal.SIGABRT)
    make_model(folder, "weights of the first half")
    return 0


@pytest.mark.parametrize("acts", [ended_early, stopped])
def test_a_training_that_was_stopped_ends_with_code_0_and_is_not_done(
    s2: Stage, acts: Callable[[Path], int], by: Trained, stock: list[list[str]]
) -> None:
    by(FakeTrainer(acts))
    with pytest.raises(TrainError, match="s2: expected exit code 0, found 130"):
        start(asked())
    assert stock == []
    assert not (s2.job.output / DONE).exists()
    assert (s2.job.output / STARTED).is_file()


def test_the_error_is_one_line_where_the_board_shows_it(
    s2: Stage, capfd: pytest.CaptureFixture[str], stock: list[list[str]]
) -> None:
    (Path(s2.job.model) / "config.json").unlink()
    assert board_train.main(["train", str(asked())]) == 1
    assert capfd.readouterr().err == (
        "saves/nano/s1: expected a model's folder, found no config.json. Next: make stage1 RUN=nano\n"
    )
    assert stock == []


def test_stages_of_earlier_boards_are_still_known(s2: Stage, nano: Run) -> None:
    other = Run("udn", "nano", Path("data/udn"), "saves/nano/student")
    remember([run_stage("s1", other)])
    found = stage_at("saves/nano/s2/")
    assert found is not None
    assert found.job == s2.job == job_of("s2", nano)
    assert stage_at("saves/udn/s1") == run_stage("s1", other)
    assert stage_at("saves/udn/s9") is None
    PLACES.write_text("{}{", encoding="utf-8")
    assert stage_at("saves/nano/s2") is None


@pytest.mark.parametrize("strategy", ["full", "lora", "lora_split"])
def test_a_rung_of_a_plan_leaves_its_manifest_as_the_runner_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strategy: str
) -> None:
    monkeypatch.chdir(tmp_path)
    plan_house.build()
    plan = Plan(
        "s1,s5", rungs_of("s1,s5"), strategy_of(strategy), "nano", "saves/nano/student", "data", "try"
    )  # fmt: skip
    remember(stages_of_plan(plan), plan)
    for rung in ("s1", "s5"):
        stage = stage_at(f"saves/try/{rung}")
        assert stage is not None
        sent = dict(stage.job.recipe.settings)
        assert differences(stage.job, sent) == ()
        run_as_recipe(stage, sent, Attended(stage.job.output, plan_house.HashTrainer()))
        assert standing(stage.job, wanted(stage.job)) == "done"
        manifest = json.loads(Path(f"saves/try/{rung}/manifest.json").read_text(encoding="utf-8"))
        assert (manifest["rung"], manifest["strategy"]) == (rung, strategy)
    found = finished_models() if strategy == "full" else finished_adapters()
    assert {"saves/try/s1", "saves/try/s5"} <= set(found)


def test_what_is_finished_is_listed_and_what_is_still_trained_is_not(nano: Run, house: Path) -> None:
    list(run_jobs(["s1"], nano, FakeTrainer()))
    make_model(house / "saves/nano/s2", "half")
    write_json(house / "saves/nano/s2" / STARTED, {})
    make_model(house / "saves/nano/s3", "stopped")
    write_json(house / "saves/nano/s3/trainer_state.json", {"global_step": 7, "max_steps": 14})
    make_model(house / "saves/deep/er/mine", "of a plan with a longer name")
    make_model(house / "saves/nano/s1/checkpoint-9", "on the way")
    assert not trained_whole(house / "saves/nano/s3")
    assert finished_models() == ("saves/deep/er/mine", "saves/nano/s1", "saves/nano/student")
    assert finished_adapters() == ()
    assert data_folders() == (".", "data/udn")
