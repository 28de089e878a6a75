import hashlib
import json
from pathlib import Path

import msgspec
import pytest
from export_house import write

from curriculum.export.convert import QWEN2, parted_as
from curriculum.export.source import source_of
from curriculum.export.tensors import LAYER
from curriculum.job import Job
from curriculum.recipe import Asked, Budget, Start, training
from curriculum.render import text_of
from curriculum.schema import Rung
from curriculum.strategies import strategy_of
from data_builders.byte_pairs import PRETOKENS
from data_builders.errors import InputError, NewsLadderError, OrderError
from data_builders.jsonl import digest_of
from data_builders.recipes import read_recipe
from data_builders.stages.table import SYSTEM

RECIPE = Path("yaml_recipes/nano/s5.yaml")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with a run whose stage 5 is marked as done, by the nano profile's recipe."""
    monkeypatch.chdir(tmp_path)
    asked = Asked("nano", strategy_of("full"))
    start, out = Start("saves/nano/s4"), Path("saves/nano/s5")
    sections = training(Rung("s5", ("s5",)), asked, start, out, Budget(), layers=4)
    write(RECIPE, text_of(["Stage 5"], sections))
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        write(out / name, "{}")
    write(out / "model.safetensors", "weights")
    mark(out)
    return tmp_path


def mark(out: Path) -> None:
    settings = Job("s5", read_recipe(RECIPE), (), "", out, ()).settings
    marker = {
        "job": "s5",
        "recipe": hashlib.sha256(msgspec.json.encode(settings, order="sorted")).hexdigest(),
        "command": ["llamafactory-cli", "train", RECIPE.as_posix()],
        "data": {},
        "parent": "c0",
        "llamafactory": "0.9.5",
        "result": digest_of(out / "model.safetensors"),
    }
    write(out / "stage.done.json", json.dumps(marker))


@pytest.mark.usefixtures("house")
def test_a_run_of_make_is_found_with_the_settings_it_was_trained_by() -> None:
    found = source_of("nano")
    assert (found.stage, found.folder, found.profile, found.data) == ("s5", "saves/nano/s5", "nano", "data")
    assert found.settings == {"template": "qwen", "default_system": SYSTEM, "stage": "sft"}
    assert found.generation["repetition_penalty"] == 1.2


@pytest.mark.usefixtures("house")
def test_a_system_message_changed_since_the_training_is_refused() -> None:
    write(RECIPE, RECIPE.read_text(encoding="utf-8").replace(SYSTEM, "你是記者。"))
    with pytest.raises(InputError, match=r"expected the recipe that saves/nano/s5 was trained by, found a recipe that"):
        source_of("nano")


@pytest.mark.usefixtures("house")
def test_a_template_changed_since_the_training_is_refused() -> None:
    write(RECIPE, RECIPE.read_text(encoding="utf-8").replace("template: qwen\n", "template: qwen3\n"))
    with pytest.raises(InputError, match="a prompt that it never saw would be served"):
        source_of("nano")


@pytest.mark.usefixtures("house")
def test_weights_that_were_not_marked_as_done_are_refused() -> None:
    write(Path("saves/nano/s5/model.safetensors"), "others")
    with pytest.raises(InputError, match="expected the weights that were marked as done, found others"):
        source_of("nano")


@pytest.mark.usefixtures("house")
def test_an_adapter_alone_is_refused_with_what_merges_it() -> None:
    out = Path("saves/nano/s5")
    (out / "model.safetensors").rename(out / "adapter_model.safetensors")
    with pytest.raises(InputError, match=r"found an adapter alone\. Next: run its plan to the end, which merges it"):
        source_of("nano")


@pytest.mark.usefixtures("house")
def test_a_student_that_was_only_pretrained_has_no_prompt() -> None:
    write(RECIPE, RECIPE.read_text(encoding="utf-8").replace("stage: sft", "stage: pt"))
    mark(Path("saves/nano/s5"))
    with pytest.raises(InputError, match="found pretraining alone"):
        source_of("nano")


@pytest.mark.parametrize(("run", "stage"), [("other", ""), ("nano", "s4")])
@pytest.mark.usefixtures("house")
def test_a_run_or_stage_that_is_not_there_is_one_line(run: str, stage: str) -> None:
    with pytest.raises(OrderError, match="Next: make curriculum RUN="):
        source_of(run, stage)


def tokenizer(folder: Path, pattern: str, **changed: object) -> Path:
    split = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False} | changed
    parts = [split, {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False}]
    write(folder / "tokenizer.json", json.dumps({"pre_tokenizer": {"type": "Sequence", "pretokenizers": parts}}))
    return folder


def test_a_student_made_here_parts_words_as_qwen2_does_and_any_other_expression_is_not_guessed(tmp_path: Path) -> None:
    assert PRETOKENS == QWEN2
    assert parted_as(tokenizer(tmp_path / "ours", PRETOKENS)) == "qwen2"
    assert parted_as(tokenizer(tmp_path / "digits", PRETOKENS.replace(r"\p{N}| ?", r"\p{N}{1,3}| ?"))) == ""
    assert parted_as(tokenizer(tmp_path / "removed", PRETOKENS, behavior="Removed")) == ""
    write(tmp_path / "none" / "tokenizer.json", '{"pre_tokenizer": null}')
    assert parted_as(tmp_path / "none") == ""


def test_layers_are_told_together() -> None:
    assert LAYER.sub("blk.*.", "blk.12.attn_k.weight") == "blk.*.attn_k.weight"


@pytest.mark.usefixtures("house")
def test_gguf_without_the_extra_is_refused_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import util

    from curriculum.export import build

    monkeypatch.setattr(util, "find_spec", lambda _: None)
    with pytest.raises(NewsLadderError, match=r"expected the extra gguf of pyproject\.toml, found not installed"):
        build.export("nano", ("q8_0",), "", lambda _: None)
    assert not Path("exports").exists()
