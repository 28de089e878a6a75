r"""Normalise an article's text, cut what is no part of it, and keep only what is an article.

    >>> normalise("  今天\r\n\u200b天氣　很好。 \n\n完 ")
    '今天\n天氣 很好。\n完'

Nothing is rewritten: full-width signs are data, so the normal form is NFC, never NFKC. `rules` and the user's own rules
(`keywords`) cut and drop; what else is no article is `too_short`, `too_long`, `japanese`, `korean`, `not_chinese` or
`not_prose` (headlines, captions, buttons: little of the text stands in sentences). English is asked for by name.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from data_builders.curate.keywords import Keyword, apply_keywords
from data_builders.curate.rules import cut, dropped, junk_ending
from data_builders.schema import Article, Reject
from data_builders.zhtw.convert import to_taiwan
from data_builders.zhtw.detect import is_simplified

# Invisible marks, controls, and the chat template's own tokens, which must never come from a text.
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
CHAT_TOKENS = re.compile(r"<\|[^|<>\s]{1,40}\|>")
SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
PROSE = re.compile(r"^.*[。｡！？!?][」』”’）)]*", re.MULTILINE)
HAN = re.compile("[\u4e00-\u9fff]+")
KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
HANGUL = re.compile("[\u1100-\u11ff\uac00-\ud7a3]")
LAST_LATIN, LEAST_LATIN_SHARE = "\u0250", 0.9
FOREIGN_LETTERS = 3  # of a Latin word weigh as much as one Chinese character: a box score full of names is Chinese
LEAST_PROSE_SHARE = 0.45  # real articles that are lists have 50 to 57 %, pages of buttons below 20 %
MOST_HAN_SHARE = 0.05  # of the letters of an English text: a name or a quotation
ENGLISH_PROSE = re.compile(r"^.*[.!?][\"'”’)]*", re.MULTILINE)
LEAST_WRAPPED, MOST_WRAPPED, WRAPPED_SHARE = 10, 80, 0.6  # characters of a wrapped line; share of full lines
MOST_FOREIGN_SHARE = 0.2  # of the letters; Taiwanese articles have a の or a brand name here and there

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most characters of an article, white space not counted."""

    least: int = 150
    most: int = 4000


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What became of one article, and the slugs of the rules that cut something from it."""

    result: Article | Reject
    edits: tuple[str, ...]


def clean(articles: Iterable[Article], bounds: Bounds) -> Iterator[Article | Reject]:
    """Clean each article by the built-in rules."""
    return (clean_one(article, bounds).result for article in articles)


def clean_one(
    article: Article, bounds: Bounds, keywords: Sequence[Keyword] = (), languages: Sequence[Language] = ("zh",)
) -> Cleaned:
    """Normalise and cut, put Simplified text into Taiwan's Chinese, and reject what is no article in `languages`."""
    whole = normalise(article.article)
    text, edits = cut(whole)
    reason, detail = "", ""
    if keywords:
        text, more, (reason, detail) = apply_keywords(article.id, text, keywords)
        edits += more
    if not reason:
        reason, detail = fault(text, bounds, languages)
    if reason:
        after = f", after cutting {', '.join(dict.fromkeys(edits))}" if edits else ""
        return Cleaned(Reject(article.id, "clean", reason, detail + after, whole), edits)
    english = is_english(text)
    simplified = not english and is_simplified(text)
    kept = replace(
        article,
        article=to_taiwan(text, simplified),
        title=beside(article.title, simplified),
        category=beside(article.category, simplified),
        summary=junk_ending(beside(article.summary, simplified)),
        story=article.story or article.id,
        script="latin" if english else "simplified" if simplified else "traditional",
    )
    return Cleaned(kept, edits)


def beside(text: str, simplified: bool) -> str:
    """Normalise what stands beside an article, in Taiwan's Chinese when the article is Simplified."""
    return to_taiwan(normalise(text), simplified) if simplified else normalise(text)


def normalise(text: str) -> str:
    """Return the text in NFC, with plain line ends, one space at most, no blank lines and nothing invisible."""
    if "&" in text:
        text = html.unescape(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = INVISIBLE.sub("", text)
    while "<|" in text and CHAT_TOKENS.search(text):  # again: what is left of `<|im_<|x|>end|>` is a token itself
        text = CHAT_TOKENS.sub("", text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    lines = map(str.strip, SPACES.sub(" ", text).split("\n"))
    return "\n".join(filter(None, lines))


def fault(text: str, bounds: Bounds, languages: Sequence[Language] = ("zh",)) -> tuple[str, str]:
    """Return (reason, what was seen) for a text that is no article, or two empty strings."""
    reason, seen = dropped(text)
    if reason == "paywall":  # before the length: a stub is short, too, and this says why
        return reason, seen
    size = len(text) - text.count("\n") - text.count(" ")
    if size < bounds.least:
        return "too_short", f"{size} characters, bound {bounds.least}"
    if size > bounds.most:
        return "too_long", f"{size} characters, bound {bounds.most}"
    english = "en" in languages and is_english(text)
    foreign = ("", "") if english else language_fault(text)
    if foreign[0]:
        return foreign
    if "zh" not in languages and not english:
        return "not_english", "Chinese"
    ends = ENGLISH_PROSE if english else PROSE
    prose = prose_share(text, ends)
    if prose < LEAST_PROSE_SHARE and wrapped(text):
        prose = prose_share(text.replace("\n", " " if english else ""), ends)
    if prose < LEAST_PROSE_SHARE:
        return "not_prose", f"{prose:.0%} of the text in sentences, bound {LEAST_PROSE_SHARE:.0%}"
    return reason, seen


def prose_share(text: str, ends: re.Pattern[str] = PROSE) -> float:
    """Return the share of the text that stands in lines up to their last full stop."""
    return sum(map(len, ends.findall(text))) / len(text)


def is_english(text: str) -> bool:
    """Tell whether a text is written in Latin letters; which language of those it is, nobody asks."""
    letters = sum(map(str.isalpha, text))
    foreign = sum(len(script.findall(text)) for script in (KANA, HANGUL)) + sum(map(len, HAN.findall(text)))
    latin = sum(sign.isalpha() and sign < LAST_LATIN for sign in text)
    return bool(letters) and foreign <= MOST_HAN_SHARE * letters and latin > LEAST_LATIN_SHARE * letters


def wrapped(text: str) -> bool:
    """Tell whether lines end where they are full, as mail and terminals wrap them, and not where a thought ends."""
    lengths = [len(line) for line in text.split("\n")]
    full = max(lengths)
    return LEAST_WRAPPED <= full <= MOST_WRAPPED and sum(size >= full - 2 for size in lengths) >= WRAPPED_SHARE * len(
        lengths
    )


def language_fault(text: str) -> tuple[str, str]:
    """Return (reason, what was seen) for a text in another language than Chinese, or two empty strings."""
    rest = HAN.sub("", text)
    han = len(text) - len(rest)
    letters = han + sum(map(str.isalpha, rest))
    for reason, script in (("japanese", KANA), ("korean", HANGUL)):
        signs = len(script.findall(rest))
        if signs > MOST_FOREIGN_SHARE * letters:
            return reason, f"{signs} {'kana' if script is KANA else 'Hangul syllables'} of {letters} letters"
    if han * FOREIGN_LETTERS < letters - han or not han:
        return "not_chinese", f"{han} Chinese characters of {letters} letters"
    return "", ""
