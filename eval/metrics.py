r"""The table of metrics: what each needs, its modes, and the function that scores with it.

    >>> METRICS["bleu"].modes
    ('auto', '13a', 'zh', 'ja-mecab', 'char')

`score` is the one door for the command line, for Python and for `evaluate.load("eval/<metric>")`. A metric's room is
the folder of its name: `score.py` counts, `<metric>.py` is what the package `evaluate` loads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import get_args

from data_builders.errors import UsageError
from eval.schema import ROUGE_MODES, BleuMode, ChrfMode, ModelChoice, Pair, Scores, SquadMode, ZhtwMode


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric: its name, what it says in one line, its modes (the first is the default), what a pair must have."""

    name: str
    about: str
    modes: tuple[str, ...]
    needs: frozenset[str] = frozenset({"reference"})


ALONE: frozenset[str] = frozenset()
METRICS = {
    measure.name: measure
    for measure in (
        Measure("rouge", "ROUGE-1/2/L(/Lsum), each mode equal to a named library", ROUGE_MODES),
        Measure("bertscore", "BERTScore by a local model", ("greedy",)),
        Measure("bleu", "corpus BLEU by sacrebleu; the mode is its tokenizer", get_args(BleuMode)),
        Measure("directions", "translation: BLEU of each direction and what it is made of, and zhtw's", ("sacrebleu",)),
        Measure("chrf", "corpus chrF by sacrebleu", get_args(ChrfMode)),
        Measure("squad", "exact match and F1 of answers, as SQuAD 2.0 or by characters", get_args(SquadMode), ALONE),
        Measure("aspects", "precision, recall, F1 of essential aspects, exact and soft", ("set",)),
        Measure("triples", "precision, recall, F1 of triples, exact and soft", ("set",)),
        Measure("zhtw", "how much is Traditional Chinese, and Taiwan's wording", get_args(ZhtwMode), ALONE),
        Measure("faithfulness", "what of a summary its article does not hold", ("grounded",), frozenset({"article"})),
        Measure("shape", "length, repetition, and how much is copied from the article", ("char",), ALONE),
    )
}
MODES = tuple(dict.fromkeys(mode for measure in METRICS.values() for mode in measure.modes))


def score(
    pairs: Sequence[Pair], metric: str = "rouge", mode: str = "", note: str = "", model: ModelChoice | None = None
) -> Scores:
    """Score pairs with a metric in one of its modes ("" is its first); `model` is BERTScore's.

    An unknown metric or mode is a UsageError, pairs that cannot be scored an InputError that names one of them.
    """
    measure = METRICS.get(metric)
    if measure is None:
        raise UsageError("metric", " | ".join(METRICS), metric, "take one of these")
    mode = mode or measure.modes[0]
    if mode not in measure.modes:
        raise UsageError(f"mode of {metric}", " | ".join(measure.modes), mode, "take one of these")
    room = import_module(f"eval.{metric}.score")
    options = {"model": model or ModelChoice()} if metric == "bertscore" else {}
    scores: Scores = room.scores_of(pairs, mode=mode, note=note, **options)
    return scores
