"""Our fetcher beside Scrapy on one local site, in one run: pages a second, memory, a robots.txt in trouble.

    python -m benchmarks.crawl_scrapy --peer <python of a venv with scrapy> [--pages 300] [--rounds 3]

Both take the same listing and pages from 127.0.0.1, one request at a time, no delay, robots.txt obeyed. Ours also keeps
pages and state in SQLite and reads each article; Scrapy's spider takes the title and paragraphs by two selectors.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "crawl"))

from local_site import LocalSite  # type: ignore[import-not-found]  # noqa: E402 - the tests' own site

SPIDER = """
import json, sys
import scrapy
from scrapy.crawler import CrawlerProcess

base, pages, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]

class Peer(scrapy.Spider):
    name = "peer"
    start_urls = [f"{base}/api/more?page={number}" for number in range(1, pages // 10 + 1)]
    custom_settings = {"ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS": 1, "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
                       "DOWNLOAD_DELAY": 0, "LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False,
                       "FEEDS": {out: {"format": "jsonlines", "encoding": "utf8"}}}

    def parse(self, response):
        for row in json.loads(response.text)["lists"]:
            yield response.follow(row["titleLink"], self.article)

    def article(self, response):
        yield {"title": response.css("h1::text").get(),
               "paragraphs": response.css("section.article-content__editor > p::text").getall()}

process = CrawlerProcess()
process.crawl(Peer)
process.start()
"""


def measured(command: list[str]) -> tuple[float, float]:
    """Run a command; return its seconds, and the peak memory of it and its children in MiB."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return time.perf_counter() - began, used.ru_maxrss / 1024


def commands(peer: str, site: LocalSite, pages: int, folder: Path) -> dict[str, list[str]]:
    """Return what each of the two is started with."""
    spider = folder / "spider.py"
    spider.write_text(SPIDER, encoding="utf-8")
    own = [sys.executable, "-m", "data_builders", "crawl", "--source", "udn", "--limit", str(pages), "--delay", "0"]
    return {
        "ours": [*own, "--out", str(folder / "ours"), "--base-url", site.url, "--allow-private"],
        "Scrapy": [peer, str(spider), site.url, str(pages), str(folder / "scrapy.jsonl")],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", required=True, help="the Python of an environment with scrapy")
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    seconds: dict[str, list[float]] = {"ours": [], "Scrapy": []}
    memory: dict[str, list[float]] = {"ours": [], "Scrapy": []}
    for _ in range(args.rounds):
        for name in seconds:
            with tempfile.TemporaryDirectory() as folder, LocalSite() as site:
                site.articles(args.pages)
                took, peak = measured(commands(args.peer, site, args.pages, Path(folder))[name])
                assert len(site.asked("/news/story")) == args.pages, name
                seconds[name].append(took)
                memory[name].append(peak)
    print("| | pages a second, median | largest process, MiB |\n|---|--:|--:|")
    for name, values in seconds.items():
        print(f"| {name} | {args.pages / statistics.median(values):.0f} | {statistics.median(memory[name]):.0f} |")
    print("\n| article pages asked for, when robots.txt | ours | Scrapy |\n|---|--:|--:|")
    for label, status in (("answers 503", 503), ("answers 500", 500), ("answers 403", 403), ("breaks off", 0)):
        asked = {}
        for name in seconds:
            with tempfile.TemporaryDirectory() as folder, LocalSite() as site:
                site.articles(10)
                site.route(
                    "/robots.txt", "User-agent: *\nAllow: /\n" * 9, status=status or 200, cut=None if status else 9
                )
                measured(commands(args.peer, site, 10, Path(folder))[name])
                asked[name] = len(site.asked("/news/story"))
        print(f"| {label} | {asked['ours']} | {asked['Scrapy']} |")


if __name__ == "__main__":
    main()
