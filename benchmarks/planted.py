"""Planted copies: each original once more, changed in a known way, and forms that are no copies of each other.

    >>> one = plant(["甲報今天報導。乙說明天再說。"] * 2, ["丙另有看法，丁沒有意見。"], random.Random(1))
    >>> sorted({planted.way for planted in one}) == sorted(WAYS)
    True

Half of the articles are originals; the others are donors of the new sentences, leads and follow-ups, and are not in
the corpus, so nothing but the planted article is like the original. `forms` prints weather, closing prices, lottery
numbers, exchange rates, quakes and traffic accidents with figures and names drawn anew: each is another piece of news.
"""

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data_builders.zhtw.convert import converter

SENTENCE = re.compile(r"[^。！？\n]*[。！？\n]+[」』]*|[^。！？\n]+$")
CLAUSE = re.compile(r"[^，。！？、；\n]*[，。！？、；\n]+[」』]*|[^，。！？、；\n]+$")
FORMS = Path(__file__).parent / "data" / "forms.json"
WIDE = str.maketrans({**{chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)}, "。": "｡", "，": ","})
SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Planted:
    """Article `id` was made of the original `of` in this `way`."""

    id: str
    of: str
    way: str
    text: str


Way = Callable[[str, str, random.Random], str]


def verbatim(text: str, _donor: str, _chance: random.Random) -> str:
    """Return the text as it is."""
    return text


def wrapped(text: str, _donor: str, chance: random.Random) -> str:
    """Break lines anew, indent, and change the width of signs, letters and digits."""
    flat = "".join(text.split()).translate(WIDE)
    width = chance.randint(18, 40)
    return "\r\n".join("　　" + flat[start : start + width] for start in range(0, len(flat), width))


def rewritten(pattern: re.Pattern[str]) -> Way:
    """Return the way to replace 30 % of the pieces by pieces of a donor."""

    def way(text: str, donor: str, chance: random.Random) -> str:
        pieces, others = pattern.findall(text), pattern.findall(donor)
        changed = set(chance.sample(range(len(pieces)), max(1, round(SHARE * len(pieces)))))
        return "".join(chance.choice(others) if k in changed else piece for k, piece in enumerate(pieces))

    return way


def characters(text: str, donor: str, chance: random.Random) -> str:
    """Replace 30 % of the characters, one by one, at random: the hardest, and no human's way."""
    return "".join(chance.choice(donor) if chance.random() < SHARE else letter for letter in text)


def words(text: str, donor: str, chance: random.Random) -> str:
    """Replace 30 % of the words by a donor's words."""
    others = cut(donor)
    return "".join(chance.choice(others) if chance.random() < SHARE else word for word in cut(text))


def lead(text: str, donor: str, _chance: random.Random) -> str:
    """Put two or three new sentences before the whole text, as papers do with a wire's."""
    return "".join(SENTENCE.findall(donor)[:3]) + text


def excerpt(text: str, _donor: str, _chance: random.Random) -> str:
    """Keep the first half and a little."""
    return first(text, 0.5)


def follow_up(text: str, donor: str, _chance: random.Random) -> str:
    """Put half of the text behind as much that is new."""
    return first(donor, 0.0, len(text) // 2) + first(text, 0.5)


def follow_up_of_donor(text: str, donor: str, _chance: random.Random) -> str:
    """Put half of the text behind the whole of a donor, however long that is."""
    return donor + "\n" + first(text, 0.5)


def converted(config: str) -> Way:
    """Return the way to convert by OpenCC."""
    return lambda text, _donor, _chance: converter(config).convert(text)


def first(text: str, share: float, least: int = 0) -> str:
    """Return whole sentences from the start until that share, or that many characters, are reached."""
    taken = ""
    for sentence in SENTENCE.findall(text):
        if len(taken) >= max(share * len(text), least):
            break
        taken += sentence
    return taken


@cache
def cut(text: str) -> tuple[str, ...]:
    """Return the words of a text."""
    import jieba

    return tuple(jieba.cut(text))


WAYS: dict[str, Way] = {
    "verbatim": verbatim,
    "re-wrapped": wrapped,
    "to Simplified (t2s)": converted("t2s"),
    "to Simplified, words too (tw2sp)": converted("tw2sp"),
    "rewritten 30 % of sentences": rewritten(SENTENCE),
    "rewritten 30 % of clauses": rewritten(CLAUSE),
    "rewritten 30 % of words": words,
    "rewritten 30 % of characters": characters,
    "contained: new lead": lead,
    "contained: excerpt of half": excerpt,
    "contained: follow-up, half new": follow_up,
    "contained: follow-up, a whole article new": follow_up_of_donor,
}


def plant(originals: Sequence[str], donors: Sequence[str], chance: random.Random) -> list[Planted]:
    """Return one planted article for each original and way; originals are named by their place, `o0`, `o1`, …"""
    return [
        Planted(f"{way}/{place}", f"o{place}", way, change(text, chance.choice(donors), chance))
        for way, change in WAYS.items()
        for place, text in enumerate(originals)
    ]


def forms(count: int, chance: random.Random) -> list[tuple[str, str]]:
    """Return (name of the form, text), each form filled in `count` times."""
    said = json.loads(FORMS.read_text(encoding="utf-8"))
    return [(name, filled(form, said["lists"], chance)) for name, form in said["forms"].items() for _ in range(count)]


def filled(form: str, lists: dict[str, list[str]], chance: random.Random) -> str:
    """Fill {low-high} with a number, as wide as `high` where `low` starts with 0, and {name} from a list, once each."""
    left = {name: chance.sample(values, len(values)) for name, values in lists.items()}

    def value(match: re.Match[str]) -> str:
        low, dash, high = match.group(1).partition("-")
        if not dash:
            return left[low].pop()
        number = str(chance.randint(int(low), int(high)))
        return number.zfill(len(high)) if low.startswith("0") else number

    return re.sub(r"\{([^{}]+)\}", value, form)
