r"""pltrdy/rouge 1.0.1 (the package `rouge`), counted: n-grams as sets, ROUGE-L as the union over "sentences".

    >>> counts_of_words("x-1", ["颱風", "登陸", "颱風"], ["颱風", "來", "了"]).rougeL
    Overlap(predicted=2, reference=3, shared=1)

It is `rouge.Rouge().get_scores(" ".join(jieba.cut(x)), …)` with its defaults. A sentence ends at each ASCII full stop,
so 3.5 is two of them and a Chinese text is one; ROUGE-L counts different words, those of any common subsequence of a
reference sentence with a predicted one. The library's table is a dict and its walk a recursion, which ends in an error
near a thousand tokens; the same words come from `lcs.indices`. Where the library raises, on a text without a
sentence, every value is 0.0.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

from eval.rouge.lcs import indices
from eval.schema import Overlap, PairCounts


def counts_of_words(name: str, predicted: Iterable[str], reference: Iterable[str]) -> PairCounts:
    """Count one pair of token lists."""
    left, right = sentences_of(predicted), sentences_of(reference)
    words, told = list(chain(*left)), list(chain(*right))
    ones, others = set(words), set(told)
    pairs, told_pairs = set(pairwise(words)), set(pairwise(told))
    return PairCounts(
        id=name,
        rouge1=Overlap(len(ones), len(others), len(ones & others)),
        rouge2=Overlap(len(pairs), len(told_pairs), len(pairs & told_pairs)),
        rougeL=Overlap(len(ones), len(others), len(in_subsequences(left, right))),
    )


def sentences_of(tokens: Iterable[str]) -> list[list[str]]:
    """Return the words of each sentence; one of white space alone is the one word ""."""
    text = " ".join(tokens)
    return [sentence.split() or [""] for sentence in text.split(".") if sentence]


def in_subsequences(predicted: Sequence[Sequence[str]], reference: Sequence[Sequence[str]]) -> set[str]:
    """Return the words of all the common subsequences."""
    union: set[str] = set()
    held = [(sentence, frozenset(sentence)) for sentence in predicted]
    for told in reference:
        for sentence, words in held:
            if not words.intersection(told) <= union:
                union.update(sentence[place] for place in indices(told, sentence))
    return union
