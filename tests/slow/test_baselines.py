"""The baselines by the command line: two steps and scores for each family, a kill, and the tables that come of it.

Each is trained on the bundled sample by its nano recipe, with fewer steps: T5-Pegasus, Randeng-Pegasus, P-tuning.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from curriculum.baselines import BASELINES
from data_builders.jsonl import digest_of

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
Command = Callable[..., subprocess.CompletedProcess[str]]
RUN = ("python", "-m", "curriculum", "run", "--recipe")


@pytest.fixture(scope="module")
def rows(house: Path, call: Command) -> Path:
    """Rows of the task short_news from the bundled sample."""
    sizes = ("--train", "12", "--dev", "2", "--test", "3")
    call("python", "-m", "data_builders", "task", "short_news", "--out", "data/tasks", *sizes)
    return house / "data/tasks"


def short(house: Path, name: str, **keys: object) -> str:
    """The nano recipe of a baseline with few steps, as a file of its own."""
    said = yaml.safe_load((ROOT / f"yaml_recipes/nano/baselines/{name}.yaml").read_text(encoding="utf-8"))
    said |= {"max_steps": 2, "eval_strategy": "steps", "eval_steps": 1, "save_strategy": "steps", "save_steps": 1}
    said |= {"max_new_tokens": 8, "output_dir": f"saves/short/{name}", **keys}
    path = house / f"{name}.yaml"
    path.write_text(yaml.safe_dump(said), encoding="utf-8")
    return path.name


@pytest.mark.parametrize("name", list(BASELINES))
def test_two_steps_answers_and_scores(rows: Path, house: Path, call: Command, name: str) -> None:
    one = BASELINES[name]
    student = f"saves/nano/baselines/students/{one.standin}"
    call("python", "-m", "data_builders", "student", "--preset", one.standin, "--out", student)
    outcome = json.loads(call(*RUN, short(house, name), "--json").stdout)
    assert outcome["standing"] == "fresh"
    assert set(outcome["dev_loss"]) == {"before", "after"}
    made = house / f"saves/short/{name}"
    assert (made / ("adapter_model.safetensors" if one.prefix else "model.safetensors")).is_file()
    best: dict[str, Any] = json.loads((made / "best.json").read_text(encoding="utf-8"))
    assert best["metric"] == "rougeL"
    assert "rouge_chinese-jieba" in best["signature"]
    assert not list(made.glob("checkpoint-*"))
    again = json.loads(call(*RUN, short(house, name), "--json").stdout)
    assert again["standing"] == "done", "what is done is skipped"
    model = ("--model", student, "--adapter", str(made)) if one.prefix else ("--model", str(made))
    asked = ("--rows", str(rows / "short_news_test.jsonl"), "--max-new-tokens", "8", "--out", f"results/{name}.jsonl")
    call("python", "-m", "eval", "predict", *asked, *model)
    scored = call("python", "-m", "eval", "score", "--pairs", f"results/{name}.jsonl", "--task", "short_news", "--json")
    metrics = json.loads(scored.stdout)["metrics"]
    assert {"rouge1_f", "rouge2_f", "rougeL_f", "bleu"} <= set(metrics)


def test_a_killed_run_goes_on_and_ends_with_the_same_weights(rows: Path, house: Path, call: Command) -> None:
    assert rows.is_dir()
    student = "saves/nano/baselines/students/t5"
    if not (house / student).is_dir():
        call("python", "-m", "data_builders", "student", "--preset", "t5", "--out", student)
    longer = {"max_steps": 12, "eval_steps": 4, "save_steps": 4}
    call(*RUN, short(house, "t5_pegasus", **longer, output_dir="saves/whole/t5_pegasus"))
    recipe = short(house, "t5_pegasus", **longer, output_dir="saves/killed/t5_pegasus")
    program = str(Path(sys.executable).parent / "python")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
    child = subprocess.Popen([program, *RUN[1:], recipe], cwd=house, env=environment, start_new_session=True)
    first = house / "saves/killed/t5_pegasus/checkpoint-4/trainer_state.json"
    for _ in range(1200):
        if first.is_file() or child.poll() is not None:
            break
        time.sleep(0.1)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    assert first.is_file()
    outcome = json.loads(call(*RUN, recipe, "--json").stdout)
    assert outcome["standing"] == "resume"
    ends = [house / f"saves/{name}/t5_pegasus/model.safetensors" for name in ("whole", "killed")]
    assert digest_of(ends[0]) == digest_of(ends[1])
