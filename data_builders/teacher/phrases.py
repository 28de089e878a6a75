"""Noun phrases, quantities and names of a clause, each a stretch of the text as it stands.

    >>> [p.text for p in phrases("臺中市消防局出動21輛消防車")]
    ['臺中市消防局', '21輛消防車']

A phrase is the longest run of nominal words, or of a number with what it measures; quotation and book-title marks
hold one phrase together.
"""

import re
from dataclasses import dataclass

from data_builders.teacher.words import Word, words

TITLED = re.compile(r"[「『《〈]([^「」『』《》〈〉，。！？\n]{2,14})[」』》〉]")
NUMBER = re.compile(r"[0-9０-９][0-9０-９,，.]*")
MOST = 16
LEAST = 2
# Words that jieba calls nouns but that name nothing by themselves.
HOLLOW = frozenset(
    {
        "記者",
        "報導",
        "時候",
        "部分",
        "方面",
        "情況",
        "問題",
        "結果",
        "目前",
        "今天",
        "昨天",
        "明天",
        "今年",
        "去年",
        "明年",
        "昨",
        "今",
        "人",
        "者",
        "上",
        "下",
        "中",
    }
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of text: what it says, where it starts, how much its words weigh, and what kind it is."""

    text: str
    start: int
    weight: float
    kind: str  # "name", "noun", "number", "title"

    @property
    def end(self) -> int:
        """Where the phrase ends."""
        return self.start + len(self.text)


def phrases(text: str, tagged: list[Word] | None = None) -> list[Phrase]:
    """Return the phrases of `text` in order, none inside another."""
    found = [Phrase(m[1], m.start(1), 12.0, "title") for m in TITLED.finditer(text)]
    taken = [(phrase.start, phrase.end) for phrase in found]
    run: list[Word] = []
    for word in [*(tagged if tagged is not None else words(text)), None]:
        inside = word is not None and any(start <= word.start < end for start, end in taken)
        if word is not None and not inside and fits(run, word):
            run.append(word)
            continue
        found.extend(phrase_of(text, run))
        run = [word] if word is not None and not inside and (word.nominal or word.numeric) else []
    return sorted(found, key=lambda phrase: phrase.start)


def fits(run: list[Word], word: Word) -> bool:
    """Tell whether a word goes on with the run before it."""
    if not (word.nominal or word.numeric):
        return False
    if not run:
        return True
    if run[-1].end != word.start or word.end - run[0].start > MOST:
        return False
    # 林怡君 | 台中: a number may lead a noun (21輛消防車), a noun is not followed by a new number or time.
    return not (word.numeric and not run[-1].numeric)


def phrase_of(text: str, run: list[Word]) -> list[Phrase]:
    """Return the run as a phrase, when it says something."""
    if not run:
        return []
    said = text[run[0].start : run[-1].end]
    if said in HOLLOW or not LEAST <= len(said) <= MOST or (all(word.numeric for word in run) and len(run) < 2):
        return []
    if run[0].numeric:
        kind = "number" if NUMBER.search(said) else "noun"
    else:
        kind = "name" if any(word.tag.startswith(("nr", "ns", "nt", "nz", "eng")) for word in run) else "noun"
    return [Phrase(said, run[0].start, sum(word.idf for word in run), kind)]
