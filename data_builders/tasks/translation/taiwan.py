"""Put many short Chinese lines into Taiwan's characters and words, those that need it, in one go.

    >>> in_taiwan(["这是软件。", "他在台北。", "這是軟體。"])
    ['這是軟體。', '他在台北。', '這是軟體。']

The result is that of `zhtw.convert.to_taiwan` line by line, at a tenth of its time: a table of characters tells which
lines it would leave alone, and which are plainly Simplified and hold nothing whose spelling is known better than OpenCC
guesses it (a name, a counter, Japanese); those go to OpenCC together. All others take the long way. A test compares.
"""

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from data_builders.zhtw.convert import to_taiwan
from data_builders.zhtw.detect import JAPANESE, KANA, NAMES, SIMPLIFIED, TRADITIONAL, shared_words
from data_builders.zhtw.engine import engine
from data_builders.zhtw.spelling import COUNTED, FOREIGN, SURNAME

ONLY_SIMPLIFIED, ONLY_TRADITIONAL, HINT, SPECIAL, NAMED = 1, 2, 4, 8, 16
SIGNS = 0x10000  # characters beyond the basic plane are all special
SURNAMES = SURNAME.pattern.partition("]")[0].lstrip("[")
SPELLED = (COUNTED, FOREIGN, SURNAME)
SEVERAL = re.compile("[。！？!?]+[」』”’）)]*[^。！？!?」』”’）)]")  # a sentence after another is judged by itself


def in_taiwan(lines: list[str]) -> list[str]:
    """Return the lines, which hold no line end, as Taiwan writes them; what is Traditional stays, to the byte."""
    if not lines:
        return []
    made = list(lines)
    plain: list[int] = []
    kinds = kinds_of(lines)
    for place in np.flatnonzero(kinds & ONLY_SIMPLIFIED | (kinds & HINT) * ((kinds & ONLY_TRADITIONAL) == 0)).tolist():
        if is_plain(lines[place], int(kinds[place])):
            plain.append(place)
        else:
            made[place] = to_taiwan(lines[place])
    converted = engine().convert("\n".join(lines[place] for place in plain)).split("\n")
    for place, line, left in zip(plain, converted, kinds_of(converted) & ONLY_SIMPLIFIED, strict=False):
        made[place] = to_taiwan(line) if left else line
    return made


def is_plain(line: str, kind: int) -> bool:
    """Tell whether a line is Simplified throughout, one sentence, and holds nothing of known spelling."""
    if not kind & ONLY_SIMPLIFIED or kind & (ONLY_TRADITIONAL | SPECIAL):
        return False
    if kind & NAMED and any(one.search(line) for one in SPELLED):
        return False
    return not (SEVERAL.search(line) or NAMES.search(line))


def kinds_of(lines: list[str]) -> NDArray[np.uint8]:
    """Return for each line which kinds of characters it holds, as bits."""
    points = np.frombuffer("\n".join(lines).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    points = np.minimum(points, SIGNS)
    singles, starts_of_words = tables()
    kinds = singles[points]
    pairs = points[:-1] << np.uint32(16) | points[1:] & np.uint32(0xFFFF)
    near = np.minimum(np.searchsorted(starts_of_words, pairs), len(starts_of_words) - 1)
    kinds[:-1][starts_of_words[near] == pairs] |= HINT
    starts = np.concatenate((np.zeros(1, np.int64), np.flatnonzero(points == ord("\n")) + 1))
    if starts[-1] == len(kinds):  # the last line is empty
        kinds = np.append(kinds, np.uint8(0))
    found: NDArray[np.uint8] = np.bitwise_or.reduceat(kinds, starts)
    return found


@cache
def tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Return the kinds of every character of the basic plane and of those beyond, and how shared words begin.

    A shared word speaks for Simplified in a text without Traditional characters: by one character, or by its first two.
    """
    kinds = np.zeros(SIGNS + 1, np.uint8)
    words = [word for word, simplified in shared_words().items() if simplified]
    hints = {word for word in words if len(word) == 1}
    for point in range(SIGNS):
        sign = chr(point)
        kinds[point] = (
            ONLY_SIMPLIFIED * (sign in SIMPLIFIED)
            | ONLY_TRADITIONAL * (sign in TRADITIONAL)
            | HINT * (sign in hints)
            | SPECIAL * bool(KANA.match(sign) or JAPANESE.match(sign))
            | NAMED * (sign in "里只" or sign in SURNAMES)
        )
    kinds[SIGNS] = HINT | SPECIAL | ONLY_SIMPLIFIED
    pairs = {ord(word[0]) << 16 | ord(word[1]) & 0xFFFF for word in words if len(word) > 1 and ord(word[0]) < SIGNS}
    return kinds, np.array(sorted(pairs), np.uint32)
