"""Every newspaper's pages come out right: invented pages in each site's markup, and four real ones where they lie."""

import json
from pathlib import Path

import pytest

from data_builders.crawl.extract import extract
from data_builders.crawl.sources import SOURCES, article_id, is_article, source_of, story_key

PAGES = Path(__file__).parent / "pages"
REAL = Path(__file__).parents[3] / "shared" / "data" / "pages"
EXPECTED = json.loads((PAGES / "expected.json").read_text(encoding="utf-8"))
FIELDS = ("title", "published", "authors", "category", "tags", "paragraphs")


@pytest.mark.parametrize("name", EXPECTED)
def test_a_page_in_the_manner_of_a_site_comes_out_whole(name: str) -> None:
    expected = EXPECTED[name]
    story = extract(None, (PAGES / name).read_text(encoding="utf-8"))
    found = {field: getattr(story, field) for field in FIELDS}
    assert found == {field: tuple(e) if isinstance(e := expected[field], list) else e for field in FIELDS}


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if expected["id"]])
def test_the_page_tells_its_newspaper_and_id(name: str) -> None:
    story = extract(None, (PAGES / name).read_text(encoding="utf-8"))
    source = source_of(story.url)
    assert source is not None
    assert (source.name, article_id(source, story.url)) == (EXPECTED[name]["source"], EXPECTED[name]["id"])


@pytest.mark.parametrize("name", EXPECTED)
def test_without_a_layout_the_generic_reader_still_finds_every_paragraph(name: str) -> None:
    story = extract(SOURCES["generic"], (PAGES / name).read_text(encoding="utf-8"))
    assert set(EXPECTED[name]["paragraphs"]) <= set(story.paragraphs)
    assert story.title == EXPECTED[name]["title"]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://udn.com/news/story/7324/3100001?from=udn-ch1", "udn-3100001"),
        ("https://money.udn.com/money/amp/story/5612/3100001", "udn-3100001"),
        ("http://udn.com/NEWS/BREAKINGNEWS/BREAKINGNEWS1/9100001.shtml", "udn-9100001"),
        ("https://www.cna.com.tw/news/ahel/202308230179.aspx", "cna-202308230179"),
        ("http://www.cna.com.tw/news/aLOC/201308130021-1.aspx", "cna-201308130021"),
        ("https://sports.ltn.com.tw/news/breakingnews/4405752", "ltn-news/breakingnews/4405752"),
        ("https://star.ettoday.net/news/2575420", "ettoday-2575420"),
        ("https://news.pts.org.tw/article/654000", "pts-654000"),
        ("http://news.pts.org.tw/detail.php?NEENO=285779", "pts-285779"),
        ("https://www.chinatimes.com/newspapers/20141215003373-260407?chdtv", "chinatimes-20141215003373-260407"),
        ("https://newtalk.tw/news/2014/12/15/52850.html", "newtalk-52850"),
        ("https://www.setn.com/News.aspx?PageGroupID=6&NewsID=45500", "setn-45500"),
        ("https://www.nownews.com/news/20161212/2345678", "nownews-2345678"),
    ],
)
def test_a_story_is_known_by_its_address_old_or_new(url: str, key: str) -> None:
    source = source_of(url)
    assert source is not None
    assert is_article(source, url)
    assert story_key(source, url) == key.replace("/", "-")


def test_every_newspaper_of_the_table_has_a_page() -> None:
    assert {expected["source"] for expected in EXPECTED.values()} == set(SOURCES)


def real_pages() -> dict[str, dict[str, object]]:
    file = REAL / "expected.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


@pytest.mark.parametrize("name", ["udn_news_001.html", "cna_001.html", "ltn_001.html", "ettoday_001.html"])
def test_the_real_pages_come_out_right(name: str) -> None:
    if name not in real_pages():
        pytest.skip("the four real pages are not here: ../shared/data/pages")
    expected = real_pages()[name]
    story = extract(None, (REAL / name).read_text(encoding="utf-8"))
    source = source_of(story.url)
    assert source is not None
    assert article_id(source, story.url) == expected["GUID"]
    assert (story.title, story.category) == (expected["Title"], expected["Category"])
    assert list(story.authors) == expected["Author"]
    assert set(story.tags) == set(expected["Tags"])  # type: ignore[call-overload]
    assert story.published.startswith("2023-0")
    if "Content" in expected:
        assert list(story.paragraphs) == expected["Content"]
    else:
        assert [len(paragraph) for paragraph in story.paragraphs] == [104, 138, 154, 76, 111, 68, 151, 106]


@pytest.mark.parametrize("name", ["cna_001.html", "ltn_001.html", "ettoday_001.html"])
def test_without_a_layout_the_real_pages_keep_every_paragraph_and_at_most_one_more(name: str) -> None:
    if name not in real_pages():
        pytest.skip("the four real pages are not here: ../shared/data/pages")
    expected = real_pages()[name]
    story = extract(SOURCES["generic"], (REAL / name).read_text(encoding="utf-8"))
    content = expected["Content"]
    assert isinstance(content, list)
    assert set(content) <= set(story.paragraphs)
    assert len(story.paragraphs) <= len(content) + 1
    assert (story.title, story.category) == (expected["Title"], expected["Category"])
