"""A page -> a Story: a layout's selectors, then what the page says of itself, then generic extraction.

    >>> page = '<h1>停水</h1><section class="article-content__editor"><p>北市今停水。</p></section>'
    >>> extract(SOURCES["udn"], page).title
    '停水'

`auto` takes the newspaper from the page's own address. A page that no layout of its newspaper fits goes through the
generic reader (`trafilatura`, and the smallest element around what it found), so that a new layout costs quality only.
"""

import copy
import re
from urllib.parse import urlsplit

from lxml import html
from lxml.cssselect import CSSSelector

from data_builders.crawl import bylines, facts
from data_builders.crawl.clock import has_time, iso
from data_builders.crawl.facts import Facts
from data_builders.crawl.generic import read_body
from data_builders.crawl.paragraphs import lines, parse, tidy
from data_builders.crawl.schema import Layout, Source, Story
from data_builders.crawl.sources import GENERIC, source_of

ANY_TIME = "time, [class*='time'], [class*='date']"
TITLE_TAIL = re.compile(r"\s*(?:[|｜]|\s[-–—]\s|_(?=[^_]*$)|\s»\s).*$")


def extract(source: Source | None, text: str, url: str = "") -> Story:
    """Return what the page holds; without a source, the page's own address tells it."""
    tree = parse(text)
    if tree is None:
        return Story(url=url)
    known = facts.read(tree)
    address = url or known.url
    if source is None:
        source = source_of(known.url) or source_of(address) or GENERIC
    for layout in source.layouts:
        story = by_layout(layout, tree, known)
        if story.paragraphs:
            return within(story, source, known, url)
    body = read_body(text, known.body)
    return within(assemble(Layout(body="body"), tree, known, body), source, known, url)


def within(story: Story, source: Source, known: Facts, url: str) -> Story:
    """Return the story under the address that the page names for itself, when it is of the same newspaper."""
    host = urlsplit(known.url).hostname or ""
    trusted = known.url.startswith("http") and (
        not url or source_of(known.url) is source or host == urlsplit(url).hostname
    )
    return Story(
        known.url if trusted else url,
        story.title,
        story.published,
        story.authors,
        story.category,
        story.tags,
        story.paragraphs,
    )


def by_layout(layout: Layout, tree: html.HtmlElement, known: Facts) -> Story:
    """Read the page by one layout; no paragraphs when the layout does not fit."""
    for selector in choices(layout.body):
        nodes = [copy.deepcopy(node) for node in outermost(CSSSelector(selector)(tree))]  # reading takes furniture out
        body = tuple(line.text for node in nodes for line in lines(node, layout.drop))
        if body:
            return assemble(layout, tree, known, body)
    return Story()


def choices(selectors: str) -> list[str]:
    """Return the selectors of a list in the order of preference; a layout's file uses no comma otherwise."""
    return [selector.strip() for selector in selectors.split(",") if selector.strip()]


def outermost(nodes: list[html.HtmlElement]) -> list[html.HtmlElement]:
    """Return the nodes that stand in no other of them; pages split an article into several sections."""
    chosen = set(nodes)
    return [node for node in nodes if not any(above in chosen for above in node.iterancestors())]


def assemble(layout: Layout, tree: html.HtmlElement, known: Facts, body: tuple[str, ...]) -> Story:
    """Put a story together from the layout's selectors and the page's facts."""
    seen_time = next((found for found in map(iso, times(tree, layout.time)) if found), "")
    published = known.published if has_time(known.published) or not has_time(seen_time) else seen_time
    title = title_of(tree, layout.title, known)
    return Story(
        title=title,
        published=published or seen_time,
        authors=authors_of(tree, layout, known, body),
        category=(texts(tree, layout.category) or [known.category])[-1].lstrip("#"),
        tags=tags_of(tree, layout.tags) or known.tags,
        paragraphs=tuple(line for line in body if plain(line) != plain(title)),
    )


def texts(tree: html.HtmlElement, selectors: str) -> list[str]:
    """Return the texts of the first selector that finds any, tidy and not empty."""
    for selector in choices(selectors):
        found = (tidy(node.get("content") or node.text_content()) for node in CSSSelector(selector)(tree))
        kept = [text for text in found if text]
        if kept:
            return kept
    return []


def tags_of(tree: html.HtmlElement, selectors: str) -> tuple[str, ...]:
    """Return the tags that any of the selectors finds, in the page's order."""
    found = (tidy(node.text_content()).lstrip("#＃ ") for node in CSSSelector(selectors)(tree)) if selectors else ()
    return tuple(dict.fromkeys(tag for tag in found if tag))


def times(tree: html.HtmlElement, selectors: str) -> list[str]:
    """Return the times that the selectors find: for machines first, then as written."""
    nodes = [node for selector in choices(selectors or ANY_TIME) for node in CSSSelector(selector)(tree)[:4]]
    return [
        value for node in nodes for value in (node.get("datetime"), node.get("content"), node.text_content()) if value
    ]


def title_of(tree: html.HtmlElement, selector: str, known: Facts) -> str:
    """Return the headline without the site's name: the layout's heading, when the metadata does not contradict it."""
    headings = texts(tree, selector)
    for heading in headings:
        if heading and (not known.title or plain(heading)[:12] in plain(known.title)):
            return heading
    if known.title:
        return TITLE_TAIL.sub("", known.title).strip() or known.title
    return (headings or [TITLE_TAIL.sub("", text) for text in texts(tree, "title")] or [""])[0]


def plain(text: str) -> str:
    """Return the text without white space, to compare headlines."""
    return re.sub(r"[\s\u3000]", "", text)


def authors_of(tree: html.HtmlElement, layout: Layout, known: Facts, body: tuple[str, ...]) -> tuple[str, ...]:
    """Return who wrote it: the layout's patterns, its byline, the report's opening brackets, the metadata."""
    for pattern in layout.bylines:
        for paragraph in (*body[-2:], *body[:2]):
            found = re.search(pattern, paragraph)
            if found:
                return bylines.unique(bylines.split(found.group(1).replace("/", "、")))
    for selector in choices(layout.authors):
        for node in CSSSelector(selector)(tree):
            found_names = by_node(node)
            if found_names:
                return found_names
    if body and bylines.of_lead(body[0]):
        return bylines.of_lead(body[0])
    line = next(
        (
            text
            for text in texts(tree, "p") + texts(tree, "[class*='author'], [class*='reporter']")
            if bylines.is_byline(text)
        ),
        "",
    )
    if line:
        return bylines.names(line)
    return bylines.unique([name for text in known.authors for name in bylines.names(text)])


def by_node(node: html.HtmlElement) -> tuple[str, ...]:
    """Return the names in a byline's element: its links when it has some, else its text."""
    linked = [name for link in node.iter("a") for name in bylines.names(tidy(link.text_content()))]
    return bylines.unique(linked) or bylines.names(tidy(node.get("content") or node.text_content()))
