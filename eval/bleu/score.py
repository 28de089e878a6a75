r"""BLEU by sacrebleu, with the tokenizer named for the language.

    >>> scores = scores_of([Pair("x-1", "the cat sat on a mat", "the cat sat on the mat")], "13a")
    >>> round(scores.metrics["bleu"].value, 4)
    53.7285

BLEU is a corpus's number: the counts of all pairs are added first. A pair's own `bleu` is sacrebleu's sentence BLEU
(effective order), and beside it stand the ten counts (`bleu.sys_len` … `bleu.total4`), from which `corpus_bleu` makes
the corpus's number again, so a bootstrap never tokenizes. With it come what it is made of: the four precisions, the
brevity penalty, both lengths in tokens. The mode is sacrebleu's tokenizer: `13a` for
languages with spaces, `zh` for Chinese, `ja-mecab` for Japanese words (package `sacrebleu[ja]`), `char` for any.
`auto` takes the language of the references: kana -> ja-mecab, Han -> zh, else 13a; 13a on Chinese text compares whole
clauses and is refused by nobody, so the signature always says which one it was.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING

from data_builders.errors import InputError
from eval.schema import BleuMode, Metric, Pair, Scores
from eval.signature import signed, some
from eval.texts import checked

if TYPE_CHECKING:
    from sacrebleu.metrics.bleu import BLEU, BLEUScore

KANA = re.compile(r"[\u3041-\u30ff]+")
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
ORDERS = (1, 2, 3, 4)
COUNTS = ("sys_len", "ref_len", *(f"correct{n}" for n in ORDERS), *(f"total{n}" for n in ORDERS))
KEYS = tuple(f"bleu.{name}" for name in COUNTS)  # made once: a hundred thousand pairs share them


def scores_of(pairs: Sequence[Pair], mode: BleuMode = "auto", note: str = "") -> Scores:
    """Return corpus BLEU in 0..100, and each pair's sentence BLEU with its counts."""
    some(pairs)
    for pair in pairs:
        checked(pair.id, pair.prediction, *pair.references)
    tokenizer = tokenizer_for(pairs) if mode == "auto" else mode
    values = {pair.id: values_of(pair, tokenizer) for pair in pairs}
    how = how_of(pairs, tokenizer)
    return Scores(corpus_metrics(values, how, note), values)


def how_of(pairs: Sequence[Pair], tokenizer: str) -> str:
    """Return the part of a signature that says how sacrebleu counted."""
    return f"{references_of(pairs)}|case:mixed|eff:no|tok:{tokenizer}|smooth:exp|{by_sacrebleu()}"


def corpus_metrics(
    values: Mapping[str, Mapping[str, float]], how: str, note: str = "", suffix: str = ""
) -> dict[str, Metric]:
    """Return the corpus's BLEU from its pairs' counts, and what it is made of; `suffix` goes behind every name.

    BLEU is the brevity penalty times the geometric mean of the four precisions.
    """
    found = summed(values.values())
    numbers = {"bleu": (float(found.score), "scale:100")}
    numbers |= {f"bleu_precision{n}": (float(found.precisions[n - 1]), "scale:100") for n in ORDERS}
    numbers |= {"bleu_brevity_penalty": (float(found.bp), "unit:factor")}
    numbers |= {"bleu_sys_len": (float(found.sys_len), "unit:tokens")}
    numbers |= {"bleu_ref_len": (float(found.ref_len), "unit:tokens")}
    return {
        f"{name}{suffix}": Metric(value, signed(f"{name}{suffix}", f"{how}|{scale}", values, note), len(values))
        for name, (value, scale) in numbers.items()
    }


def tokenizer_for(pairs: Iterable[Pair]) -> BleuMode:
    """Return the tokenizer for the language that the references are written in."""
    kana = han = signs = 0
    for text in (one for pair in pairs for one in pair.references):
        kana += sum(map(len, KANA.findall(text)))
        han += sum(map(len, HAN.findall(text)))
        signs += len("".join(text.split()))
    if kana * 10 > kana + han:
        return "ja-mecab"
    return "zh" if han * 4 > signs else "13a"


def values_of(pair: Pair, tokenizer: str) -> dict[str, float]:
    """Return the sentence BLEU of one pair and its counts."""
    found = counter(tokenizer).sentence_score(pair.prediction, list(pair.references))
    counts = (found.sys_len, found.ref_len, *found.counts, *found.totals)
    return {"bleu": found.score} | dict(zip(KEYS, map(float, counts), strict=True))


def corpus_bleu(values: Iterable[Mapping[str, float]]) -> float:
    """Return BLEU in 0..100 from the counts of some pairs."""
    return float(summed(values).score)


def summed(values: Iterable[Mapping[str, float]]) -> "BLEUScore":
    """Return sacrebleu's score of the added counts."""
    from sacrebleu.metrics.bleu import BLEU

    sums = dict.fromkeys(COUNTS, 0)
    for one in values:
        for name, key in zip(COUNTS, KEYS, strict=True):
            sums[name] += int(one[key])
    correct, total = ([sums[f"{kind}{n}"] for n in ORDERS] for kind in ("correct", "total"))
    return BLEU.compute_bleu(correct, total, sums["sys_len"], sums["ref_len"], smooth_method="exp")


@cache
def counter(tokenizer: str) -> "BLEU":
    """Return sacrebleu's metric for sentences."""
    from sacrebleu.metrics.bleu import BLEU

    if tokenizer == "ja-mecab" and not (find_spec("MeCab") and find_spec("ipadic")):
        then = 'pip install "sacrebleu[ja]", or take --mode char'
        raise InputError("bleu ja-mecab", "the packages mecab-python3 and ipadic", "at least one missing", then)
    return BLEU(tokenize=tokenizer, effective_order=True)


def references_of(pairs: Iterable[Pair]) -> str:
    """Return sacrebleu's word for how many references a pair has."""
    numbers = {len(pair.references) for pair in pairs}
    return f"nrefs:{numbers.pop() if len(numbers) == 1 else 'var'}"


def by_sacrebleu() -> str:
    """Return the part of a signature that names sacrebleu."""
    return f"sacrebleu:{version('sacrebleu')}"
