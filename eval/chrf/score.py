r"""chrF and chrF++ by sacrebleu.

    >>> round(scores_of([Pair("x-1", "颱風登陸", "颱風登陸")], "chrf").metrics["chrf"].value, 6)
    100.0

chrF needs no tokenizer: it counts runs of one to six characters, white space left out; chrF++ (mode `chrf++`) counts
runs of one and two words as well, which on Chinese are whole clauses, so plain chrF is the default. The corpus's
number adds the counts of all pairs first; a pair's own is its sentence chrF.
"""

from collections.abc import Sequence

from eval.bleu.score import by_sacrebleu, references_of
from eval.schema import ChrfMode, Metric, Pair, Scores
from eval.signature import signed, some
from eval.texts import checked


def scores_of(pairs: Sequence[Pair], mode: ChrfMode = "chrf", note: str = "") -> Scores:
    """Return corpus chrF in 0..100, and each pair's sentence chrF."""
    from sacrebleu.metrics.chrf import CHRF

    some(pairs)
    for pair in pairs:
        checked(pair.id, pair.prediction, *pair.references)
    words = 2 if mode == "chrf++" else 0
    counter = CHRF(word_order=words)
    most = max(len(pair.references) for pair in pairs)
    # sacrebleu wants as many streams as the longest list of references; None is a place that a pair leaves empty.
    streams = [[at(pair.references, place) for pair in pairs] for place in range(most)]
    corpus = counter.corpus_score([pair.prediction for pair in pairs], streams)  # type: ignore[arg-type]
    values = {pair.id: {"chrf": counter.sentence_score(pair.prediction, list(pair.references)).score} for pair in pairs}
    how = f"{references_of(pairs)}|case:mixed|eff:yes|nc:6|nw:{words}|space:no|{by_sacrebleu()}|scale:100"
    return Scores({"chrf": Metric(corpus.score, signed("chrf", how, values, note), len(values))}, values)


def at(references: Sequence[str], place: int) -> str | None:
    """Return one reference, or None beyond the last."""
    return references[place] if place < len(references) else None
