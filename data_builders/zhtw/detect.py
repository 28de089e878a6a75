"""Tell Simplified from Traditional by the characters that only one of the two standards has.

    >>> script("这是软件"), script("這是軟體"), script("他在台北"), script("這是软件")
    ('simplified', 'traditional', 'neither', 'mixed')

A character in GB2312 but not in Big5 is *Simplified only*; one in Big5 but not in GB2312 is *Traditional only*.
On 978 human Taiwanese articles the mere presence of a Simplified-only character flags 2.35 %, nearly all of them for
a name, so the characters of `NAMES`, which Taiwan's registers hold, are never evidence.
"""

from functools import cache
from typing import Literal

Script = Literal["simplified", "traditional", "mixed", "neither"]

# Simplified shapes in the names and the everyday spelling of Taiwanese writers; a later issue measures a fuller list.
NAMES = frozenset("悦恒珉着")


@cache
def standard_of(character: str) -> Literal["simplified", "traditional", ""]:
    """Return which of the two standards alone has the character, or ""."""
    if not "\u4e00" <= character <= "\u9fff" or character in NAMES:
        return ""
    simplified, traditional = encodes(character, "gb2312"), encodes(character, "big5")
    if simplified == traditional:
        return ""
    return "simplified" if simplified else "traditional"


def encodes(character: str, charset: str) -> bool:
    """Tell whether a legacy character set holds the character."""
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def evidence(text: str, standard: Literal["simplified", "traditional"]) -> str:
    """Return the characters of `text` that only `standard` has, in order, repeats included."""
    return "".join(character for character in text if standard_of(character) == standard)


def script(text: str) -> Script:
    """Return the script that the characters of `text` speak for."""
    simplified, traditional = evidence(text, "simplified"), evidence(text, "traditional")
    if simplified and traditional:
        return "mixed"
    if simplified:
        return "simplified"
    return "traditional" if traditional else "neither"


def is_simplified(text: str) -> bool:
    """Tell whether `text` is written in Simplified: more Simplified-only than Traditional-only characters."""
    return len(evidence(text, "simplified")) > len(evidence(text, "traditional"))
