"""The same preparing on Ray Data: `map_batches` over byte ranges of the input, in order, on one machine or many.

    RAY_ADDRESS=ray://head:10001 python -m data_builders curate /shared/ingest --engine ray --out data/articles

Workers read their range of the file themselves, so the input must lie where every one of them can read it. Joining
copies and stories stays where the command runs: it needs the samples of all articles in one place and costs seconds.
"""

import importlib
import logging
import os
import pickle
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import data_builders
from data_builders.curate.prepare import Prepared, Recipe, Row, prepared
from data_builders.errors import NewsLadderError, OrderError
from data_builders.jsonl import unreadable

RANGE = 2 << 20  # bytes a task reads


class Range(NamedTuple):
    """A stretch of whole lines: where it begins and ends, and the number of its first line."""

    start: int
    end: int
    line: int


def ranges(path: Path, size: int = RANGE) -> Iterator[Range]:
    """Cut a file into stretches of about `size` bytes at the ends of lines."""
    try:
        with path.open("rb") as stream:
            start, line = 0, 1
            while block := stream.read(size):
                block += stream.readline()
                yield Range(start, start + len(block), line)
                start += len(block)
                line += block.count(b"\n")
    except OSError as error:
        raise unreadable(path, error) from error


def prepared_range(path: Path, source: str, recipe: Recipe, stretch: Range) -> list[Prepared]:
    """Prepare the lines of one stretch."""
    with path.open("rb") as stream:
        stream.seek(stretch.start)
        block = stream.read(stretch.end - stretch.start)
    if stretch.start == 0:
        block = block.removeprefix(b"\xef\xbb\xbf")
    numbered = enumerate(block.split(b"\n"), start=stretch.line)
    return [
        prepared(text, Row(path.name, source, number), recipe) for number, line in numbered if (text := line.strip())
    ]


def prepared_on_ray(path: Path, source: str, recipe: Recipe) -> Iterator[Prepared]:
    """Yield what `local` yields, in the same order, worked out by Ray."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Ray warns of its own settings
        ray = load_ray()
        started = not ray.is_initialized()
        if started:
            ray.init(log_to_driver=False, **start_options())
        try:
            context = ray.data.DataContext.get_current()
            context.execution_options.preserve_order = True
            context.enable_progress_bars = False
            logging.getLogger("ray.data").setLevel(logging.ERROR)
            work = worker(path.resolve(), source, recipe)
            rows = [stretch._asdict() for stretch in ranges(path)]
            made = ray.data.from_items(rows).map_batches(work, batch_size=1).iter_rows() if rows else ()
            for row in made:
                yield from opened(row["made"])
        finally:
            if started:
                ray.shutdown()


def start_options() -> dict[str, object]:
    """Return how Ray is started: a cluster that RAY_ADDRESS names is sent this package, else one is made here."""
    if os.environ.get("RAY_ADDRESS"):
        return {"runtime_env": {"py_modules": [str(Path(data_builders.__file__).parent)]}}
    return {"include_dashboard": False, "configure_logging": False}


def worker(path: Path, source: str, recipe: Recipe) -> Callable[[dict[str, Any]], dict[str, list[bytes]]]:
    """Return what Ray maps over batches of ranges."""

    def work(batch: dict[str, Any]) -> dict[str, list[bytes]]:
        columns = zip(batch["start"], batch["end"], batch["line"], strict=True)
        return {"made": [attempted(path, source, recipe, Range(*map(int, one))) for one in columns]}

    return work


def attempted(path: Path, source: str, recipe: Recipe, stretch: Range) -> bytes:
    """Prepare a stretch and pickle what came of it; bad input comes back as its error, not as Ray's."""
    try:
        return pickle.dumps(prepared_range(path, source, recipe, stretch))
    except NewsLadderError as error:
        return pickle.dumps((type(error), error.where, error.expected, error.found, error.then))
    except OSError as error:
        then = "put the input where every worker can read it, under the same path"
        return pickle.dumps((OrderError, path.name, "a file that the workers can read", str(error.strerror), then))


def opened(made: bytes) -> list[Prepared]:
    """Return a stretch's rows, or raise the error that came of it."""
    found: list[Prepared] | tuple[type[NewsLadderError], str, str, str, str] = pickle.loads(made)  # noqa: S301 - ours
    if isinstance(found, tuple):
        kind, *parts = found
        raise kind(*parts)
    return found


def load_ray() -> Any:  # noqa: ANN401 - ray is optional and untyped
    """Return the package, or say how it is installed."""
    try:
        ray = importlib.import_module("ray")
        importlib.import_module("ray.data")
    except ImportError as error:
        then = "pip install 'ray[data]', or run with --engine local"
        raise OrderError("--engine ray", "the package ray", "no such package", then) from error
    return ray
