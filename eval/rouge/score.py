r"""Pairs to ROUGE: counts of each pair, its values, the mean of the values.

    >>> scores_of([Pair("x-1", "颱風登陸", "颱風登陸")], "rouge_score-char").pairs["x-1"]["rougeLsum_f"]
    1.0

A pair with several references takes, for each kind of ROUGE, the values of the reference with the best F, as
rouge_score's `score_multi` does; the signature then says `refs:best`.
"""

from collections.abc import Sequence

from eval.rouge.modes import TOKENIZER_OF, counts_of_texts
from eval.schema import EPSILON, Overlap, Pair, PairCounts, RougeMode, Scores
from eval.segment import signature_of
from eval.signature import mean_of, some

KINDS = ("rouge1", "rouge2", "rougeL")
VALUE_NAMES = tuple(f"{kind}_{part}" for kind in KINDS for part in "fpr")


def value_names(mode: RougeMode) -> tuple[str, ...]:
    """Return the names of a mode's values; Lsum is rouge_score's alone."""
    lsum = tuple(f"rougeLsum_{part}" for part in "fpr") if mode.startswith("rouge_score") else ()
    return (*VALUE_NAMES, *lsum)


def values_of(counts: PairCounts) -> dict[str, float]:
    """Return the values of one pair, each in 0..1, by the names in `value_names`."""
    overlaps = {"rouge1": counts.rouge1, "rouge2": counts.rouge2, "rougeL": counts.rougeL}
    if counts.rougeLsum is not None:
        overlaps["rougeLsum"] = counts.rougeLsum
    return {
        f"{name}_{part}": value for name, overlap in overlaps.items() for part, value in parts(overlap, counts.smoothed)
    }


def parts(overlap: Overlap, smoothed: bool) -> tuple[tuple[str, float], ...]:
    """Return F, precision and recall of one overlap, F in the implementation's own order of operations."""
    precision, recall = overlap.precision, overlap.recall
    if smoothed:
        f1 = 2.0 * ((precision * recall) / (precision + recall + EPSILON))
    else:
        f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    return (("f", f1), ("p", precision), ("r", recall))


def best_values(pair: Pair, mode: RougeMode) -> dict[str, float]:
    """Return the values of one pair; of several references each kind takes the best F, the first of equals."""
    found = [values_of(counts_of_texts(pair.id, pair.prediction, one, mode)) for one in pair.references]
    if len(found) == 1:
        return found[0]
    kinds = [name.removesuffix("_f") for name in found[0] if name.endswith("_f")]
    best = {kind: max(found, key=lambda values: values[f"{kind}_f"]) for kind in kinds}  # noqa: B023 - called at once
    return {name: best[name.rpartition("_")[0]][name] for name in found[0]}


def scores_of(pairs: Sequence[Pair], mode: RougeMode, note: str = "") -> Scores:
    """Score all pairs; a metric is the mean of its values over the pairs.

    `note` goes into every signature, for what was done to the texts before (`head:stripped`).
    """
    some(pairs)
    values = {pair.id: best_values(pair, mode) for pair in pairs}
    several = "refs:best" if any(len(pair.references) > 1 for pair in pairs) else ""
    how = "|".join(part for part in (f"mode:{mode}", f"tok:{signature_of(TOKENIZER_OF[mode])}", several) if part)
    metrics = {
        name: mean_of([one[name] for one in values.values()], name, how, values, note) for name in value_names(mode)
    }
    return Scores(metrics, values)
