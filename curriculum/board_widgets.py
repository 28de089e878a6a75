"""Which widget of LLaMA-Board says which key of a recipe.

    >>> elements(job_of("s3", Run("nano", "nano", Path("data"), "saves/nano/student")))["train.learning_rate"]
    '0.001'

A preset holds LLaMA-Board's element ids, as `webui/manager.py` of llamafactory 0.9.5 makes them: `top.` or `train.`,
then the name in `webui/components/`. A key without a widget goes into the field "Extra arguments" as JSON, which
`webui/runner.py` lays over what the widgets say; a null there takes back what Board sends unasked. Four things that
Board does shape what stands here:

- it sends a value for every widget, so the ones that a recipe is silent about are put at LLaMA-Factory's own default,
  which often is not Board's (gradient accumulation 8, cosine, bf16, optimiser adamw_torch);
- it drops `false` and "" on the way, so a `false` travels as 0, and an empty text is refused here;
- choosing a model's name resets path, template and checkpoint after the preset has been laid out, so a preset leaves
  `top.model_name` alone: the user's configuration names it, and only a template and a default path hang on it;
- LoRA's and freeze's keys are read from their widgets after the extra arguments, so these have to be said by widget.
"""

import json
from typing import TypeAlias

from curriculum.job import Job
from data_builders.errors import InputError

Value: TypeAlias = str | int | float | bool | list[str] | None

# LLaMA-Factory takes at most what there is; no number at all is not for this widget.
ALL_SAMPLES = "1000000000"
# Each widget that makes an argument, at the value that leaves LLaMA-Factory's default as it is.
AT_REST: dict[str, Value] = {
    "top.model_path": "",
    "top.finetuning_type": "lora",
    "top.checkpoint_path": None,
    "top.quantization_bit": "none",
    "top.quantization_method": "bnb",
    "top.template": "default",
    "top.rope_scaling": "none",
    "top.booster": "auto",
    "train.training_stage": "Supervised Fine-Tuning",
    "train.dataset_dir": "data",
    "train.dataset": [],
    "train.learning_rate": "5e-05",
    "train.num_train_epochs": "3.0",
    "train.max_grad_norm": "1.0",
    "train.max_samples": ALL_SAMPLES,
    "train.compute_type": "fp32",
    "train.cutoff_len": 2048,
    "train.batch_size": 8,
    "train.gradient_accumulation_steps": 1,
    "train.val_size": 0,
    "train.lr_scheduler_type": "linear",
    "train.logging_steps": 500,
    "train.save_steps": 500,
    "train.warmup_steps": 0,
    "train.neftune_alpha": 0,
    "train.extra_args": "{}",
    "train.packing": False,
    "train.neat_packing": False,
    "train.train_on_prompt": False,
    "train.mask_history": False,
    "train.resize_vocab": False,
    "train.use_llama_pro": False,
    "train.enable_thinking": True,
    "train.report_to": "none",
    "train.freeze_trainable_layers": 2,
    "train.freeze_trainable_modules": "all",
    "train.freeze_extra_modules": "",
    "train.lora_rank": 8,
    "train.lora_alpha": 16,
    "train.lora_dropout": 0,
    "train.loraplus_lr_ratio": 0,
    "train.create_new_adapter": False,
    "train.use_rslora": False,
    "train.use_dora": False,
    "train.use_pissa": False,
    "train.lora_target": "all",
    "train.additional_target": "",
    "train.use_galore": False,
    "train.use_apollo": False,
    "train.use_badam": False,
    "train.use_swanlab": False,
    "train.ds_stage": "none",
    "train.ds_offload": False,
    "train.output_dir": "",
}
# Recipe keys whose widget has another name, or stands above the tabs.
NAMED = {
    "model_name_or_path": "top.model_path",
    "finetuning_type": "top.finetuning_type",
    "template": "top.template",
    "stage": "train.training_stage",
    "per_device_train_batch_size": "train.batch_size",
    "neftune_noise_alpha": "train.neftune_alpha",
}
SAME = (
    *("dataset_dir", "dataset", "learning_rate", "num_train_epochs", "max_grad_norm", "max_samples", "cutoff_len"),
    *("gradient_accumulation_steps", "lr_scheduler_type", "logging_steps", "save_steps", "warmup_steps"),
    *("packing", "neat_packing", "train_on_prompt", "mask_history", "resize_vocab", "use_llama_pro"),
    *("enable_thinking", "report_to", "output_dir"),
    *("freeze_trainable_layers", "freeze_trainable_modules", "freeze_extra_modules"),
    *("lora_rank", "lora_alpha", "lora_dropout", "loraplus_lr_ratio", "create_new_adapter", "use_rslora", "use_dora"),
    *("lora_target", "additional_target"),
)
WIDGETS = NAMED | {key: f"train.{key}" for key in SAME}
STAGE_NAMES = {"sft": "Supervised Fine-Tuning", "pt": "Pre-Training"}
COMPUTE_TYPES = ("bf16", "fp16", "pure_bf16")
# What Board adds to every run; null in the extra arguments takes it back.
UNASKED = (
    "preprocessing_num_workers",
    "trust_remote_code",
    "ddp_timeout",
    "include_num_input_tokens_seen",
    "plot_loss",
)


def elements(job: Job) -> dict[str, Value]:
    """Return the value of every widget, by element id, that makes Board train what the job's recipe says."""
    settings = said(job)
    shown, extra = dict(AT_REST), dict[str, object]()
    for key, value in settings.items():
        if key in COMPUTE_TYPES and value is True:
            shown["train.compute_type"] = key
        elif key in WIDGETS:
            shown[WIDGETS[key]] = as_shown(job, key, value)
        elif (key, value) != ("do_train", True):  # Board says that itself
            extra[key] = sendable(job, key, value)
    if "lora_rank" in settings and "lora_alpha" not in settings:
        shown["train.lora_alpha"] = 2 * int(str(settings["lora_rank"]))
    extra |= {key: None for key in UNASKED if key not in settings}
    shown["train.extra_args"] = json.dumps(extra, ensure_ascii=False)
    return shown


def said(job: Job) -> dict[str, object]:
    """Return the recipe's settings with the job's overrides laid over them, which name folders and models only."""
    overrides = (override.partition("=") for override in job.overrides)
    return job.recipe.settings | {key: value for key, _, value in overrides}


def as_shown(job: Job, key: str, value: object) -> Value:
    """Return a recipe's value as the key's widget holds it."""
    if key == "stage" and value in STAGE_NAMES:
        return STAGE_NAMES[str(value)]
    if key == "dataset":
        return str(value).split(",")
    if isinstance(AT_REST[WIDGETS[key]], str) and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)  # a text field that holds a number
    if isinstance(value, str | int | float | bool) and key != "stage":
        return value
    raise unsayable(job, key, value)


def sendable(job: Job, key: str, value: object) -> object:
    """Return a value as the extra arguments can carry it."""
    if value == "" or value is None:
        raise unsayable(job, key, value)
    return 0 if value is False else value


def unsayable(job: Job, key: str, value: object) -> InputError:
    """Return the error for a setting that LLaMA-Board cannot hand on to LLaMA-Factory."""
    found = f"{key}: {value!r}"
    return InputError(str(job.recipe.path), "settings that LLaMA-Board can send", found, "train it without the Board")
