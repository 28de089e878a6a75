"""The body of a page of an unknown layout: what `trafilatura` finds, put back into the page's own paragraphs.

    >>> read_body(page)
    ('第一段。', '第二段。')

trafilatura tells well where an article is, and joins or cuts its paragraphs less well; so the smallest usual container
that holds nearly all of its text gives the paragraphs, by the same rules as a known layout. The table in
benchmarks/extraction.md says what this gains.
"""

import copy
import re
import warnings

from lxml import html

from data_builders.crawl.paragraphs import JUNK, Line, is_paragraph, lines, parse, remove, tidy

LEAST_SHARE = 0.8
LEAST_KEPT = 0.5  # of what trafilatura found, some is furniture that our rules leave out
LONGEST_SCRAP = 24
SENTENCE = re.compile(r"[。！？!?」』；]\W*$|[。！？]")
LEAST_TEXT = 40


def read_body(text: str, stated: str = "") -> tuple[str, ...]:
    """Return the page's paragraphs; `stated` is the text that its JSON-LD gives, if any."""
    found = extracted(text)
    if size(tuple(found)) < LEAST_TEXT:
        found = extracted(normal(text), all_of_it=True)
    wanted = sum(map(len, found))
    best: tuple[str, ...] = ()
    if wanted >= LEAST_TEXT:
        best = smallest(text, found, wanted)
    if not best:
        links = linked(text)
        best = tuple(line for line in found if is_paragraph(Line(line, heading=False, linked=line in links)))
    if sum(map(len, best)) < LEAST_TEXT and len(stated) > LEAST_TEXT:
        parts = (tidy(part) for part in stated.replace("\r", "\n").split("\n"))
        best = tuple(part for part in parts if part and is_paragraph(Line(part, heading=False, linked=False)))
    best = trimmed(best)
    return best if size(best) >= LEAST_TEXT and any(map(SENTENCE.search, best)) else ()


def linked(text: str) -> set[str]:
    """Return the texts of a page's links: a list of headlines is no article."""
    tree = parse(text)
    return set() if tree is None else {tidy(link.text_content()) for link in tree.iter("a")}


def normal(text: str) -> str:
    """Return the page as our parser understood it: trafilatura takes nothing from a torn one."""
    tree = parse(text)
    return "" if tree is None else str(html.tostring(tree, encoding="unicode"))


def trimmed(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paragraphs without the short lines at both ends that are no sentences: `BBC中文記者`."""
    whole = [place for place, text in enumerate(paragraphs) if len(text) > LONGEST_SCRAP or SENTENCE.search(text)]
    return paragraphs[whole[0] : whole[-1] + 1] if whole else paragraphs


def extracted(text: str, all_of_it: bool = False) -> list[str]:
    """Return trafilatura's paragraphs; `all_of_it` is for pages that are laid out in tables."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # urllib3 misses a proxy library, at the import of a downloader that we never use
        import trafilatura  # half a second to load, for pages of unknown layout only

    result = trafilatura.extract(
        text,
        include_comments=False,
        include_tables=all_of_it,
        favor_precision=not all_of_it,
        favor_recall=all_of_it,
        target_language=None,
        deduplicate=False,
    )
    return [line for line in map(tidy, (result or "").split("\n")) if line]


def smallest(text: str, found: list[str], wanted: int) -> tuple[str, ...]:
    """Return the paragraphs of the smallest element that holds most of what was found, and its lead."""
    marks = [line[:24] for line in found if len(line) >= 12]
    tree = parse(text)
    if tree is None or not marks:
        return ()
    remove(tree, JUNK)
    most, whole = (
        tuple(line.text for line in lines(copy.deepcopy(descend(tree, marks, share)))) for share in (LEAST_SHARE, 1.0)
    )
    start = whole.index(most[0]) if most and most[0] in whole else 0
    lead = tuple(text for text in whole[:start] if len(text) >= LEAST_TEXT and any(map(text.startswith, marks)))
    return lead + most if size(most) >= LEAST_KEPT * wanted else ()


def descend(node: html.HtmlElement, marks: list[str], share: float) -> html.HtmlElement:
    """Return the deepest element that still holds so much of the marks."""
    while True:
        below = next((child for child in node if isinstance(child.tag, str) and holds(child, marks, share)), None)
        if below is None:
            return node
        node = below


def holds(node: html.HtmlElement, marks: list[str], share: float) -> bool:
    """Whether the element's text holds so much of the marks."""
    words = tidy(node.text_content())
    return sum(mark in words for mark in marks) >= share * len(marks)


def size(paragraphs: tuple[str, ...]) -> int:
    """Return how many signs the paragraphs have."""
    return sum(map(len, paragraphs))
