"""The main job on a fresh machine: clone, `make setup`, `make demo`, `make demo` again; seconds and peak memory.

    python3 benchmarks/fresh_clone.py [--news FILE --run udn] [--empty-cache]

Works in a temporary folder beside this checkout's own clone; `--empty-cache` gives uv and pip a cache of their own, so
that everything is fetched. Memory is the sum of the proportional set sizes (shared pages counted once) of the whole
process tree, sampled twice a second.
"""

import argparse
import os
import subprocess
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def tree(pid: int) -> list[int]:
    found, queue = [], [pid]
    while queue:
        one = queue.pop()
        found.append(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                queue.extend(int(child) for child in task.read_text(encoding="ascii").split())
            except OSError:
                continue
    return found


def memory(pid: int) -> int:
    """Return the tree's proportional set size in KiB."""
    total = 0
    for one in tree(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def timed(words: list[str], folder: Path, environment: dict[str, str]) -> None:
    peak = 0
    done = threading.Event()
    began = time.monotonic()
    with (folder / "benchmark.log").open("ab") as log:
        process = subprocess.Popen(words, cwd=folder, env=environment, stdout=log, stderr=log)

        def sample() -> None:
            nonlocal peak
            while not done.wait(0.5):
                peak = max(peak, memory(process.pid))

        sampler = threading.Thread(target=sample)
        sampler.start()
        code = process.wait()
    done.set()
    sampler.join()
    print(
        f"{' '.join(words):<60} {time.monotonic() - began:7.1f} s   peak {peak / 2**20:5.2f} GiB   exit {code}",
        flush=True,
    )
    if code:
        raise SystemExit((folder / "benchmark.log").read_text(encoding="utf-8")[-3000:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--news", type=Path, help="a corpus for one more run")
    parser.add_argument("--run", default="udn", help="that run's name")
    parser.add_argument("--empty-cache", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "newsladder"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        environment = dict(os.environ)
        if args.empty_cache:
            environment |= {"UV_CACHE_DIR": f"{scratch}/uv", "PIP_CACHE_DIR": f"{scratch}/pip"}
        for words in (["make", "setup"], ["make", "demo"], ["make", "demo"]):
            timed(words, clone, environment)
        if args.news:
            timed(
                ["make", "report", f"NEWS={args.news.resolve()}", "PROFILE=nano", f"RUN={args.run}"], clone, environment
            )


if __name__ == "__main__":
    main()
