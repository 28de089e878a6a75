"""Rows by columns: models by tasks, or checkpoints by the skills of all stages, each column like with like.

    >>> made = matrix_of([cell_of("s2:s2:aspects_f1=a.json"), cell_of("s5:s2:aspects_f1=b.json")])
    >>> made.columns[0].cells[1].change        # what s5 lost of what s2 could, with its test
    Change(since='s2', mean=-0.12, p_holm=0.003, differs=True)

The cells of one column are scores of the same rows in the same way, or the matrix is refused. `change` is a cell
against the best row above it in its column, so that a stage matrix says what a later stage forgets; Holm's correction
is over the changes of the whole matrix.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from data_builders.errors import InputError, UsageError
from eval.compare.alike import reduced, refusals
from eval.compare.corpus import columns_of, interval_of, p_of, value_of
from eval.compare.paired import LEVEL, holm
from eval.compare.read import read_system
from eval.compare.schema import System

CELL = re.compile(r"(?P<row>[^:=]+):(?P<column>[^:=]+)(?::(?P<metric>[^:=]+))?=(?P<path>.+)")


@dataclass(frozen=True, slots=True)
class Asked:
    """One cell as it was named: `metric` is "" for the file's first."""

    row: str
    column: str
    metric: str
    path: Path


@dataclass(frozen=True, slots=True)
class Change:
    """A cell minus the best cell above it, over the same pairs."""

    since: str
    mean: float
    p_holm: float
    differs: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One row in one column: the mean with its 95 % interval, and its change."""

    row: str
    mean: float
    low: float
    high: float
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One task or skill: its metric, over how many pairs, and the rows that have it."""

    name: str
    metric: str
    n: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All columns, and the rows in the order given."""

    rows: tuple[str, ...]
    columns: tuple[Column, ...]
    fell_out: dict[str, int]


def cell_of(text: str) -> Asked:
    """Return a cell from ROW:COLUMN[:METRIC]=FILE."""
    found = CELL.fullmatch(text)
    if found is None:
        then = "write for example s5:s2:aspects_f1=results/s5_on_s2.json"
        raise UsageError("--matrix", "ROW:COLUMN[:METRIC]=FILE", text, then)
    return Asked(found["row"], found["column"], found["metric"] or "", Path(found["path"]))


def matrix_of(asked: list[Asked], common: bool = False) -> Matrix:
    """Read all cells and compare them column by column."""
    places = [(one.row, one.column) for one in asked]
    doubled = next((place for place in places if places.count(place) > 1), None)
    if doubled:
        raise UsageError("--matrix", "each cell once", ":".join(doubled) + " twice", "leave out one of them")
    rows, columns = tuple(dict.fromkeys(one.row for one in asked)), tuple(dict.fromkeys(one.column for one in asked))
    fell_out: dict[str, int] = {}
    made, p_values = [], []
    for name in columns:
        cells = sorted((one for one in asked if one.column == name), key=lambda one: rows.index(one.row))
        systems = [read_system(one.path, one.row) for one in cells]
        metric = metric_of(name, cells, systems)
        if common:
            systems, fallen = reduced(systems, metric)
            fell_out |= {f"{row}:{name}": count for row, count in fallen.items() if count}
        refuse(name, systems, metric)
        column, found = column_of(name, metric, systems)
        made.append(column)
        p_values += found
    return Matrix(rows, corrected(made, p_values), fell_out)


def metric_of(name: str, cells: list[Asked], systems: list[System]) -> str:
    """Return a column's one metric."""
    named = list(dict.fromkeys(one.metric for one in cells if one.metric))
    if len(named) > 1:
        raise UsageError("--matrix", f"one metric in the column {name}", ", ".join(named), "name the same for each row")
    metric = named[0] if named else next(iter(systems[0].values))
    for one in systems:
        if metric not in one.values:
            raise InputError(one.path, f"the metric {metric}", ", ".join(one.values), "score it with that --metric")
    return metric


def refuse(name: str, systems: list[System], metric: str) -> None:
    """Raise for a column whose cells are not alike."""
    reasons = refusals(systems, metric)
    if reasons:
        then = "score the same rows with each, or give --common"
        raise InputError(f"column {name}", "numbers that may be compared", "; ".join(reasons[:4]), then)


def column_of(name: str, metric: str, systems: list[System]) -> tuple[Column, list[float]]:
    """Return a column whose changes still lack their correction, and their p-values in order."""
    ids = sorted(systems[0].values[metric])
    columns = [columns_of(one, metric, ids) for one in systems]
    values = [value_of(metric, column) for column in columns]
    cells, p_values = [], []
    for place, (one, column) in enumerate(zip(systems, columns, strict=True)):
        change = None
        if place:
            best = max(range(place), key=values.__getitem__)
            p_values.append(p_of(metric, column, columns[best]))
            change = Change(systems[best].name, values[place] - values[best], p_values[-1], differs=False)
        cells.append(Cell(one.name, values[place], *interval_of(metric, column), change))
    return Column(name, metric, len(ids), tuple(cells)), p_values


def corrected(columns: list[Column], p_values: list[float]) -> tuple[Column, ...]:
    """Return the columns with Holm's correction over all changes."""
    left = iter(holm(p_values))
    made = []
    for column in columns:
        cells = []
        for cell in column.cells:
            if cell.change is None:
                cells.append(cell)
                continue
            p = next(left)
            cells.append(replace(cell, change=replace(cell.change, p_holm=p, differs=p < LEVEL)))
        made.append(replace(column, cells=tuple(cells)))
    return tuple(made)


def lines_of(matrix: Matrix) -> list[str]:
    """Return the matrix for a terminal, times 100; * marks a change that is real, its sign the direction."""
    heads = [f"{column.name} ({column.metric}, n {column.n})" for column in matrix.columns]
    width = max(map(len, matrix.rows))
    lines = [" " * width + "  " + "  ".join(heads)]
    for row in matrix.rows:
        cells = [shown(column, row).rjust(len(head)) for column, head in zip(matrix.columns, heads, strict=True)]
        lines.append(f"{row:{width}}  " + "  ".join(cells))
    lines += [f"left out of {place}: {count} pairs that not all have" for place, count in matrix.fell_out.items()]
    return lines


def shown(column: Column, row: str) -> str:
    """Return one cell's text."""
    cell = next((cell for cell in column.cells if cell.row == row), None)
    if cell is None:
        return "-"
    mark = ""
    if cell.change is not None and cell.change.differs:
        mark = " *+" if cell.change.mean > 0 else " *-"
    return f"{cell.mean * 100:.1f} [{cell.low * 100:.1f}, {cell.high * 100:.1f}]{mark}"
