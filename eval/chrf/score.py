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
    words = 2 if mode == "chrf++" else 0
    counter = CHRF(word_order=words)
    sums: list[int] = []
    values: dict[str, dict[str, float]] = {}
    for pair in pairs:
        checked(pair.id, pair.prediction, *pair.references)
        # sacrebleu's public corpus_score keeps the runs of every reference at once: 9 GB for 100,000 pairs. A pair's
        # counts are the same either way, and a test compares the sum's score with corpus_score.
        (counts,) = counter._extract_corpus_statistics(  # noqa: SLF001
            [pair.prediction], [[one] for one in pair.references]
        )
        values[pair.id] = {"chrf": float(counter._compute_f_score(counts))}  # noqa: SLF001
        sums = [one + other for one, other in zip(sums, counts, strict=True)] if sums else list(counts)
    how = f"{references_of(pairs)}|case:mixed|eff:yes|nc:6|nw:{words}|space:no|{by_sacrebleu()}|scale:100"
    corpus = float(counter._compute_f_score(sums))  # noqa: SLF001
    return Scores({"chrf": Metric(corpus, signed("chrf", how, values, note), len(values))}, values)
