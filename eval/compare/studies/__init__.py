"""The published study's tables as ready-made comparisons: its figures beside ours, and never mixed with them.

    >>> study_named("stage_plans").published["5stage"]["rouge1_f"]
    46.5

A published figure is a number of another test set, another implementation and another judge. It stands in a column of
its own, next to the system that was given the same name, and enters no interval and no test.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from data_builders.errors import UsageError

FOLDER = Path(__file__).parent
STUDIES = tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


@dataclass(frozen=True, slots=True)
class Study:
    """One published table: what it compares, where its figures are from, {row: {metric: figure, times 100}}."""

    name: str
    title: str
    source: str
    published: dict[str, dict[str, float]]


def study_named(name: str) -> Study:
    """Return a study by its name."""
    if name not in STUDIES:
        raise UsageError("--study", ", ".join(STUDIES), name, "give one of these")
    table = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    published = {row: dict(zip(table["metrics"], figures, strict=True)) for row, figures in table["published"].items()}
    return Study(name, table["title"], table["source"], published)
