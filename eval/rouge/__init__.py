r"""ROUGE for Chinese, each mode equal to a named library to the last digit.

    >>> counts = counts_of(Pair("x-1", prediction="颱風明天登陸", reference="颱風今晚登陸"), "rouge_chinese-jieba")
    >>> values_of(counts)["rouge1_f"]
    0.749999995

A metric is counts for each pair, then values, then the mean of the values; a bootstrap may begin from the counts.
`modes` is the table of modes, `chinese`, `google` and `pltrdy` count as those libraries do, `rouge` is what
`evaluate.load("eval/rouge")` loads.
"""

from eval.rouge.chinese import counts_of_words, flattened
from eval.rouge.modes import counts_of
from eval.rouge.score import VALUE_NAMES, scores_of, value_names, values_of
from eval.schema import Pair

__all__ = ["VALUE_NAMES", "Pair", "counts_of", "counts_of_words", "flattened", "scores_of", "value_names", "values_of"]
