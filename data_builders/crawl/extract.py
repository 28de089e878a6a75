"""A page -> a Story: a layout's selectors, then what the page says of itself, then generic extraction.

    >>> page = '<h1>停水</h1><section class="article-content__editor"><p>北市今停水。</p></section>'
    >>> extract(SOURCES["udn"], page).title
    '停水'

`auto` takes the newspaper from the page's own address. A page that no layout of its newspaper fits goes through the
generic reader (`trafilatura`, and the smallest element around what it found), so that a new layout costs quality only.
"""

import copy
import re
from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

from lxml import html
from lxml.cssselect import CSSSelector

from data_builders.crawl import facts
from data_builders.crawl.attribution import (
    USUAL_TAGS,
    Written,
    authors_of,
    category_of,
    choices,
    plain,
    published_at,
    stated_tags,
    tags_of,
    texts,
)
from data_builders.crawl.facts import Facts
from data_builders.crawl.generic import read_body
from data_builders.crawl.paragraphs import lines, parse
from data_builders.crawl.schema import Layout, Source, Story
from data_builders.crawl.sources import GENERIC, source_of

ANY = Layout(  # of a page whose layout nobody described: the names that sites commonly use
    body="body",
    time="[itemprop='datePublished'], time",
    authors="[itemprop='author'] [itemprop='name'], [itemprop='author'], a[rel='author'], .author-name, .author a, "
    ".reporter a, .byline a, .author, .reporter, .byline, [class*='item-author'], [class*='author-name'], "
    "[class*='author']",
    category="[class*='breadcrumb'] a, [class*='Breadcrumb'] a, [class*='crumb'] a, [id*='breadcrumb'] a, #web-map a, "
    "a[rel='category tag'], .category a, .category",
    tags="a[rel='tag']",
    trusted=False,
)
ENOUGH = 40  # signs: fewer are rather a teaser than an article, so that other layouts are tried
TOO_SHORT = 3  # times as much text elsewhere: the layout found a piece
TITLE_TAIL = re.compile(r"\s*(?:[|｜│∣︱]|\s[-–—]{1,2}\s|_(?=[^_]*$)|\s»\s).*$")


def extract(source: Source | None, text: str, url: str = "") -> Story:
    """Return what the page holds; without a source, the page's own address tells it."""
    tree = parse(text)
    if tree is None:
        return Story(url=url)
    known = facts.read(tree)
    if source is None:
        source = source_of(known.url) or source_of(url) or (linked_source(tree) if not known.url else None) or GENERIC
    best = Story()
    for layout in source.layouts:
        story = by_layout(layout, tree, known)
        best = max(best, story, key=length)  # the first of equals: layouts stand in the order of preference
        if length(story) >= ENOUGH:
            return within(story, source, known, url)
    body = read_body(text, known.body)
    if sum(map(len, body)) > TOO_SHORT * length(best):
        layout = replace(ANY, bylines=source.layouts[0].bylines) if source.layouts else ANY
        best = assemble(layout, tree, known, body)
    return within(best, source, known, url)


def length(story: Story) -> int:
    """Return how many signs a story's paragraphs have."""
    return sum(map(len, story.paragraphs))


def linked_source(tree: html.HtmlElement) -> Source | None:
    """Return the newspaper to which most links lead: of a page that was saved without its own address."""
    found = [source_of(str(link)) for link in tree.xpath("//a/@href") if str(link).startswith("http")]
    names = Counter(source.name for source in found if source is not None)
    name, count = names.most_common(1)[0] if names else ("", 0)
    return next(
        (source for source in found if source is not None and source.name == name and count * 2 > len(found)), None
    )


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


def outermost(nodes: list[html.HtmlElement]) -> list[html.HtmlElement]:
    """Return the nodes that stand in no other of them; pages split an article into several sections."""
    chosen = set(nodes)
    return [node for node in nodes if not any(above in chosen for above in node.iterancestors())]


def assemble(layout: Layout, tree: html.HtmlElement, known: Facts, body: tuple[str, ...]) -> Story:
    """Put a story together from the layout's selectors and the page's facts."""
    title = title_of(tree, layout.title, known)
    page = Written(tree)
    return Story(
        title=title,
        published=published_at(tree, layout, known, page),
        authors=authors_of(tree, layout, known, body, page),
        category=category_of(texts(tree, layout.category), known, title, layout.trusted),
        tags=tags_of(tree, layout.tags) or stated_tags(known, title) or tags_of(tree, USUAL_TAGS),
        paragraphs=tuple(line for line in body if plain(line) != plain(title)),
    )


def title_of(tree: html.HtmlElement, selector: str, known: Facts) -> str:
    """Return the headline without the site's name: the layout's heading, when the metadata does not contradict it."""
    core = TITLE_TAIL.sub("", known.title).strip() or known.title
    headings = texts(tree, selector)
    for heading in headings:
        if not core or plain(heading)[:12] in plain(core) or plain(core)[:12] in plain(heading):
            return heading
    return core or (headings or [TITLE_TAIL.sub("", text) for text in texts(tree, "title")] or [""])[0]
