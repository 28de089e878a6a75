"""Check that the environment is the pinned one, and say what it is.

    $ python -m data_builders environment
    llamafactory 0.9.5 · transformers 5.6.0 · torch 2.11.0 · … · trains on: CPU, 2 cores

The three torch wheels are loaded, since a wrong torchaudio fails only then; everything else is compared by version.
"""

import os
import platform
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from data_builders.errors import InputError

LOCK = Path("requirements.lock")
SHOWN = ("llamafactory", "transformers", "torch", "torchaudio", "datasets", "peft", "gradio", "opencc", "jieba")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?:\s*;\s*(.*))?$")


@dataclass(frozen=True, slots=True)
class Environment:
    """Versions of what carries the project, and what it trains on."""

    python: str
    versions: dict[str, str]
    trains_on: str


def environment() -> Environment:
    """Return what is installed; a package that is missing or not the pinned version is an InputError."""
    pins = pinned(LOCK)
    found = {name: installed(name, pins) for name in SHOWN}
    try:
        import torch
        import torchaudio  # noqa: F401  refuses to load beside a torch it was not built for
    except (ImportError, OSError) as error:
        raise InputError("torch", "torch and torchaudio that load together", str(error), "make setup") from error
    gpus = torch.cuda.device_count()
    device = f"{gpus} x {torch.cuda.get_device_name(0)}" if gpus else f"CPU, {os.cpu_count()} cores"
    return Environment(platform.python_version(), found, device)


def pinned(lock: Path) -> dict[str, str]:
    """Return the pins of the lock file that hold for every platform."""
    try:
        lines = lock.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(str(lock), "the lock file", error.strerror or "", "stand in the project's root") from error
    matches = filter(None, map(PIN.match, lines))
    return {match[1].lower(): match[2] for match in matches if not match[3]}


def installed(name: str, pins: dict[str, str]) -> str:
    """Return a package's version when it is the pinned one."""
    try:
        found = version(name)
    except PackageNotFoundError:
        found = "nothing"
    if found.partition("+")[0] != pins.get(name, found):
        raise InputError(name, f"version {pins[name]}", found, "make setup (after: rm -r .venv)")
    return found
