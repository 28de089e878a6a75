"""The body of a page of an unknown layout: what `trafilatura` finds, put back into the page's own paragraphs.

    >>> read_body(page)
    ('第一段。', '第二段。')

trafilatura tells well where an article is, and joins or cuts its paragraphs less well; so the smallest usual container
that holds nearly all of its text gives the paragraphs, by the same rules as a known layout. The table in
benchmarks/extraction.md says what this gains.
"""

import copy
import warnings

from lxml import html
from lxml.cssselect import CSSSelector

from data_builders.crawl.paragraphs import Line, is_paragraph, lines, parse, tidy

CONTAINERS = CSSSelector(
    "[itemprop='articleBody'], [property='articleBody'], [itemprop='text'], article, main, section, "
    "[class*='article'], [class*='content'], [class*='story'], [class*='post'], [class*='entry'], [class*='editor'], "
    "[class*='body'], [class*='text'], [class*='detail'], [class*='paragraph'], [id*='article'], [id*='content'], "
    "[id*='Content'], [id*='story'], [id*='text'], [id*='zoom'], [id*='CMS'], [id*='news'], [id*='body']"
)
MOST_CONTAINERS = 60
LEAST_SHARE = 0.8
LEAST_TEXT = 40


def read_body(text: str, stated: str = "") -> tuple[str, ...]:
    """Return the page's paragraphs; `stated` is the text that its JSON-LD gives, if any."""
    found = extracted(text)
    wanted = sum(map(len, found))
    best: tuple[str, ...] = ()
    if wanted >= LEAST_TEXT:
        best = smallest(text, found, wanted)
    if not best:
        best = tuple(line for line in found if is_paragraph(Line(line, heading=False, linked=False)))
    if sum(map(len, best)) < LEAST_TEXT and len(stated) > LEAST_TEXT:
        parts = (tidy(part) for part in stated.replace("\r", "\n").split("\n"))
        best = tuple(part for part in parts if part and is_paragraph(Line(part, heading=False, linked=False)))
    return best if sum(map(len, best)) >= LEAST_TEXT else ()


def extracted(text: str) -> list[str]:
    """Return trafilatura's paragraphs."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # urllib3 misses a proxy library, at the import of a downloader that we never use
        import trafilatura  # half a second to load, for pages of unknown layout only

    result = trafilatura.extract(
        text,
        include_comments=False,
        include_tables=False,
        favor_precision=True,
        target_language=None,
        deduplicate=False,
    )
    return [line for line in map(tidy, (result or "").split("\n")) if line]


def smallest(text: str, found: list[str], wanted: int) -> tuple[str, ...]:
    """Return the paragraphs of the smallest container that holds nearly all that was found."""
    marks = [line[:24] for line in found if len(line) >= 12]
    best: tuple[str, ...] = ()
    least = 0
    tree = parse(text)
    if tree is None:
        return ()
    for node in [node for node in CONTAINERS(tree) if holds(node, marks)][-MOST_CONTAINERS:]:
        paragraphs = tuple(line.text for line in lines(copy.deepcopy(node)))  # reading takes furniture out
        size = sum(map(len, paragraphs))
        if size >= LEAST_SHARE * wanted and (not best or size < least):
            best, least = paragraphs, size
    return best


def holds(node: html.HtmlElement, marks: list[str]) -> bool:
    """Whether the element's text holds most of the marks."""
    words = tidy(node.text_content())
    return sum(mark in words for mark in marks) >= LEAST_SHARE * len(marks)
