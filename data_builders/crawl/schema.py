"""The records that pass between the crawler's modules, one frozen dataclass for each boundary.

    Source --listing--> url --visit--> Reply --state--> Page --extract--> Story --records--> Collected

`Source` is one newspaper, written as data in `sources/<paper>.py`; `Layout` is one way in which its pages were built.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of an article stand in one layout of a site, as CSS selectors.

    The layout fits a page when `body` finds paragraphs. What a selector leaves empty comes from the page's JSON-LD
    and meta tags. `bylines` are regular expressions whose first group holds the names, tried on the paragraphs.
    `trusted` is False for the layout of pages that nobody described, whose finds are weighed first.
    """

    body: str
    title: str = "h1"
    time: str = ""
    authors: str = ""
    category: str = ""
    tags: str = ""
    drop: str = ""
    bylines: tuple[str, ...] = ()
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """One newspaper: its hosts, how its article addresses look, where it lists them, how its pages are built.

    `article` matches an article's path; its groups, joined by "-", are the id in the source, and what `same` matches
    in that id names the story wherever it is filed. The listings are addresses with `{page}`, `{category}`,
    `{keyword}` and, for archives by the day, `{day:%Y-%m-%d}`.
    """

    name: str
    home: str
    hosts: tuple[str, ...]
    article: str
    licence: str
    latest: str = ""
    category: str = ""
    keyword: str = ""
    first_page: int = 1
    same: str = ".+"
    layouts: tuple[Layout, ...] = ()
    delay: float = 1.0


@dataclass(frozen=True, slots=True)
class Story:
    """What was found in one article page."""

    url: str = ""
    title: str = ""
    published: str = ""
    authors: tuple[str, ...] = ()
    category: str = ""
    tags: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request, and one walk through a listing, may cost at most."""

    bytes: int = 8_000_000
    seconds: float = 30.0
    redirects: int = 5
    listing_pages: int = 1000
    sitemap_depth: int = 3
    parse_seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Manners:
    """How a crawl behaves towards a host: who it says it is, how long it waits, when it gives up."""

    agent: str = "NewsLadder"
    contact: str = ""
    delay: float | None = None
    refusals: int = 5
    tries: int = 4
    longest_wait: float = 300.0

    def header(self) -> str:
        """Return the User-Agent: a name, a version, and how to reach who runs the crawl."""
        about = f"; {self.contact}" if self.contact else ""
        return f"{self.agent}/0.1 (research crawler for Chinese news summaries{about})"


@dataclass(frozen=True, slots=True)
class Reply:
    """What one address answered in the end: after redirects, decompressed, within the limits."""

    url: str
    status: int
    body: bytes = b""
    kind: str = ""
    etag: str = ""
    modified: str = ""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page as the cache holds it; `url` is the site's own address, never the local player's."""

    url: str
    source: str
    body: bytes
    kind: str = ""
    etag: str = ""
    modified: str = ""
    fetched_at: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why an address gave no article: a slug, what was seen, and whether another try may help."""

    reason: str
    detail: str = ""
    again: bool = False
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What a crawl is asked for."""

    source: str
    limit: int
    category: str = ""
    keyword: str = ""
    start: str = ""
    base_url: str = ""
    allow_private: bool = False
    refresh: bool = False
    dry_run: bool = False
    manners: Manners = field(default_factory=Manners)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a crawl did: pages of the listing, articles named, fetched now, held before, failed; why it stopped."""

    source: str
    listed: int = 0
    fetched: int = 0
    held: int = 0
    failed: int = 0
    records: int = 0
    stopped: str = ""
    would_fetch: tuple[str, ...] = ()
