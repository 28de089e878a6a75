r"""robots.txt, failing closed: what cannot be read allows nothing.

    >>> rules_of(Reply("https://a.tw/robots.txt", 404), "NewsLadder").allows("https://a.tw/news/1")
    True
    >>> rules_of(Reply("https://a.tw/robots.txt", 503), "NewsLadder").allows("https://a.tw/news/1")
    False

By RFC 9309 a robots.txt that is not there (404, 410 and other 4xx) allows all; one that the server cannot give (5xx,
429, no answer, too large) allows nothing. 401 and 403 are read as no, too, which the RFC leaves to us. protego reads
the rules, wildcards and longest match included; the standard library's does neither, and lost `Crawl-delay: 2.5`.
"""

from dataclasses import dataclass

from protego import Protego

from data_builders.crawl.schema import Reply, Trouble

CLOSED = frozenset({401, 403, 429})
LARGEST = 512_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host allows: its parsed file, or None with the reason why nothing (or all) is allowed."""

    agent: str
    parsed: Protego | None
    closed: str = ""

    def allows(self, url: str) -> bool:
        """Whether an address may be asked."""
        if self.closed:
            return False
        return self.parsed is None or bool(self.parsed.can_fetch(url, self.agent))

    def delay(self) -> float:
        """Return the host's Crawl-delay, or 0; a request rate counts as one."""
        if self.parsed is None:
            return 0.0
        rate = self.parsed.request_rate(self.agent)
        paced = rate.seconds / rate.requests if rate is not None and rate.requests else 0.0
        return max(float(self.parsed.crawl_delay(self.agent) or 0.0), paced)

    def sitemaps(self) -> list[str]:
        """Return the sitemaps that the file names."""
        return list(self.parsed.sitemaps) if self.parsed is not None else []


def rules_of(answer: Reply | Trouble, agent: str) -> Rules:
    """Return the rules that an answer for robots.txt means."""
    if isinstance(answer, Trouble):
        return Rules(agent, None, f"robots.txt gave {answer.reason} ({answer.detail})")
    if answer.status in CLOSED or answer.status >= 500:
        return Rules(agent, None, f"robots.txt answered {answer.status}")
    if 400 <= answer.status < 500:
        return Rules(agent, None)
    if answer.status != 200:
        return Rules(agent, None, f"robots.txt answered {answer.status}")
    return Rules(agent, Protego.parse(answer.body[:LARGEST].decode("utf-8", "replace").removeprefix("\ufeff")))
