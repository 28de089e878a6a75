"""Who wrote an article, when it appeared, and where the site files it: by a layout's selectors, then whatever is said.

    >>> published_at(tree, layout, facts.read(tree), Written(tree))
    '2025-06-12T10:20:00+08:00'

What a selector does not find is looked for among the short lines above and below an article, where sites that mark
nothing still write `記者柳行遠／青河報導` and `2025/06/12 10:20`.
"""

import copy
import re
from collections.abc import Iterable
from functools import cached_property

from lxml import html
from lxml.cssselect import CSSSelector

from data_builders.crawl import bylines
from data_builders.crawl.clock import has_time, iso
from data_builders.crawl.facts import Facts
from data_builders.crawl.paragraphs import JUNK, blocks, remove, tidy
from data_builders.crawl.schema import Layout

USUAL_TIMES = "[class*='time'], [class*='date'], [id*='time'], [id*='date']"
USUAL_TAGS = (
    ".tags a, .tag a, .tag-list a, [class*='keyword'] a, [class*='-tag'] a, [class*='tag-'] a, [class*='_tag'] a"
)
ROOTS = frozenset({"首頁", "新聞", "即時", "即時新聞", "新聞網", "home", "news", "udn", "全部", "最新"})
LONGEST_CATEGORY = 12
LONGEST_TAG = 20
LONGEST_LINE = 80  # signs of a line that may hold a byline or a time
HOUR = re.compile(r"\d{1,2}\s*[:：時]\s*\d{2}")
NAMED = re.compile(
    r"(?:記者|責任編輯|編譯|特派員|撰文|作者)[\s／/：:]*"
    r"([\u4e00-\u9fff]{2,4}(?:、[\u4e00-\u9fff]{2,4})*)(?=[\s　／/╱]|$)"
)
PICTURES = re.compile(r"(?:攝影?|攝|提供|翻攝|圖片?|照片)[）)\]】]?$")
PERSON = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff] [\u4e00-\u9fff]{1,3}|[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){1,3})$"
)
NO_PERSON = re.compile(r"(?:[報網社台臺]|中心|新聞|編輯[部組台]?|小組|頻道|雜誌|日報|周刊|週刊|News|Times|Media)$")


class Written:
    """The short lines of a page, read only when a page marks nothing."""

    def __init__(self, tree: html.HtmlElement) -> None:
        self.tree = tree

    @cached_property
    def lines(self) -> list[str]:
        """Return the page's short lines that are no sentences, without what stands in menus and pictures."""
        tree = copy.deepcopy(self.tree)
        remove(tree, JUNK)
        body = tree.find("body") if tree.tag == "html" else tree
        found = (line.text for line in blocks(tree if body is None else body))
        return [text for text in found if len(text) <= LONGEST_LINE and "。" not in text]


def published_at(tree: html.HtmlElement, layout: Layout, known: Facts, page: Written) -> str:
    """Return when the article appeared; a time of the day on the page beats a bare date in the metadata."""
    if has_time(known.published):
        return known.published
    found = [known.published] if known.published else []
    for text in (*times(tree, layout.time), *times(tree, USUAL_TIMES)):
        found += filter(None, [iso(text)] if len(text) <= LONGEST_LINE * 2 else [])
        if found and has_time(found[-1]):
            return same_day(found)
    found += filter(None, (iso(text) for text in page.lines if HOUR.search(text)))
    return same_day(found)


def same_day(found: list[str]) -> str:
    """Return the last time found when it is on the day of the first, else the first one."""
    if not found:
        return ""
    with_time = [moment for moment in found if has_time(moment)]
    return next((moment for moment in with_time if moment[:10] == found[0][:10]), found[0])


def times(tree: html.HtmlElement, selectors: str) -> Iterable[str]:
    """Yield the times that the selectors find: for machines first, then as written."""
    for selector in choices(selectors):
        for node in CSSSelector(selector)(tree)[:4]:
            yield from filter(None, (node.get("datetime"), node.get("content"), node.text_content()))


def authors_of(
    tree: html.HtmlElement, layout: Layout, known: Facts, body: tuple[str, ...], page: Written
) -> tuple[str, ...]:
    """Return who wrote it: the layout's patterns, its byline, the report's brackets, the metadata, the page's lines."""
    for pattern in layout.bylines:
        for paragraph in (*body[-2:], *body[:2]):
            found = re.search(pattern, paragraph)
            if found:
                return bylines.unique(bylines.split(found.group(1).replace("/", "、")))
    for selector in choices(layout.authors):
        for node in CSSSelector(selector)(tree):
            found_names = by_node(node) if layout.trusted else people_of(by_node(node))
            if found_names:
                return found_names
    signed = next((names for line in body[:2] if (names := bylines.of_lead(line))), ())
    signed = signed or next((names for line in body[-2:] if (names := bylines.of_close(line))), ())
    stated = bylines.unique([name for text in known.authors for name in bylines.names(text)])
    return signed or people_of(stated) or in_lines(page.lines) or stated


def people_of(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the names that may be a person's; where nobody described the layout, a site names itself."""
    return tuple(name for name in names if PERSON.match(name) and not NO_PERSON.search(name))


def in_lines(lines: list[str]) -> tuple[str, ...]:
    """Return the names in the first line that is a byline, or that names a reporter."""
    for text in lines:
        if bylines.is_byline(text) and not PICTURES.search(text):
            found = bylines.of_close(text) or bylines.names(text)
            if found:
                return found
        named = NAMED.search(text)
        if named and not PICTURES.search(text):
            return bylines.unique(named.group(1).split("、"))
    return ()


def by_node(node: html.HtmlElement) -> tuple[str, ...]:
    """Return the names in a byline's element: its links when it has some, else its text."""
    linked = [name for link in node.iter("a") for name in bylines.names(tidy(link.text_content()))]
    return bylines.unique(linked) or bylines.names(tidy(node.get("content") or node.text_content()))


def category_of(found: list[str], known: Facts, title: str, trusted: bool) -> str:
    """Return the innermost category of the page's path that is neither the site nor the article itself.

    What the metadata states comes first where nobody described the layout: a path may end in a passing topic.
    """
    stated = known.category.split(",")[0].strip()
    chinese = [stated] if re.search(r"[\u4e00-\u9fff]", stated) else []
    for path in (*((found, chinese) if trusted else (chinese, found)), list(known.crumbs)):
        names = [name.strip("#>/›»＞ ") for name in path]
        kept = [
            name
            for name in names
            if name and len(name) <= LONGEST_CATEGORY and name.lower() not in ROOTS and plain(name) != plain(title)
            if name != known.site and not name.endswith(("新聞網", "新聞雲"))
        ]
        if kept:
            return kept[-1]
    return stated


def stated_tags(known: Facts, title: str) -> tuple[str, ...]:
    """Return the metadata's tags without what old sites put among them: the title, the category, their own name."""
    parts = {plain(part) for part in re.split(r"[|｜_\-–]", known.title)} | {plain(title), plain(known.site)}
    own = {plain(known.category), *map(plain, known.crumbs)}
    kept = tuple(tag for tag in known.tags if plain(tag) not in parts and len(tag) <= LONGEST_TAG)
    return kept if any(plain(tag) not in own for tag in kept) else ()


def tags_of(tree: html.HtmlElement, selectors: str) -> tuple[str, ...]:
    """Return the tags that any of the selectors finds, in the page's order."""
    found = (tidy(node.text_content()).lstrip("#＃ ") for node in CSSSelector(selectors)(tree)) if selectors else ()
    return tuple(dict.fromkeys(tag for tag in found if tag))


def texts(tree: html.HtmlElement, selectors: str) -> list[str]:
    """Return the texts of the first selector that finds any, tidy and not empty."""
    for selector in choices(selectors):
        found = (tidy(node.get("content") or node.text_content()) for node in CSSSelector(selector)(tree))
        kept = [text for text in found if text]
        if kept:
            return kept
    return []


def choices(selectors: str) -> list[str]:
    """Return the selectors of a list in the order of preference; a layout's file uses no comma otherwise."""
    return [selector.strip() for selector in selectors.split(",") if selector.strip()]


def plain(text: str) -> str:
    """Return the text without white space, to compare headlines."""
    return re.sub(r"[\s\u3000]", "", text)
