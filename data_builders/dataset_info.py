"""`dataset_info.json`: every dataset that LLaMA-Factory may train or test on, made from the table of stages.

    {"s3_train": {"file_name": "data/stages/s3_train.jsonl", "columns": {"prompt": "instruction", …}}, …}

The file at the root serves the default data folder and is committed; each data folder holds one of its own with
paths relative to itself, which LLaMA-Board and named runs read. A `columns` map is all or nothing: what it does not
list becomes None, so it lists all four.
"""

from pathlib import Path

from data_builders.errors import InputError
from data_builders.jsonl import read_json, write_json
from data_builders.schema import SPLITS
from data_builders.stages import NAMES, S0

FILE = "dataset_info.json"
ALPACA = {"prompt": "instruction", "query": "input", "response": "output", "system": "system"}
RAW_TEXT = {"prompt": "text"}
Entries = dict[str, dict[str, str | dict[str, str]]]


def entries(stages: Path) -> Entries:
    """Return an entry for each stage and split, with files below `stages`."""
    return {
        f"{name}_{split}": {
            "file_name": (stages / f"{name}_{split}.jsonl").as_posix(),
            "formatting": "alpaca",
            "columns": RAW_TEXT if name == S0 else ALPACA,
        }
        for name in NAMES
        for split in SPLITS
    }


def write_root(root: Path) -> Path:
    """Write the file at the project's root and return its path."""
    write_json(root / FILE, entries(Path("data/stages")))
    return root / FILE


def check_root(root: Path) -> Path:
    """Return the path of the root's file, when it is what the table of stages makes."""
    found = read_json(root / FILE, Entries)
    if found != entries(Path("data/stages")):
        raise InputError(FILE, "what the table of stages makes", "something else", "python -m data_builders register")
    return root / FILE


def write_for(data: Path) -> Path:
    """Write the file of one data folder and return its path."""
    write_json(data / FILE, entries(Path("stages")))
    return data / FILE


def write_task(folder: Path, task: str) -> Path:
    """Register a task's rows in their folder's file, beside what is registered there already, and return its path."""
    held = read_json(folder / FILE, Entries) if (folder / FILE).is_file() else {}
    own: Entries = {
        f"{task}_{split}": {"file_name": f"{task}_{split}.jsonl", "formatting": "alpaca", "columns": ALPACA}
        for split in SPLITS
    }
    write_json(folder / FILE, dict(sorted((held | own).items())))  # sorted: whichever task was built first
    return folder / FILE
