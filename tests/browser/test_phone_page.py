"""The phone page in a real Chromium at the size of a phone: find, read, history, reload, offline, dark, plants."""

import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from local_site import LocalSite
from local_site import page as story_page
from phone_house import PLANTS, Model, Phone, PhoneServer, shot

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
Phones = Callable[..., Phone]


@pytest.fixture
def phones(chromium: "Browser") -> Iterator[Phones]:
    """Make phones; whatever went wrong on one of their pages fails the test."""
    made: list[Phone] = []

    def make(**more: object) -> Phone:
        made.append(Phone(chromium, **more))
        return made[-1]

    yield make
    for phone in made:
        phone.context.close()
    assert [wrong for phone in made for wrong in phone.wrong] == []


@pytest.fixture
def servers() -> Iterator[Callable[..., PhoneServer]]:
    made: list[PhoneServer] = []

    def make(folder: Path, *words: str) -> PhoneServer:
        made.append(PhoneServer(folder, *words))
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.fixture
def model() -> Iterator[Model]:
    with Model().serving() as served:
        yield served


def site_words(site: LocalSite) -> list[str]:
    return ["--sources", "udn", "--sites-at", site.url, "--allow-private"]


def told(page: "Page") -> str:
    """The summary, when it is whole."""
    page.wait_for_selector("#share:not([hidden])")
    return page.inner_text("#summary")


def test_find_read_history_reload_and_offline(
    tmp_path: Path, servers: Callable[..., PhoneServer], phones: Phones, model: Model
) -> None:
    with LocalSite() as site:
        site.articles(5)
        server = servers(tmp_path, *site_words(site), "--base-url", model.url, "--model", "toy-model")
        phone = phones()
        page = phone.open(server.start())
        page.wait_for_selector("#list li >> nth=4")
        assert page.inner_text("#list li h2 >> nth=0") == "公車改道第104號公告", "the newest is the first"
        page.wait_for_selector("#papers >> text=聯合新聞網 ✓")
        shot(page, "find")
        page.click("#list li a >> nth=0")
        assert told(page) == "市府說明公車改道，為期99天。"
        assert "模型 toy-model 產生" in page.inner_text("#writer")
        assert page.inner_text("#doubts") == "⚠ 原文找不到這個數字：99天"
        assert page.inner_text("#summary mark.doubt") == "99天"
        page.click("#summary .said")
        assert page.inner_text("#original mark.strong >> nth=0").startswith("第104則：市府今天說明公車改道")
        shot(page, "read")
        page.reload()
        assert told(page) == "市府說明公車改道，為期99天。"
        page.click("#to-history")
        page.wait_for_selector("#entries li")
        assert page.locator("#entries li").count() == 1
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        page.reload()
        page.wait_for_selector("#entries li")
        page.wait_for_function("caches.open('data-1').then((one) => one.keys()).then((keys) => keys.length >= 3)")
        server.stop()
        page.reload()
        page.click("#entries li a")
        assert told(page) == "市府說明公車改道，為期99天。"
        assert page.inner_text("#original p >> nth=0").startswith("第104則")
        page.click("#delete")
        page.wait_for_selector("#said >> text=離線時不能刪除")
        page.click("#to-news")
        page.wait_for_selector("#banner >> text=連不上伺服器")
        assert page.locator("#list li").count() == 5
        shot(page, "offline")
        server.start()
        page.reload()
        page.wait_for_selector("#papers >> text=聯合新聞網 ✓")
        page.click("#to-history")
        page.click(".remove")
        page.wait_for_selector("#nothing:not([hidden])")
        page.click("#undo")
        page.wait_for_selector("#entries li")


def test_without_any_paper_the_sample_is_read_and_said_to_be_one(
    tmp_path: Path, servers: Callable[..., PhoneServer], phones: Phones
) -> None:
    with LocalSite() as site:
        gone = site_words(site)
    page = phones().open(servers(tmp_path, *gone).start())
    page.wait_for_selector("#banner >> text=連不上新聞網站。以下是內附的範例新聞，內容是虛構的。")
    shot(page, "sample")
    page.fill("#query", "珊瑚")
    page.press("#query", "Enter")
    page.wait_for_function("document.querySelectorAll('#list li').length < 10")
    page.click("#list li a >> nth=0")
    summary = told(page)
    assert "目前沒有接上模型：摘要由內附的摘錄器產生" in page.inner_text("#writer")
    assert summary[:12] in page.inner_text("#original")
    assert page.locator("#link a").count() == 0, "a fictional paper has no site"
    page.fill("#query", "") if page.is_visible("#query") else page.click("#to-news")
    page.fill("#query", "沒有這種詞")
    page.press("#query", "Enter")
    page.wait_for_selector("#none >> text=沒有找到「沒有這種詞」的新聞")


def test_what_is_planted_in_news_and_answers_never_runs(
    tmp_path: Path, servers: Callable[..., PhoneServer], phones: Phones, model: Model
) -> None:
    plants = "".join(PLANTS)
    model.says = ["新聞摘要：\n", *PLANTS, "完。"]
    with LocalSite() as site:
        site.articles(1)
        body = story_page(100).replace("第100則：", escape(plants)).replace("公車改道第100號公告", escape(plants[:150]))
        site.answers["/news/story/7/100"].clear()
        site.route("/news/story/7/100", body)
        server = servers(tmp_path, *site_words(site), "--base-url", model.url, "--model", plants)
        phone = phones()
        page = phone.open(server.start())
        page.wait_for_selector("#list li")
        page.click("#list li a")
        summary = told(page)
        shot(page, "plants")
        for plant in PLANTS[:4]:
            assert plant in summary, "what would be markup is shown as the letters it is"
            assert plant in page.inner_text("#original")
        for place in ("#read", "#list", "#entries"):
            assert page.locator(f"{place} >> css=script, img, svg, iframe, a[href^='javascript']").count() == 0
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b]", page.inner_text("main"))
        page.click("#to-history")
        page.wait_for_selector("#entries li")
        page.click("#entries li a")
        told(page)
        assert page.evaluate("window.hit") is None


def test_dark_follows_the_phone_until_the_reader_chooses(
    tmp_path: Path, servers: Callable[..., PhoneServer], phones: Phones
) -> None:
    url = servers(tmp_path, "--offline").start()
    colour = "getComputedStyle(document.body).backgroundColor"
    dark, light = "rgb(17, 23, 21)", "rgb(244, 246, 245)"
    page = phones(color_scheme="dark").open(url)
    page.wait_for_selector("#list li")
    assert page.evaluate(colour) == dark
    page.click("#theme")
    assert page.evaluate(colour) == light
    page.reload()
    assert page.evaluate(colour) == light, "the choice outlives a reload"
    page.click("#theme")
    page.click("#theme")
    assert "跟隨手機" in str(page.get_attribute("#theme", "aria-label"))
    assert page.evaluate(colour) == dark
    assert phones(color_scheme="light").open(url).evaluate(colour) == light


@pytest.mark.parametrize("width", [360, 390, 430])
def test_nothing_is_wider_than_the_phone_and_everything_can_be_hit(
    tmp_path: Path, servers: Callable[..., PhoneServer], phones: Phones, width: int
) -> None:
    page = phones(viewport={"width": width, "height": 740}).open(servers(tmp_path, "--offline").start())
    page.wait_for_selector("#list li")

    def look() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, nav a, .cards a, input")]
            .filter((one) => one.offsetParent !== null)
            .map((one) => [one.id || one.className || one.tagName, one.getBoundingClientRect()])
            .filter(([, box]) => box.width < 44 || box.height < 44).map(([name]) => name)"""
        )
        assert small == []
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("button, a, input")].filter((one) => one.offsetParent !== null)
            .filter((one) => !(one.getAttribute("aria-label") || one.textContent.trim() || one.labels?.length))
            .map((one) => one.id || one.tagName)"""
        )
        assert nameless == []

    look()
    page.click("#list li a >> nth=0")
    told(page)
    look()
    page.click("#to-history")
    page.wait_for_selector("#entries li")
    look()


def test_the_keyboard_reaches_everything_and_share_falls_back_to_a_copy(
    tmp_path: Path, servers: Callable[..., PhoneServer], phones: Phones
) -> None:
    phone = phones(permissions=["clipboard-read", "clipboard-write"])
    page = phone.open(servers(tmp_path, "--offline").start())
    page.wait_for_selector("#list li")
    page.focus("#list li a >> nth=0")
    page.keyboard.press("Enter")
    summary = told(page)
    assert page.evaluate("document.activeElement.id") == "title", "who listens to the page hears the headline"
    page.focus("#summary .said >> nth=0")
    page.keyboard.press("Enter")
    assert page.get_attribute("#summary .said >> nth=0", "aria-pressed") == "true"
    page.evaluate("delete Navigator.prototype.share")
    page.click("#share")
    page.wait_for_selector("#said >> text=已複製摘要")
    assert summary in page.evaluate("navigator.clipboard.readText()")


def test_the_place_in_the_queue_is_shown(
    tmp_path: Path, servers: Callable[..., PhoneServer], phones: Phones, model: Model
) -> None:
    model.pause = 1.0
    words = ["--offline", "--base-url", model.url, "--model", "slow", "--at-once", "1"]
    url = servers(tmp_path, *words).start()
    one, other = phones().open(url), phones().open(url)
    for place, page in enumerate((one, other)):
        page.wait_for_selector("#list li >> nth=1")
        page.click(f"#list li a >> nth={place}")
    other.wait_for_selector("#wait >> text=前面還有 1 篇")
    shot(other, "queue")
    assert told(other) == told(one) == "市府說明公車改道，為期99天。"


def test_from_elsewhere_the_url_with_its_token_opens_the_page_and_stays_in_no_address(
    tmp_path: Path, servers: Callable[..., PhoneServer], phones: Phones
) -> None:
    url = servers(tmp_path, "--offline", "--host", "0.0.0.0").start()  # noqa: S104 - the token is what is tested
    address, token = re.sub(r"//[\d.]+:", "//127.0.0.1:", url).split("#token=")
    stranger = phones().open(address)
    stranger.wait_for_selector("#enter:not([hidden])")
    shot(stranger, "token")
    assert stranger.locator("#list li").count() == 0
    page = phones().open(f"{address}#token={token}")
    page.wait_for_selector("#list li")
    assert token not in page.url
    page.goto(address)
    page.wait_for_selector("#list li")
    stranger.fill("#token", token)
    stranger.press("#token", "Enter")
    stranger.wait_for_selector("#list li")
