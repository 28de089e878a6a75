"""The table of newspapers: one small file each, one row here; `generic` takes any other site.

>>> source_of("https://global.udn.com/global_vision/story/8662/7398504").name
'udn'
>>> article_id(SOURCES["udn"], "https://udn.com/news/story/123707/7398504?from=udn")
'123707-7398504'
"""

import hashlib
import re
from urllib.parse import urlsplit

from data_builders.crawl.schema import Source
from data_builders.crawl.sources.chinatimes import CHINATIMES
from data_builders.crawl.sources.cna import CNA
from data_builders.crawl.sources.ettoday import ETTODAY
from data_builders.crawl.sources.generic import GENERIC
from data_builders.crawl.sources.ltn import LTN
from data_builders.crawl.sources.newtalk import NEWTALK
from data_builders.crawl.sources.nownews import NOWNEWS
from data_builders.crawl.sources.pts import PTS
from data_builders.crawl.sources.setn import SETN
from data_builders.crawl.sources.storm import STORM
from data_builders.crawl.sources.tvbs import TVBS
from data_builders.crawl.sources.udn import UDN
from data_builders.errors import UsageError

__all__ = [
    "GENERIC",
    "SOURCES",
    "article_id",
    "is_article",
    "is_host",
    "path_of",
    "source_named",
    "source_of",
    "story_key",
]

PAPERS = (UDN, CNA, LTN, ETTODAY, PTS, CHINATIMES, NEWTALK, NOWNEWS, SETN, STORM, TVBS)
SOURCES: dict[str, Source] = {source.name: source for source in (*PAPERS, GENERIC)}


def source_named(name: str) -> Source:
    """Return the newspaper of that name."""
    if name not in SOURCES:
        raise UsageError(
            "--source", f"one of {', '.join(SOURCES)}", name or "nothing", "pick one; generic takes any site"
        )
    return SOURCES[name]


def source_of(url: str) -> Source | None:
    """Return the newspaper whose host the address has."""
    host = (urlsplit(url).hostname or "").lower() if url.startswith(("http://", "https://")) else ""
    return next((source for source in PAPERS if host and is_host(source, host)), None)


def is_host(source: Source, host: str) -> bool:
    """Whether a host is the newspaper's or below it."""
    return any(host == own or host.endswith("." + own) for own in source.hosts)


def is_article(source: Source, url: str) -> bool:
    """Whether an address is an article of the newspaper; a source without hosts takes any."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        return False
    return not source.hosts or (is_host(source, parts.hostname or "") and bool(re.search(source.article, path_of(url))))


def article_id(source: Source, url: str) -> str:
    """Return the article's id in the source, taken from its address."""
    found = re.search(source.article, path_of(url)) if source.hosts else None
    if found is None:
        return hashlib.sha256(url.encode()).hexdigest()[:12]
    return "-".join(group for group in found.groups() if group).replace("/", "-")


def story_key(source: Source, url: str) -> str:
    """Return what is the same for one story, in whatever category the site files it."""
    own = article_id(source, url)
    found = re.search(source.same, own)
    return f"{source.name}-{found.group() if found else own}"


def path_of(url: str) -> str:
    """Return the path, and the query for sites that keep the id there."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
