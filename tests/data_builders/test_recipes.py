import re
from pathlib import Path

import pytest
from builders_house import ROOT

from curriculum.committed import check_committed, committed
from data_builders.dataset_info import entries
from data_builders.errors import InputError
from data_builders.recipes import PROFILES, Recipe, read_recipe, recipe_path
from data_builders.stages import NAMES
from data_builders.stages.table import SYSTEM

FOLDER = ROOT / "yaml_recipes"
KEYS = frozenset((Path(__file__).parent / "data" / "llamafactory_keys.txt").read_text(encoding="utf-8").split())
TABLE = ROOT.parent / "shared" / "llamafactory_keys.tsv"
PATHS = sorted(path.relative_to(ROOT).as_posix() for path in FOLDER.rglob("*") if path.is_file())
TASKS = [path for path in PATHS if "/tasks/" in path]  # what is theirs alone: tests/curriculum/test_task_plans.py
STAGES = [path for path in PATHS if path not in TASKS]
TRAINING = [path for path in PATHS if "predict" not in path]
LADDER = ("s1", "s2", "s3", "s4", "s5")
LORA = {"finetuning_type", "lora_rank", "lora_alpha", "lora_target"}
# The keys in which S5 by a strategy differs from plain S5, its folder apart.
STRATEGIES = {
    "lr_adj": {"learning_rate"},
    "constant": {"lr_scheduler_type", "warmup_steps"},
    "only_attn": {"finetuning_type", "freeze_trainable_layers", "freeze_trainable_modules"},
    "only_mlp": {"finetuning_type", "freeze_trainable_layers", "freeze_trainable_modules"},
    "lora": LORA,
    "lora_qv": LORA,
    "lora_split": {"finetuning_type", "adapter_name_or_path"},
    "qlora": LORA | {"quantization_bit", "quantization_method", "quantization_type", "double_quantization"},
}
ADAPTING = ("lora", "lora_qv", "lora_split", "qlora")


def recipe(path: str) -> Recipe:
    return read_recipe(ROOT / path)


def profile_of(path: str) -> str:
    return "nano" if "/nano/" in path else "full"


def header(path: str) -> dict[str, str]:
    """The comment above a recipe: word -> what it says."""
    above = (ROOT / path).read_text(encoding="utf-8").partition("\n\n")[0]
    lines = [line.removeprefix("# ") for line in above.splitlines()[1:]]
    return {key: said for key, _, said in (re.split(r"( {2,})", line, maxsplit=1) for line in lines)}


def test_these_are_all_the_recipes() -> None:
    tasks = [f"tasks/{name}" for name in ("wmt", "cnn_dailymail", "squad2", "translation", "3in1")]
    names = ["predict", "s0", *LADDER, *(f"strategies/s5_{name}" for name in STRATEGIES), *tasks]
    expected = [f"yaml_recipes/{folder}{name}.yaml" for folder in ("", "nano/") for name in names]
    expected.remove("yaml_recipes/nano/strategies/s5_qlora.yaml")  # 4 bits need a GPU
    assert sorted(expected) == PATHS
    assert len(PATHS) == 39


def test_the_recipes_are_what_the_plans_render() -> None:
    assert [path.as_posix() for path in check_committed(ROOT)] == [path.as_posix() for path, _ in committed()]
    assert sorted(path.as_posix() for path, _ in committed()) == PATHS


def test_the_known_keys_are_those_of_llama_factory() -> None:
    assert len(KEYS) == 346
    if not TABLE.is_file():
        pytest.skip("../shared/llamafactory_keys.tsv is absent: the list cannot be held against its source")
    lines = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    assert {line.split("\t")[1] for line in lines} == KEYS


@pytest.mark.parametrize("path", PATHS)
def test_a_recipe_has_only_keys_that_llama_factory_knows(path: str) -> None:
    assert set(recipe(path).settings) - KEYS == set()


@pytest.mark.parametrize("path", STAGES)
def test_a_recipe_states_what_llama_factory_would_else_decide(path: str) -> None:
    settings = recipe(path).settings
    assert settings["default_system"] == SYSTEM
    assert settings["report_to"] in {"none", "tensorboard"}
    assert settings["template"] == "qwen"
    strategy = Path(path).stem.removeprefix("s5_")
    methods = {"only_attn": "freeze", "only_mlp": "freeze"} | dict.fromkeys(ADAPTING, "lora")
    assert settings["finetuning_type"] == methods.get(strategy, "full")
    assert settings["dataset_dir"] == "."
    assert settings["overwrite_cache"] is True
    assert settings["overwrite_output_dir"] is True
    assert settings["seed"] == 42


@pytest.mark.parametrize("path", PATHS)
def test_a_recipe_runs_no_code_from_the_hub_and_splits_no_rows(path: str) -> None:
    assert not {"trust_remote_code", "val_size", "resume_from_checkpoint"} & set(recipe(path).settings)


@pytest.mark.parametrize("path", PATHS)
def test_a_recipe_is_whole(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert not re.search(r"\$\{|^<<:|: [&*]\w", text, re.MULTILINE)
    keys = re.findall(r"^(\w+):", text, re.MULTILINE)
    assert len(keys) == len(set(keys)) == len(recipe(path).settings)
    headings = re.findall(r"^### (\w+)$", text, re.MULTILINE)
    assert headings == ["model", "method", "dataset", "output", "generate" if "predict" in path else "train", "eval"]


@pytest.mark.parametrize("path", STAGES)
def test_datasets_of_a_recipe_are_registered_and_those_of_its_stage(path: str) -> None:
    settings = recipe(path).settings
    stage = "s5" if "predict" in path else Path(path).stem.partition("_")[0]
    named = {key: settings[key] for key in ("dataset", "eval_dataset") if key in settings}
    if "predict" in path:
        assert named == {"eval_dataset": f"{stage}_test"}
    else:
        assert named == {"dataset": f"{stage}_train", "eval_dataset": f"{stage}_dev"}
    assert set(named.values()) <= set(entries(Path("data/stages")))


@pytest.mark.parametrize("path", PATHS)
def test_the_header_says_what_from_where_and_how_to_launch(path: str) -> None:
    told = header(path)
    settings = recipe(path)
    start = told["reads"] if "predict" in path else told["starts from"]
    assert re.split(r"[ ,:]", start)[0] == settings.model
    assert re.split(r"[/;]generated_predictions|[;,]", told["writes"])[0] == settings.text("output_dir")
    assert told["launch"] == f"llamafactory-cli train {path}"
    assert ("CPU" if settings.on_cpu else "GPU") in told["hardware"]
    assert "@" not in "".join(told.values())  # a number still to be measured


@pytest.mark.parametrize("path", [path for path in PATHS if "predict" in path])
def test_prediction_is_greedy_on_the_test_split_of_the_last_stage(path: str) -> None:
    settings = recipe(path).settings
    assert settings["do_sample"] is False
    assert settings["do_predict"] is True
    assert settings["predict_with_generate"] is True
    assert "do_train" not in settings
    assert settings["model_name_or_path"] == f"saves/{profile_of(path)}/s5"
    assert settings["output_dir"] == f"saves/{profile_of(path)}/predict"


@pytest.mark.parametrize("path", TRAINING)
def test_training_watches_the_dev_split_and_keeps_one_checkpoint(path: str) -> None:
    settings = recipe(path).settings
    assert settings["do_train"] is True
    assert settings["stage"] == ("pt" if path.endswith("s0.yaml") else "sft")
    assert (settings["eval_strategy"], settings["eval_on_start"]) == ("epoch", True)
    assert (settings["save_strategy"], settings["save_total_limit"]) == ("epoch", 1)


@pytest.mark.parametrize("profile", PROFILES)
def test_each_stage_starts_where_the_one_before_ends(profile: str) -> None:
    start = {"nano": "saves/nano/student", "full": "Qwen/Qwen2.5-0.5B-Instruct"}[profile]
    for name in LADDER:
        made = recipe(str(recipe_path(name, profile)))
        assert made.model == start
        assert made.output_dir == Path(f"saves/{profile}/{name}")
        start = str(made.output_dir)
    pretrained = recipe(str(recipe_path("s0", profile)))
    assert (pretrained.model, str(pretrained.output_dir)) == (f"saves/{profile}/student", f"saves/{profile}/s0")
    assert pretrained.settings["train_from_scratch"] is True


@pytest.mark.parametrize(
    ("profile", "rates", "again"),
    [("full", [5e-5, 5e-5, 2e-5, 1e-5, 1e-5], 5e-5), ("nano", [3e-3, 2e-3, 1e-3, 6e-4, 3e-4], 3e-3)],
)
def test_learning_rates_decay_from_stage_to_stage(profile: str, rates: list[float], again: float) -> None:
    found = [recipe(str(recipe_path(name, profile))).settings["learning_rate"] for name in LADDER]
    assert found == rates
    folder = recipe_path("s5", profile).parent
    assert recipe(f"{folder}/strategies/s5_lr_adj.yaml").settings["learning_rate"] == again


@pytest.mark.parametrize("path", [path for path in PATHS if "/strategies/" in path])
def test_a_strategy_differs_from_stage_5_in_what_it_is_named_for_alone(path: str) -> None:
    plain = recipe(str(recipe_path("s5", profile_of(path)))).settings
    other = recipe(path).settings
    differing = {key for key in plain | other if plain.get(key) != other.get(key)} - {"output_dir"}
    assert differing == STRATEGIES[Path(path).stem.removeprefix("s5_")]


@pytest.mark.parametrize(("profile", "layers"), [("nano", 4), ("full", 24)])
def test_a_frozen_strategy_names_every_layer_of_its_student(profile: str, layers: int) -> None:
    folder = recipe_path("s5", profile).parent / "strategies"
    for name, module in (("only_attn", "self_attn"), ("only_mlp", "mlp")):
        settings = recipe(str(folder / f"s5_{name}.yaml")).settings
        assert (settings["freeze_trainable_layers"], settings["freeze_trainable_modules"]) == (layers, module)


@pytest.mark.parametrize("path", [path for path in TRAINING if profile_of(path) == "full" and path in STAGES])
def test_full_recipes_have_the_studys_settings(path: str) -> None:
    settings = recipe(path).settings
    assert settings["bf16"] is True
    assert settings["cutoff_len"] == 2048
    assert settings["num_train_epochs"] == 3
    if "constant" in path:
        assert settings["lr_scheduler_type"] == "constant"
    else:
        assert (settings["lr_scheduler_type"], settings["warmup_steps"]) == ("linear", 0)
    assert settings["per_device_train_batch_size"] == (10 if path.endswith("s0.yaml") else 8)
    assert settings["gradient_accumulation_steps"] == 1


@pytest.mark.parametrize("path", [path for path in PATHS if profile_of(path) == "nano"])
def test_nano_recipes_stay_on_the_cpu_and_out_of_bf16(path: str) -> None:
    settings = recipe(path)
    assert settings.on_cpu
    assert "bf16" not in settings.settings


def test_every_stage_has_a_recipe_in_every_profile() -> None:
    for profile in PROFILES:
        for name in NAMES:
            assert recipe_path(name, profile).as_posix() in PATHS


@pytest.mark.parametrize(
    ("content", "expected", "found"),
    [
        (b"- a\n- b\n", "a YAML mapping", "list"),
        (b"", "a YAML mapping", "NoneType"),
        (b"a: [1\n", "a YAML recipe", "while parsing a flow sequence"),
        ("名: 台".encode("big5"), "a YAML recipe", "'utf-8' codec can't decode byte"),
        (None, "a recipe", "No such file or directory"),
    ],
)
def test_a_file_that_is_no_recipe_is_one_line(tmp_path: Path, content: bytes | None, expected: str, found: str) -> None:
    path = tmp_path / "s1.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_recipe(path)
    assert str(caught.value).startswith(f"{path}: expected {expected}, found {found}")


@pytest.mark.parametrize(("line", "found"), [("a: 1", "none"), ("cutoff_len: many", "many"), ("cutoff_len: -5", "-5")])
def test_a_recipe_without_a_cutoff_is_one_line(tmp_path: Path, line: str, found: str) -> None:
    path = tmp_path / "s1.yaml"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_recipe(path).cutoff_len
    assert str(caught.value) == f"{path}: expected a cutoff_len in tokens, found {found}. Next: state it in the recipe"
