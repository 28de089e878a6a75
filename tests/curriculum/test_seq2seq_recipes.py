"""The recipes of stage seq2seq: what they say, what is refused, and by whom they are trained."""

import json
import re
from pathlib import Path

import pytest
from fake_trainer import FakeTrainer, make_model

from curriculum import __main__ as verbs
from curriculum.baselines import BASELINES, committed_baselines, path_of
from curriculum.comparison.recipe import committed_models
from curriculum.job import Run, job_of, job_of_recipe
from curriculum.launch import Cold, Here
from curriculum.marker import DONE, standing, wanted
from curriculum.runner import launcher_of, run_one
from curriculum.seq2seq.settings import settings_of
from curriculum.single import RecipeManifest, run_single
from data_builders import cli
from data_builders.errors import InputError
from data_builders.jsonl import read_json
from data_builders.recipes import Recipe, read_recipe

ROOT = Path(__file__).parents[2]
HEADINGS = ["model", "method", "dataset", "output", "train", "generate", "eval"]


def settings(name: str, profile: str = "full") -> dict[str, object]:
    return read_recipe(ROOT / path_of(BASELINES[name], profile)).settings


def changed(**keys: object) -> Recipe:
    return Recipe(Path("r.yaml"), settings("t5_pegasus") | keys)


def test_the_recipes_are_whole_under_the_usual_headings_and_read_without_a_fault() -> None:
    paths = [path for path, _ in committed_baselines()]
    assert len(paths) == 6
    causal = {path.name for path, _ in committed_models()}  # tests/curriculum/test_comparison.py looks at them
    found = [path.name for path in (ROOT / "yaml_recipes").rglob("baselines/*.yaml") if path.name not in causal]
    assert sorted(found) == sorted(path.name for path in paths)
    for path in paths:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert re.findall(r"^### (\w+)$", text, re.MULTILINE) == HEADINGS
        assert settings_of(read_recipe(ROOT / path)).best_by == "rougeL"


def test_the_encoder_decoders_have_the_published_settings() -> None:
    for name in ("t5_pegasus", "randeng_pegasus"):
        said = settings(name)
        assert (said["per_device_train_batch_size"], said["learning_rate"], said["num_train_epochs"]) == (1, 2e-4, 20.0)
        assert (said["max_source_length"], said["max_target_length"]) == (256, 256)
        assert (said["metric_for_best_model"], said["load_best_model_at_end"]) == ("rougeL", True)


def test_p_tuning_has_the_published_prefix_rate_and_steps() -> None:
    said = settings("chatglm_ptuning")
    assert (said["finetuning_type"], said["num_virtual_tokens"], said["prefix_projection"]) == (
        "prefix_tuning", 256, False,
    )  # fmt: skip
    assert (said["learning_rate"], said["max_steps"]) == (2e-2, 500)
    assert pytest.approx(110, abs=1) == 500 * 16 / 73, "16 rows a step are what make 500 steps about 110 epochs"
    assert said["gradient_accumulation_steps"] == 16


def test_all_faults_of_a_recipe_are_told_together() -> None:
    wrong = changed(learning_rate="2e-4", template="qwen", rouge_mode="rouge", max_source_length=0, do_train=False)
    with pytest.raises(InputError) as error:
        settings_of(wrong)
    for fault in (
        "unknown key template", "learning_rate: '2e-4' is not a number", "rouge_mode: 'rouge' is none of",
        "max_source_length: 0 is not above 0", "do_train is not true",
    ):  # fmt: skip
        assert fault in str(error.value)


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ({"stage": "sft"}, "stage: 'sft' is none of seq2seq"),
        ({"finetuning_type": "lora"}, "finetuning_type: 'lora' is none of full, prefix_tuning"),
        ({"finetuning_type": "prefix_tuning"}, "prefix_tuning needs a number above 0"),
        ({"num_virtual_tokens": 8}, "num_virtual_tokens belongs to prefix_tuning"),
        ({"do_sample": True}, "dev answers are greedy"),
        ({"logging_steps": 1.5}, "logging_steps: 1.5 is not a whole number"),
        ({"seed": True}, "seed: True is not a whole number"),
    ],
)
def test_what_makes_no_sense_is_refused(keys: dict[str, object], fault: str) -> None:
    with pytest.raises(InputError, match=re.escape(fault)):
        settings_of(changed(**keys))


@pytest.fixture
def baseline(house: Path) -> Path:
    """A recipe of stage seq2seq whose model, rows and folders stand in the tests' house."""
    text = (ROOT / "yaml_recipes/nano/baselines/t5_pegasus.yaml").read_text(encoding="utf-8")
    text = text.replace("short_news_", "s1_").replace("dataset_dir: data/tasks", "dataset_dir: .")
    path = house / "yaml_recipes/nano/baselines/t5_pegasus.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    make_model(house / "saves/nano/baselines/students/t5", "untrained")
    return Path("yaml_recipes/nano/baselines/t5_pegasus.yaml")


def test_a_recipe_of_stage_seq2seq_is_trained_by_our_module(baseline: Path) -> None:
    job = job_of_recipe(baseline, run="mine", data="data/udn", student="saves/nano/student")
    assert job.command == (
        "python", "-m", "curriculum.seq2seq", baseline.as_posix(), "model_name_or_path=saves/nano/student",
        "output_dir=saves/mine/t5_pegasus", "dataset_dir=data/udn",
    )  # fmt: skip
    assert isinstance(launcher_of(job, FakeTrainer(), None), Cold), "a fork of LLaMA-Factory would be wasted on it"
    here = Here()
    assert launcher_of(job, here, None) is here


@pytest.mark.usefixtures("house")
def test_any_other_recipe_stays_the_stock_command() -> None:
    job = job_of_recipe(Path("yaml_recipes/nano/s1.yaml"))
    assert job.command == ("llamafactory-cli", "train", "yaml_recipes/nano/s1.yaml")


def test_a_recipe_s_job_is_marked_skipped_and_leads_back_to_what_made_it(
    baseline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = FakeTrainer()
    monkeypatch.setattr("curriculum.runner.Cold", lambda: trainer)
    job = job_of_recipe(baseline)
    assert run_single(job, trainer, None).standing == "fresh"
    manifest = read_json(job.output / "manifest.json", RecipeManifest)
    assert manifest.parent == "saves/nano/baselines/students/t5"
    assert set(manifest.data) == {"s1_train.jsonl", "s1_dev.jsonl"}
    assert manifest.dev_loss == {"before": 9.0, "after": 5.0}
    assert run_single(job, trainer, None).standing == "done"
    assert len(trainer.commands) == 1
    make_model(Path("saves/nano/baselines/students/t5"), "other weights")
    assert standing(job, wanted(job)) == "fresh", "another parent is another job"


def test_a_killed_run_goes_on_from_its_checkpoint(baseline: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(folder: Path) -> int:
        checkpoint = folder / "checkpoint-79"
        checkpoint.mkdir(parents=True)
        (checkpoint / "trainer_state.json").write_text("{}", encoding="utf-8")
        return -9

    monkeypatch.setattr("curriculum.runner.Cold", lambda: FakeTrainer(killed))
    job = job_of_recipe(baseline)
    with pytest.raises(Exception, match="exit code 0"):
        run_one(job, FakeTrainer())
    assert standing(job, wanted(job)) == "resume"
    again = FakeTrainer()
    monkeypatch.setattr("curriculum.runner.Cold", lambda: again)
    run_one(job, FakeTrainer())
    assert again.commands[0][-1] == "overwrite_output_dir=false"
    assert (job.output / DONE).is_file()


def test_the_runner_refuses_to_have_llamafactory_train_an_encoder_decoder(nano: Run, house: Path) -> None:
    config = json.dumps({"is_encoder_decoder": True, "model_type": "mt5"})
    (house / "saves/nano/student/config.json").write_text(config, encoding="utf-8")
    trainer = FakeTrainer()
    with pytest.raises(InputError, match="expected a decoder-only model for LLaMA-Factory, found an encoder-decoder"):
        run_one(job_of("s1", nano), trainer)
    assert trainer.commands == []


@pytest.mark.usefixtures("house")
def test_a_recipe_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["run", "s1", "--recipe", "yaml_recipes/nano/s1.yaml"]
    assert cli.run("curriculum", "", verbs.VERBS, words) == 2
    assert "expected one recipe alone, found s1 beside it" in capsys.readouterr().err


@pytest.mark.usefixtures("house")
def test_a_recipe_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run("curriculum", "", verbs.VERBS, ["run", "--recipe", "nowhere.yaml"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
