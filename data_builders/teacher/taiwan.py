"""Put what a teacher wrote into the Chinese of Taiwan, with the article at hand.

    >>> in_taiwan("里柏瑞契預計赴台北参加。", article)  # the article writes 里柏瑞契
    '里柏瑞契預計赴台北參加。'

What is Simplified is converted by `zhtw`, which spells names as the article does (里柏瑞契, not 裡柏瑞契). A character
that both standards have becomes the article's where the article writes the same thing in the Traditional shape only
(勝騎士, not 胜騎士).
"""

from functools import lru_cache

from data_builders.schema import Article, Triple
from data_builders.zhtw.convert import SENTENCE, to_taiwan
from data_builders.zhtw.engine import converter

# Both shapes are Taiwan's own, so the article's choice is no reason to change a teacher's.
WRITTEN_BOTH_WAYS = frozenset("台占布周岩才范郁")


def in_taiwan(text: str, article: Article) -> str:
    """Return `text` with what is Simplified in it converted, and nothing else."""
    converted = to_taiwan(text, article=article.article)
    return "".join(shaped_as(sentence, article.article) for sentence in SENTENCE.findall(converted))


def triple_in_taiwan(triple: Triple, article: Article) -> Triple:
    """Return a triple with what is Simplified in it converted."""
    return Triple(*(in_taiwan(cell, article) for cell in (triple.subject, triple.relation, triple.object)))


def shaped_as(sentence: str, source: str) -> str:
    """Return one sentence with the article's shapes of characters that both standards have."""
    if signs_of(source).issuperset(sentence):  # what the article writes stays; most of a reply is its words
        return sentence
    shaped = converter("s2tw").convert(sentence)
    if len(shaped) != len(sentence):
        return sentence
    return "".join(
        new if old != new and old not in WRITTEN_BOTH_WAYS and shares(source, sentence, shaped, place) else old
        for place, (old, new) in enumerate(zip(sentence, shaped, strict=True))
    )


@lru_cache(maxsize=64)
def signs_of(source: str) -> frozenset[str]:
    """Return the characters of a text."""
    return frozenset(source)


def shares(source: str, sentence: str, shaped: str, place: int) -> bool:
    """Tell whether the article writes the Traditional shape, and only that, beside the same neighbour."""
    old, new = sentence[place], shaped[place]
    if old in source or new not in source:
        return False
    left, right = shaped[max(0, place - 1) : place], shaped[place + 1 : place + 2]
    return bool((left and left + new in source) or (right and new + right in source))
