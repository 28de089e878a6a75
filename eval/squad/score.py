r"""Exact match and F1 as the official SQuAD 2.0 script counts them, and by characters for Chinese answers.

    >>> values_of(Pair("q-1", "The Normans", "Normans"), "official")["squad_em"]
    100.0
    >>> values_of(Pair("q-2", "民國113年", "民國一一三年"), "char")["squad_f1"] > 0
    True

`official` lowers, drops ASCII punctuation and the words a, an, the, and splits at white space; on Chinese a whole answer
is then one word. `char` puts both into NFKC, lowers, drops every punctuation mark and all white space, and counts
characters, a run of Latin letters and digits being one. The best of several references counts. A question without an
answer has the reference "" or an empty list: only an empty prediction is right. As in the script, an answer that
normalises to nothing is left out, yet its question counts as answerable (HasAns).
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

from msgspec import UNSET

from eval.schema import Pair, Scores, SquadMode
from eval.segment import words
from eval.signature import mean_of, some
from eval.texts import checked

ARTICLES = re.compile(r"\b(a|an|the)\b", re.UNICODE)
NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
NAMES = ("squad_em", "squad_f1")
GROUPS = ("", "_HasAns", "_NoAns")


def scores_of(pairs: Sequence[Pair], mode: SquadMode = "official", note: str = "") -> Scores:
    """Return exact match and F1 in 0..100, over all questions, those with an answer, and those without."""
    some(pairs)
    for pair in pairs:
        checked(pair.id, pair.prediction, *pair.references)
    values = {pair.id: values_of(pair, mode) for pair in pairs}
    tokens = "tok:char+latin" if mode == "char" else "tok:space"
    how = f"mode:{mode}|{tokens}|script:squad-v2.0|scale:100"
    metrics = {}
    for name in (f"{name}{group}" for group in GROUPS for name in NAMES):
        held = {key: one[name] for key, one in values.items() if name in one}
        if held:
            metrics[name] = mean_of(list(held.values()), name, how, held, note)
    return Scores(metrics, values)


def values_of(pair: Pair, mode: SquadMode) -> dict[str, float]:
    """Return the values of one question, those of its group beside them."""
    answerable = bool(pair.reference) or pair.others is not UNSET
    gold = [one for one in pair.references if normalized(one, mode)] or [""]
    exact = 100.0 * max(normalized(pair.prediction, mode) == normalized(one, mode) for one in gold)
    f1 = 100.0 * max(overlap_f1(tokens_of(pair.prediction, mode), tokens_of(one, mode)) for one in gold)
    group = "_HasAns" if answerable else "_NoAns"
    return {"squad_em": exact, "squad_f1": f1, f"squad_em{group}": exact, f"squad_f1{group}": f1}


def normalized(answer: str, mode: SquadMode) -> str:
    """Return an answer as it is compared."""
    if mode == "official":
        return " ".join(ARTICLES.sub(" ", answer.lower().translate(NO_PUNCTUATION)).split())
    folded = unicodedata.normalize("NFKC", answer).lower()
    return "".join(one for one in folded if not one.isspace() and unicodedata.category(one)[0] not in "PC")


def tokens_of(answer: str, mode: SquadMode) -> list[str]:
    """Return the tokens of an answer."""
    if mode == "official":
        return normalized(answer, mode).split()
    spaced = unicodedata.normalize("NFKC", answer).lower()
    kept = "".join(" " if unicodedata.category(one)[0] in "PCZ" else one for one in spaced)
    return list(words(kept, "char"))


def overlap_f1(predicted: Sequence[str], gold: Sequence[str]) -> float:
    """Return the F1 of two bags of tokens; where one is empty, whether both are."""
    if not predicted or not gold:
        return float(predicted == gold)
    shared = (Counter(predicted) & Counter(gold)).total()
    if not shared:
        return 0.0
    precision, recall = shared / len(predicted), shared / len(gold)
    return (2 * precision * recall) / (precision + recall)
