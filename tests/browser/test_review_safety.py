"""The review's page in a real Chromium: text from the net stays text, and nobody comes in without the password."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_house import Opened, ServerOf, draft, toy

from data_builders.jsonl import write
from data_builders.schema import Article, Triple
from data_builders.teacher.schema import Doubt, Draft

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
PHRASE = "一個夠長的密碼囉"
PLANTED = (
    "<script>window.hurt = 1; alert(1)</script>",
    '<img src="x" onerror="window.hurt = 1; alert(2)">',
    '"><svg onload="window.hurt = 1">',
    "javascript:alert(3)",
    "&lt;script&gt;window.hurt = 1&lt;/script&gt;",
    "\u202e反轉\u2066文字\u200b",
)


def test_planted_scripts_and_direction_marks_do_nothing(tmp_path: Path, server_of: ServerOf, enter: Opened) -> None:
    everything = " ".join(PLANTED)
    doubts = tuple(
        Doubt(part, PLANTED[0], everything) for part in ("summary", "aspects", "triples", "reply", PLANTED[1])
    )
    triple = Triple(PLANTED[0], PLANTED[1], PLANTED[2])
    data = toy(tmp_path, Draft("x", PLANTED[0], PLANTED[1], everything, PLANTED, (triple,), doubts))
    planted = Article("x", PLANTED[1], everything + "\n" + PLANTED[5], title=PLANTED[0], url="javascript:alert(4)",
                      published=PLANTED[1])  # fmt: skip
    write(data / "articles" / "train.jsonl", [planted])
    page = enter(server_of(data).start(), PLANTED[0][:40])
    page.fill("#summary", everything + "改")
    page.locator("#aspects textarea").first.focus()
    page.locator("#triples .remove").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.wait_for_timeout(300)
    assert page.evaluate("window.hurt") is None
    assert page.locator("main script, main img, main svg, main a").count() == 0
    assert page.inner_text("#title") == PLANTED[0]
    assert PLANTED[1] in page.inner_text("#article")
    assert page.locator("#article .hidden-sign").all_inner_texts()[:3] == ["U+202E", "U+2066", "U+200B"]
    assert not any(sign in page.input_value("#aspects textarea >> nth=5") for sign in "\u202e\u2066\u200b")
    page.keyboard.press("Escape")


def test_a_script_that_got_in_all_the_same_would_not_run(tmp_path: Path, server_of: ServerOf, enter: Opened) -> None:
    page = enter(server_of(toy(tmp_path, draft("a"))).start(), "小美")
    page.evaluate("""() => {
        window.refused = 0;
        const made = document.createElement("button"), script = document.createElement("script");
        const tries = [
            () => { made.innerHTML = '<img src="x" onerror="window.hurt = 1">'; },
            () => { made.setAttribute("onclick", "window.hurt = 1"); },
            () => { script.textContent = "window.hurt = 1"; },
            () => { setTimeout("window.hurt = 1", 0); },
        ];
        for (const attempt of tries) try { attempt(); } catch { window.refused += 1; }
        document.body.append(made, script);
        made.click();
    }""")
    page.wait_for_timeout(200)
    assert page.evaluate("[window.hurt, window.refused]") == [None, 4]


def test_the_password_opens_the_page(tmp_path: Path, server_of: ServerOf, chromium: "Browser") -> None:
    (tmp_path / "word").write_text(PHRASE, encoding="utf-8")
    address = server_of(toy(tmp_path, draft("a")), "--password-file", str(tmp_path / "word")).start()
    page = chromium.new_page()
    page.goto(address)
    page.fill("#name", "小美")
    page.fill("#password", "不對的密碼")
    page.press("#password", "Enter")
    page.locator("#enter-wrong").get_by_text("密碼不對。").wait_for()
    page.fill("#password", PHRASE)
    page.press("#password", "Enter")
    page.wait_for_selector("#desk:not([hidden])")
    page.close()
