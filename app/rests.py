"""What a summary rests on: for each of its sentences those of the article, and what of it the article does not hold.

    >>> told = rests("台北下雨，12萬戶停電。", Article("x", "x", "台北今天下大雨。共有3萬戶停電。"), "某模型")
    >>> [(mark.kind, told.summary[mark.start : mark.end]) for mark in told.marks]
    [('numbers', '12萬戶')]
    >>> [[(place.start, place.end) for place in ground.places] for ground in told.grounds]
    [[(8, 16), (0, 8)]]

Names and figures are judged by `eval/faithfulness`, whose known limits hold here, too; figures that follow from the day
of publication (今（14）日) are held. A sentence rests on those of the article with which it shares most of its pieces
(pairs of characters): the first must hold a third of them, a further one must add a seventh.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from app.intake import plain
from app.schema import Ground, Mark, Span, Told
from data_builders.schema import Article
from data_builders.teacher.grounding import pieces_of
from data_builders.teacher.numbers import unsupported
from eval.faithfulness.score import doubts

SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]*[」』”）)]*")
LEAST_WEIGHT = 0.3  # of a doubt that is marked: lighter ones are mostly paraphrases
FIGURES = frozenset({"numbers", "dates"})
LEAST_FIRST, LEAST_MORE = 1 / 3, 1 / 7
MOST_PLACES = 3


def rests(text: str, article: Article, writer: str, shown: int = 0) -> Told:
    """Return a summary with its marks and grounds."""
    summary = plain(text).strip()
    marks = tuple(marks_of(summary, article))
    return Told(summary, writer, shown, marks, tuple(grounds_of(summary, article.article)))


def marks_of(summary: str, article: Article) -> Iterator[Mark]:
    """Yield what the article does not hold, in order, without overlap."""
    source = f"{article.title}\n{article.article}"
    if not summary or not source.strip():
        return
    figures = {quantity.start for quantity in unsupported(summary, source, article.published)}
    reached = 0
    for doubt in doubts(summary, source):
        if doubt.weight < LEAST_WEIGHT or (doubt.kind in FIGURES and doubt.start not in figures):
            continue
        if doubt.start >= reached:
            reached = doubt.start + len(doubt.text)
            yield Mark(doubt.start, reached, doubt.kind)


def grounds_of(summary: str, article: str) -> Iterator[Ground]:
    """Yield each sentence of the summary with the places of the article that it rests on."""
    for match in SENTENCE.finditer(summary):
        pieces = frozenset(pieces_of(match[0]))
        yield Ground(match.start(), match.end(), tuple(places_of(pieces, article)))


def places_of(pieces: frozenset[str], article: str) -> Iterator[Span]:
    """Yield the sentences of the article that hold the pieces, the best first."""
    left = set(pieces)
    least = LEAST_FIRST
    for _ in range(MOST_PLACES):
        best, held = Span(0, 0), set[str]()
        for span, known in sentences_of(article):
            shared = left & known
            if len(shared) > len(held):
                best, held = span, shared
        if not held or len(held) < least * len(pieces):
            return
        yield best
        left -= held
        least = LEAST_MORE


@lru_cache(maxsize=64)
def sentences_of(article: str) -> tuple[tuple[Span, frozenset[str]], ...]:
    """Return the article's sentences with their pieces."""
    return tuple(
        (Span(match.start(), match.end()), frozenset(pieces_of(match[0]))) for match in SENTENCE.finditer(article)
    )
