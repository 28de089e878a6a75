import json
import shutil
from pathlib import Path

import plan_house
import pytest
from plan_house import HashTrainer
from test_plans import planned

from curriculum.climb import climb, predict_all
from curriculum.marker import DONE, Marker
from curriculum.runner import Outcome
from curriculum.schema import StageManifest
from curriculum.weigh import weigh
from data_builders.errors import InputError, TrainError
from data_builders.jsonl import digest_of, read_json


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    plan_house.build()
    return tmp_path


def climbed(trainer: HashTrainer, *words: str) -> list[Outcome]:
    return [event for event in climb(weigh(planned(*words)), trainer) if isinstance(event, Outcome)]


def test_a_run_holds_recipe_output_and_manifest_of_each_stage() -> None:
    climbed(HashTrainer(), "--plan", "4stage", "--seed", "7")
    for stage in ("s2", "s3", "s4", "s5"):
        manifest = read_json(Path(f"saves/try/{stage}/manifest.json"), StageManifest)
        assert manifest.recipe_sha256 == digest_of(Path(f"saves/try/{stage}/recipe.yaml"))
        assert manifest.seed == 7
        assert set(manifest.data) == {f"{stage}_train.jsonl", f"{stage}_dev.jsonl"}
        assert manifest.environment["llamafactory"]
        assert manifest.code.startswith("newsladder ")
    last, before = (read_json(Path(f"saves/try/{s}/manifest.json"), StageManifest) for s in ("s5", "s4"))
    assert last.parent_sha256 == before.result_sha256, "each model leads back to the one that it was made from"
    whole = json.loads(Path("saves/try/manifest.json").read_text(encoding="utf-8"))
    assert whole["final_sha256"] == digest_of(Path("saves/try/s5/model.safetensors")) == last.result_sha256


def test_a_second_run_trains_nothing() -> None:
    climbed(HashTrainer(), "--plan", "5stage")
    again = HashTrainer()
    assert {outcome.standing for outcome in climbed(again, "--plan", "5stage")} == {"done"}
    assert again.commands == []


@pytest.mark.parametrize(
    ("change", "rerun"),
    [
        ("data/stages/s3_train.jsonl", ["s3", "s4", "s5"]),
        ("data/stages/s5_dev.jsonl", ["s5"]),
        ("saves/nano/student/model.safetensors", ["s1", "s2", "s3", "s4", "s5"]),
        ("saves/try/s2/model.safetensors", ["s2"]),
    ],
)
def test_a_change_makes_stale_exactly_the_stages_below_it(change: str, rerun: list[str]) -> None:
    climbed(HashTrainer(), "--plan", "5stage")
    if change.endswith(".jsonl"):
        row = plan_house.row_of(Path(change).name[:2], "train", 99)
        with Path(change).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")
    else:
        Path(change).write_text("other weights", encoding="utf-8")
    again = HashTrainer()
    climbed(again, "--plan", "5stage")
    assert again.trained == rerun


def test_another_strategy_retrains_only_what_it_changes() -> None:
    climbed(HashTrainer(), "--plan", "5stage")
    again = HashTrainer()
    climbed(again, "--plan", "5stage", "--strategy", "lr_adj")
    assert again.trained == ["s5"]


def test_an_adapter_is_checked_carried_on_and_merged() -> None:
    trainer = HashTrainer()
    outcomes = climbed(trainer, "--plan", "s4,s5", "--strategy", "lora_split")
    assert [outcome.job for outcome in outcomes] == ["s4", "s5", "merged"]
    assert [command[:3] for command in trainer.commands[:2]] == [
        ("python", "-m", "curriculum.adapter"),
        ("python", "-m", "curriculum.trainable"),
    ]
    assert not Path("saves/try/s5/model.safetensors").exists()
    assert Path("saves/try/merged/model.safetensors").is_file()
    again = HashTrainer()
    climbed(again, "--plan", "s4,s5", "--strategy", "lora_split")
    assert again.trained == []


def test_a_changed_adapter_makes_the_next_stage_and_the_merging_stale() -> None:
    climbed(HashTrainer(), "--plan", "s4,s5", "--strategy", "lora")
    Path("saves/try/s5/adapter_model.safetensors").write_text("torn", encoding="utf-8")
    again = HashTrainer()
    climbed(again, "--plan", "s4,s5", "--strategy", "lora")
    assert again.trained == ["s5"], "its weights come out as they were, so what was merged from them still stands"


def test_weights_of_another_strategy_do_not_stay_in_a_stages_folder() -> None:
    climbed(HashTrainer(), "--plan", "1stage")
    climbed(HashTrainer(), "--plan", "1stage", "--strategy", "lora")
    assert not Path("saves/try/s5/model.safetensors").exists()
    climbed(HashTrainer(), "--plan", "1stage")
    assert not Path("saves/try/s5/adapter_model.safetensors").exists()


def test_training_other_weights_than_the_strategys_is_refused_before_it_starts() -> None:
    trainer = HashTrainer(trains=("down_proj",))
    with pytest.raises(InputError, match="not trained: layer 0 gate_proj"):
        climbed(trainer, "--plan", "1stage", "--strategy", "only_mlp")
    assert trainer.trained == []


def test_qlora_says_what_it_lacks() -> None:
    with pytest.raises(InputError, match="strategy qlora: expected a profile that trains on a GPU"):
        climbed(HashTrainer(), "--plan", "1stage", "--strategy", "qlora")


def test_a_tracker_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curriculum.climb.find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"--tracker wandb: .*not installed.*pip install wandb"):
        climbed(HashTrainer(), "--plan", "1stage", "--tracker", "wandb")


def test_predictions_are_the_last_models_and_the_students() -> None:
    climbed(HashTrainer(), "--plan", "s4,s5", "--strategy", "lora")
    done = list(predict_all(planned("--plan", "s4,s5", "--strategy", "lora"), HashTrainer()))
    assert [outcome.job for outcome in done] == ["predict", "predict_untrained"]
    assert read_json(Path("saves/try/predict") / DONE, Marker).parent == digest_of(
        Path("saves/try/merged/model.safetensors")
    )


GATE = '[[gate]]\nafter = "s4"\nmetric = "{metric}"\n{bound}\notherwise = "{does}"\n'


def gates(metric: str, bound: str, does: str) -> tuple[str, str]:
    plan_house.write("gates.toml", GATE.format(metric=metric, bound=bound, does=does))
    return "--gates", "gates.toml"


def test_a_gate_that_stops_ends_the_run_and_keeps_what_was_done() -> None:
    trainer = HashTrainer(loss=6.5)
    with pytest.raises(TrainError, match=r"gate after s4: expected s4: dev_loss at most 6\.0, found 6\.5"):
        climbed(trainer, "--plan", "s4,s5", *gates("dev_loss", "most = 6.0", "stop"))
    assert trainer.trained == ["s4"]
    assert Path("saves/try/s4", DONE).is_file()
    assert climbed(HashTrainer(), "--plan", "s4,s5")[0].standing == "done"


def test_a_gate_that_sends_back_starts_the_next_stage_from_the_one_before() -> None:
    climbed(HashTrainer(loss=6.5), "--plan", "s3,s4,s5", *gates("dev_loss", "most = 6.0", "back"))
    recipe = Path("saves/try/s5/recipe.yaml").read_text(encoding="utf-8")
    assert "model_name_or_path: saves/try/s3\n" in recipe
    whole = json.loads(Path("saves/try/manifest.json").read_text(encoding="utf-8"))
    assert whole["gates"] == ["s4: dev_loss at most 6.0: 6.5000, back"]


def test_a_gate_scores_what_the_stage_writes_for_its_dev_rows() -> None:
    trainer = HashTrainer()
    climbed(trainer, "--plan", "s4,s5", *gates("rouge1_f", "least = 0.9", "stop"))
    assert trainer.trained == ["s4", "dev", "s5"], "the toy model repeats the reference, so it passes"
    assert "eval_dataset: s4_dev" in Path("saves/try/s4/dev/recipe.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gate = 1", "Expected `array`"),
        ('[[gate]]\nafter = "s9"\nmetric = "dev_loss"\nmost = 1.0\notherwise = "stop"', "found s9"),
        ('[[gate]]\nafter = "s5"\nmetric = "luck"\nmost = 1.0\notherwise = "stop"', "found luck"),
        ('[[gate]]\nafter = "s5"\nmetric = "dev_loss"\notherwise = "stop"', "found neither"),
        ('[[gate]]\nafter = "s5"\nmetric = "dev_loss"\nmost = 1.0\notherwise = "hope"', "Invalid enum value 'hope'"),
    ],
)
def test_a_file_of_gates_that_cannot_be_is_one_line(text: str, found: str) -> None:
    plan_house.write("gates.toml", text)
    with pytest.raises(InputError, match=found):
        climbed(HashTrainer(), "--plan", "1stage", "--gates", "gates.toml")


def test_runs_share_the_tokens_of_the_same_rows_and_never_a_torn_copy() -> None:
    def with_tokens(trainer: HashTrainer) -> list[str]:
        return [word for command in trainer.commands for word in command if word.startswith("tokenized_path=")]

    class Saves(HashTrainer):
        def make(self, settings: dict[str, str], export: bool) -> None:
            place = next(word for word in self.commands[-1] if word.startswith("tokenized_path=")).partition("=")[2]
            assert not list(Path(place).glob("torn")), "what a kill left half-written was cleared"
            plan_house.write(f"{place}/train/data.arrow", "tokens")
            super().make(settings, export)

    one = Saves()
    climbed(one, "--plan", "1stage")
    place = Path(with_tokens(one)[0].partition("=")[2])
    assert place.with_suffix(".whole").is_file()
    other = HashTrainer()
    climbed(other, "--plan", "1stage", "--strategy", "constant", "--run", "other")
    assert with_tokens(other) == with_tokens(one)
    place.with_suffix(".whole").unlink()
    plan_house.write(f"{place}/torn", "half")
    climbed(Saves(), "--plan", "1stage", "--run", "third")
    assert "tokenized_path" not in Path("saves/third/s5/recipe.yaml").read_text(encoding="utf-8")
    shutil.rmtree("saves/.tokenized")
    again = HashTrainer()
    climbed(again, "--plan", "1stage", "--run", "third")
    assert again.commands == [], "where the tokens are kept does not decide whether a stage is done"
