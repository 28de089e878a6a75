"""Pairs a second of the translation builder, and its memory, on an invented Moses corpus.

    python -m benchmarks.moses 1000000
    python -m benchmarks.moses 1000000 --format arrow --jobs 2

Two corpora are invented, English-Chinese (seven in ten; half of the Chinese Simplified) and English-Japanese, of 3 to 30
words by a lognormal law, words by Zipf's from 20,000, so that short sentences meet by chance as they do in the wild. Of
100 pairs 6 repeat an earlier one, 6 change one word of an earlier one, 2 change three, 2 share one side with an earlier
one, 1 is empty on a side, 1 is over-long, 1 is not translated. What is timed is the public command, from reading to the
manifest, its proof included. Memory is the largest sum of resident sets of the command and its helpers, every 0.2 s.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.synthetic import vocabulary
from data_builders.zhtw.engine import converter

SEED = 20261121
WORDS = 20_000
KANA = [chr(point) for point in range(0x3041, 0x3094)]
PARTICLES = ("は", "が", "を", "に", "で", "と", "の", "も", "から", "まで")
SYLLABLES = [c + v for c in "b c d f g h l m n p r s t v w st tr ch".split() for v in "a e i o u ea oo ou".split()]
Pair = list[int]


class Languages:
    """Words of three languages that stand for each other by number."""

    def __init__(self) -> None:
        chance = random.Random(SEED)
        chinese, _ = vocabulary()
        self.traditional = chinese[:WORDS]
        self.simplified = converter("t2s").convert("\n".join(self.traditional)).split("\n")
        self.english = ["".join(chance.choices(SYLLABLES, k=chance.choice((1, 1, 2, 2, 3)))) for _ in range(WORDS)]
        self.english = [word + chance.choice(("", "", "n", "s", "t", "ng")) for word in self.english]
        self.japanese = [
            word[:2] + "".join(chance.choices(KANA, k=chance.choice((0, 0, 1, 2)))) for word in self.traditional
        ]

    def english_of(self, words: Pair) -> str:
        """Return an English sentence."""
        return " ".join(self.english[word] for word in words).capitalize() + "."

    def other_of(self, words: Pair, language: str) -> str:
        """Return the sentence in the other language."""
        if language == "ja":
            return "".join(self.japanese[word] + PARTICLES[word % 10] for word in words) + "。"
        table = self.simplified if sum(words) % 2 else self.traditional
        return "".join(table[word] for word in words) + "。"


def pairs(count: int, language: str) -> Iterator[tuple[str, str]]:
    """Yield invented pairs."""
    said = Languages()
    chance = random.Random(f"{SEED}{language}")
    _, cumulated = vocabulary()
    shares = cumulated[:WORDS].tolist()
    earlier: list[Pair] = []
    for number in range(count):
        size = min(30, max(3, int(chance.lognormvariate(2.1, 0.5))))
        words = chance.choices(range(WORDS), cum_weights=shares, k=size)
        kind = chance.randrange(100)
        other = words
        if earlier and kind < 16:
            words = list(chance.choice(earlier))
            other = chance.choices(range(WORDS), cum_weights=shares, k=size) if kind >= 14 else words
            if 6 <= kind < 14:
                for _ in range(1 if kind < 12 else 3):
                    words[chance.randrange(len(words))] = chance.randrange(WORDS)
        elif number % 20 == 0:
            earlier.append(words)
        left, right = said.english_of(words), said.other_of(other, language)
        if kind == 16:
            left, right = (left, "") if number % 2 else ("", right)
        elif kind == 17:
            left, right = left * 20, right * 20
        yield left, left if kind == 18 else right


def invent(folder: Path, count: int) -> None:
    """Write both corpora."""
    for stem, language, size in (("news.en-zh", "zh", count * 7 // 10), ("talks.en-ja", "ja", count - count * 7 // 10)):
        with (
            (folder / f"{stem}.en").open("w", encoding="utf-8") as left,
            (folder / f"{stem}.{language}").open("w", encoding="utf-8") as right,
        ):
            for one, other in pairs(size, language):
                left.write(one + "\n")
                right.write(other + "\n")


def resident(process: int) -> int:
    """Return the bytes that a process and its children hold."""
    total, waiting = 0, [process]
    while waiting:
        one = Path(f"/proc/{waiting.pop()}")
        try:
            total += int((one / "statm").read_text().split()[1]) * 4096
            waiting += [int(child) for task in (one / "task").iterdir() for child in (task / "children").read_text().split()]
        except (OSError, ValueError):
            continue
    return total


def measured(command: list[str]) -> tuple[float, float, int]:
    """Run a command; return its seconds by the clock, its CPU seconds, and the most memory."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start, most = time.perf_counter(), 0
    with subprocess.Popen(command) as running:
        while running.poll() is None:
            most = max(most, resident(running.pid))
            time.sleep(0.2)
    clock = time.perf_counter() - start
    if running.returncode:
        sys.exit(running.returncode)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, most


def main() -> None:
    """Invent, build, print."""
    parser = argparse.ArgumentParser(description="Pairs a second of the translation builder.")
    parser.add_argument("count", type=int)
    parser.add_argument("--format", default="jsonl", choices=("jsonl", "arrow"))
    parser.add_argument("--jobs", default="2")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpora, out = Path(folder) / "corpora", Path(folder) / "out"
        corpora.mkdir()
        invent(corpora, args.count)
        size = sum(file.stat().st_size for file in corpora.iterdir()) / 2**20
        command = [sys.executable, "-m", "data_builders", "task", "translation", "--input", str(corpora)]
        command += ["--out", str(out), "--format", args.format, "--jobs", args.jobs]
        clock, cpu, most = measured(command)
        print(f"{args.count} pairs ({size:.0f} MiB), {args.format}, {args.jobs} jobs")
        print(f"  {clock:.1f} s by the clock: {args.count / clock:.0f} pairs a second")
        print(f"  {cpu:.1f} CPU s: {2 * args.count / cpu:.0f} pairs a second, were two cores kept busy")
        print(f"  {most / 2**30:.2f} GiB at most, helpers included")


if __name__ == "__main__":
    main()
