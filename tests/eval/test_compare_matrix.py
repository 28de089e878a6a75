"""A matrix compares each column like with like and says what a later stage forgets; published figures stay apart."""

import json
from pathlib import Path

import numpy as np
import pytest

from data_builders.cli import run
from data_builders.errors import InputError, UsageError
from eval.compare.matrix import cell_of, lines_of, matrix_of
from eval.compare.studies import STUDIES, study_named
from eval.verbs import VERBS


def scored(path: Path, metric: str, values: list[float], tokens: str = "char") -> Path:
    pairs = {f"x-{k}": {metric: value} for k, value in enumerate(values)}
    signature = f"{metric}|tok:{tokens}|n:{len(values)}|ids:0"
    metrics = {metric: {"value": float(np.mean(values)), "signature": signature, "n": len(values)}}
    path.write_text(json.dumps({"metrics": metrics, "pairs": pairs}), "utf-8")
    return path


@pytest.fixture
def skills(tmp_path):
    draw = np.random.default_rng(3)
    base = draw.uniform(0.2, 0.4, 60)
    learnt = base + 0.3 + draw.normal(0, 0.02, 60)
    forgot = learnt - 0.2 + draw.normal(0, 0.02, 60)
    same = learnt + np.where(np.arange(60) % 2, 0.01, -0.01)
    values = {"s0": base, "s2": learnt, "s3": same, "s5": forgot}
    return [f"{row}:s2={scored(tmp_path / f'{row}.json', 'aspects_f1', list(v))}" for row, v in values.items()]


def test_a_stage_matrix_says_what_was_learnt_and_what_forgotten(skills):
    made = matrix_of([cell_of(text) for text in skills])
    cells = {cell.row: cell for cell in made.columns[0].cells}
    assert cells["s0"].change is None
    assert (cells["s2"].change.differs, cells["s2"].change.mean > 0) == (True, True)
    assert cells["s3"].change.differs is False
    assert (cells["s5"].change.differs, cells["s5"].change.mean < 0) == (True, True)
    lines = lines_of(made)
    assert lines[0].split() == ["s2", "(aspects_f1,", "n", "60)"]
    assert lines[-1].startswith("s5")
    assert lines[-1].endswith("*-")


def test_a_column_of_unlike_scores_is_refused_and_a_missing_cell_is_not(tmp_path):
    one, two = scored(tmp_path / "a.json", "bleu", [0.1, 0.2]), scored(tmp_path / "b.json", "bleu", [0.1, 0.3], "13a")
    em = scored(tmp_path / "c.json", "squad_em", [1.0, 0.0])
    with pytest.raises(InputError, match="tok is char for base, 13a for tuned"):
        matrix_of([cell_of(f"base:translation={one}"), cell_of(f"tuned:translation={two}")])
    made = matrix_of([cell_of(f"base:translation={one}"), cell_of(f"tuned:qa:squad_em={em}")])
    assert lines_of(made)[1].rstrip().endswith("-")


@pytest.mark.parametrize("text", ["s5=a.json", "a.json", "s5:s2:x:y=a.json"])
def test_a_cell_that_does_not_say_its_place_is_bad_usage(text):
    with pytest.raises(UsageError, match="ROW:COLUMN"):
        cell_of(text)


def test_a_cell_named_twice_is_bad_usage(skills):
    with pytest.raises(UsageError, match="s0:s2 twice"):
        matrix_of([cell_of(text) for text in [*skills, skills[0]]])


def test_published_figures_stand_in_their_own_column_and_enter_no_test(tmp_path, capsys):
    one = scored(tmp_path / "one.json", "rouge1_f", [0.4, 0.5, 0.6])
    five = scored(tmp_path / "five.json", "rouge1_f", [0.4, 0.4, 0.7])
    words = ["compare", f"1stage={one}", f"5stage={five}", "--study", "stage_plans"]
    assert run("python -m eval", "", VERBS, words) == 0
    told = capsys.readouterr().out
    assert "published 47.0" in told
    assert "published 46.5" in told
    assert "Not comparable" in told
    assert run("python -m eval", "", VERBS, [*words, "--json"]) == 0
    assert "47.0" not in capsys.readouterr().out


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_has_a_figure_for_each_metric_of_each_row(name):
    study = study_named(name)
    figures = 3 if name == "multitask_lora" else 5
    assert all(len(row) == figures for row in study.published.values())
    absent = [(row, metric) for row, one in study.published.items() for metric, value in one.items() if value != value]
    assert absent == ([("base", "squad2")] if name == "multitask_lora" else [])  # its base's EM was not published
    assert all(0 < value < 100 for one in study.published.values() for value in one.values() if value == value)
