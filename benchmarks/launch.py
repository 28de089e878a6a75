"""What the trainer's start-ups cost: each stage as its own `llamafactory-cli`, against forks of one warm process.

    python benchmarks/launch.py [--stages s1 s2 s3] [--rounds 2]

Both train the same stages of the nano student from the same rows (run `make data` first), in turn, and the weights are
compared: a faster way that gave other weights would be no way. Prints a table; leaves nothing behind.
"""

import argparse
import hashlib
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
WAYS = {"own process each (--cold)": ("--cold",), "forks of one warm process": ()}


def climb(run: str, stages: list[str], options: tuple[str, ...]) -> float:
    shutil.rmtree(ROOT / "saves" / run, ignore_errors=True)
    student = ("--student", "saves/nano/student", "--data", "data", "--run", run)
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "curriculum", "run", *stages, *student, *options],
        cwd=ROOT,
        check=True,
        stderr=subprocess.DEVNULL,
    )
    return time.monotonic() - began


def digests(run: str, stages: list[str]) -> list[str]:
    files = [ROOT / "saves" / run / stage / "model.safetensors" for stage in stages]
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stages", nargs="+", default=["s1", "s2", "s3", "s4", "s5"])
    parser.add_argument("--rounds", type=int, default=2)
    args = parser.parse_args()
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    results = set()
    for _ in range(args.rounds):
        for way, options in WAYS.items():
            seconds[way].append(climb("bench_launch", args.stages, options))
            results.add(tuple(digests("bench_launch", args.stages)))
    shutil.rmtree(ROOT / "saves" / "bench_launch")
    print(f"{len(args.stages)} stages, {args.rounds} rounds, weights equal: {len(results) == 1}")
    for way, times in seconds.items():
        print(f"{way:<28} median {statistics.median(times):6.1f} s   ({', '.join(f'{t:.1f}' for t in times)})")
    cold, warm = (statistics.median(times) for times in seconds.values())
    saved = (cold - warm) / (len(args.stages) - 1)
    print(f"ratio {cold / warm:.2f}, {saved:.1f} s saved for each start-up after the first")


if __name__ == "__main__":
    main()
