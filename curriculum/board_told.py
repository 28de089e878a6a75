"""What LLaMA-Board's page says of a training, in the page's language: does it count as its stage or not, and why.

s2: not the recipe's settings, so it does not count as the stage: learning_rate 0.001 (recipe: 0.002)
"""

from collections.abc import Sequence

from curriculum.board_sent import Difference
from curriculum.board_stages import Stage, stage_at
from curriculum.marker import DONE, OTHER, standing, wanted
from data_builders.errors import NewsLadderError
from data_builders.jsonl import read_json

CHINESE = "zh"


def differing(stage: str, found: Sequence[Difference], lang: str) -> str:
    """Return by what a training is not the stage's."""
    if lang == CHINESE:
        keys = "；".join(f"{one.key} {one.sent}（配方：{one.recipe}）" for one in found)
        return f"{stage}：设置与配方不同，不会算作这个阶段：{keys}"
    keys = "; ".join(f"{one.key} {one.sent} (recipe: {one.recipe})" for one in found)
    return f"{stage}: not the recipe's settings, so it does not count as the stage: {keys}"


def outcome(output: str, lang: str) -> str:
    """Return what has become of a stage that was trained on the page, "" where the folder is no stage's."""
    try:
        stage = stage_at(output) if output else None
        if stage is None:
            return ""
        found = other_settings(stage)
        if found:
            return differing(stage.job.name, found, lang)
        done = (stage.job.output / DONE).is_file() and standing(stage.job, wanted(stage.job)) == "done"
    except NewsLadderError as error:
        return str(error)
    if not done:
        return ""
    check = f"`python -m curriculum status --run {stage.place.run}`"
    if lang == CHINESE:
        return f"{stage.job.name}：已完成，设置与配方相同，不会再训练（{check}）"
    return f"{stage.job.name}: done with the recipe's settings, it will not be trained again ({check})"


def other_settings(stage: Stage) -> tuple[Difference, ...]:
    """Return by what the training that lies in a stage's folder differs from the stage."""
    path = stage.job.output / OTHER
    return read_json(path, tuple[Difference, ...]) if path.is_file() else ()
