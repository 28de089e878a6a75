"""What a page says of itself to machines: JSON-LD, OpenGraph, and the older meta tags.

    >>> read(html.fromstring('<meta property="og:title" content="北市停水 | 生活 | 某報">')).title
    '北市停水 | 生活 | 某報'

These are hints, not truth: a site's name stands in the title, a whole paper as the author. `extract` decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from lxml import html

from data_builders.crawl.clock import iso
from data_builders.crawl.paragraphs import tidy

KIND = re.compile(r"(?:^|/)(?:\w*Article|\w*BlogPosting|Report)$")
WRAPPING = re.compile(r"^\s*(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)\s*(?:\*/)?|(?://|/\*)?\s*(?:\]\]>|-->)\s*(?:\*/)?\s*$")
TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
NOT_TAGS = frozenset({"NewsArticle", "新聞", "news", "即時新聞"})
LONGEST_LD = 1_000_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page's metadata says; every field may be empty."""

    url: str = ""
    title: str = ""
    site: str = ""
    published: str = ""
    authors: tuple[str, ...] = ()
    category: str = ""
    tags: tuple[str, ...] = ()
    body: str = ""
    crumbs: tuple[str, ...] = ()


def read(tree: html.HtmlElement) -> Facts:
    """Return the facts; JSON-LD first, for its fields are the whole ones."""
    objects = list(linked(tree))
    article = next((item for item in objects if is_article(item)), {})
    meta = metas(tree)
    canonical = tree.xpath("string(//link[@rel='canonical'][1]/@href)")
    return Facts(
        url=str(canonical or first(meta, "og:url") or page_of(article)).strip(),
        title=tidy(word(article.get("headline")) or first(meta, "og:title", "title", "twitter:title")),
        site=first(meta, "og:site_name", "application-name", "copyright"),
        published=moment(article, meta),
        authors=tuple(people(article.get("author"))) or tuple(people(first(meta, "author", "dable:author"))),
        category=tidy(
            word(article.get("articleSection")) or first(meta, "article:section", "section", "articlesection")
        ),
        tags=tags_of(article.get("keywords"), meta),
        body=word(article.get("articleBody")),
        crumbs=tuple(crumbs(objects)),
    )


def linked(tree: html.HtmlElement) -> Iterator[dict[str, object]]:
    """Yield the JSON-LD objects of a page, wherever they are nested."""
    for text in tree.xpath("//script[contains(@type,'ld+json')]/text()"):
        waiting = [decoded(str(text))] if len(text) <= LONGEST_LD else []
        while waiting:
            item = waiting.pop(0)
            if isinstance(item, list):
                waiting.extend(item)
            elif isinstance(item, dict):
                yield item
                waiting.extend(item.get(key) for key in ("@graph", "mainEntity", "mainEntityOfPage") if item.get(key))


def decoded(text: str) -> object:
    """Return a script's JSON; sites leave raw line breaks, comment marks and commas too many in it."""
    clean = WRAPPING.sub("", re.sub(r"[\x00-\x1f]+", " ", text)).strip().rstrip(";")
    for attempt in (clean, TRAILING_COMMA.sub("", clean)):
        try:
            value: object = msgspec.json.decode(attempt)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            continue
        return value
    return None


def is_article(item: dict[str, object]) -> bool:
    """Whether a JSON-LD object is an article of some kind."""
    kind = item.get("@type")
    return any(isinstance(name, str) and KIND.search(name) for name in (kind if isinstance(kind, list) else [kind]))


def page_of(article: dict[str, object]) -> str:
    """Return the address that an article's JSON-LD gives."""
    page = article.get("mainEntityOfPage")
    return word(article.get("url")) or word(page.get("@id") if isinstance(page, dict) else page)


def crumbs(objects: list[dict[str, object]]) -> Iterator[str]:
    """Yield the names of the first breadcrumb list, the site's first."""
    found = next((item for item in objects if item.get("@type") == "BreadcrumbList"), {})
    steps = found.get("itemListElement")
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, dict):
            name = word(step.get("name")) or word(step.get("item"))
            if name and not name.startswith("http"):
                yield tidy(name)


def metas(tree: html.HtmlElement) -> dict[str, list[str]]:
    """Return every meta tag's values by its lower-case name, property and itemprop."""
    found: dict[str, list[str]] = {}
    for node in tree.iter("meta"):
        content = (node.get("content") or "").strip()
        for name in {node.get("name"), node.get("property"), node.get("itemprop")} - {None, ""}:
            if content:
                found.setdefault(str(name).lower(), []).append(content)
    return found


def first(meta: dict[str, list[str]], *names: str) -> str:
    """Return the first value of the first name that the page has."""
    return next((meta[name][0] for name in names if name in meta), "")


def moment(article: dict[str, object], meta: dict[str, list[str]]) -> str:
    """Return the first time of publication that can be read."""
    names = (
        "article:published_time",
        "datepublished",
        "pubdate",
        "date.available",
        "date",
        "og:article:published_time",
        "og:release_date",
        "publishdate",
        "publish-date",
        "article:modified_time",
        "dc.date",
    )
    candidates = [word(article.get("datePublished")), *(first(meta, name) for name in names)]
    return next((found for found in map(iso, candidates) if found), "")


def people(value: object) -> Iterator[str]:
    """Yield the names in JSON-LD's author: text, an object, or a list of them; addresses are no names."""
    if isinstance(value, list):
        for item in value:
            yield from people(item)
    elif isinstance(value, dict):
        yield from people(value.get("name"))
    elif isinstance(value, str) and value.strip() and not value.strip().startswith("http"):
        yield value.strip()


def word(value: object) -> str:
    """Return a JSON-LD value as text: the first of a list, the name or id of an object."""
    if isinstance(value, list):
        return word(value[-1]) if value else ""
    if isinstance(value, dict):
        return word(value.get("name") or value.get("@id"))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value))  # a time in seconds
    return value.strip() if isinstance(value, str) else ""


def tags_of(keywords: object, meta: dict[str, list[str]]) -> tuple[str, ...]:
    """Return the tags: JSON-LD's keywords, else the meta tags'."""
    found = keywords if isinstance(keywords, list) else [keywords]
    parts = [part for item in found if isinstance(item, str) for part in separate(item)]
    if not parts:
        parts = list(meta.get("article:tag", []))
        parts = [tag for item in parts for tag in separate(item)] or separate(first(meta, "news_keywords", "keywords"))
    return tuple(dict.fromkeys(tag for tag in parts if tag not in NOT_TAGS))


def separate(text: str) -> list[str]:
    """Return the words of a comma-separated list."""
    return [tidy(part).lstrip("#＃") for part in re.split(r"[,，、;；|]", text) if tidy(part)]
