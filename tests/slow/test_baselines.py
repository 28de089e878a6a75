"""The baselines by the command line: two steps and scores for each family, a kill, and the tables that come of it.

Each is trained on the bundled sample by its nano recipe, with fewer steps: T5-Pegasus, Randeng-Pegasus, P-tuning.
"""

import contextlib
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

from curriculum import __main__ as curriculum_verbs
from curriculum.baselines import BASELINES, STUDENTS
from data_builders import cli
from data_builders import verbs as builder_verbs
from data_builders.jsonl import digest_of
from eval import verbs as eval_verbs

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
Command = Callable[..., subprocess.CompletedProcess[str]]
RUN = ("python", "-m", "curriculum", "run", "--recipe")


def inside(house: Path, *words: str, code: int = 0) -> None:
    """Call a verb in this process, standing in the house: a process of its own would import torch once more."""
    programs = {"data_builders": builder_verbs.VERBS, "eval": eval_verbs.VERBS, "curriculum": curriculum_verbs.VERBS}
    with contextlib.chdir(house):
        assert cli.run(words[0], "", programs[words[0]], words[1:]) == code


@pytest.fixture(scope="module")
def rows(house: Path) -> Path:
    """Rows of the task short_news from the bundled sample, and a stand-in for each baseline."""
    sizes = ("--train", "12", "--dev", "2", "--test", "3")
    inside(house, "data_builders", "task", "short_news", "--out", "data/tasks", *sizes)
    for one in BASELINES.values():
        inside(house, "data_builders", "student", "--preset", one.standin, "--out", f"{STUDENTS}/{one.standin}")
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
    student = f"{STUDENTS}/{one.standin}"
    outcome = json.loads(call(*RUN, short(house, name), "--json").stdout)
    assert outcome["standing"] == "fresh"
    assert set(outcome["dev_loss"]) == {"before", "after"}
    made = house / f"saves/short/{name}"
    assert (made / ("adapter_model.safetensors" if one.prefix else "model.safetensors")).is_file()
    best: dict[str, Any] = json.loads((made / "best.json").read_text(encoding="utf-8"))
    assert best["metric"] == "rougeL"
    assert "rouge_chinese-jieba" in best["signature"]
    assert not list(made.glob("checkpoint-*"))
    before = digest_of(made / "stage.done.json")
    inside(house, "curriculum", "run", "--recipe", short(house, name))
    assert digest_of(made / "stage.done.json") == before, "what is done is skipped"
    model = ("--model", student, "--adapter", str(made)) if one.prefix else ("--model", str(made))
    asked = ("--rows", str(rows / "short_news_test.jsonl"), "--max-new-tokens", "8", "--out", f"results/{name}.jsonl")
    inside(house, "eval", "predict", *asked, *model)
    scores = f"results/{name}_scores.json"
    inside(house, "eval", "score", "--pairs", f"results/{name}.jsonl", "--task", "short_news", "--out", scores)
    metrics = json.loads((house / scores).read_text(encoding="utf-8"))["metrics"]
    assert {"rouge1_f", "rouge2_f", "rougeL_f", "bleu"} <= set(metrics)


def test_a_killed_run_goes_on_and_ends_with_the_same_weights(rows: Path, house: Path, call: Command) -> None:
    assert rows.is_dir()
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
