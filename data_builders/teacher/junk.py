"""Tell a loop and another script from Chinese news.

>>> loop_in("下雨了，" * 6)
'下雨了， 6 times'
>>> unread_script("今天 погода хорошая сегодня")
'погодахорошаясегодня'
"""

import re
import unicodedata
from collections import Counter
from functools import cache

# A short thing needs many repeats before it is a loop; rules, dots and blanks of a table are none.
LOOPS = (
    re.compile(r"(?=\S{0,6}\w)(\S{1,3}?)\1{9,}"),
    re.compile(r"(?=\S{0,40}\w)(\S[^\n]{3,39}?)\1{3,}"),
    re.compile(r"(?=[^\w]{0,20}\w)(\S.{11,199}?)\1{2,}", re.DOTALL),
)
STRETCH, LONGEST_TURN, LEAST_RUN = 8, 200, 17
SHORT_TURNS = {1: 2, 2: 7, 3: 14, 4: 5, 5: 8, 6: 11, 7: 14}
MOST_SAME_LINES = 4
MOST_OTHER_LETTERS = 8
LEAST_HAN = 0.5
OWN_SCRIPTS = ("CJK", "LATIN", "BOPOMOFO", "HIRAGANA", "KATAKANA", "FULLWIDTH", "HALFWIDTH", "GREEK", "DIGIT")


def loop_in(text: str) -> str:
    """Return the first thing that is said over and over, with how often, or ""."""
    for pattern in LOOPS if may_loop(text) else ():
        for match in pattern.finditer(text):
            if re.search(r"[^\W_]", match[1]) and not set(match[1]) <= set("0123456789"):
                return f"{match[1][:20].strip()} {len(match[0]) // len(match[1])} times"
    lines = Counter(line.strip() for line in text.split("\n") if re.search(r"[^\W_]", line))
    said, times = lines.most_common(1)[0] if lines else ("", 0)
    return f"{said[:20]} {times} times" if times >= MOST_SAME_LINES else ""


def may_loop(text: str) -> bool:
    """Tell whether one of LOOPS could match, in a tenth of their time: what repeats, repeats its stretches of eight.

    In a loop every stretch but those of the first turn stood before, no further back than a turn is long: the shortest
    long turns, of 12 characters or 8, give 17 such stretches in a row. In a turn of up to 7 characters it stood exactly
    so far back; SHORT_TURNS has how many in a row each gives.
    """
    seen: dict[str, int] = {}
    run = same = last = 0
    for place in range(len(text) - STRETCH + 1):
        stretch = text[place : place + STRETCH]
        back = place - seen.get(stretch, -LONGEST_TURN - 1)
        seen[stretch] = place
        run = run + 1 if back <= LONGEST_TURN else 0
        same = same + 1 if back == last else 1
        last = back
        if run >= LEAST_RUN or same >= SHORT_TURNS.get(back, LONGEST_TURN):
            return True
    return False


def unread_script(text: str) -> str:
    """Return the letters that show a text to be no Chinese, or ""."""
    letters = [sign for sign in text if sign.isalpha()]
    foreign = foreign_letters(text)
    if len(foreign) >= MOST_OTHER_LETTERS:
        return foreign[:20]
    han = sum(is_han(sign) for sign in letters)
    return (
        "".join(sign for sign in letters if not is_han(sign))[:20] if letters and han < LEAST_HAN * len(letters) else ""
    )


def foreign_letters(text: str) -> str:
    """Return the letters of a text that are of no script that Taiwanese news is written in."""
    return "".join(sign for sign in text if is_foreign(sign))


@cache
def is_foreign(sign: str) -> bool:
    """Tell whether a sign is a letter of a script that Taiwanese news does not use."""
    return sign.isalpha() and not unicodedata.name(sign, "").startswith(OWN_SCRIPTS)


def is_han(sign: str) -> bool:
    """Tell whether a sign is a Chinese character."""
    return "\u3400" <= sign <= "\u9fff" or "\U00020000" <= sign <= "\U0003ffff" or sign in "〇々"
