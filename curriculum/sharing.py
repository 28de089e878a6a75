"""Take over a stage that a sibling run of the same matrix has trained already, instead of training it again.

    saves/try/5stage-full-v1/seed1/s1 … s4      trained
    saves/try/5stage-lr_adj-v1/seed1/s1 … s4    taken over: the same settings, rows and parent weights

`full` and `lr_adj` differ by the rate of S5 alone, so their first stages are one training. A stage is taken over when
all that decides its weights is equal, told by digests: every key of its recipe but the folders, the rows, the weights
it starts from, LLaMA-Factory's version. Files are copied, not linked, so that training one of them anew leaves the
other as it was.
"""

import shutil
from pathlib import Path

from curriculum.alone import alone
from curriculum.job import Job, deciding
from curriculum.marker import DONE, Marker, begin, finish, read_marker, settings_digest, standing, wanted
from data_builders.errors import NewsLadderError
from data_builders.jsonl import digest_of
from data_builders.recipes import read_recipe

# What a recipe says of folders decides nothing: what lies in them is held by digests.
FOLDERS = ("output_dir", "model_name_or_path", "adapter_name_or_path", "dataset_dir")
OWN = ("recipe.yaml", "manifest.json", DONE, "stage.started.json", ".lock", "train.log")


def take_over(job: Job, siblings: Path) -> Path | None:
    """Copy an equal stage below `siblings` into the job's folder, mark it as done, and return where it came from.

    A job that is done, or can go on from a checkpoint of its own, is left alone.
    """
    marker = wanted(job)
    if standing(job, marker) != "fresh":
        return None
    twin = twin_of(job, marker, siblings)
    if twin is None:
        return None
    with alone(job.output):
        begin(job, marker, "fresh")
        for file in twin.iterdir():
            if file.is_file() and file.name not in OWN:
                shutil.copy2(file, job.output / file.name)
        if (twin / "runs").is_dir():
            shutil.copytree(twin / "runs", job.output / "runs", dirs_exist_ok=True)
        done = read_marker(twin / DONE)
        finish(job, marker, done.dev_loss if done else {})
    return twin


def twin_of(job: Job, marker: Marker, siblings: Path) -> Path | None:
    """Return the folder of a finished stage that was made of the very same things, or None."""
    wanted_settings = without_folders(job.settings)
    for done in sorted(siblings.glob(f"*/seed*/{job.name}/{DONE}")):
        folder = done.parent
        found = read_marker(done)
        if folder == job.output or found is None or not same_inputs(found, marker):
            continue
        try:
            settings = read_recipe(folder / "recipe.yaml").settings
        except NewsLadderError:
            continue
        unchanged = settings_digest(settings) == found.recipe
        result = folder / job.result
        if (
            unchanged
            and without_folders(settings) == wanted_settings
            and result.is_file()
            and digest_of(result) == found.result
        ):
            return folder
    return None


def same_inputs(one: Marker, other: Marker) -> bool:
    """Tell whether two jobs read the same rows and start from the same weights by the same trainer."""
    return (one.data, one.parent, one.llamafactory) == (other.data, other.parent, other.llamafactory)


def without_folders(settings: dict[str, object]) -> dict[str, object]:
    """Return the settings that decide the weights."""
    return {key: value for key, value in deciding(settings).items() if key not in FOLDERS}
