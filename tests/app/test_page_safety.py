"""What the page's server refuses, and what stands in its files; no socket is opened."""

import asyncio
import re

import pytest
from page_house import Page, Reader, Served

from app.server import FILES, PAGE


def test_every_answer_carries_the_strict_headers(page: Page) -> None:
    async def go() -> None:
        reader = Reader(page.app)
        for path in ("/", "/main.js", "/sw.js", "/nothing", "/api/me", "/api/nothing", "/api/history"):
            headers = (await reader.get(path)).headers
            policy = headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';"), path
            assert "require-trusted-types-for 'script'" in policy
            assert "unsafe" not in policy
            assert "data:" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"

    asyncio.run(go())


def test_every_file_of_the_page_is_served_and_nothing_else(page: Page) -> None:
    async def go() -> None:
        reader = Reader(page.app)
        assert {path.name for path in PAGE.iterdir()} == set(FILES)
        for name, kind in FILES.items():
            said = await reader.get(f"/{name}")
            assert (said.content, said.headers["content-type"].partition(";")[0]) == ((PAGE / name).read_bytes(), kind)
        for path in ("/server.py", "/..%2fserver.py", "/page/index.html", "/%2e%2e/server.py", "/.html"):
            assert (await reader.get(path)).status_code == 404

    asyncio.run(go())


def test_the_whole_page_is_under_100_kb() -> None:
    assert sum(path.stat().st_size for path in PAGE.iterdir()) < 100_000


def test_the_page_loads_nothing_from_elsewhere_and_makes_no_markup_of_text() -> None:
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    assert "http" not in page
    assert not re.search(r"\sstyle=|\son\w+=|<script>", page)
    texts = {path.name: path.read_text(encoding="utf-8") for path in PAGE.iterdir() if path.suffix in {".js", ".css"}}
    for name, text in texts.items():
        for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
                     "http:/", "https:/", "@import", "url("):  # fmt: skip
            assert sink not in text.replace("/^https?:\\/\\//", ""), (name, sink)


def test_the_worker_keeps_every_file_of_the_shell() -> None:
    kept = set(re.findall(r'"([\w.-]+\.\w+)"', (PAGE / "sw.js").read_text(encoding="utf-8").split("];")[0]))
    assert kept == set(FILES) - {"sw.js", "index.html"}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "10.0.0.5:7860", ""])
def test_a_name_that_is_not_ours_is_refused(page: Page, host: str) -> None:
    for path in ("/", "/api/me", "/api/history"):
        assert asyncio.run(Reader(page.app).get(path, headers={"host": host})).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:9999", "http://127.0.0.1"])
@pytest.mark.parametrize("path", ["enter", "find", "open", "summarise", "delete", "restore"])
def test_a_post_from_another_page_is_refused(page: Page, origin: str, path: str) -> None:
    async def go() -> int:
        reader = await page.reader()
        body = {"token": "", "query": "", "url": "https://udn.com", "id": "udn-1", "number": 1}
        return (await reader.post(f"/api/{path}", body, headers={"origin": origin})).status_code

    assert asyncio.run(go()) == 403
    assert page.papers["udn"].asked == []


def test_a_form_of_another_page_is_no_json_and_a_post_without_the_token_is_refused(page: Page) -> None:
    async def go() -> None:
        reader = await page.reader()
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            said = await reader.send("POST", "/api/find", content=b"{}", headers={"content-type": kind})
            assert said.status_code == 415
        for token in (b"", "é".encode(), b"0" * 64):
            said = await reader.post("/api/find", {"query": ""}, headers={"x-page-token": token})
            assert said.status_code == 403

    asyncio.run(go())


@pytest.mark.parametrize("sent", [b"", b"[]", b"{", b'{"number": "x"}', b"\xff", b'{"number": 1e999}'])
def test_what_is_no_request_is_refused_in_one_line(page: Page, sent: bytes) -> None:
    async def go() -> tuple[int, str]:
        reader = await page.reader()
        said = await reader.send("POST", "/api/delete", content=sent, headers={"content-type": "application/json"})
        return said.status_code, said.json()["error"]

    code, said = asyncio.run(go())
    assert code == 400
    assert said.startswith("看不懂的內容")


@pytest.mark.parametrize("number", [0, -1, 2**62, 10**30])
def test_a_number_that_no_entry_has_is_not_there(page: Page, number: int) -> None:
    async def go() -> None:
        reader = await page.reader()
        assert (await reader.post("/api/delete", {"number": number})).status_code in {400, 404}
        assert (await reader.get(f"/api/history/{number}")).status_code == 404
        assert (await reader.get(f"/api/history?before={10**30}")).status_code == 200

    asyncio.run(go())


def test_from_elsewhere_nothing_is_told_without_the_token(locked: Page) -> None:
    async def go() -> None:
        reader = Reader(locked.app)
        for path in ("/api/me", "/api/history", "/api/history/1", "/api/article?id=udn-1"):
            assert (await reader.get(path)).status_code == 401, path
        for name in ("find", "open", "summarise", "delete", "restore"):
            body = {"query": "", "url": "https://udn.com", "id": "udn-1", "number": 1}
            assert (await reader.post(f"/api/{name}", body)).status_code == 401
        wrong = await reader.post("/api/enter", {"token": "wrong"})
        assert (wrong.status_code, len(reader.cookies)) == (403, 0)
        right = await reader.post("/api/enter", {"token": Served.TOKEN})
        cookie = right.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert (await reader.get("/api/me")).json()["writer"] == {"name": "toy-model", "kind": "served"}

    asyncio.run(go())


def test_guessing_the_token_is_slowed_down(locked: Page) -> None:
    async def go() -> list[int]:
        reader = Reader(locked.app)
        return [(await reader.post("/api/enter", {"token": str(n)})).status_code for n in range(12)]

    assert asyncio.run(go()) == [403] * 10 + [429] * 2


def test_an_old_session_ends_with_another_token(locked: Page) -> None:
    async def go() -> int:
        reader = await locked.reader(Served.TOKEN)
        locked.house.guard.password = Served.TOKEN[::-1]
        return (await reader.get("/api/history")).status_code

    assert asyncio.run(go()) == 401
