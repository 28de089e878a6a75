from pathlib import Path
from typing import Any

import pytest
from builders_house import Command

from data_builders.jieba_tokenizer import tokenizer_of
from data_builders.jsonl import digest_of, read_json
from data_builders.standins import STANDINS
from data_builders.student import make_student

TEXTS = ["臺北市今天下大雨，信義區淹水。", "市府今天出動抽水機，NBA 球星來臺。"] * 3
ARCHITECTURE = {
    "gpt2": "gpt2", "opt": "opt", "llama": "llama", "qwen3": "qwen3", "gemma": "gemma3_text", "glm": "glm",
    "t5": "mt5", "pegasus": "pegasus",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("standins")
    for preset in STANDINS:
        make_student(TEXTS, preset, root / preset, seed=1)
    return root


@pytest.mark.parametrize("preset", list(STANDINS))
def test_a_standin_has_its_family_s_architecture_and_is_tiny(made: Path, preset: str) -> None:
    config = read_json(made / preset / "config.json", dict[str, Any])
    assert config["model_type"] == ARCHITECTURE[preset]
    assert (made / preset / "model.safetensors").stat().st_size < 8_000_000


def test_base_models_have_no_chat_template_and_gpt2_has_no_pad_token(made: Path) -> None:
    without = {preset for preset in STANDINS if not tokenizer_of(str(made / preset)).chat_template}
    assert without == {"gpt2", "opt", "t5", "pegasus"}
    assert tokenizer_of(str(made / "gpt2")).pad_token is None


@pytest.mark.parametrize(
    ("preset", "laid_out"),
    [
        ("llama", "<|system|>\nS</s><|user|>\nU</s><|assistant|>\n"),
        ("qwen3", "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n"),
        ("gemma", "<bos><start_of_turn>user\nS\n\nU<end_of_turn>\n<start_of_turn>model\n"),
        ("glm", "[gMASK]<sop><|system|>\nS<|user|>\nU<|assistant|>"),
    ],
)
def test_a_chat_is_laid_out_as_llamafactorys_template_of_the_family_does(
    made: Path, preset: str, laid_out: str
) -> None:
    turns = [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]
    tokenizer = tokenizer_of(str(made / preset))
    assert tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True) == laid_out


@pytest.mark.parametrize("preset", ["gpt2", "t5"])
def test_the_same_corpus_preset_and_seed_give_the_same_standin(made: Path, preset: str, tmp_path: Path) -> None:
    make_student(TEXTS, preset, tmp_path / preset, seed=1)
    again = {file.name: digest_of(file) for file in (tmp_path / preset).iterdir()}
    assert again == {file.name: digest_of(file) for file in (made / preset).iterdir()}


def test_the_verb_makes_a_standin(verb: Command, tmp_path: Path) -> None:
    out = tmp_path / "opt"
    said = verb("student", "--preset", "opt", "--out", out)
    assert said.code == 0, said.err
    assert read_json(out / "student.json", dict[str, Any])["preset"] == "opt"
