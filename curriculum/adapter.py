"""Prepare the adapter with two ranks that no key of LLaMA-Factory can say: 32 for attention, 160 for the MLP.

    $ python -m curriculum adapter --student saves/nano/student --out saves/nano/split_adapter

PEFT's `rank_pattern` and `alpha_pattern` say it; LLaMA-Factory takes the folder by `adapter_name_or_path`, trains it on
and saves the patterns with it. The second matrices are zero, as in any new adapter, so the student starts unchanged.
"""

import hashlib
import shutil
import sys
from pathlib import Path

import msgspec

from curriculum.marker import weights_of
from curriculum.strategies import ADAPTERS, ATTENTION, MLP
from data_builders.errors import InputError, NewsLadderError
from data_builders.jsonl import digest_of, read_json, unwritable, write_json

MADE_FOR = "made_for.json"
KEY = "|".join(MLP)


def prepare(student: str, out: Path, seed: int) -> Path:
    """Write the initial adapter of a student, unless the folder holds it already, and return the folder."""
    key = key_of(student, seed)
    if held(out) == key:
        return out
    if out.exists() and not (out / MADE_FOR).is_file():
        raise InputError(str(out), "a new folder, or an adapter made here", "something else", "name another --out")
    aside = out.with_name(f".{out.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        draw(student, aside, seed)
        write_json(aside / MADE_FOR, {"key": key})
        shutil.rmtree(out, ignore_errors=True)
        aside.rename(out)
    except OSError as error:
        raise unwritable(out, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return out


def key_of(student: str, seed: int) -> str:
    """Return what an adapter depends on: shapes by the student's config, ranks, seed."""
    config = Path(student) / "config.json"
    of = digest_of(config) if config.is_file() else student
    return hashlib.sha256(msgspec.json.encode([of, seed, ADAPTERS["lora_split"]])).hexdigest()


def held(out: Path) -> str:
    """Return what the adapter in a folder was made for, or ""."""
    try:
        found = read_json(out / MADE_FOR, dict[str, str]).get("key", "") if (out / MADE_FOR).is_file() else ""
    except NewsLadderError:
        return ""
    return found if weights_of(out) else ""


def draw(student: str, out: Path, seed: int) -> None:
    """Draw the adapter's first matrices from a seed and save it."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoConfig, AutoModelForCausalLM

    ranks = ADAPTERS["lora_split"]
    attention, mlp = ranks[ATTENTION[0]], ranks[MLP[0]]
    torch.manual_seed(seed)
    try:
        config = AutoConfig.from_pretrained(student)
    except (OSError, ValueError) as error:
        then = "make student, or name another --student"
        raise InputError(student, "a student's config.json", str(error).splitlines()[0], then) from error
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    torch.manual_seed(seed)
    adapted = get_peft_model(
        model,
        LoraConfig(
            r=attention,
            lora_alpha=attention,
            target_modules=list(ranks),
            rank_pattern={KEY: mlp},
            alpha_pattern={KEY: mlp},
            task_type="CAUSAL_LM",
        ),
    )
    adapted.peft_config["default"].base_model_name_or_path = student
    adapted.save_pretrained(str(out))


if __name__ == "__main__":
    prepare(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
