"""One call to an OpenAI-compatible server through the `openai` package: a Reply or a Trouble, never an exception.

    server = Server(address_of("", os.environ), timeout=600.0, connections=512)
    came = await server.post({"model": "gpt-4o-mini", "messages": […], "max_tokens": 300})

`calls.py` tells what may come and what becomes of it. The package makes the URL, the headers and the authorisation
(its variables, such as OPENAI_ORG_ID, hold); the request itself goes over an aiohttp session and is decoded here, for
the package's own ways cost 0.68 to 1.9 ms of processor a call and this one 0.19 (benchmarks/teacher.md): 3.5 times
less than the cheapest of them, `post` over its `DefaultAioHttpClient`. Retries are the client's: it knows ledger and
pace. What the package obeys of a server's wishes is obeyed: `x-should-retry`, `retry-after-ms`, `retry-after`.
An API key is in no Trouble and no Reply: what came goes through `Address` first.
"""

import email.utils
import math
import re
import ssl
import time
import urllib.request
from collections.abc import Mapping

import aiohttp
import certifi
import msgspec
import openai
from yarl import URL

from data_builders.teacher.address import Address
from data_builders.teacher.calls import Reply, Trouble

LONGEST_WAIT = 900.0
ENDS = {"length": "length", "max_tokens": "length", "content_filter": "content_filter"}
FATAL = {401: "key", 402: "quota", 403: "key", 404: "model"}
QUOTA = re.compile(r"insufficient_quota|billing|exceeded your current quota")
TOO_LONG = re.compile(
    r"(?i)context.{0,12}(length|window|size)|maximum.{0,20}(length|tokens|context)|too long|exceeds?.{0,30}tokens"
)
DURATION = re.compile(r"([0-9.]+)(ms|h|m|s)")
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class Said(msgspec.Struct):
    """A choice's message."""

    content: str | None = None
    refusal: str | None = None


class Choice(msgspec.Struct):
    """One choice of a completion."""

    message: Said
    finish_reason: str | None = None


class Usage(msgspec.Struct):
    """What a completion is billed as."""

    prompt_tokens: int = 0
    completion_tokens: int | None = 0


class Completion(msgspec.Struct):
    """What we read of a completion."""

    choices: list[Choice]
    usage: Usage | None = None


class Fault(msgspec.Struct):
    """An error's body as most servers write it."""

    message: str = ""
    code: str | int | None = None


class Faulty(msgspec.Struct):
    """An error's body, OpenAI's shape or FastAPI's."""

    error: Fault | str | None = None
    detail: msgspec.Raw | None = None


COMPLETION = msgspec.json.Decoder(Completion)
FAULTY = msgspec.json.Decoder(Faulty)


class Server:
    """A server as the `openai` package would call it."""

    def __init__(self, address: Address, timeout: float, connections: int) -> None:
        self.address, self.connections = address, connections
        self.timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=min(timeout, 30.0))
        package = openai.AsyncOpenAI(
            api_key=address.key,
            base_url=address.shown,
            default_query=address.query,
            default_headers={"Authorization": f"Basic {address.basic}"} if address.basic else None,
        )
        self.url = URL(str(package.base_url)) / "chat" / "completions"
        self.url = self.url.with_query({name: str(value) for name, value in package.default_query.items()})
        known = {**package.auth_headers, **package.default_headers}
        self.headers = {name: value for name, value in known.items() if isinstance(value, str)}
        self.session: aiohttp.ClientSession | None = None

    def opened(self) -> aiohttp.ClientSession:
        """Return the session, which belongs to the loop that opens it."""
        if self.session is None:
            secure = trusted() if self.url.scheme == "https" else True
            connector = aiohttp.TCPConnector(limit=self.connections, ssl=secure)
            self.session = aiohttp.ClientSession(
                connector=connector, headers=self.headers, timeout=self.timeout, trust_env=behind_proxy(self.url)
            )
        return self.session

    async def close(self) -> None:
        """Close the connections."""
        if self.session is not None:
            await self.session.close()

    async def post(self, body: dict[str, object]) -> Reply | Trouble:
        """Send one request for a completion."""
        start = time.monotonic()
        try:
            async with self.opened().post(self.url, data=msgspec.json.encode(body)) as response:
                raw = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return self.broken(error, time.monotonic() - start)
        if response.status >= 300:
            return self.refused(response.status, raw, response.headers)
        return reply_of(raw, time.monotonic() - start, self.address)

    def broken(self, error: BaseException, waited: float) -> Trouble:
        """Return what an exception means: whether the request may have been received, and billed."""
        if isinstance(error, TimeoutError) and not isinstance(error, aiohttp.ConnectionTimeoutError):
            return Trouble("timeout", f"no reply in {waited:.0f} s", again=True, lost=True)
        never = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
        said = self.address.hushed(str(error) or type(error).__name__)
        return Trouble("connection", said, again=True, lost=not never)

    def refused(self, status: int, body: bytes, headers: Mapping[str, str]) -> Trouble:
        """Return what an HTTP error means."""
        said = fault_of(body)
        detail = self.address.hushed(f"HTTP {status}: {said}"[:300])
        if status in FATAL or (status == 429 and QUOTA.search(said)):
            return Trouble(FATAL.get(status, "quota"), detail, fatal=True)
        wait = wait_of(headers)
        wish = headers.get("x-should-retry", "")
        again = wish == "true" or (wish != "false" and (status in {408, 409, 429} or status >= 500))
        if status == 429:
            return Trouble("rate_limited", detail, again=again, wait=wait)
        if status in {408, 409} or status >= 500:
            return Trouble("server_error", detail, again=again, wait=wait)
        return Trouble("too_long" if TOO_LONG.search(said) else "bad_request", detail, again=again, wait=wait)


def trusted() -> ssl.SSLContext:
    """Return who is trusted: what the system trusts, and what the package's transport does."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def behind_proxy(url: URL) -> bool:
    """Tell whether the environment names a proxy for it; aiohttp would look that up for every call, in a thread."""
    return url.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(url.host or "")


def reply_of(raw: bytes, latency: float, address: Address) -> Reply | Trouble:
    """Return the completion that a body holds."""
    whole = address.scrub(raw.decode("utf-8", "replace")).encode()
    try:
        came = COMPLETION.decode(whole)
    except (msgspec.DecodeError, RecursionError) as error:
        return Trouble("bad_reply", str(error), again=True, lost=True)
    if not came.choices:
        return Trouble("empty_choices", "choices is an empty list", again=True, lost=True)
    text = (came.choices[0].message.content or "").strip()
    finish = came.choices[0].finish_reason or ""
    reason = ENDS.get(finish, "" if text else "empty_reply")
    usage = came.usage or Usage(0, len(text))
    return Reply(text, finish, reason, whole, usage.prompt_tokens, usage.completion_tokens or 0, latency)


def fault_of(body: bytes) -> str:
    """Return what the body of an HTTP error says."""
    try:
        came = FAULTY.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return " ".join(body.decode("utf-8", "replace").split())[:300]
    if isinstance(came.error, Fault):
        return f"{came.error.message} {came.error.code or ''}".strip()
    return came.error or (bytes(came.detail).decode() if came.detail else body.decode("utf-8", "replace"))


def wait_of(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a server asks to wait: Retry-After(-Ms) or its date, or x-ratelimit-reset-*."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        seconds = number(headers.get(name, "")) * unit
        if not math.isnan(seconds):
            return min(max(seconds, 0.0), LONGEST_WAIT)
    after = headers.get("retry-after", "").strip()
    if after:
        try:
            date = email.utils.parsedate_to_datetime(after).timestamp()
        except (ValueError, TypeError):
            return None
        return min(max(date - time.time(), 0.0), LONGEST_WAIT)
    spent = [kind for kind in ("requests", "tokens") if headers.get(f"x-ratelimit-remaining-{kind}") == "0"]
    waits = [seconds_of(headers.get(f"x-ratelimit-reset-{kind}", "")) for kind in spent]
    return min(max(waits), LONGEST_WAIT) if waits else None


def number(text: str) -> float:
    """Return the number that a header's value is; NaN for none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def seconds_of(text: str) -> float:
    """Return the seconds of a duration such as `6m0s` or `20ms`."""
    return sum(float(number) * SECONDS[unit] for number, unit in DURATION.findall(text))
