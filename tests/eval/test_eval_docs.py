"""The worked examples in the docstrings are true."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "name",
    [
        *("baselines", "jieba_words", "metrics", "predictions", "schema", "segment", "signature", "stage_answers"),
        *("texts", "rouge", "rouge.lcs", "rouge.chinese", "rouge.google", "rouge.pltrdy", "rouge.modes", "rouge.fold"),
        *("rouge.score", "bleu.score", "chrf.score", "squad.score", "zhtw.score", "shape.score"),
        *("faithfulness.names", "faithfulness.score", "report.runs.columns", "report.runs.marks"),
    ],
)
def test_the_worked_examples_are_true(name: str) -> None:
    found = doctest.testmod(importlib.import_module(f"eval.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
