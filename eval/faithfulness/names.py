r"""Names and other words of a summary that its article does not hold.

    >>> [(d.text, d.kind) for d in doubtful("高雄市長與林怡君會面", "臺中市長陳其邁與林怡君會面。")]
    [('高雄市', 'name')]

The summary is cut by jieba in Simplified shape, where its dictionary is at home; the article is only searched, in
one script, width and case. A word that stands in the article is held, and so is a short form whose characters
stand there in order and close together (北市府 in 臺北市政府). For the rest its kind says how much it weighs: a name of
jieba's dictionary, a Latin word or an unknown word is likely a fact from nowhere; a verb or a common noun is more
likely a paraphrase.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from data_builders.teacher.grounding import plain, source_of
from data_builders.zhtw.convert import to_simplified
from eval.jieba_words import cut, is_word

OFFICES = frozenset("部署局处府院党队社校县市区乡镇村里路街厂站馆园寺庙宫港岛河溪山湖桥州国省军")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f0-9&+.'’\-]*")
NUMERAL = re.compile(r"[0-9〇零一二三四五六七八九十百千万亿兆两]")
HAN = re.compile(r"[\u3400-\u9fff]{2,}")
# jieba's model glues these to a neighbour; an unknown word with one of them names nothing.
PLAIN = frozenset(
    "的了是在和与及并或也将被把让向对从到为由于以其该此这那每各不未没无再更最很都就才又仅只可能会要而且则因但即已曾时"
    "至起前后等日月年元案者指称遇难笑仍另有着却常宜转需收存逃应亦使令过较轻多少上下中内外间用说做来去想见得"
)
GLUED = frozenset("才以将於于则却也已并就都又再仍的了在是和与说向对从被把让")  # behind a name
LED = frozenset("长员由与和向对被把让而及者家生师")  # in front of one
# How likely it is that a word of this kind, once the article does not hold it, is a fact that the article does not
# hold; benchmarks/faithfulness.py measures what comes of it.
WEIGHTS = {"name": 0.8, "latin": 0.8, "office": 0.6, "maybe": 0.4, "unknown": 0.45, "noun": 0.03, "word": 0.005}
RARE = 100  # of 60 million in jieba's dictionary


@dataclass(frozen=True, slots=True)
class Doubt:
    """A stretch of the summary that the article does not hold: what kind it is, and how likely it is wrong."""

    text: str
    start: int
    kind: str
    weight: float


def doubtful(summary: str, article: str) -> list[Doubt]:
    """Return the words of the summary that the article does not hold, in order."""
    source = source_of(article).plain
    found = []
    for word, start in words_of(summary):
        if not held(word, source):
            kind = kind_of(to_simplified(word))
            first, last = bare(to_simplified(word)) if kind == "name" else (0, len(word))
            found.append(Doubt(word[first:last], start + first, kind, WEIGHTS[kind]))
    return found


def bare(token: str) -> tuple[int, int]:
    """Return where a person's name begins and ends in a word that jieba's model glued a neighbour to (长林佳龙)."""
    if len(token) == 4 and token[:2] not in looks()["double"]:
        if token[3] in GLUED and token[0] in looks()["surnames"]:
            return 0, 3
        if token[0] in LED and token[1] in looks()["surnames"]:
            return 1, 4
    return 0, len(token)


@lru_cache(maxsize=64)
def words_of(summary: str) -> tuple[tuple[str, int], ...]:
    """Return each word of two characters or more with its place; words with figures are left to `numbers`."""
    found = []
    start = 0
    for token in joined(cut(to_simplified(summary))):
        word = summary[start : start + len(token)]
        if (HAN.fullmatch(word) or LATIN.fullmatch(word)) and not NUMERAL.search(token) and len(word) > 1:
            found.append((word, start))
        start += len(token)
    return tuple(found)


def joined(tokens: list[str]) -> Iterator[str]:
    """Yield the tokens, an office's last character joined to the word before it (环境 | 部)."""
    before = ""
    for token in tokens:
        if before and token in OFFICES and HAN.fullmatch(before) and len(before) < 5:
            before += token
            continue
        if before:
            yield before
        before = token
    if before:
        yield before


def held(word: str, source: str) -> bool:
    """Tell whether the source has a word, or what it is short for."""
    said = plain(word)
    if said in source:
        return True
    if not HAN.fullmatch(said):
        return False
    # jieba's model may have glued a neighbour to it (而臺中), or an office its rank (灰狼隊).
    inner = len(said) > 2 and not is_word(said) and (said[1:] in source or said[:-1] in source)
    return inner or shortened(said, source)


def shortened(said: str, source: str) -> bool:
    """Tell whether the characters stand in the source in order, each at most two after the one before it."""
    reached = set(places_of(said[0], source))
    for character in said[1:]:
        reached = {
            after
            for place in reached
            for after in range(place + 1, min(place + 4, len(source)))
            if source[after] == character and (after == place + 1 or source[place + 1 : after].isalnum())
        }
        if not reached:
            return False
    return bool(reached)


def places_of(said: str, source: str) -> Iterator[int]:
    """Yield where something stands in the source."""
    place = source.find(said)
    while place >= 0:
        yield place
        place = source.find(said, place + 1)


@lru_cache(maxsize=65536)
def kind_of(token: str) -> str:
    """Return the kind of a word that is given in Simplified shape."""
    if LATIN.fullmatch(token):
        return "latin"
    size = len(token)
    count, tag = nouns().get(token, (0, ""))
    if token[:2] in looks()["counties"] or tag.startswith(("ns", "nt")):
        return "name"
    if token[-1] in OFFICES and size > 2:
        return "maybe" if tag == "n" else "office"
    known = is_word(token)
    if (not known or tag.startswith("nr")) and like_a_name(token):
        return "name"
    if not known and PLAIN.isdisjoint(token):
        return "unknown"
    if tag.startswith(("nr", "nz")) and count < RARE:
        return "maybe"
    return "noun" if tag else "word"


def like_a_name(token: str) -> bool:
    """Tell whether a word looks like a person's name, with at most one neighbour glued to it, or is written by sound.

    A name is a surname and two characters; `names.tsv` holds the surnames, and what foreign names are written with.
    """
    size = len(token)
    if size == 3:
        return (token[0] in looks()["surnames"] and token[2] not in GLUED) or looks()["sounds"].issuperset(token)
    if size == 4 and (token[:2] in looks()["double"] or (token[0] in looks()["surnames"] and token[3] in GLUED)):
        return True
    return (size == 4 and token[1] in looks()["surnames"] and token[0] in LED) or (
        size > 1 and looks()["sounds"].issuperset(token)
    )


def is_name(word: str) -> bool:
    """Tell whether a word names something: a person, a place, an office, a Latin word."""
    return kind_of(to_simplified(word)) in {"name", "latin", "office"}


@cache
def looks() -> dict[str, frozenset[str]]:
    """Return the rows of names.tsv: each a set of characters, or of words where blanks part them."""
    rows = Path(__file__).with_name("names.tsv").read_text(encoding="utf-8").splitlines()
    parts = (row.split("\t") for row in rows if not row.startswith("#"))
    return {name: frozenset(held.split() if " " in held else held) for name, held in parts}


@cache
def nouns() -> dict[str, tuple[int, str]]:
    """Return count and tag of every noun and name in jieba's dictionary."""
    import jieba

    found = {}
    with jieba.dt.get_dict_file() as stream:
        for line in stream:
            word, count, tag = line.decode("utf-8").split()
            if tag.startswith("n") and len(word) > 1:
                found[word] = int(count), tag
    return found
