r"""Our metrics as the package `evaluate` loads them, from this folder and without a network.

    rouge = evaluate.load("eval/rouge")
    rouge.compute(predictions=["颱風登陸"], references=["颱風登陸了"], mode="rouge_score-char")["rouge1_f"]

`compute` takes `mode`, and for BERTScore `model`, `layer`, `batch_size`; it returns each number by its name and, under
"signatures", what each number is. `references` holds one text or a list of texts for each prediction; where a metric
needs the article, it comes as `articles`. The ids of a signature are the places 0, 1, 2 … of the lists.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from data_builders.errors import InputError
from eval.metrics import METRICS, score
from eval.schema import ModelChoice, Pair

if TYPE_CHECKING:
    import evaluate

CITATION = "The signature of each number names the library whose values it has."


def loadable(name: str) -> "type[evaluate.Metric]":
    """Return the class of one metric for `evaluate`."""
    import datasets
    import evaluate

    measure = METRICS[name]
    text = datasets.Value("string")
    told: list[dict[str, object]] = [{}]
    if "reference" in measure.needs or name == "squad":
        told = [{"references": text}, {"references": datasets.Sequence(text)}]
    if "article" in measure.needs or name == "shape":
        told = [one | {"articles": text} for one in told]
    features = [datasets.Features({"predictions": text} | one) for one in told]

    class Loadable(evaluate.Metric):  # type: ignore[misc] # evaluate has no types
        """One metric of NewsLadder."""

        def _info(self) -> object:
            """Describe the metric."""
            return evaluate.MetricInfo(
                description=f"{measure.about}. Modes: {', '.join(measure.modes)}.",
                citation=CITATION,
                inputs_description=str(__doc__),
                features=features,
            )

        def _compute(self, *_: object, mode: str = "", **given: Any) -> dict[str, object]:  # noqa: ANN401 - evaluate's own signature
            """Score the lists."""
            pairs = pairs_of(given["predictions"], given.get("references"), given.get("articles"))
            model = ModelChoice(
                given.get("model", ModelChoice().name), given.get("layer", 0), given.get("batch_size", ModelChoice().batch)
            )
            scores = score(pairs, name, mode, model=model)
            signatures = {key: metric.signature for key, metric in scores.metrics.items()}
            return {key: metric.value for key, metric in scores.metrics.items()} | {"signatures": signatures}

    return Loadable


def pairs_of(
    predictions: Sequence[str], references: Iterable[str | Sequence[str]] | None, articles: Iterable[str] | None
) -> list[Pair]:
    """Return the pairs of the lists, the places for ids."""
    told = list(references) if references is not None else [""] * len(predictions)
    read = list(articles) if articles is not None else [""] * len(predictions)
    if not len(predictions) == len(told) == len(read):
        found = f"{len(predictions)} predictions, {len(told)} references, {len(read)} articles"
        raise InputError("predictions", "as many of each", found, "give one reference for each prediction")
    return [
        pair_of(str(place), *parts) for place, parts in enumerate(zip(predictions, told, read, strict=True))
    ]


def pair_of(name: str, prediction: str, reference: str | Sequence[str], article: str = "") -> Pair:
    """Return the pair of a prediction with one reference or a list of them."""
    if isinstance(reference, str):
        return Pair(name, prediction, reference, article)
    if not reference:
        return Pair(name, prediction, "", article)
    first, *others = reference
    return Pair(name, prediction, first, article, tuple(others) if reference else UNSET)
