"""What each checkpoint can: every stage's test rows answered by the student and by s1 … s5, as a matrix.

    python -m eval skills --data data --saves saves/nano --out results/nano/skills
    python -m eval report --run nano --run other --matrix results/nano/skills/matrix.json

A skill is measured by its own metric: S1 by the share of Traditional sentences, S2 by aspects, S3 by triples (soft F1),
S4 and S5 by ROUGE-L. A cell's change is against the best checkpoint above it, so a minus says what a later stage
forgets. Each checkpoint is loaded once; answers are kept as they come, and an interrupted run goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from data_builders.errors import OrderError
from data_builders.jsonl import write_json
from eval.compare.matrix import Asked as Cell
from eval.compare.matrix import Matrix, matrix_of
from eval.metrics import METRICS, score
from eval.pairs import read_pairs
from eval.predict.local import model_of
from eval.predict.run import Asked, identity_of, predict
from eval.predict.schema import Answer, Generation

UNTRAINED = "s0"


@dataclass(frozen=True, slots=True)
class Skill:
    """What a stage teaches, and the number that tells it: a metric, and which of its values."""

    stage: str
    metric: str
    value: str


SKILLS = (
    Skill("s1", "zhtw", "zhtw_sentence_share"),
    Skill("s2", "aspects", "aspects_soft_f"),
    Skill("s3", "triples", "triples_soft_f"),
    Skill("s4", "rouge", "rougeL_f"),
    Skill("s5", "rouge", "rougeL_f"),
)


def checkpoints(saves: Path, student: str) -> dict[str, str]:
    """Return {row: model}: the student before S1, then every stage that has been trained."""
    found = {UNTRAINED: student} if student else {}
    found |= {
        skill.stage: str(saves / skill.stage) for skill in SKILLS if (saves / skill.stage / "config.json").is_file()
    }
    if len(found) <= len({UNTRAINED} & found.keys()):
        raise OrderError(str(saves), "trained stages s1 … s5", "none", f"make curriculum RUN={saves.name}")
    return found


def skills(
    data: Path, saves: Path, student: str, how: Generation, out: Path, say: Callable[[str], None] = lambda _: None
) -> Matrix:
    """Answer, score and compare; pairs and scores of each cell, and `matrix.json`, go into `out`."""
    cells = []
    for row, model in checkpoints(saves, student).items():
        asked = Asked(model, identity_of(model, ""), how)
        loaded: list[Answer] = []

        def load(model: str = model, loaded: list[Answer] = loaded) -> Answer:
            loaded[:] = loaded or [model_of(model, "", how)]
            return loaded[0]

        for skill in SKILLS:
            rows, pairs = data / "stages" / f"{skill.stage}_test.jsonl", out / f"{row}_on_{skill.stage}.jsonl"
            predict(rows, data / "articles" / "test.jsonl", asked, load, pairs)
            file = out / f"{row}_on_{skill.stage}.json"
            write_json(file, score(read_pairs(pairs, METRICS[skill.metric].needs), skill.metric))
            cells.append(Cell(row, skill.stage, skill.value, file))
            say(f"{row} on {skill.stage}")
    matrix = matrix_of(cells)
    write_json(out / "matrix.json", matrix)
    return matrix
