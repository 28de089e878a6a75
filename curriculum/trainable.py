"""Ask LLaMA-Factory which weights a recipe would train, before it trains them.

    $ python -m curriculum.trainable saves/attn/s2/recipe.yaml saves/attn/s2/trainable.json

The model is loaded as the stage will load it and the names of the weights with gradients are written; nothing is
trained. `check` holds them against the strategy: a freeze of 0 layers trains nothing and a wrong module trains
something else, and LLaMA-Factory says neither.
"""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from curriculum.alone import alone
from curriculum.job import Job
from curriculum.launch import Launcher
from curriculum.marker import wanted
from curriculum.runner import last_words
from curriculum.schema import Shape, Strategy
from curriculum.strategies import check_weights
from data_builders.errors import TrainError
from data_builders.jsonl import read_json, write_json

FILE = "trainable.json"
# What decides which weights are trained; the rest of a recipe may change without asking again.
DECIDING = (
    "model_name_or_path", "adapter_name_or_path", "finetuning_type", "freeze_trainable_layers",
    "freeze_trainable_modules", "lora_rank", "lora_alpha", "lora_target", "quantization_bit",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trainable:
    """The answer: for what it was asked, the names of the weights, and how many numbers they hold."""

    asked: str
    names: tuple[str, ...]
    parameters: int


def check(job: Job, strategy: Strategy, shape: Shape, launcher: Launcher) -> None:
    """Raise an InputError unless the job would train exactly its strategy's weights; full training needs no asking."""
    if strategy.method == "full" or not job.trains or job.recipe.settings.get("stage") == "pt":
        return
    keys = [job.recipe.settings.get(key) for key in DECIDING]
    asked = hashlib.sha256(msgspec.json.encode([keys, wanted(job).parent])).hexdigest()
    file = job.output / FILE
    held = read_json(file, Trainable) if file.is_file() else None
    if held is None or held.asked != asked:
        log = job.output / "trainable.log"
        with alone(job.output):
            command = ("python", "-m", "curriculum.trainable", job.recipe.path.as_posix(), file.as_posix(), asked)
            code = launcher.run(command, log, lambda: None)
        if code:
            raise TrainError(job.name, "to learn which weights would be trained", last_words(log), f"look at {log}")
        held = read_json(file, Trainable)
    check_weights(strategy, shape.layers, held.names)


def ask(recipe: Path, out: Path, asked: str) -> None:
    """Load the model as a recipe says and write the names of what it would train."""
    import yaml
    from llamafactory.hparams import get_train_args
    from llamafactory.model import load_model, load_tokenizer

    settings = yaml.safe_load(recipe.read_text(encoding="utf-8")) | {"overwrite_output_dir": True}
    model_args, _, _, finetuning_args, _ = get_train_args(settings)
    model = load_model(load_tokenizer(model_args)["tokenizer"], model_args, finetuning_args, is_trainable=True)
    trained = {name: weight.numel() for name, weight in model.named_parameters() if weight.requires_grad}
    write_json(out, Trainable(asked, tuple(trained), sum(trained.values())))


if __name__ == "__main__":
    ask(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
