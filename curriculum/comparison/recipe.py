"""The whole recipe of one model's fine-tuning, for `yaml_recipes/baselines/` and for a run's own folder alike.

    >>> sections_of(MODELS["distilgpt2"], Place(Path("data/baselines/distilgpt2"), …))["dataset"]["template"]
    'default'

`default_system: ""` is said aloud: some templates (zephyr, qwen) would else put words of their own before the row's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from curriculum.baselines import BASELINES, sections
from curriculum.comparison.table import CAUSAL, Baseline
from curriculum.profiles import PROFILES
from curriculum.render import Sections, text_of
from curriculum.schema import Value
from data_builders.baselines import PREFIX
from data_builders.errors import InputError
from data_builders.recipes import RECIPES

RUN = "baselines"
FOLDER = RECIPES / "baselines"
EPOCHS = 3.0
RANK = 32
LONGEST_ANSWER = 1024  # tokens: what is learned is never cut
KIND: dict[str, Value] = {"stage": "sft", "do_train": True}
STANDIN_RATE = 2e-3  # random weights of a million parameters


@dataclass(frozen=True, slots=True)
class Place:
    """What of a recipe is a run's own: its rows, its weights, where it writes, how long; `watched`: dev has rows."""

    rows: Path
    weights: str
    out: Path
    profile: str = "full"
    max_steps: int = 0
    watched: bool = True
    seed: int = 42


def usual_place(model: Baseline) -> Place:
    """Return the place of the committed recipe: those of a run of the name `baselines`."""
    return Place(Path("data") / RUN / model.name, model.hub, Path("saves") / RUN / model.name)


def sections_of(model: Baseline, place: Place) -> Sections:
    """Return the recipe's keys under LLaMA-Factory's headings."""
    nano = place.profile == "nano"
    if not model.template:
        return paired(model, place)
    return {
        "model": {"model_name_or_path": place.weights},
        "method": {**KIND, **tuning(model), **PROFILES[place.profile].device},
        "dataset": dataset(model, place),
        "output": {
            "output_dir": place.out.as_posix(),
            "overwrite_output_dir": True,
            "logging_steps": PROFILES[place.profile].logging_steps,
            "save_strategy": "epoch",
            "save_total_limit": 1,
            "plot_loss": True,
            "report_to": "tensorboard",
        },
        "train": {
            "per_device_train_batch_size": 2 if nano else model.batch,
            "gradient_accumulation_steps": 1 if nano else 8 // model.batch,
            "learning_rate": STANDIN_RATE if nano else model.rate,
            "lr_scheduler_type": "linear",
            "warmup_steps": 0,
            "num_train_epochs": EPOCHS,
            **({"max_steps": place.max_steps} if place.max_steps else {}),
            "seed": place.seed,
        },
        "eval": watching(place),
    }


def paired(model: Baseline, place: Place) -> Sections:
    """Return the recipe of `curriculum.seq2seq`: the one of its name, with this run's folders and lengths."""
    if not place.watched:
        then = "give more articles: about one in sixteen is put there"
        raise InputError(model.name, "dev rows, by which its best checkpoint is chosen", "none", then)
    made: dict[str, dict[str, Value]] = sections(BASELINES[model.name], place.profile)
    made["model"]["model_name_or_path"] = place.weights
    made["dataset"] |= {
        "dataset_dir": place.rows.as_posix(),
        "dataset": f"{PREFIX}_train",
        "eval_dataset": f"{PREFIX}_dev",
        "max_source_length": model.cutoff,
        "max_target_length": max(LONGEST_ANSWER, model.cutoff),
    }
    made["output"]["output_dir"] = place.out.as_posix()
    made["generate"]["max_new_tokens"] = model.new_tokens
    made["train"]["seed"] = place.seed
    if place.max_steps:
        made["train"] = {key: value for key, value in made["train"].items() if key != "num_train_epochs"}
        made["train"]["max_steps"] = place.max_steps
        made["output"] |= {"save_strategy": "steps", "save_steps": place.max_steps}
        made["eval"] |= {"eval_strategy": "steps", "eval_steps": place.max_steps}
    return made


def tuning(model: Baseline) -> dict[str, Value]:
    """Return the keys of the method."""
    if not model.adapts:
        return {"finetuning_type": "full"}
    return {"finetuning_type": "lora", "lora_rank": RANK, "lora_alpha": 2 * RANK, "lora_target": model.adapts}


def dataset(model: Baseline, place: Place) -> dict[str, Value]:
    """Return the keys of the rows and of how they become tokens."""
    return {
        "dataset_dir": place.rows.as_posix(),
        "dataset": f"{PREFIX}_train",
        **({"eval_dataset": f"{PREFIX}_dev"} if place.watched else {}),
        "template": model.template,
        **({"enable_thinking": model.thinking} if model.thinks else {}),
        "default_system": "",
        "cutoff_len": model.cutoff,
        "overwrite_cache": True,
    }


def watching(place: Place) -> dict[str, Value]:
    """Return the keys of the dev split, which a small corpus may not fill."""
    if not place.watched:
        return {"eval_strategy": "no"}
    return {"per_device_eval_batch_size": 8, "eval_strategy": "epoch", "eval_on_start": True}


def recipe_text(model: Baseline, place: Place, path: Path) -> str:
    """Return the recipe's text with its header."""
    made = f"python -m curriculum baselines --input FILE --models {model.name} --profile full --run {RUN}"
    what = f"an adapter of rank {RANK} on {model.adapts}" if model.adapts else model.trained
    laid = f"template {model.template}" if model.template else "its own layout"
    launch = "llamafactory-cli train" if model.template else "python -m curriculum run --recipe"
    header = [
        f"{model.name} ({model.weights}) fine-tuned to summarise; {what}, {laid}",
        f"starts from  {place.weights}" + (f" ({model.licence})" if model.licence else ""),
        f"writes       {place.out.as_posix()}",
        f"launch       {launch} {path.as_posix()}",
        f"hardware     {PROFILES[place.profile].hardware}"
        + ("; not measured on one yet" if place.profile == "full" else ""),
        f"rows from    {made}",
    ]
    return text_of(header, sections_of(model, place))


def committed_models() -> Iterator[tuple[Path, str]]:
    """Yield the path and text of every recipe under `yaml_recipes/baselines/`."""
    for model in CAUSAL.values():
        path = FOLDER / f"{model.name}.yaml"
        yield path, recipe_text(model, usual_place(model), path)
