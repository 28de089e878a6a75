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

from data_builders.crawl import bylines, facts
from data_builders.crawl.clock import has_time, iso
from data_builders.crawl.facts import Facts
from data_builders.crawl.generic import read_body
from data_builders.crawl.paragraphs import lines, parse, tidy
from data_builders.crawl.schema import Layout, Source, Story
from data_builders.crawl.sources import GENERIC, source_of

ANY_TIME = "[itemprop='datePublished'], time, [class*='time'], [class*='date'], [id*='time'], [id*='date']"
ANY = Layout(  # of a page whose layout nobody described: the names that sites commonly use
    body="body",
    time=ANY_TIME,
    authors="[itemprop='author'] [itemprop='name'], [itemprop='author'], a[rel='author'], .author-name, .author a, "
    ".reporter a, .byline a, .author, .reporter, .byline, [class*='authors'], [class*='author-name']",
    category="[class*='breadcrumb'] a, [class*='Breadcrumb'] a, [class*='crumb'] a, [id*='breadcrumb'] a, .category a, "
    "a[rel='category tag'], .category",
    tags="a[rel='tag'], .tags a, .tag a, .tag-list a, .keywords a, .keyword a, .article-tags a, .post-tags a",
)
ENOUGH = 40  # signs: fewer are rather a teaser than an article, so that other layouts are tried
TOO_SHORT = 3  # times as much text elsewhere: the layout found a piece
ROOTS = frozenset({"首頁", "新聞", "即時", "即時新聞", "新聞網", "home", "news", "udn", "全部", "最新"})
LONGEST_CATEGORY = 12
LONGEST_TAG = 20
TITLE_TAIL = re.compile(r"\s*(?:[|｜│∣︱]|\s[-–—]\s|_(?=[^_]*$)|\s»\s).*$")


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
        category=category_of(texts(tree, layout.category), known, title),
        tags=tags_of(tree, layout.tags) or stated_tags(known, title),
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


def category_of(found: list[str], known: Facts, title: str) -> str:
    """Return the innermost category of the page's path that is neither the site nor the article itself."""
    stated = known.category.split(",")[0].strip()
    chinese = [stated] if re.search(r"[\u4e00-\u9fff]", stated) else []
    for path in (found, chinese, list(known.crumbs)):
        names = [name.strip("#>/›»＞ ") for name in path]
        kept = [
            name
            for name in names
            if name and len(name) <= LONGEST_CATEGORY and name.lower() not in ROOTS and plain(name) not in plain(title)
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


def times(tree: html.HtmlElement, selectors: str) -> list[str]:
    """Return the times that the selectors find: for machines first, then as written."""
    nodes = [node for selector in choices(selectors or ANY_TIME) for node in CSSSelector(selector)(tree)[:4]]
    return [
        value for node in nodes for value in (node.get("datetime"), node.get("content"), node.text_content()) if value
    ]


def title_of(tree: html.HtmlElement, selector: str, known: Facts) -> str:
    """Return the headline without the site's name: the layout's heading, when the metadata does not contradict it."""
    core = TITLE_TAIL.sub("", known.title).strip() or known.title
    headings = texts(tree, selector)
    for heading in headings:
        if not core or plain(heading)[:12] in plain(core) or plain(core)[:12] in plain(heading):
            return heading
    return core or (headings or [TITLE_TAIL.sub("", text) for text in texts(tree, "title")] or [""])[0]


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
    ends = (bylines.of_lead, body[:2]), (bylines.of_close, body[-2:])
    signed = next((names for read, lines in ends for line in lines if (names := read(line))), ())
    if signed:
        return signed
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
