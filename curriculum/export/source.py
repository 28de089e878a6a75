"""Find what a run trained, and the recipe it was trained by, before anything of it is given away.

    >>> source_of("nano").folder, source_of("nano").settings["template"]
    ('saves/nano/s5', 'qwen')

A run of a plan says in `manifest.json` where its last model lies (its adapter merged already); the runs of `make` have
their last stage. The weights must be the ones that were marked as done, and the recipe must still be the one that they
were trained by: a system message changed since is a prompt that the student never saw.
"""

import hashlib
from pathlib import Path

import msgspec

from curriculum.export.schema import Trained
from curriculum.job import SAVES, Job
from curriculum.marker import DONE, Marker, read_marker, weights_of
from curriculum.profiles import PROFILES
from curriculum.provenance import MANIFEST
from curriculum.schema import RunManifest, StageManifest
from data_builders.errors import InputError, OrderError
from data_builders.jsonl import digest_of, read_json
from data_builders.recipes import read_recipe

LAST = ("s5", "s4", "s3", "s2", "s1")
DECIDES = ("template", "default_system", "tool_format", "enable_thinking", "preserve_thinking", "stage")


def source_of(run: str, stage: str = "") -> Trained:
    """Return what a run trained: its plan's last model, or the named or last stage of a run of `make`."""
    home = SAVES / run
    if not home.is_dir():
        raise OrderError(str(home), "a run that was trained", "no such folder", f"make curriculum RUN={run}")
    found = of_plan(run, home) if (home / MANIFEST).is_file() and not stage else of_stage(run, home, stage)
    if found.settings.get("stage") == "pt":
        then = "train S1 to S5 on it first; a student that was only pretrained has no prompt"
        raise InputError(found.folder, "a student that learned by a chat template", "pretraining alone", then)
    return found


def of_plan(run: str, home: Path) -> Trained:
    """Return what a plan ended with; the recipe is that of the stage that was trained last."""
    made = read_json(home / MANIFEST, RunManifest)
    final = Path(made.final)
    checked(final, made.final_sha256, run)
    told = final if (final / MANIFEST).is_file() else adapter_of(final)
    stage = read_json(told / MANIFEST, StageManifest)
    return trained(run, final, stage.settings, made.plan.profile, made.plan.data, made.final_sha256)


def adapter_of(merged: Path) -> Path:
    """Return the stage whose adapter a merged model holds, which its recipe names."""
    adapter = read_recipe(merged / "recipe.yaml").text("adapter_name_or_path")
    if not adapter:
        raise InputError(str(merged), f"{MANIFEST}, or a recipe that names an adapter", "neither", "run the plan again")
    return Path(adapter)


def of_stage(run: str, home: Path, stage: str) -> Trained:
    """Return a stage of a run of `make`, once weights and recipe are what the marker says."""
    names = (stage,) if stage else LAST
    folder = next((home / name for name in names if (home / name / DONE).is_file()), None)
    if folder is None:
        then = f"make curriculum RUN={run}, or name a stage that is done with --stage"
        raise OrderError(str(home), f"a stage that is done ({', '.join(names)})", "none", then)
    marker = read_marker(folder / DONE)
    if marker is None:
        raise InputError(
            str(folder / DONE), "a marker of a finished stage", "something else", f"make curriculum RUN={run}"
        )
    checked(folder, marker.result, run)
    settings = settings_of(marker, folder)
    profile = "nano" if "/nano/" in marker.command[2] else "full"
    data = str(settings.get("dataset_dir", "."))
    return trained(run, folder, settings, profile, "data" if data == "." else data, marker.result)


def settings_of(marker: Marker, folder: Path) -> dict[str, object]:
    """Return the settings that a stage was trained with; a recipe that says something else by now is an InputError."""
    recipe = read_recipe(Path(marker.command[2]))
    settings = Job(marker.job, recipe, marker.command[3:], "", folder, ()).settings
    if hashlib.sha256(msgspec.json.encode(settings, order="sorted")).hexdigest() != marker.recipe:
        found = "a recipe that was changed since"
        then = f"take the change back, or train {folder.name} again; a prompt that it never saw would be served"
        raise InputError(str(recipe.path), f"the recipe that {folder} was trained by", found, then)
    return settings


def checked(folder: Path, expected: str, run: str) -> None:
    """Raise an InputError unless a folder holds whole weights of this digest, and a tokenizer."""
    weights = weights_of(folder)
    if weights is None or weights.name.startswith("adapter_"):
        found = "no weights" if weights is None else "an adapter alone"
        then = "run its plan to the end, which merges it; or llamafactory-cli export yaml_recipes/export/adapter.yaml"
        raise InputError(str(folder), "whole weights (model.safetensors)", found, then)
    if digest_of(weights) != expected:
        then = f"train it again (make curriculum RUN={run}), so that its marker and its weights belong together"
        raise InputError(str(weights), "the weights that were marked as done", "others", then)
    lacking = [
        name for name in ("config.json", "tokenizer.json", "tokenizer_config.json") if not (folder / name).is_file()
    ]
    if lacking:
        raise InputError(str(folder), "a model's folder", f"no {lacking[0]}", f"make curriculum RUN={run}")


def trained(run: str, folder: Path, settings: dict[str, object], profile: str, data: str, weights: str) -> Trained:
    """Return the record of what was trained."""
    decides = {key: settings[key] for key in DECIDES if key in settings}
    return Trained(
        run, folder.name, folder.as_posix(), profile, data, weights, decides, dict(PROFILES[profile].generation)
    )
