"""Plans on the real trainer: forty articles of the sample, the nano student, adapters, frozen weights, kills."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from curriculum.lengths import kept
from data_builders.jsonl import digest_of

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
Command = Callable[..., subprocess.CompletedProcess[str]]
SPLIT = ("--plan", "s1,s5", "--strategy", "lora_split", "--data", "data")
KILLS = 3


def adapter(folder: Path) -> str:
    return digest_of(folder / "adapter_model.safetensors")


@pytest.fixture(scope="module")
def split(data: Path, call: Command) -> Path:
    """A run of S1 and S5 by one adapter of two ranks, merged."""
    call("python", "-m", "curriculum", "run", *SPLIT, "--run", "split")
    return data.parent / "saves/split"


def test_an_adapter_of_two_ranks_goes_from_stage_to_stage_and_is_merged(split: Path) -> None:
    from safetensors.torch import load_file

    before, after = (load_file(split / stage / "adapter_model.safetensors") for stage in ("s1", "s5"))
    ranks = {name.split(".")[-3]: weights.shape[0] for name, weights in after.items() if "lora_A" in name}
    assert ranks == dict.fromkeys(("q_proj", "k_proj", "v_proj", "o_proj"), 32) | dict.fromkeys(
        ("gate_proj", "up_proj", "down_proj"), 160
    )
    assert any((before[name] != after[name]).any() for name in after)
    whole, student = (load_file(f / "model.safetensors") for f in (split / "merged", split.parent / "nano/student"))
    changed = {name for name in student if (whole[name] != student[name]).any()}
    assert changed == {name for name in student if "_proj.weight" in name}


def test_one_process_and_shared_tokens_give_the_same_weights(split: Path, call: Command) -> None:
    tokens = list((split.parent / ".tokenized").glob("*.whole"))
    assert len(tokens) >= 2, "S1's and S5's tokens were kept by the run before"
    call("python", "-m", "curriculum", "run", *SPLIT, "--run", "here", "--in-process")
    log = (split.parent / "here/s5/train.log").read_text(encoding="utf-8", errors="replace")
    assert "Loaded tokenized dataset from" in log
    for stage in ("s1", "s5"):
        assert adapter(split.parent / "here" / stage) == adapter(split / stage)


def test_a_run_killed_at_random_moments_ends_with_the_same_weights(split: Path, call: Command) -> None:
    house = split.parents[1]
    command = [sys.executable, "-m", "curriculum", "run", *SPLIT, "--run", "killed"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    draw = random.Random(7)  # noqa: S311 - moments, no secrets
    for _ in range(KILLS):
        process = subprocess.Popen(
            command, cwd=house, env=environment, start_new_session=True, stderr=subprocess.DEVNULL
        )
        wait_for_training(process, house / "saves/killed")
        time.sleep(draw.uniform(0.0, 12.0))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    call("python", "-m", "curriculum", "run", *SPLIT, "--run", "killed")
    for stage in ("s1", "s5"):
        assert adapter(house / "saves/killed" / stage) == adapter(split / stage)
    assert digest_of(house / "saves/killed/merged/model.safetensors") == digest_of(split / "merged/model.safetensors")


def wait_for_training(process: subprocess.Popen[bytes], saves: Path) -> None:
    """Wait until some stage that is not done has written to its log of steps, or all is over."""
    deadline = time.monotonic() + 400
    logs = {stage: saves / stage / "trainer_log.jsonl" for stage in ("s1", "s5")}
    sizes = {stage: log.stat().st_size if log.is_file() else 0 for stage, log in logs.items()}
    while process.poll() is None:
        assert time.monotonic() < deadline
        if any(log.is_file() and log.stat().st_size not in {0, sizes[stage]} for stage, log in logs.items()):
            return
        time.sleep(0.05)


@pytest.mark.parametrize(("strategy", "module"), [("only_attn", ".self_attn."), ("only_mlp", ".mlp.")])
def test_a_frozen_strategy_changes_its_weights_in_every_layer_and_no_other(
    data: Path, call: Command, strategy: str, module: str
) -> None:
    from safetensors.torch import load_file

    call("python", "-m", "curriculum", "run", "--plan", "1stage", "--strategy", strategy, "--run", strategy)
    saves = data.parent / "saves"
    student, trained = (load_file(saves / name / "model.safetensors") for name in ("nano/student", f"{strategy}/s5"))
    changed = {name for name in student if (trained[name] != student[name]).any()}
    # A key's bias is the one thing there that attention cannot learn from: softmax takes it out again.
    wanted = {name for name in student if module in name}
    assert changed <= wanted
    assert wanted - changed <= {name for name in wanted if name.endswith("k_proj.bias")}
    manifest = json.loads((saves / strategy / "s5/manifest.json").read_text(encoding="utf-8"))
    sizes = sum(weights.numel() for name, weights in student.items() if module in name)
    assert manifest["cost"]["trainable"] == sizes


def test_the_audit_cuts_as_llamafactory_does() -> None:
    from llamafactory.data.processor.processor_utils import infer_seqlen

    draw = random.Random(3)  # noqa: S311 - lengths, no secrets
    for _ in range(5000):
        prompt, answer, cutoff = draw.randrange(4000), draw.randrange(4000), draw.randrange(1, 3000)
        assert kept(prompt, answer, cutoff) == infer_seqlen(prompt, answer, cutoff)
