"""One address -> one Reply: every redirect judged anew, nothing larger, slower or longer than the limits.

    >>> with Fetcher("NewsLadder/0.1", Limits(), allow_private=False) as fetcher:
    ...     fetcher.get("https://udn.com/robots.txt").status
    200

What goes wrong comes back as a Trouble that says whether another try may help; only a broken program raises. The
connection is httpcore's, with our own network below it; bodies are unpacked here, since a limit on what arrives does
not limit what it unpacks to.
"""

import ssl
import zlib
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from time import time
from types import TracebackType
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import certifi
import httpcore

from data_builders.crawl.address import Deadline, GuardedNetwork, RefusedError, refusal
from data_builders.crawl.schema import Limits, Reply, Trouble

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PIECE_SECONDS = 15.0
BROKEN = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, httpcore.UnsupportedProtocol)


class Fetcher:
    """Fetches pages for one crawl; at most one connection to a host."""

    def __init__(self, agent: str, limits: Limits, allow_private: bool) -> None:
        self.agent, self.limits, self.allow_private = agent, limits, allow_private
        self.deadline = Deadline()
        self.pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(cafile=certifi.where()),
            max_connections=4,
            max_keepalive_connections=1,
            network_backend=GuardedNetwork(allow_private, self.deadline),
        )

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pool.close()

    def get(
        self, url: str, etag: str = "", modified: str = "", route: Callable[[str], str | Trouble] = str
    ) -> Reply | Trouble:
        """Fetch an address; `route` says where a redirect's target is really asked, or why it must not be followed."""
        seen: set[str] = set()
        for _ in range(self.limits.redirects + 1):
            wrong = refusal(url, self.allow_private)
            if wrong:
                return Trouble("refused_redirect" if seen else "refused_address", wrong)
            if url in seen:
                return Trouble("redirect_loop", url)
            seen.add(url)
            answer = self.once(url, etag, modified)
            if not isinstance(answer, str):
                return answer
            target = urljoin(url, answer)
            wrong = refusal(target, self.allow_private)
            if wrong:
                return Trouble("refused_redirect", wrong)
            routed = route(target)
            if isinstance(routed, Trouble):
                return routed
            url = routed
        return Trouble("too_many_redirects", f"more than {self.limits.redirects}")

    def once(self, url: str, etag: str, modified: str) -> Reply | Trouble | str:
        """Send one request; a redirect comes back as its target."""
        self.deadline.set(self.limits.seconds)
        headers = [("User-Agent", self.agent), ("Accept-Encoding", "gzip, deflate"), ("Accept", "*/*"),
                   ("Accept-Language", "zh-TW,zh;q=0.9"), ("Host", host_of(url))]  # fmt: skip
        headers += [("If-None-Match", etag)] if etag else []
        headers += [("If-Modified-Since", modified)] if modified else []
        pause = {"connect": PIECE_SECONDS, "read": PIECE_SECONDS, "write": PIECE_SECONDS, "pool": PIECE_SECONDS}
        try:
            with self.pool.stream("GET", ascii_url(url), headers=headers, extensions={"timeout": pause}) as response:
                return self.read(url, response)
        except RefusedError as error:
            return Trouble("refused_address", str(error))
        except httpcore.TimeoutException as error:
            return Trouble("too_slow", str(error) or "no answer in time", again=True)
        except BROKEN as error:
            return Trouble("broken_reply", f"{type(error).__name__}: {error}", again=True)
        except (OSError, ValueError, UnicodeError, zlib.error) as error:
            return Trouble("broken_reply", f"{type(error).__name__}: {error}", again=True)

    def read(self, url: str, response: httpcore.Response) -> Reply | Trouble | str:
        """Read a response within the limits."""
        header = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        if response.status in REDIRECTS and header.get("location"):
            # Servers write UTF-8 into Location, though the header is declared Latin-1.
            return header["location"].strip().encode("latin-1").decode("utf-8", "replace")
        size = header.get("content-length", "")
        if size.isdigit() and int(size) > self.limits.bytes:
            return Trouble("too_large", f"{size} bytes, bound {self.limits.bytes}")
        body = self.unpacked(response, header.get("content-encoding", "").strip().lower())
        if body is None:
            return Trouble("too_large", f"more than {self.limits.bytes} bytes")
        return Reply(
            url=url,
            status=response.status,
            body=body,
            kind=header.get("content-type", ""),
            etag=header.get("etag", ""),
            modified=header.get("last-modified", ""),
            retry_after=seconds_of(header.get("retry-after", "")),
        )

    def unpacked(self, response: httpcore.Response, coding: str) -> bytes | None:
        """Return the body, or None as soon as it, packed or unpacked, passes the limit."""
        if coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise ValueError(f"the encoding {coding}, which was not asked for")
        packed = coding not in {"", "identity"}
        unpack = None
        body, arrived = bytearray(), 0
        for piece in response.iter_stream():
            arrived += len(piece)
            if arrived > self.limits.bytes:
                return None
            if packed:
                if unpack is None:
                    unpack = zlib.decompressobj(window(coding, piece))
                piece = unpack.decompress(piece, self.limits.bytes - len(body) + 1)  # noqa: PLW2901
            body += piece
            if len(body) > self.limits.bytes:
                return None
        if unpack is not None and not unpack.eof:
            raise ValueError("a packed body that ends early")
        return bytes(body)


def window(coding: str, piece: bytes) -> int:
    """Return zlib's window bits: some servers send `deflate` without the header that it should have."""
    if coding != "deflate":
        return 16 + zlib.MAX_WBITS
    return zlib.MAX_WBITS if piece[:1] == b"\x78" else -zlib.MAX_WBITS


def seconds_of(text: str) -> float | None:
    """Return a Retry-After, seconds or a date, as seconds from now."""
    text = text.strip()
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time())
    except (ValueError, TypeError, IndexError):
        return None


def host_of(url: str) -> str:
    """Return the Host header of an address."""
    parts = urlsplit(url)
    host = (
        (parts.hostname or "").encode("idna").decode() if not (parts.hostname or "").isascii() else parts.hostname or ""
    )
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port}" if parts.port else host


def ascii_url(url: str) -> str:
    """Return an address with its path and query percent-encoded; what is encoded stays."""
    parts = urlsplit(url)
    path, query = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._"), quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return urlunsplit((parts.scheme, host_of(url), path, query, ""))
