"""The worked examples in the docstrings are true."""

import doctest
import importlib
from pathlib import Path

import pytest

from data_builders.schema import Article

RUN = [
    "curate.clean", "curate.copies", "curate.likeness", "curate.neighbours", "curate.rules", "curate.shelf",
    "curate.shingles", "curate.signs", "curate.sketch", "curate.split", "curate.spool", "errors", "jsonl", "recipes",
    "stages.s1", "stages.table", "teacher.phrases", "teacher.textrank", "teacher.words", "zhtw.convert",
    "zhtw.detect", "zhtw.engine", "zhtw.spelling", "zhtw.tables", "zhtw.wording",
]  # fmt: skip


@pytest.mark.parametrize("name", RUN)
def test_the_worked_examples_are_true(name: str, house: Path) -> None:
    assert house.is_dir()  # the examples stand in the project's root, and write into a copy of it
    module = importlib.import_module(f"data_builders.{name}")
    found = doctest.testmod(module, extraglobs={"Article": Article})
    assert found.attempted > 0
    assert found.failed == 0
