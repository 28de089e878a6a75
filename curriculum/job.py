"""One run of a trainer: which recipe, which `key=value` overrides, what it reads, what it writes.

    >>> job_of("s3", Run("udn", "nano", Path("data/udn"), "saves/udn/student")).command
    ('llamafactory-cli', 'train', 'yaml_recipes/nano/s3.yaml', 'model_name_or_path=saves/udn/s2', …)

A recipe names the folders of its profile's own run; another run's name turns them into overrides, nothing else. So the
default run needs none, and is the stock command to the letter.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from data_builders.errors import InputError, UsageError
from data_builders.jsonl import read_json
from data_builders.recipes import Recipe, read_recipe, recipe_path
from data_builders.tasks.table import TASKS

TRAINED = ("s1", "s2", "s3", "s4", "s5")
PREDICTED = ("predict", "predict_untrained")
JOBS = ("s0", *TRAINED, *PREDICTED)
SEQ2SEQ = "seq2seq"  # the stage of a recipe that is trained by `curriculum.seq2seq`
SAVES = Path("saves")
Kind = Literal["train", "predict", "merge"]
# Recipe keys that do not change what is written: who is told of it, and where its tokens are kept.
SILENT = ("report_to", "run_name", "project", "use_swanlab", "swanlab_", "tokenized_path")


@dataclass(frozen=True, slots=True)
class Run:
    """A named run: its profile, its data folder, and the student it starts from (a folder, or a name on the hub)."""

    name: str
    profile: str
    data: Path
    student: str

    @property
    def saves(self) -> Path:
        """The folder of the run's checkpoints."""
        return SAVES / self.name


@dataclass(frozen=True, slots=True)
class Job:
    """One call of a trainer: `llamafactory-cli` to train, predict or merge an adapter, or our own to train."""

    name: str
    recipe: Recipe
    overrides: tuple[str, ...]
    model: str
    output: Path
    datasets: tuple[Path, ...]
    kind: Kind = "train"
    adapter: str = ""

    @property
    def command(self) -> tuple[str, ...]:
        """The command, as one would type it in the project's root: LLaMA-Factory's stock one, but for `seq2seq`."""
        if self.seq2seq:
            return ("python", "-m", "curriculum.seq2seq", self.recipe.path.as_posix(), *self.overrides)
        verb = "export" if self.kind == "merge" else "train"
        return ("llamafactory-cli", verb, self.recipe.path.as_posix(), *self.overrides)

    @property
    def trains(self) -> bool:
        """Whether the job trains (or only predicts, or merges)."""
        return self.kind == "train"

    @property
    def seq2seq(self) -> bool:
        """Whether it is trained by `curriculum.seq2seq` instead of LLaMA-Factory."""
        return self.recipe.text("stage") == SEQ2SEQ

    @property
    def result(self) -> str:
        """The name of the file that a finished job has written, beside an index where there are several."""
        if self.kind == "predict":
            return "generated_predictions.jsonl"
        beside = self.trains and self.recipe.text("finetuning_type") in {"lora", "prefix_tuning"}
        return "adapter_model.safetensors" if beside else "model.safetensors"

    @property
    def settings(self) -> dict[str, object]:
        """What decides the result: the recipe's keys with the overrides put in, without those of `SILENT`."""
        put_in = {key: yaml.safe_load(value) for key, _, value in (o.partition("=") for o in self.overrides)}
        return {key: value for key, value in (self.recipe.settings | put_in).items() if not key.startswith(SILENT)}


def job_of(name: str, run: Run) -> Job:
    """Return the job of that name in a run."""
    if name not in JOBS:
        raise UsageError("job", "|".join(JOBS), name, "name one of them")
    recipe = read_recipe(recipe_path(name.split("_")[0], run.profile))
    wanted = {
        "model_name_or_path": model_of(name, run),
        "output_dir": (run.saves / name).as_posix(),
        "dataset_dir": "." if run.data == Path("data") else run.data.as_posix(),
    }
    return overridden(name, recipe, wanted, "predict" if name in PREDICTED else "train")


def job_of_recipe(path: Path, run: str = "", data: str = "", student: str = "") -> Job:
    """Return the job of one whole recipe: what is named here takes the place of what the recipe says.

    >>> job_of_recipe(Path("yaml_recipes/nano/baselines/t5_pegasus.yaml"), run="mine").output
    PosixPath('saves/mine/t5_pegasus')
    """
    recipe = read_recipe(path)
    for key in ("model_name_or_path", "output_dir", "dataset_dir"):
        if not recipe.text(key):
            raise InputError(str(path), f"a recipe with {key}", "none", "state it in the recipe")
    wanted = {
        "model_name_or_path": student or recipe.model,
        "output_dir": (SAVES / run / path.stem).as_posix() if run else recipe.text("output_dir"),
        "dataset_dir": data or recipe.text("dataset_dir"),
    }
    return overridden(path.stem, recipe, wanted, "predict" if recipe.settings.get("do_predict") is True else "train")


def overridden(name: str, recipe: Recipe, wanted: dict[str, str], kind: Kind) -> Job:
    """Return the job of a recipe whose folders and model are the wanted ones."""
    overrides = tuple(f"{key}={value}" for key, value in wanted.items() if recipe.text(key) != value)
    return Job(
        name,
        recipe,
        overrides,
        wanted["model_name_or_path"],
        Path(wanted["output_dir"]),
        dataset_files(recipe, Path(wanted["dataset_dir"])),
        kind,
        recipe.text("adapter_name_or_path"),
    )


def model_of(name: str, run: Run) -> str:
    """Return what a job starts from: the student, or the stage before it."""
    if name in {"s0", "s1", "predict_untrained"}:
        return run.student
    before = "s5" if name == "predict" else f"s{int(name[1:]) - 1}"
    return (run.saves / before).as_posix()


def dataset_files(recipe: Recipe, folder: Path) -> tuple[Path, ...]:
    """Return the files of the recipe's datasets, as the folder's dataset_info.json registers them."""
    names = [name for key in ("dataset", "eval_dataset") for name in recipe.text(key).split(",") if name]
    registered = read_json(folder / "dataset_info.json", dict[str, dict[str, object]])
    missing = [name for name in names if name not in registered]
    if missing:
        then = f"{maker_of(missing[0])}, or name another --data"
        raise InputError(str(folder / "dataset_info.json"), f"datasets {', '.join(names)}", f"no {missing[0]}", then)
    return tuple(folder / str(registered[name].get("file_name", "")) for name in names)


def maker_of(dataset: str) -> str:
    """Return the command that makes a dataset."""
    name = dataset.rpartition("_")[0]
    return f"python -m data_builders task {name}" if name in TASKS else "python -m data_builders build --stage all"
