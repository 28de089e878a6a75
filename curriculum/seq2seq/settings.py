"""Read a recipe of `stage: seq2seq`: every key known, every value of its kind, all faults told together.

    >>> settings_of(read_recipe(Path("yaml_recipes/baselines/t5_pegasus.yaml"))).trainer["learning_rate"]
    0.0002

Most keys are transformers' own and go to `Seq2SeqTrainingArguments` as they stand; the lengths have the names of
transformers' summarization example, a prefix the names of PEFT. `rouge_mode` alone is ours: in which mode of `eval
score --metric rouge` the dev answers are scored.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from data_builders.errors import InputError
from data_builders.recipes import Recipe
from eval.predict.schema import Generation
from eval.schema import ROUGE_MODES, RougeMode

STAGE = "seq2seq"
Tuning = Literal["full", "prefix_tuning"]
METRICS = ("rouge1", "rouge2", "rougeL", "loss")

# What goes to Seq2SeqTrainingArguments as it stands.
TRAINER: dict[str, type] = {
    "output_dir": str, "logging_steps": int, "save_strategy": str, "save_steps": int, "save_total_limit": int,
    "report_to": str, "run_name": str, "per_device_train_batch_size": int, "gradient_accumulation_steps": int,
    "learning_rate": float, "lr_scheduler_type": str, "warmup_steps": float, "weight_decay": float,
    "adam_beta2": float, "max_grad_norm": float, "optim": str, "num_train_epochs": float, "max_steps": int,
    "seed": int, "label_smoothing_factor": float, "gradient_checkpointing": bool, "bf16": bool, "use_cpu": bool,
    "per_device_eval_batch_size": int, "eval_strategy": str, "eval_steps": int, "eval_on_start": bool,
    "load_best_model_at_end": bool, "metric_for_best_model": str, "greater_is_better": bool,
}  # fmt: skip
# What is read here.
OWN: dict[str, type] = {
    "model_name_or_path": str, "stage": str, "do_train": bool, "finetuning_type": str, "num_virtual_tokens": int,
    "prefix_projection": bool, "dataset_dir": str, "dataset": str, "eval_dataset": str, "max_source_length": int,
    "max_target_length": int, "overwrite_output_dir": bool, "do_sample": bool, "max_new_tokens": int,
    "repetition_penalty": float, "rouge_mode": str,
}  # fmt: skip
NEEDED = (
    "model_name_or_path", "finetuning_type", "dataset_dir", "dataset", "eval_dataset", "max_source_length",
    "max_target_length", "output_dir", "learning_rate", "metric_for_best_model", "rouge_mode",
)  # fmt: skip
KINDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a recipe asks for; `trainer` is what transformers takes as it stands."""

    model: str
    tuning: Tuning
    virtual_tokens: int
    projection: bool
    most_source: int
    most_target: int
    goes_on: bool
    how: Generation
    mode: RougeMode
    output: Path
    trainer: dict[str, object]

    @property
    def best_by(self) -> str:
        """The dev value that decides which checkpoint is kept."""
        return str(self.trainer["metric_for_best_model"])


def settings_of(recipe: Recipe) -> Settings:
    """Return what a recipe asks for; an unknown key or a value of the wrong kind is an InputError with all faults."""
    found = recipe.settings
    faults = [*key_faults(found), *sense_faults(found)]
    if faults:
        then = "mend the recipe; docs/encoder_decoders.md lists the keys"
        raise InputError(str(recipe.path), "the keys of a recipe of stage seq2seq", "; ".join(faults), then)
    most_new = recipe.text("max_new_tokens") or recipe.text("max_target_length")
    return Settings(
        model=recipe.model,
        tuning="full" if recipe.text("finetuning_type") == "full" else "prefix_tuning",
        virtual_tokens=int(recipe.text("num_virtual_tokens") or 0),
        projection=found.get("prefix_projection") is True,
        most_source=int(recipe.text("max_source_length")),
        most_target=int(recipe.text("max_target_length")),
        goes_on=found.get("overwrite_output_dir") is False,
        how=Generation(
            max_new_tokens=int(most_new),
            repetition_penalty=float(recipe.text("repetition_penalty") or 1.0),
            batch=int(recipe.text("per_device_eval_batch_size") or Generation().batch),
        ),
        mode=next(mode for mode in ROUGE_MODES if mode == found["rouge_mode"]),
        output=recipe.output_dir,
        trainer={key: value for key, value in found.items() if key in TRAINER},
    )


def key_faults(found: dict[str, object]) -> list[str]:
    """Return what is wrong with the keys and the kinds of their values."""
    known = TRAINER | OWN
    faults = [f"unknown key {key}" for key in found if key not in known]
    faults += [f"no {key}" for key in NEEDED if key not in found]
    for key, value in found.items():
        kind = known.get(key)
        whole = isinstance(value, int) and not isinstance(value, bool)
        right = whole or isinstance(value, float) if kind is float else isinstance(value, kind or object)
        if not right or (kind is int and isinstance(value, bool)):
            faults.append(f"{key}: {value!r} is not {KINDS[kind or str]}")
    return faults


def sense_faults(found: dict[str, object]) -> list[str]:
    """Return which values do not go together."""
    faults = [
        f"{key}: {found.get(key)!r} is none of {', '.join(options)}"
        for key, options in (
            ("stage", (STAGE,)),
            ("finetuning_type", get_args(Tuning)),
            ("rouge_mode", ROUGE_MODES),
            ("metric_for_best_model", METRICS),
        )
        if found.get(key) not in options
    ]
    if found.get("do_train") is not True:
        faults.append("do_train is not true: python -m eval predict answers")
    virtual = found.get("num_virtual_tokens")
    if found.get("finetuning_type") == "prefix_tuning" and not (isinstance(virtual, int) and virtual > 0):
        faults.append("num_virtual_tokens: prefix_tuning needs a number above 0")
    if found.get("finetuning_type") == "full" and virtual is not None:
        faults.append("num_virtual_tokens belongs to prefix_tuning")
    if found.get("do_sample") is True:
        faults.append("do_sample: dev answers are greedy, so that runs can be compared")
    bounds = ((key, found.get(key)) for key in ("max_source_length", "max_target_length", "max_new_tokens"))
    return faults + [f"{key}: {value} is not above 0" for key, value in bounds if isinstance(value, int) and value < 1]
