"""A local site for each test, and a crawl of it that waits for nobody."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from local_site import LocalSite

from data_builders import jsonl
from data_builders.crawl.decode import decode
from data_builders.crawl.extract import extract
from data_builders.crawl.run import ARTICLES, crawl
from data_builders.crawl.schema import Limits, Manners, Order, Story, Tally, Trouble
from data_builders.crawl.sources import SOURCES
from data_builders.schema import Collected

Crawl = Callable[..., Tally]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test that asks the local site opens sockets."""
    for item in items:
        if "site" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.network)


class InThisProcess:
    """Reads pages without a process of its own, whose start would take most of a test's time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> "InThisProcess":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, source: str, body: bytes, kind: str = "", url: str = "") -> Story | Trouble:
        story = extract(SOURCES.get(source), decode(body, kind), url)
        return story if story.paragraphs else Trouble("no_article")


@pytest.fixture
def site() -> Iterator[LocalSite]:
    with LocalSite() as local:
        yield local


@pytest.fixture
def run(site: LocalSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Crawl:
    monkeypatch.setattr("data_builders.crawl.run.Extractor", InThisProcess)

    def crawled(limit: int = 10, **changes: object) -> Tally:
        manners = changes.pop("manners", None) or Manners(delay=0.0, tries=2)
        limits = changes.pop("limits", None) or Limits(seconds=5.0, listing_pages=20)
        given = {"source": "udn", "base_url": site.url, "allow_private": True} | changes
        return crawl(Order(limit=limit, manners=manners, limits=limits, **given), tmp_path / "out")  # type: ignore[arg-type]

    return crawled


@pytest.fixture
def records(tmp_path: Path) -> Callable[[], list[Collected]]:
    return lambda: list(jsonl.read(tmp_path / "out" / ARTICLES, Collected))
