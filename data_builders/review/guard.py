"""Who may talk to the page: names a browser may call us by, where a request may come from, sessions, the password.

    >>> host_allowed("127.0.0.1:7860", LOOPBACK_NAMES, any_address=False), host_allowed("evil.example", (), True)
    (True, False)

A page of another site can make a browser send requests here, and can point its own name at 127.0.0.1 (DNS rebinding).
So the Host header must be a name of ours or a bare address, which no other site's page can make it; a change must
come as JSON with our own Origin, a session cookie (SameSite=Strict) and a token that only our page can read.
"""

import base64
import hashlib
import hmac
import ipaddress
import time
from collections.abc import Collection
from dataclasses import dataclass, field

from data_builders.review.check import line

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
SESSION_SECONDS = 14 * 24 * 3600
MOST_NAME = 40
MOST_TRIES, TRIES_SECONDS = 10, 60.0
# Nothing but our own files runs, nothing is loaded from elsewhere, no other page may frame this one, and script may
# not turn text into markup at all (Trusted Types).
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def is_loopback(host: str) -> bool:
    """Tell whether a server that listens on `host` can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def host_allowed(header: str, names: Collection[str], any_address: bool) -> bool:
    """Tell whether a Host header names us; `any_address` allows every bare IP address."""
    name = bare(header)
    if name in names:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return any_address


def bare(header: str) -> str:
    """Return a Host header without its port and without the brackets of IPv6, in small letters."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.rpartition(":")[0].lower() if ":" in header else header.lower()


def origin_allowed(origin: str, host: str) -> bool:
    """Tell whether a request's Origin is the page that `host` serves (behind a proxy it may be https)."""
    return bool(host) and origin.lower() in {f"http://{host.lower()}", f"https://{host.lower()}"}


@dataclass(slots=True)
class Guard:
    """What one server holds requests to. `password` is "" where only this machine can reach it."""

    secret: bytes
    names: frozenset[str] = frozenset(LOOPBACK_NAMES)
    any_address: bool = False
    password: str = ""
    tries: list[float] = field(default_factory=list)

    def key(self, use: str) -> bytes:
        """Return the key for one use; a new password ends every session."""
        return hmac.digest(self.secret, f"{use} {self.password}".encode(), "sha256")

    def signed(self, use: str, text: str) -> str:
        """Return the signature of a text."""
        return hmac.new(self.key(use), text.encode(), hashlib.sha256).hexdigest()

    def session(self, reviewer: str, now: float | None = None) -> str:
        """Return the cookie of a reviewer's session."""
        until = int((time.time() if now is None else now) + SESSION_SECONDS)
        name = base64.urlsafe_b64encode(reviewer.encode()).decode().rstrip("=")
        return f"{name}.{until}.{self.signed('session', f'{name}.{until}')}"

    def reviewer(self, cookie: str, now: float | None = None) -> str:
        """Return whose session a cookie is, or ""."""
        parts = cookie.split(".")
        if len(parts) != 3 or not parts[1].isdecimal():
            return ""
        name, until, signature = parts
        if not hmac.compare_digest(signature.encode(), self.signed("session", f"{name}.{until}").encode()):
            return ""
        if int(until) < (time.time() if now is None else now):
            return ""
        return base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()

    def token(self, cookie: str) -> str:
        """Return the token that a session's changes must carry."""
        return self.signed("token", cookie)

    def token_right(self, cookie: str, token: str) -> bool:
        """Tell whether a token is the session's, in constant time."""
        return hmac.compare_digest(token.encode(), self.token(cookie).encode())

    def may_try(self, now: float) -> bool:
        """Note one try of the password; tell whether it may still be looked at."""
        self.tries = [at for at in self.tries if at > now - TRIES_SECONDS]
        if len(self.tries) >= MOST_TRIES:
            return False
        self.tries.append(now)
        return True

    def password_right(self, given: str) -> bool:
        """Tell whether the password is right, in constant time whatever its length."""
        digests = [hashlib.sha256(text.encode()).digest() for text in (given, self.password)]
        return hmac.compare_digest(*digests)


def name_of(text: str) -> str:
    """Return a reviewer's name as it is kept, or "" for one that is none."""
    name = " ".join(line(text).split())
    return name if len(name) <= MOST_NAME else ""
