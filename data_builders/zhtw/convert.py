"""Put what is Simplified into Taiwan's characters and words, and leave all else as it is, to the byte.

    >>> to_taiwan("这个软件的质量很好。里柏瑞契支持。")
    '這個軟體的質量很好。里柏瑞契支持。'
    >>> to_taiwan("他說里柏瑞契支持，「这是里面的软件」。")
    '他說里柏瑞契支持，「這是裡面的軟體」。'
    >>> to_taiwan("于小岳说：“干杯”。", article="指揮于小岳昨天表示，")
    '于小岳說：“乾杯”。'

OpenCC's `s2twp` harms text that is already Traditional (里柏瑞契 -> 裡柏瑞契, 支持 -> 支援). So it is given a sentence
only when `detect` finds Simplified and nothing Traditional in it; of a sentence with both, only the clauses, and in a
clause with both only the stretches between Traditional characters. What the `article` spells stays so (`spelling`).
The words are OpenCC's with those of `taiwan_words.tsv` in front (`engine`). `to_taiwan` is idempotent. `to_simplified`
goes the other way, character by character, and keeps the length: what it gives can be laid over the original.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from data_builders.zhtw.detect import Found, find, find_own, is_simplified, plainly_traditional
from data_builders.zhtw.engine import converter, engine
from data_builders.zhtw.spelling import (
    Stretch,
    counted,
    foreign,
    japanese,
    simplified_shape,
    spelled,
    surnames,
    to_simplified,
)

__all__ = ["SENTENCE", "converter", "simplified_shape", "to_simplified", "to_taiwan"]

# A sentence with its closing marks; joined again the parts are the text.
SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]*[」』”’）)]*")
CLAUSE = re.compile(r"[^，、；：,;:「」『』“”‘’（）()【】《》〈〉\s]*[，、；：,;:「」『』“”‘’（）()【】《》〈〉\s]*")
MOST_PASSES = 4


def to_taiwan(text: str, from_simplified: bool = False, article: str = "") -> str:
    """Convert what is Simplified in `text`; idempotent, and the identity on Traditional text.

    In a text that is known to be `from_simplified`, a sentence that says nothing (比特率, 他在台北) is converted too.
    `article` is the Traditional text that this one tells of: its spelling of names wins.
    """
    for _ in range(MOST_PASSES):
        made = once(text, from_simplified, article)
        if made == text:
            break
        text = made
    return text


def once(text: str, from_simplified: bool, article: str) -> str:
    """Convert the Simplified sentences of `text`."""
    if not from_simplified and plainly_traditional(text):
        return text
    own = find_own(text)
    if not from_simplified and own.traditional and not own.simplified:
        return text
    mostly = from_simplified or len(own.simplified) >= len(own.traditional)
    parts: list[str] = []
    for sentence in SENTENCE.findall(text):
        found = find(sentence) if mostly else find_own(sentence)
        if found.simplified:
            parts.append(of_both(sentence, found, article) if found.traditional else put(sentence, article))
        else:
            parts.append(put(sentence, article) if from_simplified and not found.traditional else sentence)
    return "".join(parts)


def of_both(sentence: str, found: Found, article: str) -> str:
    """Convert the Simplified clauses of a sentence that has Traditional characters too."""
    mostly = len(found.simplified) > len(found.traditional)
    parts: list[str] = []
    for match in CLAUSE.finditer(sentence):
        clause = match.group()
        own = within(found, *match.span())
        if own.simplified and own.traditional:
            parts.append(stretches(clause, own, article))
        elif own.simplified or (mostly and not own.traditional and is_simplified(clause)):
            parts.append(put(clause, article))
        else:
            parts.append(clause)
    return "".join(parts)


def within(found: Found, start: int, end: int) -> Found:
    """Return the evidence between two places, counted from the first."""
    simplified = tuple(place - start for place in found.simplified if start <= place < end)
    return Found(simplified, tuple(place - start for place in found.traditional if start <= place < end))


def stretches(clause: str, found: Found, article: str) -> str:
    """Convert a clause of both scripts between its Traditional characters.

    Where more is Simplified, from one Traditional character to the next; else what is Simplified and its neighbours.
    """
    wide = len(found.simplified) > len(found.traditional)
    borders = [-1, *found.traditional, len(clause)]
    parts: list[str] = []
    done = 0
    for left, right in pairwise(borders):
        inside = [place for place in found.simplified if left < place < right]
        if inside:
            start = left + 1 if wide else max(left + 1, inside[0] - 1)
            end = right if wide else min(right, inside[-1] + 2)
            parts += (clause[done:start], put(clause[start:end], article))
            done = end
    return "".join([*parts, clause[done:]])


def put(text: str, article: str) -> str:
    """Hand a Simplified stretch to OpenCC, without the parts whose spelling is known."""
    known: list[Stretch] = []
    for start, end, spelling in sorted(known_stretches(text, article), key=lambda found: (found[0], -found[1])):
        if not known or start >= known[-1][1]:
            known.append((start, end, spelling))
    if not known or any(0xF0000 <= ord(character) < 0xFFFFE for character in text):
        return engine().convert(text)
    masked, done = "", 0
    for number, (start, end, _) in enumerate(known):  # a character of the private plane: OpenCC lets it pass
        masked += text[done:start] + chr(0xF0000 + number)
        done = end
    made = engine().convert(masked + text[done:])
    for number, (_, _, spelling) in enumerate(known):
        made = made.replace(chr(0xF0000 + number), spelling)
    return made


def known_stretches(text: str, article: str) -> Iterator[Stretch]:
    """Yield the stretches whose spelling is known: of the article, names, and Japanese."""
    if article:
        yield from spelled(text, article)
    yield from foreign(text)
    yield from surnames(text)
    yield from counted(text)
    yield from japanese(text)
