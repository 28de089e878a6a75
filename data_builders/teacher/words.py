"""Words of a Traditional text with their part of speech, found with jieba's Simplified dictionary.

    >>> [(w.text, w.tag) for w in words("臺中市政府表示")]
    [('臺中市', 'ns'), ('政府', 'n'), ('表示', 'v')]

jieba knows 台中 but not 臺中, 视频 but not 影片 in Traditional shape. So the text is shown to jieba character by
character in Simplified, and the words are cut out of the original at the same places: every word is literally there.
Figures and clock times are found first (jieba makes `2億6` `,` `000萬元` of one sum, and 分針 of 30分針對), and a verb
before an office's last character is part of its name (海洋保育署).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

from data_builders.zhtw.convert import to_simplified

# jieba tags: nouns, names, abbreviations, Latin words, attributives, nominal verbs.
NOMINAL = ("n", "j", "eng", "b", "vn", "x-latin", "s", "i", "l")
NUMERIC = ("m", "q", "t")
FIGURE = re.compile(
    r"(?:[0-9]+(?:[,.][0-9]+)*(?:[兆億萬千百]|[年月日時分秒點度%％](?!鐘))*)+(?:毫米|分鐘|小時|[公海英]?[里尺斤分頃噸]|元|人|名)?"
)
BLOCK = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&._]+")  # jieba cuts and tags each of these by itself
OFFICE = frozenset("署局處部會院隊所館站科課系組團廳室社廠行園")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its text as it stands, jieba's tag, where it starts, and its inverse document frequency."""

    text: str
    tag: str
    start: int
    idf: float

    @property
    def end(self) -> int:
        """Where the word ends."""
        return self.start + len(self.text)

    @property
    def nominal(self) -> bool:
        """Whether the word can be part of a noun phrase."""
        return self.tag.startswith(NOMINAL)

    @property
    def numeric(self) -> bool:
        """Whether the word can be part of a number, a measure or a time."""
        return self.tag.startswith(NUMERIC)


class Pair(Protocol):
    """What jieba.posseg yields."""

    word: str
    flag: str


class Tagger(Protocol):
    """What jieba.posseg offers."""

    def lcut(self, text: str) -> list[Pair]:
        """Cut and tag."""


@cache
def engine() -> tuple[Tagger, dict[str, float], float]:
    """Return jieba's tagger, its table of inverse document frequencies, and that table's median."""
    import logging
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42.1 imports pkg_resources
        import jieba
        import jieba.analyse
        import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    table = jieba.analyse.default_tfidf
    return jieba.posseg, table.idf_freq, table.median_idf


def words(text: str) -> list[Word]:
    """Return the words of `text` in order; white space is not a word."""
    found: list[Word] = []
    place = 0
    for figure in FIGURE.finditer(text):
        found.extend(cut(text, place, figure.start()))
        found.append(Word(figure[0], "m", figure.start(), engine()[2]))
        place = figure.end()
    found.extend(cut(text, place, len(text)))
    return named(found)


def words_where(worth: Callable[[str], bool], text: str) -> list[Word]:
    """Return the words of the blocks whose Simplified shape is `worth` it, tagged as `words` does but for offices."""
    found: list[Word] = []
    bounds = [0, *(place for figure in FIGURE.finditer(text) for place in figure.span()), len(text)]
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        for block in BLOCK.finditer(to_simplified(text[start:end])):
            if worth(block[0]):
                found.extend(cut(text, start + block.start(), start + block.end()))
    return found


def cut(text: str, start: int, end: int) -> list[Word]:
    """Return the words of `text[start:end]` as jieba cuts and tags its Simplified shape."""
    tagger, idf, median = engine()
    found = []
    for pair in tagger.lcut(to_simplified(text[start:end])):
        original = text[start : start + len(pair.word)]
        if not original.isspace():
            found.append(Word(original, pair.flag, start, idf.get(pair.word, median)))
        start += len(pair.word)
    return found


def named(found: list[Word]) -> list[Word]:
    """Tag a verb that stands inside an office's name as a noun."""
    for place in range(1, len(found) - 1):
        before, word, after = found[place - 1 : place + 2]
        if word.tag == "v" and before.nominal and after.text in OFFICE and after.start == word.end:
            found[place] = replace(word, tag="vn")
            found[place + 1] = replace(after, tag="n")
    return found
