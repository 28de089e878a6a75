"""The phone page measured: its bytes, the seconds to a summary's first words, fifty readers at once.

    python -m benchmarks.phone_page --gguf nano-q8_0.gguf --out results/phone_page.json
    python -m benchmarks.phone_page                         the embedded summariser

A server of its own (`python -m app serve --offline`, the bundled sample), asked over 127.0.0.1 as a browser would.
`first` is from the tap to the first piece of text, `whole` to the marked summary. Fifty readers ask at one moment: the
list, an article, its summary (fifty different articles, one writer), the history; a failure is any answer but 200, any
fault, any summary that is not in the history.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import ssl
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from statistics import median

import httpx

from app.serve import sample
from app.server import PAGE

ROOT = Path(__file__).parents[1]
TRUSTED = ssl.create_default_context()  # made once: 50 of them would take the seconds that are measured
READERS, ALONE = 50, 20
Times = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the phone page.")
    parser.add_argument("--gguf", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repetition-penalty", type=float, default=1.2)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    words = ["--offline"]
    if args.gguf:
        words += ["--gguf", str(args.gguf), "--threads", str(args.threads)]
        words += ["--repetition-penalty", str(args.repetition_penalty)]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "app", "serve", "--port", "0", "--store", f"{folder}/page.sqlite3", *words]
        server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        try:
            assert server.stderr is not None
            said = server.stderr.readline()
            found = re.search(r"http://[\d.]+:\d+", said)
            assert found, said + server.stderr.read()
            told = asyncio.run(measured(found[0], args.readers))
        finally:
            server.terminate()
            server.wait()
    told["page_bytes"] = sum(path.stat().st_size for path in PAGE.iterdir())
    told["writer"] = args.gguf.name if args.gguf else "extractive"
    told["used"] = used(bool(args.gguf))
    show(told)
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps(told, indent=2), encoding="utf-8")


async def measured(url: str, readers: int) -> dict[str, object]:
    """Measure one reader alone, then many at once."""
    ids = [article.id for article in sample()]
    async with reader(url) as one:
        await summary(one, ids[-1], defaultdict(list))  # the server is warm after it
        alone: Times = defaultdict(list)
        for article in ids[:ALONE]:
            await summary(one, article, alone)
    crowd: Times = defaultdict(list)
    chosen = [ids[ALONE + place % (len(ids) - ALONE - 1)] for place in range(readers)]
    start = time.perf_counter()
    ends = await asyncio.gather(*(visit(url, article, crowd) for article in chosen), return_exceptions=True)
    took = time.perf_counter() - start
    wrong = [repr(end) for end in ends if isinstance(end, BaseException)]
    return {"alone": alone, "crowd": crowd, "readers": readers, "failures": wrong, "crowd_seconds": took}


def reader(url: str) -> httpx.AsyncClient:
    """Return a browser of its own."""
    return httpx.AsyncClient(base_url=url, headers={"origin": url}, timeout=600.0, verify=TRUSTED)


async def visit(url: str, article: str, times: Times) -> None:
    """Do what a reader does: open the page, find, read one, look at the history."""
    async with reader(url) as one:
        start = time.perf_counter()
        page = await one.get("/")
        assert page.status_code == 200, page.text
        times["page"].append(time.perf_counter() - start)
        await enter(one)
        start = time.perf_counter()
        list_ = await one.post("/api/find", json={"query": ""})
        assert list_.status_code == 200, list_.text
        assert '"end"' in list_.text.splitlines()[-1], list_.text
        times["find"].append(time.perf_counter() - start)
        start = time.perf_counter()
        shown = await one.get("/api/article", params={"id": article})
        assert shown.status_code == 200, shown.text
        times["article"].append(time.perf_counter() - start)
        number = await summary(one, article, times)
        start = time.perf_counter()
        entry = await one.get(f"/api/history/{number}")
        assert entry.status_code == 200, entry.text
        assert entry.json()["saved"]["article"]["id"] == article
        times["history"].append(time.perf_counter() - start)


async def enter(one: httpx.AsyncClient) -> None:
    """Open a session."""
    known = await one.get("/api/me")
    assert known.status_code == 200, known.text
    one.headers["x-page-token"] = known.json()["token"]


async def summary(one: httpx.AsyncClient, article: str, times: Times) -> int:
    """Have an article summarised; return its number in the history."""
    if "x-page-token" not in one.headers:
        await enter(one)
    start = time.perf_counter()
    first = number = 0.0
    async with one.stream("POST", "/api/summarise", json={"id": article}) as stream:
        assert stream.status_code == 200
        async for line in stream.aiter_lines():
            step = json.loads(line)
            assert step["kind"] != "fault", line
            if step["kind"] == "ahead":
                times.setdefault("place", []).append(step["number"])
            if step["kind"] == "text" and not first:
                first = time.perf_counter() - start
            if step["kind"] == "saved":
                number = step["number"]
    assert number, "no number in the history"
    if first:
        times["first"].append(first)
    times["whole"].append(time.perf_counter() - start)
    return int(number)


def show(told: dict[str, object]) -> None:
    """Print the tables."""
    print(f"page: {told['page_bytes']} bytes in all; writer: {told['writer']}; {told['used']}")
    print(f"{told['readers']} readers in {told['crowd_seconds']:.1f} s, failures: {len(told['failures'])}")  # type: ignore[arg-type]
    for wrong in told["failures"][:3]:  # type: ignore[index]
        print("  ", wrong[:300])
    print("\n| who | what | times | median | 95 % | worst |\n|---|---|--:|--:|--:|--:|")
    for name in ("alone", "crowd"):
        times: Times = told[name]  # type: ignore[assignment]
        for what, seconds in times.items():
            if what == "place":
                print(f"| {name} | worst place shown | {max(seconds):.0f} | | | |")
                continue
            ordered = sorted(seconds)
            late = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
            shown = " | ".join(f"{second * 1000:.0f} ms" for second in (median(ordered), late, ordered[-1]))
            print(f"| {name} | {what} | {len(seconds)} | {shown} |")


def used(gguf: bool) -> str:
    """Return with what it was measured, and how busy the machine was."""
    found = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in ("starlette", "uvicorn"))]
    if gguf:
        import llama_cpp

        found.append(f"llama-cpp-python {llama_cpp.__version__}")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{', '.join(found)}; {cores} processors, load {os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    main()
