"""Does a training from LLaMA-Board count as its stage, and if not, why: told on the page, and by `status`.

s2: not the recipe's settings, so it does not count as the stage: learning_rate 0.001 (recipe: 0.002)
"""

from collections.abc import Sequence

from curriculum.board_sent import Difference
from curriculum.board_stages import stage_at
from curriculum.job import Job
from curriculum.marker import DONE, OTHER, standing, wanted
from data_builders.errors import NewsLadderError
from data_builders.jsonl import read_json

CHINESE = "zh"


def differing(stage: str, found: Sequence[Difference], lang: str) -> str:
    """Return by what a training is not the stage's."""
    if lang == CHINESE:
        keys = "；".join(f"{one.key} {one.sent}（配方：{one.recipe}）" for one in found)
        return f"{stage}：设置与配方不同，不会算作这个阶段：{keys}"
    return f"{stage}: not the recipe's settings, so it does not count as the stage: {listed(found)}"


def outcome(output: str, lang: str) -> str:
    """Return what has become of a stage that was trained on the page, "" where the folder is no stage's."""
    try:
        stage = stage_at(output) if output else None
        if stage is None:
            return ""
        found = other_settings(stage.job)
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


def other_settings(job: Job) -> tuple[Difference, ...]:
    """Return by what the training that lies in a job's folder differs from the job."""
    path = job.output / OTHER
    return read_json(path, tuple[Difference, ...]) if path.is_file() else ()


def standing_told(job: Job) -> str:
    """Return how a job stands, and what lies in its folder instead where Board trained something else there."""
    try:
        state = str(standing(job, wanted(job)))
    except NewsLadderError as error:
        state = f"waits: {error}"
    found = other_settings(job) if state != "done" else ()
    return f"{state}; what lies there is from LLaMA-Board, {listed(found)}" if found else state


def listed(found: Sequence[Difference]) -> str:
    """Return differences as one line."""
    return "; ".join(f"{one.key} {one.sent} (recipe: {one.recipe})" for one in found)
