r"""Faithfulness without a reference: what of a summary its article does not hold. CPU only, no model.

    >>> values_of("十五日停電，影響12萬戶。", "15日停電，影響十二萬戶。")["faithfulness"]
    1.0
    >>> [d.text for d in doubts("15日停電，影響20萬戶。", "15日停電，影響十二萬戶。")]
    ['20萬戶']

Looked at are figures and dates (by value: 十二萬 is 12萬, 民國113年 is 2024), names and other words, whether a word is
negated here and never there, and neighbouring names of a clause that no passage of the article has together
(`triples`). `faithfulness` is the product over all doubts of 1 - weight, near the chance that none of them is an error;
`faithfulness_numbers`, `_dates`, `_names` and `_triples` are the shares of each that the article holds, over the
summaries that have any. An empty summary claims nothing, and counts 0.0.

Known limits, measured in benchmarks/faithfulness.md: an error made of the article's own words (who did it to whom) is
next to invisible here.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import prod

from data_builders.errors import InputError
from data_builders.teacher.grounding import plain, source_of
from data_builders.teacher.numbers import Quantity, counts, quantities, stands_in, unsupported
from data_builders.teacher.numerals import half_width
from eval.faithfulness.names import Doubt, doubtful, is_name, kind_of, places_of, words_of
from eval.schema import Pair, Scores
from eval.signature import mean_of, some
from eval.texts import checked

DATES = frozenset({"year", "relative year", "month", "day", "weekday", "hour", "minute"})
SURE, UNSURE = 0.85, 0.3  # a figure that the article does not hold; a small one in words
NEGATED, PARTED = 0.3, 0.05
NEGATION = re.compile("(?:[不未沒没無无勿]|[沒没]有|[無无]法|不[會会能願愿得應应]|拒[絕绝]|禁止|反[對对])$")
NEGATIVE = re.compile("[不未沒没無无勿非]")
CLAUSE = re.compile(r"[^，。！？；,!?;\n]+")
NAME_KINDS = frozenset({"name", "latin", "office"})
SENTENCE = re.compile(r"[^。！？!?\n]+")
BEFORE = 2  # the characters in front of a word that may negate it
PARTS = ("numbers", "dates", "names", "triples")


def scores_of(pairs: Sequence[Pair], mode: str = "grounded", note: str = "") -> Scores:
    """Return the means; a pair without its article is an InputError that names it."""
    some(pairs)
    for pair in pairs:
        checked(pair.id, pair.prediction, pair.article)
        if not pair.article.strip():
            raise InputError(pair.id, "an article", "none", "join the pairs with --articles, or leave the pair out")
    values = {pair.id: values_of(pair.prediction, pair.article) for pair in pairs}
    metrics = {}
    for name in ("faithfulness", *(f"faithfulness_{part}" for part in PARTS)):
        have = {key: one[name] for key, one in values.items() if name in one}
        if have:
            metrics[name] = mean_of(list(have.values()), name, f"mode:{mode}|tok:jieba|no-reference", have, note)
    return Scores(metrics, values)


def values_of(summary: str, article: str) -> dict[str, float]:
    """Return the values of one summary."""
    if not summary.strip():
        return {"faithfulness": 0.0}
    found = doubts(summary, article)
    values = {"faithfulness": prod((1 - doubt.weight for doubt in found), start=1.0)}
    for part, all_of_them in claims(summary).items():
        if all_of_them:
            wrong = sum(doubt.kind == part for doubt in found)
            values[f"faithfulness_{part}"] = 1 - min(wrong, all_of_them) / all_of_them
    return values


def doubts(summary: str, article: str) -> list[Doubt]:
    """Return what of the summary the article does not hold, in order of place."""
    figures = unheld_figures(summary, article)
    taken = {place for doubt in figures for place in range(doubt.start, doubt.start + len(doubt.text))}
    words = [doubt for doubt in doubtful(summary, article) if doubt.start not in taken]
    names = [replace(doubt, kind="names") if doubt.kind in NAME_KINDS else doubt for doubt in words]
    found = [*figures, *names, *turned(summary, article), *parted(summary, article)]
    return sorted(found, key=lambda doubt: doubt.start)


def claims(summary: str) -> dict[str, int]:
    """Return how many figures, dates, names and triples a summary has."""
    stated = [quantity for quantity in quantities(summary) if counts(quantity)]
    dates = sum(map(is_date, stated))
    names = sum(is_name(word) for word, _ in words_of(summary))
    return {
        "numbers": len(stated) - dates,
        "dates": dates,
        "names": names,
        "triples": len(neighbours(summary)),
    }


def is_date(quantity: Quantity) -> bool:
    """Tell whether a quantity is a date or a time of day."""
    return any(reading.kind in DATES for reading in quantity.readings[:1])


def unheld_figures(summary: str, article: str) -> list[Doubt]:
    """Return the figures and dates that the article does not hold; an article is read only where a figure needs it."""
    source = half_width(article).casefold()
    open_ones = [one for one in quantities(summary) if counts(one) and not stands_in(source, one.text.casefold())]
    if not open_ones:
        return []
    return [
        Doubt(one.text, one.start, "dates" if is_date(one) else "numbers", SURE if one.sure else UNSURE)
        for one in unsupported(summary, article)
    ]


def turned(summary: str, article: str) -> list[Doubt]:
    """Return the words that are negated here and never in the article, or always there and not here."""
    found = []
    source = source_of(article).plain
    for word, start in words_of(summary):
        said = plain(word)
        if len(said) < 2 or NEGATIVE.search(said) or kind_of(said) != "word":
            continue
        ways = {negated(source, place) for place in places_of(said, source)}
        if len(ways) == 1 and negated(summary, start) not in ways:
            found.append(Doubt(word, start, "negation", NEGATED))
    return found


def negated(text: str, place: int) -> bool:
    """Tell whether the characters in front of a place negate what stands there."""
    return NEGATION.search(text[max(0, place - BEFORE) : place]) is not None


def neighbours(summary: str) -> list[tuple[str, str, int]]:
    """Return the neighbouring names of each clause, and where the second stands."""
    found = []
    for clause in CLAUSE.finditer(summary):
        names = [(word, start) for word, start in words_of(clause[0]) if is_name(word)]
        for (one, _), (other, start) in pairwise(names):
            if one != other:
                found.append((plain(one), plain(other), clause.start() + start))
    return found


def parted(summary: str, article: str) -> list[Doubt]:
    """Return the second of two neighbouring names that the article holds, but not in one passage of two sentences."""
    whole = source_of(article).plain
    pairs = [(one, other, start) for one, other, start in neighbours(summary) if one in whole and other in whole]
    if not pairs:
        return []
    sentences = SENTENCE.findall(whole)
    passages = [one + other for one, other in zip(sentences, [*sentences[1:], ""], strict=True)]
    return [
        Doubt(other, start, "triples", PARTED)
        for one, other, start in pairs
        if not any(one in passage and other in passage for passage in passages)
    ]
