"""Where a connection may go: http(s) only, and no private, loopback or link-local address, checked as it is dialled.

    >>> refusal("file:///etc/passwd", allow_private=False)
    'the scheme file'
    >>> is_public(ip_address("10.0.0.1")), is_public(ip_address("1.1.1.1"))
    (False, True)

A name is resolved once, every address it has is judged, and the connection goes to the very address that was judged: a
name that answers differently a moment later (DNS rebinding) gains nothing. Link-local and cloud metadata addresses are
refused whatever the flags.
"""

import socket
import ssl
import time
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

import httpcore

Address = IPv4Address | IPv6Address
LONGEST_URL = 4096


class RefusedError(Exception):
    """An address that a crawl must not talk to."""


def refusal(url: str, allow_private: bool) -> str:
    """Return why an address must not be asked, judged without the net, or ""."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "a malformed address"
    if parts.scheme not in {"http", "https"}:
        return f"the scheme {parts.scheme or 'none'}"
    if not host or len(url) > LONGEST_URL or any(ord(sign) <= 32 for sign in url):
        return "a malformed address"
    if parts.username or parts.password:
        return "a password in the address"
    if port is not None and not 0 < port < 65536:
        return "a malformed address"
    try:
        literal = ip_address(host)
    except ValueError:
        return ""  # a name: judged when it is resolved
    return "" if allowed(literal, allow_private) else f"the address {literal}"


def allowed(address: Address, allow_private: bool) -> bool:
    """Whether a connection to the address may be made."""
    plain = unwrapped(address)
    if plain.is_link_local or plain.is_multicast or plain.is_unspecified:
        return False
    return allow_private or is_public(plain)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public net, whatever it is wrapped in."""
    return unwrapped(address).is_global


def unwrapped(address: Address) -> Address:
    """Return the IPv4 address inside a mapped, 6to4 or NAT64 one."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address.packed[:12] == bytes.fromhex("0064ff9b0000000000000000"):
            return IPv4Address(address.packed[12:])
    return address


class Deadline:
    """The moment at which one request must have ended, whatever trickles in."""

    def __init__(self) -> None:
        self.end = float("inf")

    def set(self, seconds: float) -> None:
        """Give the next request this long."""
        self.end = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """Return how long one operation may take; raises when nothing is left."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for one page is over")
        return left if timeout is None else min(left, timeout)


class TimedStream(httpcore.NetworkStream):
    """A connection whose every operation ends before the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self.stream, self.deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read within the time that is left."""
        return self.stream.read(max_bytes, self.deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write within the time that is left."""
        self.stream.write(buffer, self.deadline.left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Shake hands within the time that is left."""
        return TimedStream(
            self.stream.start_tls(ssl_context, server_hostname, self.deadline.left(timeout)), self.deadline
        )

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's own signature
        """Return what the connection knows of itself."""
        return self.stream.get_extra_info(info)


class GuardedNetwork(httpcore.SyncBackend):
    """Dials only addresses that `allowed` lets through."""

    def __init__(self, allow_private: bool, deadline: Deadline) -> None:
        self.allow_private, self.deadline = allow_private, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, judge every address, and dial the first that answers."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host}: {error}") from error
        addresses = list(dict.fromkeys(str(entry[4][0]).split("%")[0] for entry in found))
        for address in addresses:
            if not allowed(ip_address(address), self.allow_private):
                raise RefusedError(f"{host} is at {address}")
        problem: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                stream = super().connect_tcp(address, port, self.deadline.left(timeout), local_address, socket_options)
                return TimedStream(stream, self.deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem
