r"""The modes of ROUGE: a tokenizer and an implementation, by the name that a signature carries.

    >>> counts_of(Pair("x-1", "颱風明天登陸", "颱風今晚登陸"), "rouge_chinese-jieba").rouge1
    Overlap(predicted=4, reference=4, shared=3)
    >>> counts_of(Pair("x-1", "台中停電", "臺中停電"), "folded-jieba").rouge1.shared
    2

| mode | equal to |
|---|---|
| `rouge_chinese-jieba`, `-char` | rouge_chinese on `" ".join(tokens)` |
| `rouge_score-jieba`, `-char` | Google's rouge_score with that tokenizer; has Lsum |
| `rouge_score-english` | Google's rouge_score as it comes, for English, without the stemmer |
| `pltrdy-jieba` | the package `rouge` on `" ".join(tokens)` |
| `folded-jieba` | rouge_chinese, after both texts were put into one spelling (臺 -> 台): see `fold` |
| `fast-rjieba` | rouge_chinese with rjieba's tokens, which differ from jieba's in Latin words with `-`, `.`, `_` |
"""

from functools import partial

from data_builders.errors import InputError
from eval.rouge import chinese, google, pltrdy
from eval.rouge.fold import folded
from eval.schema import Pair, PairCounts, RougeMode
from eval.segment import Tokenizer, words
from eval.texts import checked

TOKENIZER_OF: dict[RougeMode, Tokenizer] = {
    "rouge_chinese-jieba": "jieba",
    "rouge_chinese-char": "char",
    "rouge_score-jieba": "jieba",
    "rouge_score-char": "char",
    "rouge_score-english": "english",
    "pltrdy-jieba": "jieba",
    "folded-jieba": "jieba",
    "fast-rjieba": "rjieba",
}


def counts_of(pair: Pair, mode: RougeMode) -> PairCounts:
    """Count one pair against its first reference; an empty reference is an InputError that names the pair."""
    return counts_of_texts(pair.id, pair.prediction, pair.reference, mode)


def counts_of_texts(name: str, prediction: str, reference: str, mode: RougeMode) -> PairCounts:
    """Count a prediction against one reference."""
    checked(name, prediction, reference)
    if not reference.strip():
        raise InputError(name, "a reference", "empty text", "give the reference, or leave the pair out")
    if mode == "folded-jieba":
        prediction, reference = folded(prediction), folded(reference)
    cut = partial(words, tokenizer=TOKENIZER_OF[mode])
    if mode.startswith("rouge_score"):
        return google.counts_of_text(name, prediction, reference, cut)
    predicted, told = cut(prediction), cut(reference)
    if mode.startswith("pltrdy"):
        return pltrdy.counts_of_words(name, predicted, told)
    return chinese.counts_of_words(name, chinese.flattened(predicted), chinese.flattened(told))
