r"""rouge_chinese 1.0.3, counted: n-grams as sets, ROUGE-L over the whole texts.

    >>> counts_of_words("x-1", ["颱風", "明天", "登陸"], ["颱風", "今晚", "登陸"]).rouge1
    Overlap(predicted=3, reference=3, shared=2)

`rouge_chinese.Rouge().get_scores(" ".join(jieba.cut(x)), …)` is the recipe of most published numbers on Chinese
summaries. What that library does and a newcomer may not expect is kept: n-grams are a set, so a repeated word counts
once; punctuation is a word; a blank line inside a text is one empty word; F adds 1e-8 below the line. ROUGE-L is the
longest common subsequence of the whole texts. Where the library raises, on an empty prediction, every value is 0.0.

The library keeps a table of n·m entries in a dict; rapidfuzz finds the same length bit-parallel.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from rapidfuzz.distance import LCSseq

from eval.rouge.lcs import numbered
from eval.schema import Overlap, PairCounts

# rouge_chinese.Rouge.cut_sent, in its order: each pattern sees what the one before it made.
SENTENCE_ENDS = (
    (re.compile(r"([。！？?])([^”’])"), r"\1\n\2"),
    (re.compile(r"(\.{6})([^”’])"), r"\1\n\2"),
    (re.compile(r"(…{2})([^”’])"), r"\1\n\2"),
    (re.compile(r"([。！？?][”’])([^，。！？?])"), r"\1\n\2"),
)


def flattened(tokens: Iterable[str]) -> list[str]:
    """Return the words that rouge_chinese makes of `" ".join(tokens)`: its sentences, laid end to end.

    A sentence of white space alone is the one word ""; that is the only trace its sentence splitting leaves.
    """
    text = " ".join(tokens)
    for pattern, replacement in SENTENCE_ENDS:
        text = pattern.sub(replacement, text)
    return [word for line in text.rstrip().split("\n") if line for word in (line.split() or [""])]


def counts_of_words(name: str, predicted: Sequence[str], reference: Sequence[str]) -> PairCounts:
    """Count one pair of word lists."""
    left, right = numbered(predicted, reference)
    return PairCounts(
        id=name,
        rouge1=overlap_of(set(left), set(right)),
        rouge2=overlap_of(set(pairwise(left)), set(pairwise(right))),
        rougeL=Overlap(len(left), len(right), LCSseq.similarity(left, right)),
    )


def overlap_of(predicted: set[int] | set[tuple[int, int]], reference: set[int] | set[tuple[int, int]]) -> Overlap:
    """Return the sizes of two sets and of what they share."""
    return Overlap(len(predicted), len(reference), len(predicted & reference))
