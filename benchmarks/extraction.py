"""How well article pages are read: ours, trafilatura alone, and a parser of one site's selectors, on the same pages.

    python -m benchmarks.extraction                # tests/crawl/pages, and real pages where they lie
    python -m benchmarks.extraction --misses       # and every field that ours did not read as expected

A title, a time and an author list count when they are as expected (white space aside); a paragraph counts when it is
exactly one of the expected ones. `one site's selectors` are what a crawler for udn.com alone takes:
`h1.article-content__title`, `time.article-content__time`, `span.article-content__author`,
`section.article-content__editor p`. trafilatura gives days, not times of the day.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import trafilatura
from lxml import html

from data_builders.crawl.clock import iso
from data_builders.crawl.extract import extract
from data_builders.crawl.paragraphs import parse, tidy
from data_builders.crawl.schema import Story
from data_builders.crawl.sources import GENERIC

ROOT = Path(__file__).parents[1]
INVENTED = ROOT / "tests" / "crawl" / "pages"
REAL = ROOT.parent / "shared" / "data" / "pages"


@dataclass(frozen=True, slots=True)
class Case:
    """One page, and what is expected of it; no paragraphs where nobody wrote them down."""

    group: str
    name: str
    text: str
    expected: Story


def cases() -> list[Case]:
    """Return the invented pages and, where they lie, the real ones."""
    found = []
    for name, row in json.loads((INVENTED / "expected.json").read_text(encoding="utf-8")).items():
        group = {"udn": "UDN", "generic": "sites without a file"}.get(row["source"], "sites with a file")
        text = (INVENTED / name).read_text(encoding="utf-8")
        found.append(Case(f"invented, {group}", name, text, story(row["title"], row["published"], row)))
    if (REAL / "expected.json").is_file():
        for name, row in json.loads((REAL / "expected.json").read_text(encoding="utf-8")).items():
            ours = {"authors": row["Author"], "paragraphs": row.get("Content", [])}
            text = (REAL / name).read_text(encoding="utf-8")
            found.append(Case("real", name, text, story(row["Title"], "", ours)))
    return found


def story(title: str, published: str, row: dict[str, list[str]]) -> Story:
    """Return what is expected of a page."""
    return Story("", title, published, tuple(row["authors"]), "", (), tuple(row["paragraphs"]))


def ours(text: str) -> Story:
    """Read a page as `crawl parse --source auto` does."""
    return extract(None, text)


def ours_generic(text: str) -> Story:
    """Read a page as one of a site that has no file."""
    return extract(GENERIC, text)


def alone(text: str) -> Story:
    """Read a page by trafilatura alone, with its metadata."""
    found = trafilatura.bare_extraction(text, include_comments=False, with_metadata=True)
    if found is None:
        return Story()
    value = found if isinstance(found, dict) else found.as_dict()
    authors = tuple(filter(None, (name.strip() for name in (value.get("author") or "").split(";"))))
    lines = tuple(filter(None, map(tidy, (value.get("text") or "").split("\n"))))
    return Story("", value.get("title") or "", iso(value.get("date") or ""), authors, "", (), lines)


def one_site(text: str) -> Story:
    """Read a page by the selectors of udn.com's present layout, and nothing else."""
    tree = parse(text)
    if tree is None:
        return Story()
    (title,), (moment,), (author,) = (
        first(tree, path)
        for path in (
            "//h1[contains(@class,'article-content__title')]",
            "//time[contains(@class,'article-content__time')]",
            "//span[contains(@class,'article-content__author')]",
        )
    )
    nodes = tree.xpath("//section[contains(@class,'article-content__editor')]//p")
    lines = tuple(filter(None, (tidy(node.text_content()) for node in nodes)))
    return Story("", title, iso(moment), (author,) if author else (), "", (), lines)


def first(tree: html.HtmlElement, path: str) -> tuple[str]:
    """Return the first text that a path finds, or ""."""
    return (next((tidy(node.text_content()) for node in tree.xpath(path)), ""),)


READERS: dict[str, Callable[[str], Story]] = {
    "ours": ours,
    "ours, without the site's file": ours_generic,
    f"trafilatura {version('trafilatura')} alone": alone,
    "one site's selectors": one_site,
}


def shown(values: Iterable[bool]) -> str:
    """Return how many are true, of how many."""
    found = list(values)
    return f"{sum(found)}/{len(found)}" if found else "-"


def row(reader: Callable[[str], Story], chosen: list[Case]) -> list[str]:
    """Return one reader's cells: title, day, minute, authors, paragraph precision and recall."""
    pairs = [(reader(case.text), case.expected) for case in chosen]
    hits = found = wanted = 0
    for got, expected in pairs:
        if expected.paragraphs:
            hits += sum((Counter(map(plain, got.paragraphs)) & Counter(map(plain, expected.paragraphs))).values())
            found += len(got.paragraphs)
            wanted += len(expected.paragraphs)
    return [
        shown(plain(got.title) == plain(expected.title) for got, expected in pairs),
        shown(got.published[:10] == expected.published[:10] for got, expected in pairs if expected.published),
        shown(got.published[:16] == expected.published[:16] for got, expected in pairs if expected.published),
        shown(set(got.authors) == set(expected.authors) for got, expected in pairs),
        f"{100 * hits / found:.1f}" if found else "-",
        f"{100 * hits / wanted:.1f}" if wanted else "-",
    ]


def plain(text: str) -> str:
    """Return the text without white space."""
    return re.sub(r"[\s\u3000]", "", text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true", help="name the pages that ours did not read as expected")
    args = parser.parse_args()
    everything = cases()
    for group in dict.fromkeys(case.group for case in everything):
        chosen = [case for case in everything if case.group == group]
        print(f"\n### {group}, {len(chosen)} pages\n")
        print("| reader | title | day | minute | authors | paragraphs: precision | recall |")
        print("|---|--:|--:|--:|--:|--:|--:|")
        for name, reader in READERS.items():
            print(f"| {name} | {' | '.join(row(reader, chosen))} |")
    if args.misses:
        for case in everything:
            got = ours(case.text)
            if got.paragraphs != case.expected.paragraphs or set(got.authors) != set(case.expected.authors):
                print(case.name, got)


if __name__ == "__main__":
    main()
