"""The loss of each stage, from LLaMA-Factory's trainer_log.jsonl.

    {"current_steps": 0, "total_steps": 60, "eval_loss": 9.01, "epoch": 0.0, …}
    {"current_steps": 2, "total_steps": 60, "loss": 8.70, "lr": 0.001, …}

With `eval_on_start` the dev loss stands in the log at step 0, so "before" and "after" are both measured. A log may hold
a resumed run: a step that goes back takes all that was logged from there on with it. A loss that is no number (NaN, a
run that diverged) is no point of a curve, and a stage that ends so does not fall.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from data_builders.errors import InputError
from data_builders.jsonl import lines
from eval.report.schema import LossPoint, StageLoss

LOG = "trainer_log.jsonl"


@dataclass(frozen=True, slots=True)
class LogLine:
    """What this module needs of one line."""

    current_steps: int
    total_steps: int = 0
    loss: float | None = None
    eval_loss: float | None = None


def stage_loss(stage: str, path: Path) -> StageLoss | None:
    """Return the losses of one stage, or None when there is no log."""
    if not path.is_file():
        return None
    kept = unbroken(path)
    train = [LossPoint(line.current_steps, line.loss) for line in kept if line.loss is not None]
    dev = [LossPoint(line.current_steps, line.eval_loss) for line in kept if line.eval_loss is not None]
    before = dev[0].loss if dev and dev[0].step == 0 and math.isfinite(dev[0].loss) else None
    last = dev[-1].loss if dev and dev[-1].step > 0 else None
    falls = None if last is None or before is None else last < before
    return StageLoss(
        stage=stage,
        steps=max((line.current_steps for line in kept), default=0),
        train=finite(train),
        dev=finite(dev),
        before=before,
        after=last if last is not None and math.isfinite(last) else None,
        falls=falls,
    )


def unbroken(path: Path) -> list[LogLine]:
    """Return the lines of one run from its start, whatever resumes the log holds."""
    kept: list[LogLine] = []
    for line in log_lines(path):
        if kept and line.current_steps < kept[-1].current_steps:
            kept = [one for one in kept if one.current_steps < line.current_steps]
        kept.append(line)
    return kept


def log_lines(path: Path) -> Iterator[LogLine]:
    """Yield the lines of a log; Python wrote them, so NaN may stand where JSON has no word for it."""
    for number, line in lines(path):
        try:
            yield msgspec.convert(json.loads(line), LogLine)
        except (ValueError, msgspec.ValidationError) as error:
            expected = "a line of LLaMA-Factory's trainer log"
            raise InputError(f"{path}:{number}", expected, str(error), "train the stage again") from error


def finite(points: list[LossPoint]) -> tuple[LossPoint, ...]:
    """Return the points that a curve can show."""
    return tuple(point for point in points if math.isfinite(point.loss))
