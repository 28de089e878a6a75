r"""An article as the page may show it: no sign that hides or turns writing, no address but http(s), no endless text.

    >>> plain("跌\u202e停\u200b。<b>不是標記</b>")
    '跌停。<b>不是標記</b>'
    >>> web_address("javascript:alert(1)"), web_address("https://udn.com/1")
    ('', 'https://udn.com/1')

Markup stays as the letters it is: the page makes text of it, never elements.
"""

import unicodedata
from dataclasses import replace

from app.schema import News
from data_builders.crawl.address import refusal
from data_builders.schema import Article

HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
JOINER = "\u200d"  # within emoji it belongs to the sign
MOST_TEXT, MOST_TITLE, MOST_LEAD = 60_000, 300, 90


def plain(text: str) -> str:
    """Return a text without hidden signs; line breaks stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign for sign in text if sign in {"\n", JOINER} or unicodedata.category(sign) not in HIDDEN)


def web_address(url: str) -> str:
    """Return an address that a link may lead to, or ""."""
    return "" if refusal(url, allow_private=True) else url


def taken_in(article: Article) -> Article:
    """Return an article as the page may show it."""
    return replace(
        article,
        title=" ".join(plain(article.title).split())[:MOST_TITLE],
        article=plain(article.article.replace("\r\n", "\n"))[:MOST_TEXT].strip(),
        url=web_address(article.url),
        published=plain(article.published)[:40],
        category=plain(article.category)[:40],
    )


def news_of(article: Article, sample: bool = False) -> News:
    """Return an article's line in the list."""
    lead = " ".join(article.article[: 2 * MOST_LEAD].split())
    lead = lead if len(lead) <= MOST_LEAD else lead[:MOST_LEAD] + "…"
    title = article.title or lead[:30]
    return News(article.id, title, article.source, article.published, lead, sample)
