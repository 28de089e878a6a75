"""The records of the sibling tasks, one frozen dataclass for each boundary.

    command line -> Asked -> (a task's builder) Built -> <task>_{train,dev,test}.jsonl, <task>_test_references.jsonl

A task is one row of the table in `table.py`; whatever builds, trains, predicts or scores a task reads it from there.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data_builders.manifest import Step
from data_builders.schema import SPLITS, AlpacaRow, Reject, Split

Option = str | int | float | bool
Rows = Iterable[AlpacaRow | Reject]


@dataclass(frozen=True, slots=True)
class Sizes:
    """The most rows of each split; 0 is all there are."""

    train: int = 0
    dev: int = 0
    test: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user asks of a builder: which input, how many rows, by which seed, holding which words.

    `options` are the task's own, by the names of its arguments; they go into the manifest's settings.
    """

    inputs: tuple[Path, ...]
    out: Path
    sizes: Sizes = field(default_factory=Sizes)
    seed: int = 42
    keywords: tuple[str, ...] = ()
    options: Mapping[str, Option] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Built:
    """What a builder gives: the rows of each split, lazily if it likes, and what else is right for a test row.

    They are written in the order test, dev, train, so that a stream of training rows may know what is held out.
    `references` maps ids of held-out rows to all accepted answers; () is a question that has none. A row that it does
    not name has its `output` alone.
    """

    train: Rows
    dev: Rows
    test: Rows
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class References:
    """One line of `<task>_test_references.jsonl`: every answer that counts for a test row; () is no answer at all."""

    id: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """A metric by which a task is judged: eval's name and mode, the value that stands for the task, its short name."""

    metric: str
    mode: str
    value: str
    title: str


Builder = Callable[[Asked, Sequence[Path], Step], Built]


def nothing_more(_: ArgumentParser) -> None:
    """Add no argument."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task: how its rows are made, what the model is told and learns, how its answers are judged.

    `files` names every file that some paths bring (they are digested; a second run with the same ones does nothing).
    `system` is the system prompt of each row, "" for none. `scored` begins with the number that a matrix shows.
    `answer` turns what a model wrote into what is scored, `max_new_tokens` bounds it. `arguments` adds options of the
    task's own.
    """

    name: str
    learns: str
    build: Builder
    files: Callable[[Sequence[Path]], list[Path]]
    system: str
    scored: tuple[Scored, ...]
    sizes: Sizes
    answer: Callable[[str], str] = str.strip
    max_new_tokens: int = 256
    arguments: Callable[[ArgumentParser], None] = nothing_more
    splits: tuple[Split, ...] = SPLITS
