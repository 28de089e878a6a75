"""What LLaMA-Board sends to its trainer, held against a recipe, key by key.

    >>> differences(job_of("s2", run), {…, "learning_rate": 0.001, …})
    (Difference(key='learning_rate', sent='0.001', recipe='0.002'),)

Board sends a value for every widget and leaves out what is `false` or empty, so a key that the recipe is silent about
must be as its widget rests, which is LLaMA-Factory's own default (`tests/curriculum/test_board_parity.py` holds that).
Whatever else is sent, or is not, counts as a difference: only what is surely the recipe's training is taken for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from curriculum.board_widgets import AT_REST, WIDGETS
from curriculum.job import SILENT, Job
from data_builders.errors import InputError

ABSENT = "(not sent)"
TOKENS = "tokenized_path"  # keeps tokens of other rows where it is said by hand
FOLDERS = ("model_name_or_path", "adapter_name_or_path", "output_dir", "dataset_dir")


@dataclass(frozen=True, slots=True)
class Difference:
    """One key that was sent otherwise than the recipe has it."""

    key: str
    sent: str
    recipe: str


def sent_by_board(path: Path) -> dict[str, object]:
    """Return the arguments that Board wrote for its trainer."""
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(str(path), "LLaMA-Board's arguments", str(error), "press Start again") from error
    if not isinstance(loaded, dict):
        raise InputError(str(path), "a YAML mapping", type(loaded).__name__, "press Start again")
    return {str(key): value for key, value in loaded.items()}


def differences(job: Job, sent: Mapping[str, object]) -> tuple[Difference, ...]:
    """Return every key by which what Board sends is another training than the job's."""
    wanted = job.settings
    at_rest = resting(wanted)
    found = []
    for key in [*wanted, *sorted(sent.keys() - wanted.keys())]:
        if is_silent(key):
            continue
        one = wanted.get(key, at_rest.get(key, ABSENT))
        other = sent.get(key, False if key in at_rest else ABSENT)
        if canonical(key, one) != canonical(key, other):
            found.append(Difference(key, str(other), str(one)))
    return tuple(found)


def is_silent(key: str) -> bool:
    """Tell whether a key leaves the weights as they are."""
    return key.startswith(SILENT) and key != TOKENS


def silent_overrides(job: Job, sent: Mapping[str, object]) -> tuple[str, ...]:
    """Return as overrides what was chosen on the page and leaves the weights as they are: who is told of them."""
    held = dict(job.recipe.settings)
    keys = sorted(key for key in sent if is_silent(key) and canonical(key, sent[key]) != canonical(key, held.get(key)))
    return tuple(f"{key}={sent[key]}" for key in keys if not isinstance(sent[key], list | dict))


def resting(wanted: Mapping[str, object]) -> dict[str, object]:
    """Return what each widget says for a recipe that is silent about its key."""
    at_rest: dict[str, object] = {key: AT_REST[element] for key, element in WIDGETS.items() if key != "stage"}
    at_rest["flash_attn"] = AT_REST["top.booster"]
    if "lora_rank" in wanted:
        at_rest["lora_alpha"] = 2 * int(str(wanted["lora_rank"]))
    return at_rest


def canonical(key: str, value: object) -> str | float:
    """Return a value as it compares: a text that is a number is one, a list its text, off is 0."""
    if value is None or value == "":
        return 0.0
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    if isinstance(value, bool | int | float):
        return float(value)
    text = str(value)
    if key in FOLDERS:
        return Path(text).as_posix()
    if text.lower() in {"true", "false"}:
        return float(text.lower() == "true")
    try:
        return float(text)
    except ValueError:
        return text
