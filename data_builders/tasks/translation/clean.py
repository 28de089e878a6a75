r"""Clean lines, and judge pairs by their lengths: None to keep one, or why it goes.

    >>> tidied("それ は 本 。\n".encode(), "ja")
    ['それは本。']
    >>> misfits(["Hello."], [""], Bounds())
    ['empty']

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

import numpy as np

from data_builders.tasks.translation.schema import Bounds, Language

WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
INNER = re.compile(f"(?<=[{WIDE}]) (?=[{WIDE}])")
BYTES = 3  # of a character, on average at most: a token holds a byte or more, so this bounds a row's tokens, too
CUT = 0.15  # of a line's characters: so many inner spaces have no sentence that is not cut into words


def tidied(block: bytes, language: Language) -> list[str | None]:
    """Return the texts of a block's lines, None for each that is not UTF-8."""
    raw = block.removesuffix(b"\n").split(b"\n")
    texts: list[str | None] = []
    try:
        whole = block.decode("utf-8").removesuffix("\n").replace("\x00", "")
        texts += whole.split("\n")
    except UnicodeDecodeError:
        texts += map(decoded, raw)
    if b"&" in block:
        texts = [None if text is None else html.unescape(text) for text in texts]
    texts = [None if text is None else " ".join(text.split()) for text in texts]
    return texts if language == "en" else [text and (joined(text) if " " in text else text) for text in texts]


def decoded(line: bytes) -> str | None:
    """Return the text of a line, or None when it is not UTF-8."""
    try:
        return line.decode("utf-8").replace("\x00", "")
    except UnicodeDecodeError:
        return None


def joined(text: str) -> str:
    """Return Chinese or Japanese without the spaces that cut it into words, where it was."""
    whole, count = INNER.subn("", text)
    return whole if count >= CUT * len(text) else text


def misfits(left: list[str], right: list[str], bounds: Bounds) -> list[str | None]:
    """Return for each pair of texts why its lengths do not fit, or None."""
    characters = np.array([list(map(len, texts)) for texts in (left, right)]).reshape(2, -1)
    sizes = np.array([[len(text.encode()) for text in texts] for texts in (left, right)]).reshape(2, -1)
    blank = characters.min(axis=0) == 0
    long = (characters.max(axis=0) > bounds.characters) | (sizes.max(axis=0) > BYTES * bounds.characters)
    apart = sizes.max(axis=0) > bounds.ratio * sizes.min(axis=0) + bounds.slack
    reasons: list[str | None] = [None] * len(left)
    for why, which in (("out_of_proportion", apart), ("too_long", long), ("empty", blank)):
        for place in np.flatnonzero(which).tolist():
            reasons[place] = why
    return reasons
