"""What the page's server answers and refuses; no socket is opened, the application is called as a server would."""

import asyncio
from pathlib import Path

import pytest
from page_house import Page, Served, news, pages

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
