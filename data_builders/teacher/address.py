"""Where the teacher is served, what it is called, and the secrets that go there and nowhere else.

    >>> address = address_of("http://me:pw@127.0.0.1:8000/v1?team=7", {"OPENAI_API_KEY": "sk-1"})
    >>> address.shown, address.scrub("401: wrong key sk-1")
    ('http://127.0.0.1:8000/v1', '401: wrong key ***')

`shown` is what ledger, manifest, progress and errors may hold: scheme, host, port and path. A key comes from the
environment only, as a command line is readable for everybody on the machine; so a `user:password@` in a base URL is
taken out of it at once and sent as HTTP Basic.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from data_builders.errors import UsageError

OPENAI = "https://api.openai.com/v1"
NO_KEY = "none"
LEAST_SECRET = 4  # anything shorter would be scrubbed out of ordinary words


@dataclass(frozen=True, slots=True)
class Address:
    """A server's base URL in the shape that may be shown, its query and its secrets, which no `repr` shows."""

    shown: str
    query: dict[str, str] = field(default_factory=dict, repr=False)
    key: str = field(default=NO_KEY, repr=False)
    basic: str = field(default="", repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def scrub(self, text: str) -> str:
        """Return the text with every secret of this address replaced by three stars."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text

    def hushed(self, text: str) -> str:
        """Return an error's text without this address's secrets, and without anything that looks like a header's."""
        return re.sub(r"(?i)(bearer|basic) +[\w.~+/=-]{4,}", r"\1 ***", self.scrub(text))


def address_of(base_url: str, environment: Mapping[str, str]) -> Address:
    """Return the address that `--base-url` or the environment names; the error for a bad one shows no secret."""
    given = base_url or environment.get("OPENAI_BASE_URL", "") or OPENAI
    where = "--base-url" if base_url else "OPENAI_BASE_URL"
    key = environment.get("OPENAI_API_KEY", "").strip() or NO_KEY
    then = "give one such as http://127.0.0.1:8000/v1"
    try:
        parts = urlsplit(given.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise UsageError(where, "an http address", "one that cannot be read", then) from None
    if parts.scheme not in {"http", "https"} or not host:
        raise UsageError(where, "an http address", parts.scheme or "one without http://", then)
    if not key.isascii() or not key.isprintable():
        raise UsageError("OPENAI_API_KEY", "plain ASCII", "other characters", "set it again")
    host = f"[{host}]" if ":" in host else host
    shown = f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path.rstrip('/')}"
    query = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    basic = base64.b64encode(f"{user}:{password}".encode()).decode() if parts.username else ""
    bare = {key if key != NO_KEY else "", password, basic, *query.values()}
    secrets = {
        form
        for text in bare
        for form in (text, quote(text, safe=""), unquote(text), text.replace("/", "\\/"))
        if len(form) >= LEAST_SECRET
    }
    by_length = sorted(secrets, key=lambda secret: (-len(secret), secret))
    return Address(shown, {name: unquote(text) for name, text in query.items()}, key, basic, tuple(by_length))
