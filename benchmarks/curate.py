"""Curation from end to end: articles a second and core, memory, and what became of the articles.

    python -m benchmarks.curate 20000 --peer /path/to/datatrove-venv/bin/python
    python -m benchmarks.curate 1000000
    python -m benchmarks.curate --funnel ../shared/data/udn_news_196.jsonl

The input is `synthetic`'s: about 720 characters an article, every tenth a copy. Seconds are CPU seconds of this process
(what else runs on the machine does not count). The passes are timed as `curate` runs them; "clean + near-duplicates" is
the pass that reads, cleans, folds and sketches, and the pass that judges. Rounds of ours and the peer's alternate.
"""

import argparse
import json
import platform
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.synthetic import articles
from data_builders import curate as package
from data_builders.curate import curate
from data_builders.curate.corpus import Corpus
from data_builders.curate.shingles import table
from data_builders.jsonl import write
from data_builders.schema import Article, Manifest
from data_builders.zhtw.detect import SIMPLIFIED

# The invented words may hold characters that Taiwan's papers never print; each would cost a look at its sentence.
NOT_IN_TAIWAN = dict.fromkeys(map(ord, SIMPLIFIED))
PASSES = ("clean, fold, sketch", "judge copies", "stories", "prove apart", "write")
Took = dict[str, float]


def timed(took: Took, name: str, called: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function with its CPU seconds noted under a name."""

    def run(*given: object, **named: object) -> object:
        start = time.process_time()
        try:
            return called(*given, **named)
        finally:
            took[name] = took.get(name, 0.0) + time.process_time() - start

    return run


def ours(source: Path, out: Path) -> tuple[Took, Manifest]:
    """Curate, and return the CPU seconds of each pass."""
    took: Took = {}
    kept: dict[Any, dict[str, Any]] = {
        Corpus: {"fill": "clean, fold, sketch"},
        package: {
            "copies_in": "judge copies",
            "told_as_stories": "stories",
            "keep_apart": "prove apart",
            "write_out": "write",
        },
    }
    before = {(owner, name): getattr(owner, name) for owner, names in kept.items() for name in names}
    for (owner, name), called in before.items():
        setattr(owner, name, timed(took, kept[owner][name], called))
    start = time.process_time()
    try:
        made = curate(source, out)
    finally:
        for (owner, name), called in before.items():
            setattr(owner, name, called)
    took["all"] = time.process_time() - start
    return took, made


def peers(python: str, source: Path, work: Path) -> tuple[Took, int]:
    """Run datatrove on the same folder."""
    script = Path(__file__).with_name("curate_peer.py")
    done = subprocess.run(
        [python, str(script), str(source.parent), str(work)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    said = json.loads(done.stdout.splitlines()[-1])
    return said["seconds"], said["kept"]


def speed(count: int, rounds: int, python: str) -> None:
    """Measure on invented articles and print the table."""
    table()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in" / "articles.jsonl"
        characters = 0

        def invented() -> Any:  # noqa: ANN401 - a stream of Articles that counts
            nonlocal characters
            for one in articles(count):
                text = one.text if "Simplified" in one.kind else one.text.translate(NOT_IN_TAIWAN)
                characters += len(text)
                yield Article(one.id, "synthetic", text)

        write(source, invented())
        print(f"{count} articles of {characters / count:.0f} characters, Python {platform.python_version()}")
        runs: list[Took] = []
        theirs: list[Took] = []
        for turn in range(rounds):
            took, made = ours(source, Path(folder) / f"out{turn}")
            runs.append(took)
            print(f"round {turn + 1}: {told(took, count)}; rejected {made.rejected}")
            if python:
                seconds, kept = peers(python, source, Path(folder) / f"peer{turn}")
                theirs.append(seconds)
                print(f"  datatrove: {count / sum(seconds.values()):.0f}/s, {seconds}, kept {kept}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"medians of {rounds}: peak {peak:.2f} GiB resident")
        for name in PASSES:
            print(f"  {name}: {statistics.median(run[name] for run in runs) / count * 1e6:.0f} us an article")
        near = [count / (run[PASSES[0]] + run[PASSES[1]]) for run in runs]
        print(f"  clean + near-duplicates: {statistics.median(near):.0f} articles a second and core")
        print(f"  the whole of curate:     {statistics.median(count / run['all'] for run in runs):.0f}")
        if theirs:
            rates = [count / sum(seconds.values()) for seconds in theirs]
            ratio = statistics.median(mine / other for mine, other in zip(near, rates, strict=True))
            print(f"  datatrove:               {statistics.median(rates):.0f}; ours is {ratio:.1f} times as fast")


def told(took: Took, count: int) -> str:
    """Return one run in a line."""
    return (
        f"{count / (took[PASSES[0]] + took[PASSES[1]]):.0f}/s clean + near-duplicates, {count / took['all']:.0f}/s all"
    )


def funnel(source: Path) -> None:
    """Print counts, and no text, of real articles."""
    with tempfile.TemporaryDirectory() as folder:
        _, made = ours(source, Path(folder) / "out")
    print(f"funnel: {made.funnel}\nrejected: {made.rejected}\ncut from: {made.edited}")
    print({name: produced.rows for name, produced in made.outputs.items()})
    print(made.certificate)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Curation end to end: speed, memory, funnel.")
    parser.add_argument("count", type=int, nargs="?", default=20000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--peer", default="", help="the Python of an environment with datatrove[processing]")
    parser.add_argument("--funnel", type=Path, help="real news: print what became of it")
    args = parser.parse_args()
    if args.funnel:
        funnel(args.funnel)
    else:
        speed(args.count, args.rounds, args.peer)


if __name__ == "__main__":
    main()
