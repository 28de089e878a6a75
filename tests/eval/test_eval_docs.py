"""The worked examples in the docstrings are true."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "name",
    ["baselines", "predictions", "report.runs.columns", "report.runs.marks", "rouge", "schema", "segment", "signature"],
)
def test_the_worked_examples_are_true(name: str) -> None:
    found = doctest.testmod(importlib.import_module(f"eval.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
