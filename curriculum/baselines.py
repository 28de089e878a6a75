"""The recipes of the baselines under `yaml_recipes/baselines/`: encoder-decoders and P-tuning, as published.

    >>> sections(BASELINES["t5_pegasus"], "full")["train"]["learning_rate"]
    0.0002

The study: batch 1, rate 2e-4, 20 epochs, lengths 256, best by ROUGE-L; ChatGLM-6B's P-tuning v2 by rate 2e-2, a prefix
of 256, 500 steps, about 110 epochs of 73 rows, so 16 rows a step. `nano` trains a tiny stand-in with random weights on
a processor: the method is the same, the prefix's length, the epochs and the rate are what random weights need there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from curriculum.job import SEQ2SEQ
from curriculum.render import text_of
from curriculum.schema import Value
from data_builders.recipes import recipe_path

DATA = "data/tasks"
TASK = "short_news"
STUDENTS = "saves/nano/baselines/students"
HARDWARE = {"full": "one GPU with bf16; not measured", "nano": "2 CPU cores"}
Sections = dict[str, dict[str, Value]]


@dataclass(frozen=True, slots=True)
class Baseline:
    """One baseline: the model it starts from, its stand-in's preset, and whether a prefix is trained."""

    name: str
    about: str
    model: str
    standin: str
    prefix: bool = False
    note: str = ""
    measured: str = ""


BASELINES = {
    one.name: one
    for one in (
        Baseline("t5_pegasus", "T5-Pegasus base (275 M)", "imxly/t5-pegasus", "t5"),
        Baseline(
            "randeng_pegasus", "Randeng-Pegasus 523 M", "IDEA-CCNL/Randeng-Pegasus-523M-Summary-Chinese", "pegasus"
        ),
        Baseline(
            "chatglm_ptuning",
            "P-tuning v2 of a GLM",
            "THUDM/glm-4-9b-chat-hf",
            "glm",
            prefix=True,
            note="the study's ChatGLM-6B has no code that works any more; GLM-4 is its heir in transformers itself",
        ),
    )
}


def committed_baselines() -> Iterator[tuple[Path, str]]:
    """Yield each recipe's path and text."""
    for profile in ("nano", "full"):
        for one in BASELINES.values():
            yield path_of(one, profile), text_of(header(one, profile), sections(one, profile))


def path_of(one: Baseline, profile: str) -> Path:
    """Return where a baseline's recipe stands."""
    return recipe_path(f"baselines/{one.name}", profile)


def start_of(one: Baseline, profile: str) -> str:
    """Return what a baseline starts from."""
    return one.model if profile == "full" else f"{STUDENTS}/{one.standin}"


def output_of(one: Baseline, profile: str) -> str:
    """Return the folder that a baseline's recipe writes."""
    return f"saves/{profile}/baselines/{one.name}"


def header(one: Baseline, profile: str) -> list[str]:
    """Return the comments above a recipe."""
    where = "one GPU" if profile == "full" else "a tiny stand-in on a CPU"
    made = "from the hub" if profile == "full" else f"python -m data_builders student --preset {one.standin}"
    lines = [
        f"Baseline {one.name}: {one.about}, {where}",
        f"starts from  {start_of(one, profile)} ({made})",
        f"writes       {output_of(one, profile)}, the checkpoint with the best ROUGE-L on dev",
        f"launch       python -m curriculum run --recipe {path_of(one, profile).as_posix()}",
        f"hardware     {HARDWARE[profile]}{one.measured if profile == 'nano' else ''}",
        f"first        python -m data_builders task {TASK} --out {DATA}",
        f"or all       make baseline BASELINE={one.name} PROFILE={profile}",
        "note         not for llamafactory-cli, which trains encoder-decoders wrongly: see docs/encoder_decoders.md",
    ]
    return lines + ([f"note         {one.note}"] if one.note and profile == "full" else [])


def sections(one: Baseline, profile: str) -> Sections:
    """Return the sections of a baseline's recipe."""
    nano = profile == "nano"
    tuned: dict[str, Value] = {"stage": SEQ2SEQ, "do_train": True, "finetuning_type": "full"}
    if one.prefix:
        virtual = 16 if nano else 256
        tuned |= {"finetuning_type": "prefix_tuning", "num_virtual_tokens": virtual, "prefix_projection": False}
    return {
        "model": {"model_name_or_path": start_of(one, profile)},
        "method": tuned | ({"use_cpu": True} if nano else {"bf16": True}),
        "dataset": {
            "dataset_dir": DATA,
            "dataset": f"{TASK}_train",
            "eval_dataset": f"{TASK}_dev",
            "max_source_length": 512 if nano and one.prefix else 256,  # a stand-in's bytes are more than characters
            "max_target_length": 256,
        },
        "output": output(one, profile),
        "train": schedule(one, nano),
        "generate": {"do_sample": False, "max_new_tokens": 48 if nano else 256},
        "eval": evaluation(one),
    }


def output(one: Baseline, profile: str) -> dict[str, Value]:
    """Return the keys of what is written."""
    steps: dict[str, Value] = (
        {"save_strategy": "steps", "save_steps": 100} if one.prefix else {"save_strategy": "epoch"}
    )
    return {
        "output_dir": output_of(one, profile),
        "overwrite_output_dir": True,
        "logging_steps": 10,
        **steps,
        "save_total_limit": 2,
        "report_to": "none",
    }


def schedule(one: Baseline, nano: bool) -> dict[str, Value]:
    """Return the keys of the optimiser and the length of the training."""
    if one.prefix:
        length: dict[str, Value] = {"max_steps": 200 if nano else 500}
        rate = 2e-2
    else:
        length = {"num_train_epochs": 4.0 if nano else 20.0}
        rate = 2e-3 if nano else 2e-4
    return {
        "per_device_train_batch_size": 1,
        "gradient_accumulation_steps": 16 if one.prefix and not nano else 1,
        "learning_rate": rate,
        "lr_scheduler_type": "linear",
        "warmup_steps": 0,
        **length,
        "seed": 42,
    }


def evaluation(one: Baseline) -> dict[str, Value]:
    """Return the keys of what is watched on dev, and of which checkpoint is kept."""
    steps: dict[str, Value] = (
        {"eval_strategy": "steps", "eval_steps": 100} if one.prefix else {"eval_strategy": "epoch"}
    )
    return {
        "per_device_eval_batch_size": 8,
        **steps,
        "eval_on_start": True,
        "load_best_model_at_end": True,
        "metric_for_best_model": "rougeL",
        "greater_is_better": True,
        "rouge_mode": "rouge_chinese-jieba",
    }
