"""The files past one machine: known keys, the single GPU's batch, chains of stages, commands whose words exist."""

import ast
import importlib.util
import json
import os
import re
import shlex
from pathlib import Path

import pytest
import yaml

from curriculum.cluster import TEACHERS, ZERO, cluster_files
from curriculum.ways import WAYS, Way
from data_builders.cli import parser_of
from data_builders.recipes import Recipe, read_recipe
from data_builders.stages.table import STAGES
from data_builders.verbs import VERBS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "yaml_recipes" / "cluster"
KEYS = frozenset((ROOT / "tests/data_builders/data/llamafactory_keys.txt").read_text(encoding="utf-8").split())
FLAGS = (Path(__file__).parent / "data/vllm_flags.txt").read_text(encoding="utf-8").splitlines()
RECIPES = sorted(path.relative_to(ROOT).as_posix() for path in FOLDER.rglob("s?.yaml"))
SINGLE = 8  # rows a step of yaml_recipes/s1.yaml … s5.yaml, which is the study's batch
# What a recipe past one machine may differ in from the single GPU's of its stage.
START = {"model_name_or_path"}  # the same for S1 of the same student
OWN = {"output_dir", "per_device_train_batch_size", "per_device_eval_batch_size"}
BESIDES: dict[str, set[str]] = {
    "torchrun": set(),
    "ray": {"ray_num_workers", "ray_init_kwargs"},
    "zero2": {"deepspeed"},
    "zero3": {"deepspeed"},
    "fsdp2": set(),
}


def read(path: str) -> Recipe:
    return read_recipe(ROOT / path)


def way_of(path: str) -> Way:
    return WAYS[Path(path).parent.name]


def told(path: Path) -> list[str]:
    """The header's lines, each as what stands behind its word."""
    lines = path.read_text(encoding="utf-8").partition("\n\n")[0].splitlines()[1:]
    return [re.split(r" {2,}", line.removeprefix("# "), maxsplit=1)[1] for line in lines]


def commands(path: Path) -> list[list[str]]:
    """The header's commands, in words; a note of where stands behind four spaces."""
    starts = re.compile(r"([A-Z_]+=\S+ )*(llamafactory-cli|accelerate|ray|vllm|python -m) ")
    return [shlex.split(line.partition("    ")[0]) for line in told(path) if starts.match(line)]


def source(package: str, file: str) -> str:
    """The text of an installed package's file, read and not imported."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        pytest.skip(f"{package} is not installed")
    return (Path(next(iter(found.submodule_search_locations))) / file).read_text(encoding="utf-8")


def test_these_are_all_the_files_past_one_machine() -> None:
    expected = [f"{way}/{stage}.yaml" for way in WAYS for stage in STAGES]
    expected += [*ZERO, "fsdp2.yaml", *TEACHERS]
    assert sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()) == sorted(
        expected
    )
    assert len(expected) == len(list(cluster_files())) == 30
    assert len(RECIPES) == 25


@pytest.mark.parametrize("path", RECIPES)
def test_a_recipe_has_only_keys_that_llama_factory_knows_and_differs_in_its_way_alone(path: str) -> None:
    settings, plain = read(path).settings, read(f"yaml_recipes/{Path(path).name}").settings
    assert set(settings) - KEYS == set()
    differing = {key for key in settings | plain if settings.get(key) != plain.get(key)}
    assert differing - START == OWN | BESIDES[Path(path).parent.name]


@pytest.mark.parametrize("path", RECIPES)
def test_a_step_reads_as_many_rows_as_on_a_single_gpu(path: str) -> None:
    recipe, way = read(path), way_of(path)
    settings = recipe.settings
    batch = int(recipe.text("per_device_train_batch_size")) * int(recipe.text("gradient_accumulation_steps"))
    assert batch * processes_of(path) == SINGLE
    assert int(recipe.text("per_device_eval_batch_size")) * processes_of(path) == 8
    assert processes_of(path) == way.processes == settings.get("ray_num_workers", way.processes)


def processes_of(path: str) -> int:
    """The processes that the header's commands start."""
    starting = [words for words in commands(ROOT / path) if words[0] != "ray"]
    if starting[0][0] == "accelerate":
        loaded = yaml.safe_load((ROOT / starting[0][starting[0].index("--config_file") + 1]).read_text("utf-8"))
        return int(loaded["num_processes"])
    if starting[0][0] == "USE_RAY=1":
        return sum(int(re.findall(r"--num-gpus=(\d+)", " ".join(w))[0]) for w in commands(ROOT / path) if w[0] == "ray")
    told_of = [dict(word.split("=") for word in words if "=" in word) for words in starting]
    assert [one.get("NODE_RANK", "0") for one in told_of] == [str(rank) for rank in range(len(starting))]
    assert {int(one.get("NNODES", "1")) for one in told_of} == {len(starting)}
    return sum(int(one["NPROC_PER_NODE"]) for one in told_of)


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_each_stage_starts_where_the_one_before_ends(way: Way) -> None:
    start = way.student.name
    for stage in STAGES:
        recipe = read(f"yaml_recipes/cluster/{way.name}/{stage}.yaml")
        assert recipe.model == start
        assert recipe.output_dir == Path(f"saves/cluster/{way.name}/{stage}")
        start = str(recipe.output_dir)


@pytest.mark.parametrize("path", RECIPES)
def test_the_header_has_the_command_of_every_node_and_says_that_nothing_was_measured(path: str) -> None:
    way = way_of(path)
    trains = [words for words in commands(ROOT / path) if path in words]
    assert len(trains) == (1 if way.name in {"ray", "fsdp2"} else way.nodes)
    text = " ".join(told(ROOT / path))
    assert "not measured" in text
    assert way.hardware in text


@pytest.mark.parametrize("path", RECIPES)
def test_the_words_of_a_command_exist_where_it_is_read(path: str) -> None:
    launcher = source("llamafactory", "launcher.py")
    environment = launcher + source("llamafactory", "extras/misc.py")
    for words in commands(ROOT / path):
        for name in [word.partition("=")[0] for word in words if re.fullmatch(r"[A-Z_]+=\S+", word)]:
            assert f'"{name}"' in environment, f"{name} is no variable of llamafactory"
        called = [word for word in words if not re.fullmatch(r"[A-Z_]+=\S+", word)]
        if called[0] == "llamafactory-cli":
            assert f'command == "{called[1]}"' in launcher
        elif called[0] == "accelerate":
            known = source("accelerate", "commands/launch.py")
            assert all(f'"{flag}"' in known for flag in called if flag.startswith("--"))
            assert called[called.index("--module") + 1] == "llamafactory.launcher"
            assert 'if __name__ == "__main__":' in launcher
        else:
            known = source("ray", "scripts/scripts.py")
            assert all(f'"{flag.partition("=")[0]}"' in known for flag in called if flag.startswith("--"))


def test_deepspeed_is_told_by_a_file_that_stands_there() -> None:
    for name, stage in (("zero2", 2), ("zero3", 3)):
        file = ROOT / read(f"yaml_recipes/cluster/{name}/s5.yaml").text("deepspeed")
        told_of = json.loads(file.read_text(encoding="utf-8"))
        assert told_of["zero_optimization"]["stage"] == stage
        batches = ("train_batch_size", "train_micro_batch_size_per_gpu", "gradient_accumulation_steps")
        assert {told_of[key] for key in batches} == {"auto"}, "the recipe says them"
    assert told_of["zero_optimization"]["stage3_gather_16bit_weights_on_model_save"], "else no weights are saved"


@pytest.mark.parametrize("name", ZERO)
def test_deepspeeds_files_say_what_llamafactorys_board_writes(name: str, tmp_path: Path) -> None:
    # The function that writes them, taken out of its module, which cannot be imported without gradio.
    text = source("llamafactory", "webui/common.py")
    found = next(node for node in ast.parse(text).body if getattr(node, "name", "") == "create_ds_config")
    names = {"os": os, "json": json, "DEFAULT_CACHE_DIR": str(tmp_path)}
    exec(ast.unparse(found), names)  # noqa: S102 - the installed llamafactory's own code
    names["create_ds_config"]()
    theirs = json.loads((tmp_path / f"{name.removesuffix('.json')}_config.json").read_text(encoding="utf-8"))
    assert json.loads((FOLDER / name).read_text(encoding="utf-8")) == theirs


def test_the_file_of_fsdp2_has_only_keys_that_accelerate_reads() -> None:
    loaded = yaml.safe_load((FOLDER / "fsdp2.yaml").read_text(encoding="utf-8"))
    config, flags = source("accelerate", "commands/config/config_args.py"), source("accelerate", "commands/launch.py")
    assert [key for key in loaded if not re.search(rf"^    {key}: ", config, re.MULTILINE)] == []
    assert [key for key in loaded["fsdp_config"] if f'"--{key}"' not in flags] == []
    assert loaded["fsdp_config"]["fsdp_version"] == 2
    assert loaded["fsdp_config"]["fsdp_state_dict_type"] == "FULL_STATE_DICT", (
        "the next stage starts from whole weights"
    )


@pytest.mark.parametrize("name", TEACHERS)
def test_a_teachers_file_has_only_flags_of_vllm_and_its_question_parses(name: str) -> None:
    known = {line for line in FLAGS if not line.startswith("#")}
    served = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    assert set(served) - known == set()
    assert served["host"] == "127.0.0.1", "who opens it to others sets a key, too"
    launch, ask = (
        next(words for words in commands(FOLDER / name) if words[0] == start) for start in ("vllm", "python")
    )
    assert launch == ["vllm", "serve", "--config", f"yaml_recipes/cluster/{name}"]
    asked = parser_of("", "", VERBS).parse_args(ask[3:])
    assert (asked.teacher, asked.base_url) == (served["served-model-name"], f"http://127.0.0.1:{served['port']}/v1")


@pytest.mark.parametrize(("way", "billions"), [("torchrun", 0.49), ("zero2", 1.54), ("fsdp2", 3.09), ("zero3", 7.61)])
def test_a_student_has_as_many_weights_as_its_card_says(way: str, billions: float) -> None:
    # The model cards of Qwen2.5-0.5B/1.5B/3B/7B-Instruct: 0.49B, 1.54B, 3.09B, 7.61B parameters.
    assert WAYS[way].student.shape.parameters / 1e9 == pytest.approx(billions, abs=0.01)


def test_what_a_gpu_holds_is_counted_by_the_methods_shares() -> None:
    # 16 bytes a weight in 32 bits with gradient and two moments; ZeRO-2 keeps the 2 of bf16 whole.
    weights = WAYS["zero2"].student.shape.parameters
    assert WAYS["zero2"].gigabytes == pytest.approx(weights * (2 + 14 / 4) / 1e9)
    assert WAYS["zero3"].gigabytes == pytest.approx(WAYS["zero3"].student.shape.parameters * 2 / 1e9)


def test_ray_mode_asks_a_cluster_without_gpus_for_ten_times_its_processors() -> None:
    # Why Ray mode waits for ever without a GPU (docs/cluster.md), held against the installed llamafactory: the device
    # is then CPU, every one of its n processors gets a bundle, each bundle wants ten, and 10 n > n.
    tuner, bundles = source("llamafactory", "train/tuner.py"), source("llamafactory", "train/trainer_utils.py")
    assert "device_name = get_device_name().upper()\n    total_devices = int(ray.cluster_resources().get(" in tuner
    assert "get_placement_group(total_devices)\n    ray.get(pg.ready())" in tuner, "no timeout"
    assert 'bundle = {"CPU": 10}' in bundles
    assert "bundles = [bundle for _ in range(num_workers)]" in bundles
    assert 'device = "cpu"' in source("llamafactory", "extras/misc.py")
