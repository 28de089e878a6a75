"""Put many short Chinese lines into Taiwan's characters and words, those that need it, in one go.

    >>> in_taiwan(["这是软件。", "他在台北。", "這是軟體。"])
    ['這是軟體。', '他在台北。', '這是軟體。']

The result is that of `zhtw.convert.to_taiwan`, line by line, at a seventh of its time: lines that are plainly Simplified
and hold nothing whose spelling is known better than OpenCC guesses it (a name, a counter, Japanese) are handed over
together. A test compares the two.
"""

import re

from data_builders.zhtw.convert import to_taiwan
from data_builders.zhtw.detect import (
    BEYOND,
    JAPANESE,
    KANA,
    NAMES,
    SIMPLIFIED_BASIC,
    TRADITIONAL_BASIC,
    plainly_traditional,
)
from data_builders.zhtw.engine import engine
from data_builders.zhtw.spelling import COUNTED, FOREIGN, SURNAME

SPECIAL = (BEYOND, NAMES, KANA, JAPANESE, COUNTED, FOREIGN, SURNAME)
SEVERAL = re.compile("[。！？!?][」』”’）)]*.")  # a sentence after another is judged by itself


def in_taiwan(lines: list[str]) -> list[str]:
    """Return the lines as Taiwan writes them; what is Traditional already stays, to the byte."""
    made = list(lines)
    plain: list[int] = []
    for place, line in enumerate(lines):
        if plainly_traditional(line):
            continue
        if SIMPLIFIED_BASIC.search(line) and not TRADITIONAL_BASIC.search(line) and not is_special(line):
            plain.append(place)
        else:
            made[place] = to_taiwan(line)
    converted = engine().convert("\n".join(lines[place] for place in plain)).split("\n")
    for place, line in zip(plain, converted, strict=False):
        made[place] = to_taiwan(line) if SIMPLIFIED_BASIC.search(line) else line
    return made


def is_special(line: str) -> bool:
    """Tell whether a line holds what needs a closer look."""
    return SEVERAL.search(line) is not None or any(one.search(line) for one in SPECIAL)
