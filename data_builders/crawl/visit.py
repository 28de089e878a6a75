"""A polite visit: robots.txt, the delay, one request at a time, backing off when told to, giving up when refused.

    >>> visitor.get("https://udn.com/news/story/123707/7398504")
    Reply(url='https://udn.com/news/story/123707/7398504', status=200, …)

The delay between two requests to a host is the largest of ours, the source's and robots.txt's Crawl-delay. 429 and 503
wait for as long as Retry-After says, or twice as long each time; after `Manners.refusals` refusals in a row (401, 403,
429, 503) the host is left alone for this crawl.
"""

import time
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from data_builders.crawl.fetch import Fetcher
from data_builders.crawl.robots import Rules, rules_of
from data_builders.crawl.schema import Manners, Reply, Source, Trouble
from data_builders.crawl.sources import is_host

WAITS = frozenset({429, 503})
REFUSED = frozenset({401, 403, 429, 503})
FIRST_BACKOFF = 2.0


class StopError(Exception):
    """The site does not want us: the crawl ends, what it holds stays."""


class Visitor:
    """Visits the addresses of one source; `base_url` plays the whole site on another server."""

    def __init__(
        self,
        fetcher: Fetcher,
        source: Source,
        manners: Manners,
        base_url: str = "",
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.fetcher, self.source, self.manners, self.say = fetcher, source, manners, say
        self.base = urlsplit(base_url.rstrip("/")) if base_url else None
        self.rules: dict[str, Rules] = {}
        self.last: dict[str, float] = {}
        self.refusals = 0

    def get(self, url: str, etag: str = "", modified: str = "") -> Reply | Trouble:
        """Visit an address of the site; the Reply's `url` is the site's own, too."""
        real = self.played(url)
        rules = self.rules_for(real)
        if rules.closed:
            return Trouble("robots_closed", rules.closed, again=True)
        if not rules.allows(real) or not rules.allows(url):
            return Trouble("robots", "robots.txt does not allow it")
        answer: Reply | Trouble = Trouble("refused")
        for attempt in range(self.manners.tries):
            self.wait(real, rules)
            answer = self.fetcher.get(real, etag, modified, route=self.route)
            self.last[host(real)] = time.monotonic()
            if isinstance(answer, Trouble):
                return answer
            self.count(answer.status)
            if answer.status not in WAITS:
                break
            pause = answer.retry_after if answer.retry_after is not None else FIRST_BACKOFF * 2**attempt
            if pause > self.manners.longest_wait:
                raise StopError(f"{url} asks to come back in {pause:.0f} s")
            if attempt + 1 < self.manners.tries:
                self.say(f"{answer.status}: waiting {pause:.0f} s")
                time.sleep(pause)
        return self.outcome(answer)

    def outcome(self, answer: Reply | Trouble) -> Reply | Trouble:
        """Return a good Reply under the site's own address, anything else as a Trouble."""
        if isinstance(answer, Trouble):
            return answer
        if answer.status in {200, 304}:
            return Reply(self.own(answer.url), answer.status, answer.body, answer.kind, answer.etag, answer.modified)
        again = answer.status >= 500 or answer.status in {408, 425, 429}
        return Trouble(f"http_{answer.status}", "", again=again, wait=answer.retry_after)

    def count(self, status: int) -> None:
        """Count refusals in a row, and stop when they are too many."""
        self.refusals = self.refusals + 1 if status in REFUSED else 0
        if self.refusals >= self.manners.refusals:
            raise StopError(f"{self.refusals} refusals in a row, the last with {status}")

    def wait(self, url: str, rules: Rules) -> None:
        """Sleep until the host may be asked again."""
        own = self.manners.delay if self.manners.delay is not None else self.source.delay
        due = self.last.get(host(url), -1e9) + max(own, rules.delay())
        time.sleep(max(0.0, due - time.monotonic()))

    def rules_for(self, url: str) -> Rules:
        """Return the host's rules; fetched once a crawl."""
        key = host(url)
        if key not in self.rules:
            parts = urlsplit(url)
            address = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
            self.rules[key] = rules_of(self.fetcher.get(address), self.manners.agent)
            self.last[key] = time.monotonic()
        return self.rules[key]

    def route(self, url: str) -> str | Trouble:
        """Return where a redirect's target is asked, or why not: it leaves the site, or its robots.txt forbids it."""
        if not self.on_site(url):
            return Trouble("refused_redirect", f"off the site: {host(url)}")
        target = self.played(self.own(url))
        rules = self.rules_for(target)
        if rules.closed or not rules.allows(target):
            return Trouble("robots", rules.closed or "robots.txt does not allow the redirect's target")
        self.wait(target, rules)
        self.last[host(target)] = time.monotonic()
        return target

    def on_site(self, url: str) -> bool:
        """Whether an address is the source's, or the local player's."""
        if self.base is not None and urlsplit(url).netloc == self.base.netloc:
            return True
        if not self.source.hosts:
            return self.base is None
        return is_host(self.source, urlsplit(url).hostname or "")

    def played(self, url: str) -> str:
        """Return the address to ask for one of the site: itself, or the same path on the local player."""
        if self.base is None:
            return url
        parts = urlsplit(url)
        if parts.netloc == self.base.netloc:
            return url
        return urlunsplit((self.base.scheme, self.base.netloc, self.base.path + parts.path, parts.query, ""))

    def own(self, url: str) -> str:
        """Return the site's own address for one of the local player."""
        parts = urlsplit(url)
        if self.base is None or parts.netloc != self.base.netloc or not self.source.home:
            return url
        home = urlsplit(self.source.home)
        path = parts.path.removeprefix(self.base.path)
        return urlunsplit((home.scheme, home.netloc, path, parts.query, ""))


def host(url: str) -> str:
    """Return the host and port, which share one robots.txt and one delay."""
    return urlsplit(url).netloc.lower()
