r"""The shape of a summary: how long, how much repeated, how much copied from its article.

    >>> fragments("颱風明晚登陸", "氣象署說颱風將於明晚登陸。")
    ['颱風', '明晚登陸']

Over characters (a run of Latin letters and digits is one): `length`; `repetition`, the share of runs of four that the
summary has already said; and against the article, after Grusky and others (Newsroom, 2018), whose greedy fragments
these are: `coverage`, the share of the summary that stands in copied fragments; `density`, the mean length of the
fragment that a character stands in; `compression`, the article's length over the summary's; and `novelty1`-`novelty3`, the
share of the summary's different runs of n that the article does not hold.

An empty summary has length, repetition, coverage and density 0, and no compression or novelty: their `n` is smaller
then. Pairs without any article have length and repetition only; where some lack it, that is an error with the name.
"""

from collections.abc import Sequence

from data_builders.errors import InputError
from eval.schema import Pair, Scores
from eval.segment import words
from eval.signature import mean_of, some
from eval.texts import checked

NAMES = ("length", "repetition", "coverage", "density", "compression", "novelty1", "novelty2", "novelty3")
SHARES = {"repetition", "coverage", "novelty1", "novelty2", "novelty3"}
RUN = 4
# A character for each token, so that Python's own search finds a run of tokens; beyond the surrogates.
FIRST = 0xE000


def scores_of(pairs: Sequence[Pair], mode: str = "char", note: str = "") -> Scores:
    """Return the means of all values that the pairs have."""
    some(pairs)
    with_article = any(pair.article.strip() for pair in pairs)
    for pair in pairs:
        checked(pair.id, pair.prediction, pair.article)
        if with_article and not pair.article.strip():
            raise InputError(pair.id, "an article, as other pairs have", "none", "give it, or leave the pair out")
    values = {pair.id: values_of(pair.prediction, pair.article) for pair in pairs}
    metrics = {}
    for name in NAMES:
        held = {key: one[name] for key, one in values.items() if name in one}
        if held:
            unit = "" if name in SHARES else "|unit:ratio" if name == "compression" else "|unit:characters"
            how = f"mode:{mode}|tok:char+latin{unit}"
            metrics[name] = mean_of(list(held.values()), name, how, held, note)
    return Scores(metrics, values)


def values_of(summary: str, article: str) -> dict[str, float]:
    """Return the values of one summary; without an article, those that need none."""
    said, source = coded(summary, article)
    runs = [said[place : place + RUN] for place in range(len(said) - RUN + 1)]
    values = {"length": float(len(said)), "repetition": 1 - len(set(runs)) / len(runs) if runs else 0.0}
    if not article.strip():
        return values
    copied = [len(one) for one in copies(said, source)]
    values["coverage"] = sum(copied) / len(said) if said else 0.0
    values["density"] = sum(size * size for size in copied) / len(said) if said else 0.0
    if said:
        values["compression"] = len(source) / len(said)
    for n in (1, 2, 3):
        ours = {said[place : place + n] for place in range(len(said) - n + 1)}
        if ours:
            theirs = {source[place : place + n] for place in range(len(source) - n + 1)}
            values[f"novelty{n}"] = len(ours - theirs) / len(ours)
    return values


def fragments(summary: str, article: str) -> list[str]:
    """Return the greedy fragments of the summary that the article holds, Latin runs kept whole."""
    said, source = coded(summary, article)
    tokens = words(summary, "char")
    found: list[str] = []
    place = 0
    for one in copies(said, source):
        place = said.index(one, place)
        found.append("".join(tokens[place : place + len(one)]))
        place += len(one)
    return found


def coded(*texts: str) -> list[str]:
    """Return the texts with one character in the place of each token, the same for the same token."""
    codes: dict[str, int] = {}
    return ["".join([chr(FIRST + codes.setdefault(word, len(codes))) for word in words(text, "char")]) for text in texts]


def copies(said: str, source: str) -> list[str]:
    """Return the longest run that `source` holds from each place of `said` on, one after the other."""
    found: list[str] = []
    start = 0
    while start < len(said):
        size = 0
        at = source.find(said[start])
        # Any longer match begins at `at` or later: what begins earlier is no match of the shorter run either.
        while at >= 0:
            most = min(len(said) - start, len(source) - at)
            while size < most and source[at + size] == said[start + size]:
                size += 1
            if start + size == len(said):
                break
            at = source.find(said[start : start + size + 1], at + 1)
        if size:
            found.append(said[start : start + size])
        start += size or 1
    return found
