r"""Google's rouge_score 0.1.2, counted: n-grams as bags, ROUGE-L over all tokens, ROUGE-Lsum over lines.

    >>> counts_of_text("x-1", "颱風登陸", "颱風來了", list).rouge1
    Overlap(predicted=4, reference=4, shared=2)

It is `RougeScorer([...], tokenizer=T).score(reference, prediction)` with a tokenizer that gives jieba's tokens or
characters; the library's own tokenizer drops every character that is not a Latin letter or a digit, so on Chinese it
scores years and brand names only. White space that jieba gives is a token like any other. Lsum's unit is the line:
the union of the subsequences with each line of the prediction, no token used more often than both texts hold it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from eval.rouge.lcs import indices, length
from eval.schema import Overlap, PairCounts

NOTHING = Overlap(0, 0, 0)
Cut = Callable[[str], Sequence[str]]


def counts_of_text(name: str, predicted: str, reference: str, cut: Cut) -> PairCounts:
    """Count one pair of texts."""
    left, right = cut(predicted), cut(reference)
    longest = Overlap(len(left), len(right), length(left, right)) if left and right else NOTHING
    lines, told = lines_of(predicted), lines_of(reference)
    # One line each, and nothing else in the text: the same tokens, and the union is the one subsequence itself.
    alike = lines == [predicted] and told == [reference]
    return PairCounts(
        id=name,
        rouge1=bags(left, right),
        rouge2=bags(pairwise(left), pairwise(right)),
        rougeL=longest,
        rougeLsum=longest if alike else by_lines([cut(line) for line in lines], [cut(line) for line in told]),
        smoothed=False,
    )


def lines_of(text: str) -> list[str]:
    """Return the lines that hold a character."""
    return [line for line in text.split("\n") if line]


def bags(predicted: Iterable[object], reference: Iterable[object]) -> Overlap:
    """Return the sizes of two bags and of what they share."""
    left, right = Counter(predicted), Counter(reference)
    return Overlap(left.total(), right.total(), (left & right).total())


def by_lines(predicted: Sequence[Sequence[str]], reference: Sequence[Sequence[str]]) -> Overlap:
    """Return the summary-level counts of two texts, each a list of tokenised lines."""
    sizes = sum(map(len, predicted)), sum(map(len, reference))
    if not all(sizes):
        return NOTHING
    left = Counter(token for line in predicted for token in line)
    right = Counter(token for line in reference for token in line)
    held = [(line, frozenset(line)) for line in predicted]
    shared = 0
    for told in reference:
        union: set[int] = set()
        for line, tokens in held:
            if not tokens.isdisjoint(told):
                union.update(indices(line, told))
        for place in sorted(union):
            token = told[place]
            if left[token] > 0 and right[token] > 0:
                shared += 1
                left[token] -= 1
                right[token] -= 1
    return Overlap(*sizes, shared)
