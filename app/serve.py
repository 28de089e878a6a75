"""Put the page's house together, say where it is, and serve until Ctrl-C.

    python -m app serve                      http://127.0.0.1:7860, from this machine only
    python -m app serve --host 0.0.0.0       http://192.168.1.7:7860/#token=…, for whoever has that URL

The token is made once for a store and stands behind `#`, where no server, log or Referer sees it. Browsers
install a page and keep it for offline use only over TLS or from localhost: give --tls-cert and --tls-key, or put a
proxy that speaks TLS before it and give its name with --allow-host.
"""

import asyncio
import socket
import sys
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.finder import Finder
from app.papers import Paper, Site
from app.server import House, app_of
from app.store import Store
from app.turns import Turns
from app.writers import Writer
from data_builders.crawl.extractor import Extractor
from data_builders.crawl.sources import SOURCES
from data_builders.curate.clean import Bounds, clean
from data_builders.errors import NewsLadderError, UsageError
from data_builders.ingest import ingest
from data_builders.jsonl import unreadable
from data_builders.review.guard import LOOPBACK_NAMES, Guard, is_loopback
from data_builders.schema import Article

if TYPE_CHECKING:
    import uvicorn

SAMPLE = Path(__file__).parents[1] / "data_builders" / "sample" / "news.jsonl"
SWEEP_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; `papers` are those that are searched, none of them for an offline page."""

    host: str
    names: tuple[str, ...]
    papers: tuple[str, ...]
    site: Site
    tls_cert: Path | None = None
    tls_key: Path | None = None


def guard_of(store: Store, host: str, names: Sequence[str]) -> Guard:
    """Return what requests are held to: from elsewhere the store's token is wanted."""
    secret, own = store.setting("secret"), [name.lower() for name in names]
    if is_loopback(host) and not own:
        return Guard(secret, frozenset(LOOPBACK_NAMES))
    token = urlsafe_b64encode(store.setting("token", 18)).decode()
    return Guard(secret, frozenset((*LOOPBACK_NAMES, host.lower(), *own)), not is_loopback(host), token)


def house_of(asked: Asked, writer: Writer, store: Store, port: int) -> House:
    """Return the house of one page."""
    extractor = Extractor(asked.site.limits.parse_seconds)
    folder = store.path.parent / f"{store.path.stem}_papers"
    every = SOURCES if asked.papers else {}
    papers = {name: Paper(source, folder, asked.site, extractor) for name, source in every.items()}
    finder = Finder(papers, asked.papers, sample(), store, say=tell)
    guard = guard_of(store, asked.host, asked.names)
    return House(finder, Turns(writer, store, tell), store, guard, f"page_{port}", asked.tls_cert is not None)


def sample() -> list[Article]:
    """Return the bundled news as curation cleans them, each title once: some rows are planted to be thrown out."""
    rows = (row for row in ingest(SAMPLE) if isinstance(row, Article))
    return list({one.title: one for one in clean(rows, Bounds()) if isinstance(one, Article)}.values())


def papers_of(text: str) -> tuple[str, ...]:
    """Return the papers that a comma-separated list names."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    known = [name for name, source in SOURCES.items() if source.latest]
    for name in names:
        if name not in known:
            raise UsageError("--sources", f"some of {','.join(known)}", name, "leave it out")
    return names


def addresses(guard: Guard, listening: socket.socket, names: Sequence[str], secure: bool) -> list[str]:
    """Return the URLs under which the page is to be opened."""
    host, port = listening.getsockname()[:2]
    hosts = [*names] or ([own_address()] if host in {"0.0.0.0", "::"} else [host])  # noqa: S104 - it is read, not bound
    token = f"/#token={guard.password}" if guard.password else ""
    scheme = "https" if secure else "http"
    return [f"{scheme}://{f'[{one}]' if ':' in one else one}:{port}{token}" for one in hosts]


def own_address() -> str:
    """Return this machine's address in its network; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def serve(house: House, asked: Asked, listening: socket.socket) -> None:
    """Serve the page until it is interrupted."""
    import uvicorn

    for file in (asked.tls_cert, asked.tls_key):
        if file is not None and not file.is_file():
            raise unreadable(file, FileNotFoundError())
    config = uvicorn.Config(
        app_of(house),
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        timeout_graceful_shutdown=2,
        ssl_certfile=asked.tls_cert,
        ssl_keyfile=asked.tls_key,
    )
    reach = "others need this URL with its token" if house.guard.password else "only from this machine"
    for url in addresses(house.guard, listening, asked.names, asked.tls_cert is not None):
        tell(f"page: {url}  ({house.turns.writer.name}; {reach}; Ctrl-C closes it)")
    asyncio.run(work(house, uvicorn.Server(config), listening))


async def work(house: House, server: "uvicorn.Server", listening: socket.socket) -> None:
    """Run the server, warm the writer beside it, sweep the store, and close everything in the end."""
    beside = [asyncio.create_task(warm(house)), asyncio.create_task(sweep(house))]
    try:
        await server.serve(sockets=[listening])
    finally:
        for task in beside:
            task.cancel()
        await house.turns.close()
        await house.finder.close()


async def warm(house: House) -> None:
    """Have the writer and what judges it ready before the first reader."""
    try:
        await house.turns.writer.warm()
    except NewsLadderError as error:
        tell(str(error))
    await asyncio.to_thread(warm_judges)


def warm_judges() -> None:
    """Have jieba and the tables of names and units read."""
    from app.rests import rests

    rests("台北市長林小樹12日說，第3季有20萬人。", Article("warm", "warm", "台北今天下雨。"), "")


async def sweep(house: House) -> None:
    """Take what is deleted or old off the disk from time to time."""
    while True:
        try:
            house.store.sweep()
        except NewsLadderError as error:
            tell(str(error))
        await asyncio.sleep(SWEEP_SECONDS)


def tell(line: str) -> None:
    """Say something on standard error."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
