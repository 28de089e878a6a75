"""Loss curves are read as the trainer logged them, resumes and failures included."""

from pathlib import Path

import pytest

from data_builders.errors import InputError
from eval.report.charts import loss_chart
from eval.report.losses import stage_loss
from eval.report.schema import LossPoint, StageLoss


def loss_of(folder: Path, *lines: str) -> StageLoss:
    path = folder / "trainer_log.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = stage_loss("s5", path)
    assert found is not None
    return found


def test_before_is_the_dev_loss_at_step_0_and_after_is_the_last(tmp_path: Path) -> None:
    found = loss_of(
        tmp_path,
        '{"current_steps": 0, "total_steps": 4, "eval_loss": 3.5, "epoch": 0, "percentage": 0.0}',
        '{"current_steps": 2, "total_steps": 4, "loss": 3.0, "lr": 0.001, "elapsed_time": "0:00:01"}',
        '{"current_steps": 4, "total_steps": 4, "loss": 2.0}',
        '{"current_steps": 4, "total_steps": 4, "eval_loss": 2.5}',
        '{"current_steps": 4, "total_steps": 4, "percentage": 100.0}',
    )
    assert (found.before, found.after, found.falls, found.steps) == (3.5, 2.5, True, 4)
    assert found.train == (LossPoint(2, 3.0), LossPoint(4, 2.0))


def test_a_dev_loss_that_rises_does_not_fall(tmp_path: Path) -> None:
    found = loss_of(tmp_path, '{"current_steps": 0, "eval_loss": 2.0}', '{"current_steps": 4, "eval_loss": 2.0}')
    assert found.falls is False


def test_without_a_dev_loss_at_step_0_nobody_can_say(tmp_path: Path) -> None:
    found = loss_of(tmp_path, '{"current_steps": 2, "eval_loss": 3.0}', '{"current_steps": 4, "eval_loss": 2.0}')
    assert (found.before, found.after, found.falls) == (None, 2.0, None)


def test_a_resumed_run_replaces_what_it_ran_again(tmp_path: Path) -> None:
    found = loss_of(
        tmp_path,
        '{"current_steps": 0, "eval_loss": 5.0}',
        '{"current_steps": 2, "loss": 4.0}',
        '{"current_steps": 4, "loss": 9.0}',
        '{"current_steps": 6, "loss": 9.0}',
        '{"current_steps": 4, "loss": 3.0}',
        '{"current_steps": 6, "eval_loss": 2.0}',
    )
    assert found.train == (LossPoint(2, 4.0), LossPoint(4, 3.0))
    assert (found.before, found.after) == (5.0, 2.0)


def test_a_loss_that_is_no_number_is_no_point_and_no_fall(tmp_path: Path) -> None:
    found = loss_of(
        tmp_path,
        '{"current_steps": 0, "eval_loss": 5.0}',
        '{"current_steps": 2, "loss": NaN}',
        '{"current_steps": 4, "eval_loss": NaN}',
    )
    assert (found.train, found.after, found.falls) == ((), None, False)


def test_a_log_that_is_not_there_is_no_loss(tmp_path: Path) -> None:
    assert stage_loss("s5", tmp_path / "trainer_log.jsonl") is None


def test_a_line_that_is_no_log_line_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"trainer_log\.jsonl:2: expected a line of LLaMA-Factory's trainer log"):
        loss_of(tmp_path, '{"current_steps": 0}', '{"loss": 1.0}')


def test_a_chart_takes_colours_from_the_page_and_asks_the_network_for_nothing() -> None:
    points = (LossPoint(0, 3.0), LossPoint(4, 2.0))
    svg = loss_chart(StageLoss("s5", 4, points, points, 3.0, 2.0, True))
    assert svg.startswith('<svg class="chart" viewBox="')
    assert "var(--dev)" in svg
    assert "#01020" not in svg
    assert "http" not in svg.replace("http://www.w3.org/", "")
    assert "<style" not in svg
    assert "<metadata" not in svg


def test_a_stage_without_points_has_no_chart() -> None:
    assert loss_chart(StageLoss("s5", 0, (), (), None, None, None)) == ""
