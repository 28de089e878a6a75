"""The report of several runs in a real Chromium, opened from disk: quiet, sortable, safe, and narrow enough."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from report_house import PLANTED, REFERENCES, House, house_in

from eval.report.runs.build import build

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
Opening = Callable[..., "Page"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A report of four runs, one of which writes nothing but markup."""
    made = house_in(tmp_path_factory.mktemp("house"))
    made.answer("evil", dict.fromkeys(REFERENCES, PLANTED))
    articles = made.root / "data" / "articles" / "test.jsonl"
    text = articles.read_text("utf-8").replace('"title":"n-0 大雨"', '"title":"<img src=x onerror=alert(1)> 大雨"')
    articles.write_text(text, "utf-8")
    build(made.root, ["good", "weak", "copy", "evil"], made.out, (), common=False)
    return made


@pytest.fixture
def opened(chromium: "Browser", house: House) -> Iterator[Opening]:
    """Open the page from disk; a complaint of the console, a dialog or a request fails the test."""
    wrong: list[str] = []
    contexts = []

    def open_page(width: int = 1280, dark: bool = False, scripts: bool = True) -> "Page":
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        address = (house.out / "report.html").as_uri()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda asked: wrong.append(asked.url) if asked.url != address else None)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def ids(page: "Page") -> list[str]:
    found: list[str] = page.evaluate("[...document.querySelectorAll('#cards > details')].map(e => e.dataset.id)")
    return found


def test_planted_markup_does_nothing(opened: Opening) -> None:
    page = opened()
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.wait_for_timeout(100)
    assert page.title().startswith("good、weak、copy、evil")
    assert page.evaluate("document.querySelectorAll('img, iframe, object, link, main script').length") == 0
    assert page.evaluate("[...document.links].every(one => one.getAttribute('href').startsWith('#'))")
    assert "<script>document.title='壞'</script>" in page.inner_text("#cards")
    assert "<img src=x onerror=alert(1)> 大雨" in page.inner_text("#cards")


def test_a_script_that_is_not_the_page_s_own_does_not_run(chromium: "Browser", house: House, tmp_path: Path) -> None:
    # What if escaping failed: the policy alone must hold.
    spoilt = tmp_path / "spoilt.html"
    spoilt.write_text(house.page.replace("<main>", "<main><script>document.title='壞'</script>", 1), "utf-8")
    page = chromium.new_page()
    page.goto(spoilt.as_uri())
    assert page.title().startswith("good")
    page.close()


def test_sorting_puts_the_worst_of_the_chosen_metric_first(opened: Opening) -> None:
    page = opened()
    first = ids(page)
    labels = page.locator("#order option").all_inner_texts()
    assert labels[0] == "ROUGE-L，所有執行平均"
    page.select_option("#order", label="忠實，weak")
    key = page.input_value("#order")
    values = page.evaluate(f"[...document.querySelectorAll('#cards > details')].map(e => Number(e.dataset.{key}))")
    assert values == sorted(values)
    assert sorted(ids(page)) == sorted(first)
    page.select_option("#order", index=0)
    assert ids(page) == first


def test_without_scripts_the_page_is_whole_and_the_sorter_hidden(opened: Opening) -> None:
    page = opened(scripts=False)
    assert page.locator("#cards > details").count() == len(REFERENCES)
    assert not page.locator("#sorter").is_visible()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_page_never_scrolls_sideways(opened: Opening, width: int) -> None:
    page = opened(width=width)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_ungrounded_spans_say_why(opened: Opening) -> None:
    page = opened()
    span = page.locator(".u[title^='數字：']").first
    assert "萬戶" in str(span.text_content())
    assert page.locator(".why b").first.text_content()


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_what_is_behind_it(opened: Opening, dark: bool) -> None:
    page = opened(dark=dark)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    for selector in ("body", ".meaning", ".u", ".n", ".range", ".h5", "nav.page a", ".why b"):
        assert page.evaluate(CONTRAST, selector) >= 4.5, selector


# The contrast of WCAG 2 between an element's text and the colours behind it, washes laid over each other.
CONTRAST = """selector => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const bytes = colours => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = rgb => {
    const [r, g, b] = rgb.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const element = document.querySelector(selector);
  const behind = [];
  for (let one = element; one; one = one.parentElement) behind.unshift(getComputedStyle(one).backgroundColor);
  const [a, b] = [light(bytes(behind)), light(bytes([...behind, getComputedStyle(element).color]))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""
