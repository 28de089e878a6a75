"""Where news come from: papers, what was found before, the sample; no socket is opened, the net is a toy."""

import asyncio
from pathlib import Path

import pytest
from page_house import Page, news

from app.finder import FRESH_SECONDS, SILENT_SECONDS
from app.papers import Paper, PaperError, Site
from app.schema import Find
from data_builders.crawl.extractor import Extractor
from data_builders.crawl.schema import Manners, Reply, Trouble
from data_builders.crawl.sources import SOURCES
from data_builders.review.web import RefusedError
from data_builders.schema import Article

STORY = """<html><head><link rel="canonical" href="https://udn.com/news/story/7/{n}">
<meta property="article:published_time" content="2026-05-03T08:00:01+08:00"></head><body>
<h1 class="article-content__title">{title}</h1><section class="article-content__editor">
<p>{text}市府今天說明公車改道的原因與時間，請民眾留意站牌公告，改道為期三天。</p></section></body></html>"""


async def found(page: Page, query: str = "") -> tuple[list[str], Find]:
    steps = [step async for step in page.house.finder.find(query)]
    return [step.news.id for step in steps if step.news], steps[-1]


def test_a_keyword_of_the_mainland_finds_taiwans_word(page: Page) -> None:
    ids, end = asyncio.run(found(page, "英偉達"))
    assert ids == ["udn-3"]
    assert (end.origin, end.forms[:2]) == ("net", ("輝達", "英偉達"))
    assert page.papers["cna"].asked == [end.forms]


def test_what_was_found_is_told_from_memory_for_ten_minutes(page: Page) -> None:
    finder = page.house.finder
    finder.clock = page.clock

    async def go() -> None:
        await found(page)
        await found(page)
        assert len(page.papers["udn"].asked) == 1
        page.clock.time += FRESH_SECONDS + 1
        await found(page)
        assert len(page.papers["udn"].asked) == 2

    asyncio.run(go())


def test_fifty_readers_who_ask_the_same_are_one_search(page: Page) -> None:
    async def go() -> list[tuple[list[str], Find]]:
        page.papers["udn"].gate = asyncio.Event()
        asked = [asyncio.create_task(found(page)) for _ in range(50)]
        await asyncio.sleep(0.01)
        page.papers["udn"].gate.set()
        return await asyncio.gather(*asked)

    came = asyncio.run(go())
    assert {tuple(sorted(ids)) for ids, _ in came} == {("udn-1", "udn-2", "udn-3")}
    assert [len(paper.asked) for paper in page.papers.values()] == [1, 1, 0]


def test_a_paper_that_does_not_answer_is_named_and_the_others_are_read(page: Page) -> None:
    page.papers["udn"].silent = "現在連不上"

    async def go() -> list[Find]:
        return [step async for step in page.house.finder.find("")]

    steps = asyncio.run(go())
    assert Find("paper", paper="udn", said="現在連不上") in steps
    assert [step.news.id for step in steps if step.news] == ["udn-3"]
    assert steps[-1].origin == "net"


def test_without_any_paper_the_sample_is_shown_and_said_to_be_one(page: Page) -> None:
    for paper in page.papers.values():
        paper.silent = "現在連不上"

    async def go() -> None:
        steps = [step async for step in page.house.finder.find("")]
        assert [(step.news.id, step.news.sample) for step in steps if step.news] == [("udn-91", True), ("udn-90", True)]
        assert steps[-1].origin == "sample"
        ids, end = await found(page, "英偉達")
        assert (ids, end.origin) == (["udn-91"], "sample")

    asyncio.run(go())


def test_what_was_found_before_is_shown_rather_than_the_sample(page: Page) -> None:
    page.store.keep(news(7, "先前的新聞"))
    for paper in page.papers.values():
        paper.silent = "現在連不上"
    ids, end = asyncio.run(found(page))
    assert (ids, end.origin) == (["udn-7"], "kept")


def test_a_silent_paper_is_left_alone_for_a_minute(page: Page) -> None:
    finder = page.house.finder
    finder.clock = page.clock
    page.papers["udn"].silent = "現在連不上"

    async def go() -> None:
        await found(page)
        await found(page, "別的")
        assert len(page.papers["udn"].asked) == 1
        page.clock.time += SILENT_SECONDS + 1
        await found(page)
        assert len(page.papers["udn"].asked) == 2

    asyncio.run(go())


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:7860/", "http://localhost@evil.example/", "http://[::1]/", "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/", "file:///etc/passwd", "javascript:alert(1)", "ftp://udn.com/", "http://",
        "gopher://x", "http://[::ffff:127.0.0.1]/",
    ],
)  # fmt: skip
def test_an_address_that_must_not_be_asked_is_refused_before_any_paper_sees_it(page: Page, url: str) -> None:
    with pytest.raises(RefusedError, match="不能開啟這個網址"):
        asyncio.run(page.house.finder.open(url))
    assert page.papers["generic"].opened == []


def test_an_address_goes_to_its_own_paper_and_an_unknown_one_to_the_paper_that_takes_any(page: Page) -> None:
    async def go() -> None:
        article = await page.house.finder.open("https://udn.com/news/story/1/2")
        assert article.id == "udn-2"
        assert page.house.finder.article("udn-2") is not None
        with pytest.raises(RefusedError, match="找不到新聞內文"):
            await page.house.finder.open("https://blog.example/1")
        assert page.papers["generic"].opened == ["https://blog.example/1"]

    asyncio.run(go())


class ToyNet:
    """Answers a paper's visitor in the place of Fetcher: addresses to bodies; what is not there is refused."""

    def __init__(self, pages: dict[str, str]) -> None:
        self.pages, self.asked = pages, list[str]()

    def get(self, url: str, *_: str, **__: object) -> Reply | Trouble:
        self.asked.append(url)
        if url not in self.pages:
            return Trouble("broken_reply", "no net", again=True)
        kind = "application/json" if "api" in url else "text/html"
        return Reply(url, 200, self.pages[url].encode(), kind)


@pytest.fixture
def udn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paper:
    from data_builders.crawl.extract import extract

    def read(_: Extractor, source: str, body: bytes, *more: str) -> object:
        story = extract(SOURCES.get(source), body.decode(), more[-1])
        return story if story.paragraphs else Trouble("no_article")

    monkeypatch.setattr(Extractor, "read", read)
    return Paper(SOURCES["udn"], tmp_path / "papers", Site(manners=Manners(delay=0.0, tries=1)), Extractor(5.0))


def listed(*numbers: int) -> str:
    return '{"lists": [' + ",".join(f'{{"titleLink": "/news/story/7/{n}"}}' for n in numbers) + "]}"


def test_a_paper_is_searched_by_each_form_and_gives_only_what_holds_the_words(
    udn: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = "https://udn.com/api/more?page=1&channelId=2&id=search:{}&type=searchword"
    net = ToyNet(
        {
            "https://udn.com/robots.txt": "User-agent: *\nAllow: /",
            search.format("%E8%BC%9D%E9%81%94"): listed(1, 2),
            search.format("%E8%8B%B1%E5%81%89%E9%81%94"): listed(2, 3),
            "https://udn.com/news/story/7/1": STORY.format(n=1, title="輝達漲停", text="<b>輝達</b>"),
            "https://udn.com/news/story/7/2": STORY.format(n=2, title="別的新聞", text="無關。"),
            "https://udn.com/news/story/7/3": STORY.format(n=3, title="英偉達在港", text="\u202e"),
        }
    )
    monkeypatch.setattr("app.papers.Fetcher", lambda *_: net)

    async def go() -> list[Article]:
        return [article async for article in udn.found(("輝達", "英偉達"), 8)]

    articles = asyncio.run(go())
    assert [(one.id, one.title) for one in articles] == [("udn-7-1", "輝達漲停"), ("udn-7-3", "英偉達在港")]
    assert articles[0].published == "2026-05-03T08:00:01+08:00"
    assert "\u202e" not in articles[1].article
    asked = len(net.asked)
    assert [one.id for one in asyncio.run(go())] == ["udn-7-1", "udn-7-3"]
    assert not [url for url in net.asked[asked:] if "story" in url], "an article is fetched once"


def test_robots_txt_is_obeyed_for_an_address_that_a_reader_gives(udn: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    net = ToyNet({"https://udn.com/robots.txt": "User-agent: *\nDisallow: /news/"})
    monkeypatch.setattr("app.papers.Fetcher", lambda *_: net)
    with pytest.raises(PaperError) as error:
        asyncio.run(udn.page("https://udn.com/news/story/7/1"))
    assert "robots.txt 不允許" in error.value.sentence
    assert net.asked == ["https://udn.com/robots.txt"]


def test_a_paper_that_cannot_be_reached_says_so(udn: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.papers.Fetcher", lambda *_: ToyNet({}))

    async def go() -> None:
        async for _ in udn.found((), 8):
            pass

    with pytest.raises(PaperError) as error:
        asyncio.run(go())
    assert error.value.sentence == "現在連不上"
