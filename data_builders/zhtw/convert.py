"""Put Simplified sentences into Taiwan's characters and words; leave every other sentence as it is, to the byte.

    >>> to_taiwan("这个软件的质量很好。里柏瑞契支持。")
    '這個軟體的質量很好。里柏瑞契支持。'

OpenCC's `s2twp` harms text that is already Traditional (里柏瑞契 -> 裡柏瑞契, 支持 -> 支援), so a sentence is handed to
it only when `detect.is_simplified` says so, and its phrase table is used for nothing else. `to_simplified` goes the
other way, character by character, and keeps the length: what it gives can be laid over the original.
"""

import re
from functools import cache
from typing import Protocol

from data_builders.zhtw.detect import is_simplified, script

# A sentence with its closing marks; joined again the parts are the text.
SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]*[」』”’）)]*")


class Converter(Protocol):
    """What OpenCC gives."""

    def convert(self, text: str) -> str:
        """Return the converted text."""


@cache
def converter(config: str) -> Converter:
    """Return OpenCC's converter, loaded once."""
    import opencc

    made: Converter = opencc.OpenCC(config)
    return made


def to_taiwan(text: str, from_simplified: bool = False) -> str:
    """Convert the Simplified sentences of `text`; idempotent, and the identity on Traditional text.

    In a text that is known to be `from_simplified`, a sentence whose characters both standards have (他住在后面的里屋)
    is converted too.
    """

    def put(sentence: str) -> str:
        if is_simplified(sentence) or (from_simplified and script(sentence) == "neither"):
            return converter("s2twp").convert(sentence)
        return sentence

    return "".join(map(put, SENTENCE.findall(text)))


def to_simplified(text: str) -> str:
    """Return `text` with each Traditional character in its Simplified shape; same length, same positions."""
    return "".join(map(simplified_shape, text))


@cache
def simplified_shape(character: str) -> str:
    """Return one character's Simplified shape, or the character where that is not one character."""
    shape = converter("t2s").convert(character)
    return shape if len(shape) == 1 else character
