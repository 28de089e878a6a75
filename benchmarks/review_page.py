"""How long the review's server takes for one decision, from request to the next item, with a large review behind it.

    python benchmarks/review_page.py            10,000 items, half of them decided by two reviewers

Prints medians in milliseconds; the request goes to the application itself, so what is measured is checking, keeping
(SQLite with `synchronous = FULL`: the disk's own time is in it), choosing the next item, and the figures at the top.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import httpx

from data_builders.review.desk import Desk
from data_builders.review.guard import Guard
from data_builders.review.items import item_of, ordered
from data_builders.review.schema import Decision, Item
from data_builders.review.server import app_of
from data_builders.review.store import Store
from data_builders.schema import Article, Triple
from data_builders.teacher.schema import Draft

ITEMS, TIMES = 10_000, 101
HOME = "http://127.0.0.1:7860"


def items() -> tuple[Item, ...]:
    """Make items as long as news is."""
    made = []
    for number in range(ITEMS):
        article = Article(f"n{number}", "toy", f"第{number}號颱風來襲，" * 60)
        triples = tuple(Triple("颱風", "來襲", f"台北{place}") for place in range(5))
        draft = Draft(article.id, "mock", "v3", "颱風來襲。" * 20, ("颱風", "台北", "來襲"), triples)
        made.append(item_of(article, draft, None))
    return ordered(made)


async def decide(client: httpx.AsyncClient) -> list[float]:
    """Decide item after item and return what each took."""
    await client.post("/api/enter", json={"name": "小美"})
    client.headers["x-review-token"] = (await client.get("/api/me")).json()["token"]
    item = (await client.get("/api/item")).json()["item"]
    took = []
    for _ in range(TIMES):
        body = {"id": item["id"], "draft": item["draft"], "verdict": "accept", "content": item["start"]}
        begun = time.perf_counter()
        said = await client.post("/api/decide", json=body)
        took.append(time.perf_counter() - begun)
        item = said.json()["item"]
    return took


def main() -> None:
    """Measure with an empty store, and with half the items decided."""
    every = items()
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "review.sqlite3") as store:
        app = app_of(Desk(every, store, 0.1), Guard(b"secret"))
        for decided in (0, ITEMS // 2):
            store.db.execute("PRAGMA synchronous = OFF")
            for item in every[-decided:] if decided else ():
                for reviewer in ("阿明", "阿花"):
                    store.decide(Decision(item.id, item.draft, reviewer, "accept", item.content))
            store.db.execute("PRAGMA synchronous = FULL")

            async def run() -> list[float]:
                transport = httpx.ASGITransport(app)
                async with httpx.AsyncClient(transport=transport, base_url=HOME, headers={"origin": HOME}) as client:
                    return await decide(client)

            took = sorted(asyncio.run(run()))
            worst = took[-1] * 1000
            print(
                f"{ITEMS} items, {decided * 2} decisions: median {statistics.median(took) * 1000:.1f} ms, "
                f"worst {worst:.1f} ms"
            )


if __name__ == "__main__":
    main()
