"""A task's pairs by all its metrics, in one file of scores.

>>> score_task(Path("results/nano/tasks/wmt/on_wmt/pairs.jsonl"), TASKS["wmt"]).metrics["bleu"].value
24.4595
"""

from pathlib import Path

from data_builders.tasks.schema import Task
from eval.metrics import METRICS, score
from eval.pairs import read_pairs
from eval.schema import Scores


def score_task(pairs: Path, task: Task) -> Scores:
    """Score a file of pairs by each of a task's metrics; the task's first number stands first."""
    needs = frozenset[str]().union(*(METRICS[one.metric].needs for one in task.scored))
    read = read_pairs(pairs, needs)
    made = [score(read, metric, mode) for metric, mode in dict.fromkeys((one.metric, one.mode) for one in task.scored)]
    metrics = {name: metric for one in made for name, metric in one.metrics.items()}
    first = [one.value for one in task.scored]
    order = [*first, *(name for name in metrics if name not in first)]
    values = {pair.id: {name: value for one in made for name, value in one.pairs[pair.id].items()} for pair in read}
    return Scores({name: metrics[name] for name in order}, values)
