"""What a source lists -> the addresses of its articles, newest first, each story once.

    >>> list(links(b'{"lists": [{"titleLink": "/news/story/1/2?from=x"}]}', UDN, "https://udn.com/api/more?page=1"))
    ['https://udn.com/news/story/1/2']

A listing may be JSON, a feed, a sitemap or a page: whatever in it looks like an article's address of the source is one,
so that a renamed field or a new box costs nothing. A walk ends when a page brings nothing new, which ends loops, too.
"""

import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import courlan
import msgspec
from lxml import etree

from data_builders.crawl.clock import TAIPEI
from data_builders.crawl.decode import decode
from data_builders.crawl.paragraphs import parse
from data_builders.crawl.schema import Order, Reply, Source, Trouble
from data_builders.crawl.sources import is_article, path_of, story_key
from data_builders.crawl.state import State
from data_builders.crawl.visit import StopError, Visitor
from data_builders.errors import UsageError

XML_HEADS = (b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex", b"<rdf:RDF")
PLACES = ("/sitemap.xml", "/rss.xml", "/feed", "/rss", "/sitemap_index.xml")


def walk(visitor: Visitor, state: State, source: Source, order: Order) -> Iterator[str]:
    """Yield the addresses of articles in the order in which the source lists them, each story once."""
    seen: set[str] = set()
    for batch in batches(visitor, state, source, order):
        fresh = 0
        for url in batch:
            key = story_key(source, url)
            if key not in seen:
                seen.add(key)
                fresh += 1
                yield url
        if not fresh:
            return


def batches(visitor: Visitor, state: State, source: Source, order: Order) -> Iterator[list[str]]:
    """Yield the articles of each page of the listing."""
    if order.start or not source.home:
        yield from started(visitor, state, source, order)
        return
    template = source.latest
    if order.keyword:
        template = source.keyword
    elif order.category:
        template = source.category
    if not template:
        wanted = "--keyword" if order.keyword else "--category"
        raise UsageError(wanted, f"a listing that {source.name} has", "none of that kind", "leave it out")
    now = datetime.now(TAIPEI)
    for number in range(order.limits.listing_pages):
        url = template.format(
            page=source.first_page + number,
            category=quote(order.category),
            keyword=quote(order.keyword),
            day=now - timedelta(days=number),
        )
        body = ask(visitor, state, url, first=number == 0)
        if body is None:
            return
        yield [visitor.own(link) for link in links(body, source, visitor.own(url), visitor)]
        if ends(body) or ("{page}" not in template and "{day" not in template):
            return


def started(visitor: Visitor, state: State, source: Source, order: Order) -> Iterator[list[str]]:
    """Yield the articles that a file of addresses, a feed or a sitemap names; a plain page is itself the article."""
    start = order.start
    if start and not start.startswith(("http://", "https://")):
        yield [tidied(source, line) for line in listed(Path(start)) if is_article(source, line)]
        return
    for place in [start] if start else usual(visitor, order):
        yield from unfolded(visitor, state, source, place, order.limits.sitemap_depth, bool(start))


def usual(visitor: Visitor, order: Order) -> list[str]:
    """Return where a site usually keeps its sitemap or feed: what robots.txt names, then the customary places."""
    if not order.base_url:
        raise UsageError("--start", "a feed, a sitemap, or a file of addresses", "nothing", "give --start")
    base = order.base_url.rstrip("/")
    return [*visitor.rules_for(base + "/").sitemaps(), *(base + place for place in PLACES)]


def unfolded(visitor: Visitor, state: State, source: Source, url: str, depth: int, must: bool) -> Iterator[list[str]]:
    """Yield the articles below a feed or a sitemap; a sitemap of sitemaps is opened as deep as the limit says."""
    body = ask(visitor, state, url, first=must)
    if body is None:
        return
    if not is_xml(body):
        yield [url] if must else []
        return
    below = nested(body)
    if not below:
        yield [tidied(source, link) for link in xml_links(body, url) if is_article(source, link)]
    elif depth > 0:
        for link in below:
            yield from unfolded(visitor, state, source, link, depth - 1, must=False)


def listed(path: Path) -> list[str]:
    """Return the addresses of a file, one a line; `#` opens a comment."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("--start", "an address, or a file with one address a line", str(error), "check it") from error
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def ask(visitor: Visitor, state: State, url: str, first: bool) -> bytes | None:
    """Return a listing's page, asked for with what the cache knows of it; the first one must be there."""
    known = state.page(url)
    answer = visitor.get(url, known.etag if known else "", known.modified if known else "")
    if isinstance(answer, Reply):
        if answer.status == 304 and known is not None:
            return known.body
        state.keep_page(url, answer)
        return gunzipped(answer.body)
    if first or answer.reason == "robots_closed":
        raise StopError(f"the listing {url}: {answer.reason} {answer.detail}".strip())
    return None


def gunzipped(body: bytes, most: int = 50_000_000) -> bytes:
    """Return a sitemap that is stored packed, unpacked within a bound."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(body, most)
    except zlib.error:
        return b""


def links(body: bytes, source: Source, base: str, visitor: Visitor | None = None) -> list[str]:
    """Return the articles' addresses in a page of a listing, in order, without what only tracks the reader."""
    if body.lstrip()[:1] in {b"{", b"["}:
        found = json_links(body, base)
    elif is_xml(body):
        found = xml_links(body, base)
    else:
        found = html_links(body, base)
    own = (visitor.own(link) if visitor is not None else link for link in found)
    return list(dict.fromkeys(tidied(source, link) for link in own if is_article(source, link)))


def json_links(body: bytes, base: str) -> list[str]:
    """Return every text in a JSON value that may be an address."""
    try:
        waiting: list[object] = [msgspec.json.decode(body)]
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return []
    found: list[str] = []
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting.extend(reversed(item.values()))
        elif isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, str) and item.startswith(("/", "http://", "https://")):
            found.append(joined(base, item))
    return found


def is_xml(body: bytes) -> bool:
    """Whether a page is a feed or a sitemap."""
    head = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:500]
    return head.startswith(XML_HEADS) and b"<html" not in head.lower()


def xml_root(body: bytes) -> "etree._Element | None":
    """Return the root of a feed or sitemap; no entity is resolved and nothing is loaded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(body.lstrip(b"\xef\xbb\xbf \t\r\n"), parser=parser)
    except etree.XMLSyntaxError:
        return None


def nested(body: bytes) -> list[str]:
    """Return the sitemaps that a sitemap of sitemaps names."""
    root = xml_root(body)
    return (
        []
        if root is None
        else [str(text).strip() for text in root.xpath("//*[local-name()='sitemap']/*[local-name()='loc']/text()")]
    )


def xml_links(body: bytes, base: str) -> list[str]:
    """Return the addresses of a feed's items or a sitemap's pages."""
    root = xml_root(body)
    if root is None:
        return []
    places = (
        "//*[local-name()='item']/*[local-name()='link']/text() | "
        "//*[local-name()='url']/*[local-name()='loc']/text() | "
        "//*[local-name()='entry']/*[local-name()='link'][not(@rel) or @rel='alternate']/@href"
    )
    return [joined(base, str(text).strip()) for text in root.xpath(places)]


def html_links(body: bytes, base: str) -> list[str]:
    """Return the addresses that a page links to."""
    tree = parse(decode(body))
    return [] if tree is None else [joined(base, str(link).strip()) for link in tree.xpath("//a/@href")]


def joined(base: str, link: str) -> str:
    """Return a link's whole address, or "" for one that is none."""
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def tidied(source: Source, url: str) -> str:
    """Return an address without fragment, trackers, and any query that the article's id does not stand in."""
    parts = urlsplit(url)
    if source.hosts and is_article(source, urlunsplit((*parts[:3], "", ""))):
        return urlunsplit((*parts[:3], "", ""))
    return str(courlan.normalize_url(url, trailing_slash=True)) if path_of(url) else url


def ends(body: bytes) -> bool:
    """Whether a listing API says that this was its last page."""
    if body.lstrip()[:1] != b"{":
        return False
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return True
    return value.get("end") is True


def problem(answer: Reply | Trouble) -> str:
    """Return an answer's trouble as words."""
    return f"{answer.reason} {answer.detail}".strip() if isinstance(answer, Trouble) else ""
