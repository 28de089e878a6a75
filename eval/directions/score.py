r"""Translations, direction by direction: BLEU with what it is made of, and whether the Chinese is Taiwan's.

    >>> pairs = [Pair("a-1-en-ja", "猫が寝ている。", "猫が寝ている。"), Pair("a-1-ja-en", "Cats.", "Cats sleep.")]
    >>> scores_of(pairs).metrics["bleu.en-ja"].value
    100.0

A pair's id ends on its direction (`…-en-zh_TW`), as the builder makes it; where it does not, the script of the
reference says what was translated into (`to-ja`). The target's language chooses sacrebleu's tokenizer: `13a` for
English, as WMT has it; `zh` for Chinese, which takes each Han character for a token; `ja-mecab` for Japanese, which has
no spaces either, but whose words are no single characters (`char` would count every kana for a match). BLEU over unlike
tokenizers cannot be added up, so `bleu` is the mean of the directions'.

For directions into Chinese the numbers of `eval.zhtw` follow: the share of outputs and of their sentences that are
Traditional, and words of Mainland usage in 1,000 characters. `reference_zhtw_share` is the first of them for the
references: a corpus of Simplified lines would teach what it holds.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean
from typing import Literal

from data_builders.tasks.translation.rows import direction_of
from data_builders.tasks.translation.schema import Language
from eval.bleu.score import HAN, KANA, by_sacrebleu, corpus_metrics, values_of
from eval.bleu.score import how_of as bleu_how
from eval.schema import Metric, Pair, Scores
from eval.signature import signed, some
from eval.texts import checked
from eval.zhtw.score import scores_of as zhtw_scores

TOKENIZERS: dict[str, str] = {"en": "13a", "zh_TW": "zh", "ja": "ja-mecab"}


def scores_of(pairs: Sequence[Pair], mode: Literal["sacrebleu"] = "sacrebleu", note: str = "") -> Scores:
    """Return the mean BLEU in 0..100, and for each direction its BLEU, that one's parts, and zhtw's numbers."""
    some(pairs)
    directions: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        checked(pair.id, pair.prediction, *pair.references)
        directions[direction_of(pair.id) or f"to-{language_of(pair.reference)}"].append(pair)
    values: dict[str, dict[str, float]] = {}
    metrics: dict[str, Metric] = {}
    for direction, own in sorted(directions.items()):
        target = direction.partition("-")[2]
        counted = {pair.id: values_of(pair, TOKENIZERS[target]) for pair in own}
        metrics |= corpus_metrics(counted, bleu_how(own, TOKENIZERS[target]), note, f".{direction}")
        values |= counted
        if target == "zh_TW":
            metrics |= chinese(own, direction, note)
    mean = fmean(metrics[f"bleu.{direction}"].value for direction in directions)
    toks = "+".join(f"{target}:{tokenizer}" for target, tokenizer in TOKENIZERS.items())
    how = f"mode:{mode}|avg:{len(directions)}-directions|tok:{toks}|smooth:exp|{by_sacrebleu()}|scale:100"
    first = {"bleu": Metric(mean, signed("bleu", how, values, note), len(values))}
    return Scores(first | metrics, {pair.id: values[pair.id] for pair in pairs})


def language_of(text: str) -> Language:
    """Return the language of a text, by its script alone."""
    if KANA.search(text):
        return "ja"
    return "zh_TW" if HAN.search(text) else "en"


def chinese(pairs: Sequence[Pair], direction: str, note: str) -> dict[str, Metric]:
    """Return zhtw's numbers of translations into Chinese, and the share of Traditional references beside them."""
    found = {f"{name}.{direction}": metric for name, metric in zhtw_scores(pairs, note=note).metrics.items()}
    told = zhtw_scores([replace(pair, prediction=pair.reference) for pair in pairs], note=note).metrics["zhtw_share"]
    return found | {f"reference_zhtw_share.{direction}": told}
