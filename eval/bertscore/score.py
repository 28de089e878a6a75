r"""BERTScore (Zhang and others, 2020), equal to the package bert-score where a text fits the model at once.

    scores_of(pairs, model=ModelChoice("models/bert-base-chinese")).metrics["bertscore_f"]

Each token of the prediction takes its nearest of the reference by cosine, the frame's tokens ([CLS], [SEP]) among the
candidates but without weight of their own; precision is their mean, recall the same the other way, F1 between the two.
No idf, no rescaling to a baseline; of several references each of the three takes its best, as bert-score does. An empty
prediction scores 0.0. A text longer than the model's window is seen in overlapping windows (`model`), where bert-score
would drop its end. Equal to 1e-6 with bert-score 0.3.13 on 98 real pairs: floating point sums differ by batch.
"""

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from data_builders.errors import InputError
from eval.bertscore.model import Embedder
from eval.schema import ModelChoice, Pair, Scores
from eval.signature import mean_of, some
from eval.texts import checked

if TYPE_CHECKING:
    import torch

NAMES = ("bertscore_f", "bertscore_p", "bertscore_r")
CHUNK = 256  # pairs whose vectors are in memory together


def scores_of(pairs: Sequence[Pair], mode: str = "greedy", note: str = "", model: ModelChoice | None = None) -> Scores:
    """Return the mean precision, recall and F1 in -1..1 of all pairs."""
    some(pairs)
    for pair in pairs:
        checked(pair.id, pair.prediction, *pair.references)
        if not all(one.strip() for one in pair.references):
            raise InputError(pair.id, "a reference", "empty text", "give the reference, or leave the pair out")
    choice = model or ModelChoice()
    embedder = Embedder(choice)
    found = dict(scored(pairs, embedder))
    values = {pair.id: found[pair.id] for pair in pairs}
    how = (
        f"mode:{mode}|model:{Path(choice.name).name}|layer:{embedder.layer}|window:{embedder.window}|idf:no|rescaled:no"
        f"|transformers:{version('transformers')}"
    )
    metrics = {name: mean_of([one[name] for one in values.values()], name, how, values, note) for name in NAMES}
    return Scores(metrics, values)


def scored(pairs: Sequence[Pair], embedder: Embedder) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield (id, values), pairs of like length together; a text that many pairs share is embedded once a chunk."""
    order = sorted(pairs, key=lambda pair: len(pair.prediction) + sum(map(len, pair.references)))
    for start in range(0, len(order), CHUNK):
        chunk = order[start : start + CHUNK]
        texts = list(dict.fromkeys(one for pair in chunk for one in (pair.prediction, *pair.references)))
        vectors = dict(zip(texts, embedder.embed(texts), strict=True))
        for pair in chunk:
            if not pair.prediction.strip():
                yield pair.id, dict.fromkeys(NAMES, 0.0)
                continue
            found = [values_of(vectors[pair.prediction], vectors[one], embedder) for one in pair.references]
            yield pair.id, {name: max(one[name] for one in found) for name in NAMES}


def values_of(predicted: "torch.Tensor", reference: "torch.Tensor", embedder: Embedder) -> dict[str, float]:
    """Return the three values of two texts' unit vectors."""
    likeness = predicted @ reference.T
    first, last = embedder.before, embedder.after
    best_of_predicted = likeness.max(dim=1).values[first : len(predicted) - last]
    best_of_reference = likeness.max(dim=0).values[first : len(reference) - last]
    if not len(best_of_predicted) or not len(best_of_reference):
        return dict.fromkeys(NAMES, 0.0)
    precision, recall = float(best_of_predicted.mean()), float(best_of_reference.mean())
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return dict(zip(NAMES, (f1, precision, recall), strict=True))
