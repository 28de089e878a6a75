import json
from pathlib import Path

import pytest
from fake_trainer import make_model

from curriculum.job import Run

RECIPE = """\
### model
model_name_or_path: {model}

### dataset
dataset_dir: .
dataset: {stage}_train
eval_dataset: {stage}_dev
cutoff_len: 64

### output
output_dir: saves/nano/{stage}

### train
use_cpu: true
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's root with two stages, their data, and a student; the tests stand in it."""
    monkeypatch.chdir(tmp_path)
    for stage, model in (("s1", "saves/nano/student"), ("s2", "saves/nano/s1")):
        write(f"yaml_recipes/nano/{stage}.yaml", RECIPE.format(stage=stage, model=model))
        for split in ("train", "dev"):
            row = {"id": f"{stage}-{split}", "system": "", "instruction": "甲", "input": "", "output": "乙"}
            write(f"data/stages/{stage}_{split}.jsonl", json.dumps(row) + "\n")
            write(f"data/udn/stages/{stage}_{split}.jsonl", json.dumps(row) + "\n")
    names = [f"{stage}_{split}" for stage in ("s1", "s2") for split in ("train", "dev")]
    write("dataset_info.json", json.dumps({name: {"file_name": f"data/stages/{name}.jsonl"} for name in names}))
    write("data/udn/dataset_info.json", json.dumps({name: {"file_name": f"stages/{name}.jsonl"} for name in names}))
    make_model(tmp_path / "saves/nano/student", "untrained")
    return tmp_path


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


@pytest.fixture
def nano() -> Run:
    return Run("nano", "nano", Path("data"), "saves/nano/student")
