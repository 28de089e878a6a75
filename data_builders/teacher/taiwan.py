"""Put what a teacher wrote into the Chinese of Taiwan, with the article at hand.

    >>> in_taiwan("里柏瑞契預計赴台北参加。", article)  # the article writes 里柏瑞契
    '里柏瑞契預計赴台北參加。'

A sentence that is Simplified is converted by `zhtw`; one that is Traditional with a few Simplified characters in it,
as teachers often write, has only these characters replaced. Where a conversion touches what the article writes the
original way (里柏瑞契, not 裡柏瑞契), the article is right.
"""

from difflib import SequenceMatcher

from data_builders.schema import Article, Triple
from data_builders.zhtw.convert import SENTENCE, converter, to_taiwan
from data_builders.zhtw.detect import evidence, is_simplified


def in_taiwan(text: str, article: Article) -> str:
    """Return `text` with what is Simplified in it converted, and nothing else."""
    return "".join(put(sentence, article.article) for sentence in SENTENCE.findall(text))


def triple_in_taiwan(triple: Triple, article: Article) -> Triple:
    """Return a triple with what is Simplified in it converted."""
    return Triple(*(in_taiwan(cell, article) for cell in (triple.subject, triple.relation, triple.object)))


def put(sentence: str, source: str) -> str:
    """Return one sentence as Taiwan writes it."""
    foreign = {sign for sign in evidence(sentence, "simplified") if sign not in source}
    if not foreign:
        return sentence
    if is_simplified(sentence):
        return as_in(source, sentence, to_taiwan(sentence))
    shaped = converter("s2tw").convert(sentence)
    if len(shaped) != len(sentence):
        return sentence
    return "".join(new if old in foreign else old for old, new in zip(sentence, shaped, strict=True))


def as_in(source: str, before: str, after: str) -> str:
    """Return `after`, but as `before` has it wherever the source writes it so in the same surroundings."""
    made: list[str] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = before[i:j], after[k:m]
        if kind == "equal" or not old:
            made.append(new)
            continue
        left, right = after[max(0, k - 1) : k], after[m : m + 1]
        theirs = (left and left + old in source) or (right and old + right in source)
        ours = (left and left + new in source) or (right and new + right in source)
        made.append(old if theirs and not ours else new)
    return "".join(made)
