"""Make the recipe of one rung, of predicting, of merging an adapter: everything that LLaMA-Factory is told.

    >>> sections = training(rung, plan_of_nano, Start("saves/nano/s1"), Path("saves/nano/s2"), Budget(), layers=4)
    >>> sections["train"]["learning_rate"]
    0.002

The recipes under `yaml_recipes/` and those of a run, `saves/<run>/<stage>/recipe.yaml`, come from here alike.
"""

from dataclasses import dataclass
from pathlib import Path

from curriculum.processes import per_process
from curriculum.profiles import Profile
from curriculum.schema import Rung, Strategy, Value
from curriculum.strategies import QUANTIZED, method_keys
from curriculum.tasks import profile_of

# What each tracker needs beside TensorBoard, by LLaMA-Factory's and transformers' own keys; {} stand for run and stage.
TRACKERS: dict[str, dict[str, Value]] = {
    "wandb": {"run_name": "{run}/{stage}"},
    "mlflow": {"run_name": "{run}/{stage}"},
    "trackio": {"project": "newsladder", "run_name": "{run}/{stage}"},
    "swanlab": {"use_swanlab": True, "swanlab_project": "newsladder", "swanlab_run_name": "{run}/{stage}"},
}
DEV_BLOCK = 8


@dataclass(frozen=True, slots=True)
class Start:
    """What a training starts from: whole weights, and the adapter of the stage before on top of them."""

    model: str
    adapter: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """How long to train; the profile's epochs unless a control says other epochs, or a number of steps."""

    epochs: float = 0.0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a plan a recipe depends on."""

    profile: str
    strategy: Strategy
    run: str = ""
    dataset_dir: str = "."
    seed: int = 42
    tracker: str = ""
    packing: bool = False
    tokenized: str = ""
    by_length: bool = False
    processes: int = 1


def training(
    rung: Rung, asked: Asked, start: Start, out: Path, budget: Budget, layers: int
) -> dict[str, dict[str, Value]]:
    """Return the sections of a rung's recipe."""
    profile = profile_of(asked.profile, rung.stages)
    return {
        "model": starting(start) | (QUANTIZED if asked.strategy.quantizes and not rung.pretrains else {}),
        "method": method(rung, asked.strategy, profile, layers) | together(asked, profile),
        "dataset": datasets(rung, asked, profile),
        "output": output(rung, asked, profile, out),
        "train": schedule(rung, asked, profile, budget),
        "eval": watching(asked),
    }


def starting(start: Start) -> dict[str, Value]:
    """Return the keys that say what is trained further."""
    keys: dict[str, Value] = {"model_name_or_path": start.model}
    return keys | ({"adapter_name_or_path": start.adapter} if start.adapter else {})


def method(rung: Rung, strategy: Strategy, profile: Profile, layers: int) -> dict[str, Value]:
    """Return the keys of the method; pretraining draws new weights, so it always trains all of them."""
    if rung.pretrains:
        new: dict[str, Value] = {"stage": "pt", "do_train": True, "train_from_scratch": True, "finetuning_type": "full"}
        return new | profile.device
    tuned: dict[str, Value] = {"stage": "sft", "do_train": True}
    return tuned | method_keys(strategy, layers) | profile.device


def together(asked: Asked, profile: Profile) -> dict[str, Value]:
    """Return what several processes on the processor need to speak to each other; GPUs have LLaMA-Factory's default."""
    return {"ddp_backend": "gloo"} if asked.processes > 1 and profile.device.get("use_cpu") else {}


def watching(asked: Asked) -> dict[str, Value]:
    """Return the keys of the looks at the dev rows: blocks of eight, whose tokens are averaged over all processes."""
    block = per_process(DEV_BLOCK, asked.processes)
    return {"per_device_eval_batch_size": block, "eval_strategy": "epoch", "eval_on_start": True}


def datasets(rung: Rung, asked: Asked, profile: Profile) -> dict[str, Value]:
    """Return the keys of the rows: what is trained on, what is watched, and how both are cut into tokens."""
    cutoff = profile.pretraining_cutoff if rung.pretrains else profile.cutoff
    keys: dict[str, Value] = {
        "dataset_dir": asked.dataset_dir,
        "dataset": ",".join(f"{stage}_train" for stage in rung.stages),
        "eval_dataset": ",".join(f"{stage}_dev" for stage in rung.stages),
        **profile.chat,
        "cutoff_len": cutoff,
    }
    if rung.pretrains:
        keys["packing"] = True
    else:
        keys |= profile.loss | ({"neat_packing": True} if asked.packing else {})
    if asked.tokenized:
        keys["tokenized_path"] = asked.tokenized
    return keys | {"overwrite_cache": True}


def output(rung: Rung, asked: Asked, profile: Profile, out: Path) -> dict[str, Value]:
    """Return the keys of what is written, trackers included."""
    keys: dict[str, Value] = {
        "output_dir": out.as_posix(),
        "overwrite_output_dir": True,
        "logging_steps": profile.logging_steps,
        "save_strategy": "epoch",
        "save_total_limit": 1,
        "plot_loss": True,
    }
    if not asked.tracker:
        return keys | {"report_to": "tensorboard"}
    named = {
        key: value.format(run=asked.run, stage=rung.name) if isinstance(value, str) else value
        for key, value in TRACKERS[asked.tracker].items()
    }
    both: Value = "tensorboard" if asked.tracker == "swanlab" else ("tensorboard", asked.tracker)
    return keys | {"report_to": both} | named


def schedule(rung: Rung, asked: Asked, profile: Profile, budget: Budget) -> dict[str, Value]:
    """Return the keys of the optimiser and the length of the training; a mixed rung has its last stage's rate."""
    last = rung.stages[-1]
    rate = profile.rates["s1" if asked.strategy.resets_rate and last == "s5" else last]
    constant = asked.strategy.constant and not rung.pretrains
    batch = profile.pretraining_batch if rung.pretrains else profile.batch
    keys: dict[str, Value] = {
        "per_device_train_batch_size": per_process(batch, asked.processes),
        "gradient_accumulation_steps": profile.accumulation,
        "learning_rate": rate,
        "lr_scheduler_type": "constant" if constant else profile.scheduler,
        **({key: value for key, value in profile.steering.items() if not (constant and key == "warmup_steps")}),
        "num_train_epochs": budget.epochs or profile.epochs,
    }
    if asked.by_length and not rung.pretrains:
        keys["train_sampling_strategy"] = "group_by_length"
    return keys | ({"max_steps": budget.steps} if budget.steps else {}) | {"seed": asked.seed}


def predicting(asked: Asked, start: Start, out: Path, dataset: str = "s5_test") -> dict[str, dict[str, Value]]:
    """Return the sections of a recipe that has a model answer the rows of a dataset, greedily."""
    profile = profile_of(asked.profile, (dataset.rpartition("_")[0],))
    device = {key: value for key, value in profile.device.items() if key in {"use_cpu", "bf16"}}
    kind: dict[str, Value] = {"stage": "sft", "do_predict": True, "predict_with_generate": True}
    kind |= {"finetuning_type": "lora" if start.adapter else "full"}
    return {
        "model": starting(start),
        "method": kind | device,
        "dataset": {
            "dataset_dir": asked.dataset_dir,
            "eval_dataset": dataset,
            **profile.chat,
            "cutoff_len": profile.cutoff,
            "overwrite_cache": True,
        },
        "output": {"output_dir": out.as_posix(), "overwrite_output_dir": True, "report_to": "none"},
        "generate": profile.generation,
        "eval": {"per_device_eval_batch_size": profile.generation_batch, "seed": 42},
    }


def merging(rung: Rung, asked: Asked, start: Start, out: Path) -> dict[str, dict[str, Value]]:
    """Return the sections of an export of what `rung` trained: an adapter put into its model, or whole weights."""
    profile = profile_of(asked.profile, rung.stages)
    return {
        "model": starting(start) | {"infer_dtype": profile.export_dtype},
        "method": {"finetuning_type": "lora" if start.adapter else "full"},
        "dataset": profile.chat,
        "export": {"export_dir": out.as_posix(), "export_size": 5, "export_device": "cpu"},
    }
