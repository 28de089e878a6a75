import json
from pathlib import Path

import pytest
import yaml

from curriculum import board, board_serve
from curriculum.__main__ import RUN, VERBS
from curriculum.board_widgets import elements
from curriculum.job import Run, job_of
from data_builders import cli
from data_builders.errors import InputError, OrderError
from data_builders.recipes import read_recipe, recipe_path

ROOT = Path(__file__).parents[2]
STAGES = ("s1", "s2", "s3", "s4", "s5")
VARIED = ("constant", "lora", "lora_qv", "lr_adj", "only_attn", "only_mlp")  # lora_split waits for its adapter
# Where a person finds a recipe's key on the page, read off llamafactory 0.9.5's webui/runner.py, `_parse_train_args`.
SHOWN = {
    "model_name_or_path": "top.model_path",
    "finetuning_type": "top.finetuning_type",
    "template": "top.template",
    "dataset_dir": "train.dataset_dir",
    "cutoff_len": "train.cutoff_len",
    "train_on_prompt": "train.train_on_prompt",
    "output_dir": "train.output_dir",
    "logging_steps": "train.logging_steps",
    "report_to": "train.report_to",
    "per_device_train_batch_size": "train.batch_size",
    "gradient_accumulation_steps": "train.gradient_accumulation_steps",
    "lr_scheduler_type": "train.lr_scheduler_type",
    "warmup_steps": "train.warmup_steps",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's root with the real recipes, rows for two runs, and a student; the tests stand in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "yaml_recipes").symlink_to(ROOT / "yaml_recipes")
    (tmp_path / "dataset_info.json").symlink_to(ROOT / "dataset_info.json")
    names = [f"{stage}_{split}" for stage in STAGES for split in ("train", "dev")]
    for folder in ("data", "data/udn"):
        for name in names:
            write(f"{folder}/stages/{name}.jsonl", '{"instruction": "甲", "input": "", "output": "乙"}\n')
        write(
            f"{folder}/dataset_info.json", json.dumps({name: {"file_name": f"stages/{name}.jsonl"} for name in names})
        )
    for run in ("nano", "udn"):
        Path(f"saves/{run}/student").mkdir(parents=True)
    return tmp_path


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


@pytest.fixture
def udn() -> Run:
    return Run("udn", "nano", Path("data/udn"), "saves/udn/student")


def default_run(profile: str) -> Run:
    return Run(profile, profile, Path("data"), read_recipe(recipe_path("s1", profile)).model)


@pytest.mark.usefixtures("root")
def test_each_stage_is_a_preset_named_by_what_it_teaches(nano: Run) -> None:
    assert board.write_files(nano).presets == (
        "S1-traditional.yaml",
        "S2-aspects.yaml",
        "S3-triples.yaml",
        "S4-guided-summary.yaml",
        "S5-summary.yaml",
        *(f"S5-summary-{strategy}.yaml" for strategy in VARIED),
    )


@pytest.mark.usefixtures("root")
def test_a_named_run_has_presets_of_its_own_that_read_and_write_its_folders(nano: Run, udn: Run) -> None:
    board.write_files(nano)
    assert board.write_files(udn).presets[2] == "udn-S3-triples.yaml"
    preset = yaml.safe_load(Path("llamaboard_config/udn-S3-triples.yaml").read_text(encoding="utf-8"))
    assert preset["top.model_path"] == "saves/udn/s2"
    assert preset["train.output_dir"] == "saves/udn/s3"
    assert preset["train.dataset_dir"] == "data/udn"
    assert preset["train.dataset"] == ["s3_train"]
    assert len(list(Path("llamaboard_config").glob("*.yaml"))) == 2 * (len(STAGES) + len(VARIED))


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("profile", ["nano", "full"])
@pytest.mark.parametrize("stage", STAGES)
def test_every_key_of_a_recipe_stands_in_its_preset_once(stage: str, profile: str) -> None:
    job = job_of(stage, default_run(profile))
    preset = elements(job)
    extra = json.loads(str(preset["train.extra_args"]))
    left = dict(job.recipe.settings)
    for key, element in SHOWN.items():
        if key in left:
            assert preset[element] == left.pop(key), key
            assert key not in extra
    assert preset["train.training_stage"] == {"sft": "Supervised Fine-Tuning"}[str(left.pop("stage"))]
    assert preset["train.dataset"] == [left.pop("dataset")]
    assert preset["train.compute_type"] == ("bf16" if left.pop("bf16", False) else "fp32")
    assert preset["train.learning_rate"] == str(left.pop("learning_rate"))
    assert preset["train.num_train_epochs"] == str(left.pop("num_train_epochs"))
    assert left.pop("do_train") is True
    left.pop("flash_attn", None)  # auto, which the booster "auto" stands for
    assert {key: value for key, value in extra.items() if value is not None and key != "flash_attn"} == left


@pytest.mark.usefixtures("root")
def test_a_preset_does_not_choose_a_models_name_which_would_reset_its_path(nano: Run) -> None:
    assert "top.model_name" not in elements(job_of("s3", nano))


@pytest.mark.usefixtures("root")
def test_what_board_adds_unasked_is_taken_back(nano: Run) -> None:
    extra = json.loads(str(elements(job_of("s1", nano))["train.extra_args"]))
    assert {key for key, value in extra.items() if value is None} == {
        "preprocessing_num_workers",
        "trust_remote_code",
        "ddp_timeout",
        "include_num_input_tokens_seen",
    }


def edited(stage: str, before: str, after: str) -> Run:
    """Give the root a recipe of its own, in which `before` reads `after`."""
    Path("yaml_recipes").unlink()
    for name in STAGES:
        text = (ROOT / f"yaml_recipes/nano/{name}.yaml").read_text(encoding="utf-8")
        assert before in text
        write(f"yaml_recipes/nano/{name}.yaml", text.replace(before, after) if name == stage else text)
    return Run("nano", "nano", Path("data"), "saves/nano/student")


@pytest.mark.usefixtures("root")
def test_a_false_travels_as_0_since_board_drops_it() -> None:
    run = edited("s2", "eval_on_start: true", "eval_on_start: false")
    assert '"eval_on_start": 0' in str(elements(job_of("s2", run))["train.extra_args"])


@pytest.mark.usefixtures("root")
def test_a_setting_that_board_cannot_send_is_refused() -> None:
    run = edited("s2", "default_system: ", "default_system: ''  # ")
    with pytest.raises(InputError, match=r"nano/s2\.yaml: expected settings that LLaMA-Board can send"):
        board.write_files(run)
    assert not Path("llamaboard_config").exists()


@pytest.mark.usefixtures("root")
def test_a_lora_recipe_is_said_by_widgets_alpha_twice_the_rank_as_llamafactory_has_it() -> None:
    preset = elements(job_of("s2", edited("s2", "finetuning_type: full", "finetuning_type: lora\nlora_rank: 32")))
    assert (preset["top.finetuning_type"], preset["train.lora_rank"], preset["train.lora_alpha"]) == ("lora", 32, 64)


@pytest.mark.usefixtures("root")
def test_without_data_the_error_names_make_data(nano: Run, udn: Run) -> None:
    Path("data/stages/s4_dev.jsonl").unlink()
    with pytest.raises(OrderError, match=r"data/stages/s4_dev\.jsonl: .* Next: make data"):
        board.write_files(nano)
    Path("data/udn/dataset_info.json").unlink()
    with pytest.raises(OrderError, match=r"data/udn/dataset_info\.json: .* Next: make data"):
        board.write_files(udn)


@pytest.mark.usefixtures("root")
def test_without_its_student_the_error_names_the_command_that_makes_it(udn: Run) -> None:
    Path("saves/udn/student").rmdir()
    with pytest.raises(OrderError, match=r"saves/udn/student: .* Next: .*student"):
        board.write_files(udn)


@pytest.mark.usefixtures("root")
def test_the_student_is_listed_and_chosen_and_the_users_choices_stay(udn: Run) -> None:
    theirs = {
        "lang": "en",
        "hub_name": "modelscope",
        "last_model": "Llama-3-8B",
        "path_dict": {"Llama-3-8B": "/models/l"},
    }
    write("llamaboard_cache/user_config.yaml", yaml.safe_dump(theirs))
    board.write_files(udn)
    assert yaml.safe_load(Path("llamaboard_cache/user_config.yaml").read_text(encoding="utf-8")) == {
        "lang": "en",
        "hub_name": "modelscope",
        "last_model": "Qwen2.5-0.5B-Instruct",
        "path_dict": {"Llama-3-8B": "/models/l", "Qwen2.5-0.5B-Instruct": "saves/udn/student"},
        "cache_dir": None,
    }


@pytest.mark.usefixtures("root")
def test_the_page_is_chinese_where_no_language_was_chosen(nano: Run) -> None:
    board.write_files(nano)
    assert yaml.safe_load(Path("llamaboard_cache/user_config.yaml").read_text(encoding="utf-8"))["lang"] == "zh"


@pytest.mark.usefixtures("root")
def test_a_broken_configuration_is_named(nano: Run) -> None:
    write("llamaboard_cache/user_config.yaml", "lang: [zh")
    with pytest.raises(InputError, match=r"user_config\.yaml: expected LLaMA-Board's configuration"):
        board.write_files(nano)


@pytest.mark.usefixtures("root")
def test_a_preset_that_the_user_saved_under_our_name_is_kept(nano: Run) -> None:
    write("llamaboard_config/S1-traditional.yaml", "train.learning_rate: '1'\n")
    assert board.write_files(nano).kept == ("llamaboard_config/S1-traditional-saved1.yaml",)
    assert (
        Path("llamaboard_config/S1-traditional-saved1.yaml").read_text(encoding="utf-8") == "train.learning_rate: '1'\n"
    )
    assert board.write_files(nano).kept == ()


@pytest.mark.usefixtures("root")
def test_write_only_writes_and_starts_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(board_serve, "serve", None)
    assert cli.run(RUN, "", VERBS, ["board", "--write-only", "--run", "", "--student", "", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["presets"][0] == "S1-traditional.yaml"
