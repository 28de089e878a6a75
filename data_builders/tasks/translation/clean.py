r"""Clean one line, and judge one pair: None to keep it, or why it goes.

    >>> tidy(b"\xe3\x81\x9d \xe3\x82\x8c \xe3\x81\xaf \xe6\x9c\xac \xe3\x80\x82\n", "ja")
    'それは本。'
    >>> reason("Hello.", "", Bounds())
    'empty'

Corpora come as their pipelines left them: entities of HTML, no-break spaces, spaces between Japanese words (`それ は`).
White space becomes single spaces; spaces within Chinese or Japanese go where a line has so many that it was cut into
words. Nothing else is changed; Chinese is put into Taiwan's afterwards (`taiwan`).

| reason | the pair goes because |
|---|---|
| `not_utf8` | a line is not UTF-8 |
| `empty` | a side holds no letter, Han character or digit |
| `too_long` | a side has more than `Bounds.characters` |
| `out_of_proportion` | one side has more than `Bounds.ratio` times the bytes of the other |
| `same_text` | both sides are nearly one text: it was not translated |
| `copy` | an earlier pair is the same, up to signs, case, width and script |
| `near_copy` | an earlier pair has one side the same, the other but for one word of at most a tenth of it |
| `like_held_out` | training only: it is near a pair of dev or test though no chain of copies leads there |
| `beyond_subset` | training only: `--subset` wanted fewer |
"""

import html
import re

from data_builders.tasks.translation.schema import Bounds, Language

WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
INNER = re.compile(f"(?<=[{WIDE}]) (?=[{WIDE}])")
CUT = 0.15  # of a line's characters: so many inner spaces have no sentence that is not cut into words
LETTER = re.compile(r"[^\W_]")


def tidy(line: bytes, language: Language) -> str | None:
    """Return a line's text, or None when it is not UTF-8."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "&" in text:
        text = html.unescape(text)
    text = " ".join(text.replace("\x00", "").split())
    if language != "en" and " " in text:
        joined, count = INNER.subn("", text)
        text = joined if count >= CUT * len(text) else text
    return text


def reason(one: str, other: str, bounds: Bounds) -> str | None:
    """Return why a pair of texts goes, or None; what takes more than the two texts is judged elsewhere."""
    if not (LETTER.search(one) and LETTER.search(other)):
        return "empty"
    if max(len(one), len(other)) > bounds.characters:
        return "too_long"
    sizes = sorted((len(one.encode("utf-8", "replace")), len(other.encode("utf-8", "replace"))))
    if sizes[1] > bounds.ratio * sizes[0] + bounds.slack:
        return "out_of_proportion"
    return None
