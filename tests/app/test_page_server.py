"""What the page's server answers and refuses; no socket is opened, the application is called as a server would."""

import asyncio
import re
from pathlib import Path

import pytest
from page_house import Page, Reader, Served, news, pages

from app.server import FILES, PAGE
from data_builders.errors import WriteError

READERS = 50


def kinds(steps: list[dict[str, object]]) -> list[object]:
    return [step["kind"] for step in steps]


def test_find_read_and_history_go_through(page: Page) -> None:
    async def go() -> None:
        reader = await page.reader()
        found = await reader.lines("/api/find", {"query": ""})
        ids = [step["news"]["id"] for step in found if step["kind"] == "news"]  # type: ignore[index]
        assert sorted(ids) == ["udn-1", "udn-2", "udn-3"]
        assert found[-1]["origin"] == "net"
        steps = await reader.lines("/api/summarise", {"id": "udn-1"})
        assert kinds(steps) == ["ahead", "text", "text", "told", "saved"]
        told = steps[3]["told"]
        assert told["summary"] == "台北市下大雨，12萬戶停電。"  # type: ignore[index]
        assert [(one["kind"], one["start"], one["end"]) for one in told["marks"]] == [("numbers", 7, 11)]  # type: ignore[index]
        entries = (await reader.get("/api/history")).json()["entries"]
        assert [(one["id"], one["summary"]) for one in entries] == [("udn-1", "台北市下大雨，12萬戶停電。")]
        kept = (await reader.get(f"/api/history/{steps[4]['number']}")).json()["saved"]
        assert kept["article"]["article"] == news(1).article
        assert kept["told"] == told

    asyncio.run(go())


def test_history_is_there_after_a_restart(tmp_path: Path) -> None:
    async def read(page: Page) -> None:
        reader = await page.reader()
        await reader.lines("/api/find", {"query": ""})
        await reader.lines("/api/summarise", {"id": "udn-2"})

    async def look(page: Page) -> object:
        return (await (await page.reader()).get("/api/history")).json()["entries"][0]["title"]

    with pages(tmp_path) as page:
        asyncio.run(read(page))
    with pages(tmp_path) as page:
        assert asyncio.run(look(page)) == "第2則"


def test_a_deleted_entry_can_be_brought_back_for_ten_minutes_and_then_is_gone(page: Page) -> None:
    async def go() -> None:
        reader = await page.reader()
        await reader.lines("/api/find", {"query": ""})
        number = (await reader.lines("/api/summarise", {"id": "udn-1"}))[-1]["number"]
        assert (await reader.post("/api/delete", {"number": number})).status_code == 200
        assert (await reader.get("/api/history")).json() == {"entries": []}
        assert (await reader.get(f"/api/history/{number}")).status_code == 404
        assert (await reader.post("/api/restore", {"number": number})).status_code == 200
        assert len((await reader.get("/api/history")).json()["entries"]) == 1
        await reader.post("/api/delete", {"number": number})
        page.clock.time += 601
        page.store.sweep()
        assert (await reader.post("/api/restore", {"number": number})).status_code == 404
        assert page.store.reading("SELECT COUNT(*) FROM history") == [(0,)]

    asyncio.run(go())


def test_reading_the_same_news_again_moves_its_entry_up_and_asks_nobody(page: Page) -> None:
    async def go() -> None:
        reader = await page.reader()
        await reader.lines("/api/find", {"query": ""})
        for wanted in ("udn-1", "udn-2", "udn-1"):
            await reader.lines("/api/summarise", {"id": wanted})
        entries = (await reader.get("/api/history")).json()["entries"]
        assert [one["id"] for one in entries] == ["udn-1", "udn-2"]
        assert page.writer.wrote == ["udn-1", "udn-2"]

    asyncio.run(go())


def test_readers_behind_a_token_do_not_see_each_others_history(locked: Page) -> None:
    async def go() -> None:
        one, other = await locked.reader(Served.TOKEN), await locked.reader(Served.TOKEN)
        await one.lines("/api/find", {"query": ""})
        number = (await one.lines("/api/summarise", {"id": "udn-1"}))[-1]["number"]
        assert (await other.get("/api/history")).json() == {"entries": []}
        assert (await other.get(f"/api/history/{number}")).status_code == 404
        assert (await other.post("/api/delete", {"number": number})).status_code == 404
        assert len((await one.get("/api/history")).json()["entries"]) == 1

    asyncio.run(go())


def test_fifty_readers_of_fifty_news_are_served_one_at_a_time_and_see_their_place(page: Page) -> None:
    page.papers["udn"].held = [news(number) for number in range(100, 100 + READERS)]
    for article in page.papers["udn"].held:
        page.store.keep(article)

    async def go() -> None:
        readers = [await page.reader() for _ in range(READERS)]
        page.writer.gate.clear()
        asked = [
            asyncio.create_task(reader.lines("/api/summarise", {"id": f"udn-{100 + place}"}))
            for place, reader in enumerate(readers)
        ]
        while len(page.house.turns.waiting) < READERS - 1:
            await asyncio.sleep(0.001)
        page.writer.gate.set()
        came = await asyncio.gather(*asked)
        assert [steps[-1]["kind"] for steps in came] == ["saved"] * READERS
        assert page.writer.most_at_once == 1
        last = [step["number"] for step in came[-1] if step["kind"] == "ahead"]
        assert last == sorted(last, reverse=True), "the place only gets better"
        assert (last[0], last[-1]) == (READERS - 1, 0)

    asyncio.run(go())


def test_readers_of_one_article_share_one_summary(page: Page) -> None:
    page.store.keep(news(1))

    async def go() -> None:
        reader = await page.reader()
        page.writer.gate.clear()
        asked = [asyncio.create_task(reader.lines("/api/summarise", {"id": "udn-1"})) for _ in range(READERS)]
        await asyncio.sleep(0.05)
        page.writer.gate.set()
        came = await asyncio.gather(*asked)
        assert page.writer.wrote == ["udn-1"]
        assert all(steps[-2]["told"] == came[0][-2]["told"] for steps in came)

    asyncio.run(go())


def test_a_reader_who_leaves_gives_up_his_place_and_a_summary_that_runs_is_kept(page: Page) -> None:
    for number in (1, 2, 3):
        page.store.keep(news(number))

    async def go() -> None:
        turns = page.house.turns
        page.writer.gate.clear()
        running, leaving = turns.steps(news(1)), turns.steps(news(2))
        await anext(running)
        assert (await anext(leaving)).number == 1
        staying = turns.steps(news(3))
        assert (await anext(staying)).number == 2
        await leaving.aclose()
        assert (await anext(staying)).number == 1
        await running.aclose()
        page.writer.gate.set()
        assert [step.kind async for step in staying][-1] == "told"
        assert page.writer.wrote == ["udn-1", "udn-3"]
        assert [step.kind async for step in turns.steps(news(1))] == ["told"], "what ran was kept"

    asyncio.run(go())


def test_a_writer_that_fails_is_told_and_the_next_one_is_served(page: Page) -> None:
    for number in (1, 2):
        page.store.keep(news(number))

    async def go() -> None:
        reader = await page.reader()
        page.writer.fails = "模型伺服器太忙了。"
        steps = await reader.lines("/api/summarise", {"id": "udn-1"})
        assert (steps[-1]["kind"], steps[-1]["text"]) == ("fault", "模型伺服器太忙了。")
        page.writer.fails = ""
        assert kinds(await reader.lines("/api/summarise", {"id": "udn-1"}))[-1] == "saved"

    asyncio.run(go())


def test_a_full_disk_is_told_in_the_stream(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    page.store.keep(news(1))

    def full(*_: object) -> int:
        raise WriteError("page.sqlite3", "to keep it", "database or disk is full", "free some space")

    async def go() -> None:
        reader = await page.reader()
        monkeypatch.setattr(page.store, "save", full)
        steps = await reader.lines("/api/summarise", {"id": "udn-1"})
        assert kinds(steps)[-2:] == ["told", "fault"]

    asyncio.run(go())


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
        locked.house.guard.password = "another one that is long"
        return (await reader.get("/api/history")).status_code

    assert asyncio.run(go()) == 401
