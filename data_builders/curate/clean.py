r"""Normalise an article's text and keep only what is an article.

    >>> normalise("  今天\r\n\u200b天氣　很好。 \n\n完 ")
    '今天\n天氣 很好。\n完'

Nothing is rewritten: full-width signs are data, so the normal form is NFC, never NFKC. A dropped article comes back as
a Reject whose reason is one of `too_short`, `too_long`, `not_chinese`, `not_prose` (headlines, captions,
buttons: little of the text stands in sentences).
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from data_builders.schema import Article, Reject
from data_builders.zhtw.convert import to_taiwan
from data_builders.zhtw.detect import is_simplified

# Invisible marks, controls, and the chat template's own tokens, which must never come from a text.
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
CHAT_TOKENS = re.compile(r"<\|[^|<>\s]{1,40}\|>")
SPACES = re.compile(r"[^\S\n]+")
PROSE = re.compile(r"^.*[。！？!?][」』”’）)]*", re.MULTILINE)
LEAST_HAN_SHARE = 0.5
LEAST_PROSE_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most characters of an article, white space not counted."""

    least: int = 150
    most: int = 4000


def clean(articles: Iterable[Article], bounds: Bounds) -> Iterator[Article | Reject]:
    """Normalise each article, put Simplified ones into Taiwan's Chinese, and reject what is no article."""
    for article in articles:
        text = normalise(article.article)
        reason, detail = fault(text, bounds)
        if reason:
            yield Reject(article.id, "clean", reason, detail, text)
            continue
        simplified = is_simplified(text)
        yield replace(
            article,
            article=to_taiwan(text, simplified),
            title=beside(article.title, simplified),
            category=beside(article.category, simplified),
            summary=beside(article.summary, simplified),
            story=article.story or article.id,
            script="simplified" if simplified else "traditional",
        )


def beside(text: str, simplified: bool) -> str:
    """Normalise what stands beside an article, in Taiwan's Chinese when the article is Simplified."""
    return to_taiwan(normalise(text), simplified) if simplified else normalise(text)


def normalise(text: str) -> str:
    """Return the text in NFC, with plain line ends, one space at most, no blank lines and nothing invisible."""
    text = html.unescape(text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = INVISIBLE.sub("", text)
    while CHAT_TOKENS.search(text):  # again: what is left of `<|im_<|x|>end|>` is a token itself
        text = CHAT_TOKENS.sub("", text)
    lines = (SPACES.sub(" ", line).strip() for line in unicodedata.normalize("NFC", text).split("\n"))
    return "\n".join(line for line in lines if line)


def fault(text: str, bounds: Bounds) -> tuple[str, str]:
    """Return (reason, what was seen) for a text that is no article, or two empty strings."""
    size = len(text) - text.count("\n") - text.count(" ")
    if size < bounds.least:
        return "too_short", f"{size} characters, bound {bounds.least}"
    if size > bounds.most:
        return "too_long", f"{size} characters, bound {bounds.most}"
    letters = sum(character.isalpha() for character in text)
    han = sum("\u4e00" <= character <= "\u9fff" for character in text)
    if han < LEAST_HAN_SHARE * letters or not han:
        return "not_chinese", f"{han} Chinese characters of {letters} letters"
    prose = sum(map(len, PROSE.findall(text))) / len(text)
    if prose < LEAST_PROSE_SHARE:
        return "not_prose", f"{prose:.0%} of the text in sentences, bound {LEAST_PROSE_SHARE:.0%}"
    return "", ""
