"""What LLaMA-Board finds when it opens: the run's stages as presets, its student chosen: choose, load, start.

    llamaboard_config/S3-triples.yaml     top.model_path: saves/nano/s2, train.learning_rate: '0.001', …
    llamaboard_cache/user_config.yaml     last_model: Qwen2.5-0.5B-Instruct, path_dict: {…: saves/nano/student}

Board cannot load a recipe, only presets keyed by its own widgets, so they are made from the recipes each time it opens
(`board_widgets` says how): S1 to S5, S0 where its rows are, S5 by each strategy, or the rungs of a plan. They load into
stock `llamafactory-cli webui`, too; what `board_page` adds makes them safe against its resets.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from curriculum.board_stages import remember, stages_of_plan, stages_of_run
from curriculum.board_widgets import elements
from curriculum.job import Job, Run
from curriculum.marker import origin
from curriculum.schema import Plan
from data_builders.errors import InputError, OrderError
from data_builders.jsonl import need, write_chunks

PRESETS = Path("llamaboard_config")
USER_CONFIG = Path("llamaboard_cache/user_config.yaml")
TITLES = {
    "s0": "pretraining",
    "s1": "traditional",
    "s2": "aspects",
    "s3": "triples",
    "s4": "guided-summary",
    "s5": "summary",
}
HEADER = "# NewsLadder writes this file: "
# Board lists models by name and gives each its template; this name's is qwen, whichever student stands behind it.
LISTED = "Qwen2.5-0.5B-Instruct"
# What `webui/common.py` of llamafactory 0.9.5 keeps; it fails on a file that lacks one. zh is its only Chinese.
NO_CONFIG: dict[str, object] = {
    "lang": None,
    "hub_name": None,
    "last_model": None,
    "path_dict": {},
    "cache_dir": None,
}
LANGUAGE = "zh"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the presets, the user's configuration, and the user's own presets that had to move aside."""

    presets: tuple[str, ...]
    user_config: str
    kept: tuple[str, ...]


def write_files(run: Run, plan: Plan | None = None) -> Written:
    """Write the presets of a run, or of a plan's rungs, and name the student in the user's configuration."""
    need((plan.folder if plan else run.data) / "dataset_info.json", then="make data, with this run's RUN= and NEWS=")
    stages = stages_of_plan(plan) if plan else stages_of_run(run)
    check_files(stage.job for stage in stages)
    name, profile = (plan.run, plan.profile) if plan else (run.name, run.profile)
    presets = {preset_path(stage.job.name, name, profile): preset_text(stage.job) for stage in stages}
    kept = [str(set_aside(path)) for path in presets if path.is_file() and not is_ours(path)]
    for path, text in presets.items():
        write_chunks(path, [text.encode()])
    remember(stages, plan)
    write_chunks(USER_CONFIG, [dumped(merged_config(plan.student if plan else run.student)).encode()])
    return Written(tuple(path.name for path in presets), str(USER_CONFIG), tuple(kept))


def check_files(jobs: Iterable[Job]) -> None:
    """Check that every dataset is there, and the student that the first training starts from."""
    for number, job in enumerate(jobs):
        for file in job.datasets:
            need(file, then="make data, with this run's RUN= and NEWS=")
        if not number:
            check_student(job)


def check_student(job: Job) -> None:
    """Check that the student, where it is a folder and not a hub's name, is there."""
    if job.model.startswith(("saves/", "/", "./", "../")) and not Path(job.model).is_dir():
        raise OrderError(job.model, "the student that the first stage starts from", "no such folder", origin(job))


def preset_path(stage: str, run: str, profile: str) -> Path:
    """Return where a stage's preset stands; the name says the run unless it is the profile's default one."""
    prefix = "" if run == profile else f"{run.replace('/', '-')}-"
    known, _, variant = stage.partition("_")
    words = (known.upper(), TITLES.get(known, ""), variant)
    return PRESETS / f"{prefix}{'-'.join(filter(None, words))}.yaml"


def preset_text(job: Job) -> str:
    """Return a stage's preset, with a header that names the recipe it was made from."""
    return f"{HEADER}{job.recipe.path} as LLaMA-Board loads it. Save your own under another name.\n" + dumped(
        elements(job)
    )


def dumped(value: object) -> str:
    """Return YAML that reads as it was meant: keys in their order, Chinese as Chinese."""
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000)


def is_ours(path: Path) -> bool:
    """Tell whether we wrote a preset; Board's own "Save arguments" drops the header."""
    return path.read_text(encoding="utf-8", errors="replace").startswith(HEADER)


def set_aside(path: Path) -> Path:
    """Rename a preset that the user saved under our name, and return its new path."""
    number = 1
    while (aside := path.with_name(f"{path.stem}-saved{number}.yaml")).exists():
        number += 1
    return path.rename(aside)


def merged_config(student: str) -> dict[str, object]:
    """Return the user's Board configuration with the student listed and chosen, all else as the user has it."""
    config = NO_CONFIG | mapping_of(USER_CONFIG)
    paths = config["path_dict"]
    known = paths if isinstance(paths, dict) else {}
    chosen = {"last_model": LISTED, "path_dict": {**known, LISTED: student}}
    return config | chosen | {"lang": config["lang"] or LANGUAGE}


def mapping_of(path: Path) -> dict[str, object]:
    """Return a YAML file's mapping, or nothing when there is no such file."""
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(str(path), "LLaMA-Board's configuration", str(error), "mend or remove it") from error
    if not isinstance(loaded, dict):
        raise InputError(str(path), "a YAML mapping", type(loaded).__name__, "mend or remove it")
    return {str(key): value for key, value in loaded.items()}
