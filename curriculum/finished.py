"""Which models, adapters and data folders there are to choose from, without typing.

    >>> finished_models()
    ('saves/nano/s1', 'saves/nano/s2', 'saves/nano/student', 'saves/try/merged')

A folder counts once its training is over: one with the mark of a started job, or whose trainer ended before its last
step, is left out.
"""

from pathlib import Path

from curriculum.job import SAVES
from curriculum.marker import DONE, STARTED, weights_of
from data_builders.errors import NewsLadderError
from data_builders.jsonl import read_json

DATA = Path("data")
DEPTH = 4


def finished_models() -> tuple[str, ...]:
    """Return the folders of whole models."""
    return tuple(path.as_posix() for path in folders(SAVES, DEPTH) if is_finished(path, "config.json"))


def finished_adapters() -> tuple[str, ...]:
    """Return the folders of adapters."""
    return tuple(path.as_posix() for path in folders(SAVES, DEPTH) if is_finished(path, "adapter_config.json"))


def data_folders() -> tuple[str, ...]:
    """Return the folders that register datasets: the project's root, data, and each run's own."""
    found = [path for path in (Path(), DATA, *folders(DATA, 1)) if (path / "dataset_info.json").is_file()]
    return tuple(path.as_posix() for path in found)


def folders(root: Path, depth: int) -> list[Path]:
    """Return the folders below `root`, in their order; hidden ones and checkpoints are nobody's result."""
    if not depth or not root.is_dir():
        return []
    below = sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith((".", "checkpoint-")))
    return [one for path in below for one in (path, *folders(path, depth - 1))]


def is_finished(folder: Path, config: str) -> bool:
    """Tell whether a folder holds weights of that kind that nothing is still training."""
    weights = weights_of(folder)
    if weights is None or not (folder / config).is_file():
        return False
    if (weights.name == "adapter_model.safetensors") != (config == "adapter_config.json"):
        return False
    return (folder / DONE).is_file() or (not (folder / STARTED).is_file() and trained_whole(folder))


def trained_whole(folder: Path) -> bool:
    """Tell whether a training went to its last step; what no trainer wrote (a student, a merged model) is whole."""
    state = folder / "trainer_state.json"
    try:
        held = read_json(state, dict[str, object]) if state.is_file() else {}
    except NewsLadderError:
        return False
    return int(str(held.get("global_step", 0))) >= int(str(held.get("max_steps", 0)))
