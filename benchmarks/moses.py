"""Pairs a second of the translation builder, and its memory, on an invented Moses corpus.

    python -m benchmarks.moses 1000000
    python -m benchmarks.moses 1000000 --format arrow --jobs 2

Two corpora are invented, English-Chinese (seven in ten; half of the Chinese Simplified) and English-Japanese, of 3 to
30 words by a lognormal law, words by Zipf's from 20,000, so that short sentences meet by chance as they do in the wild.
Of 100 pairs 6 repeat an earlier one, 6 change one word of an earlier one, 2 change three, 2 share one side with an
earlier one, 1 is empty on a side, 1 is over-long, 1 is not translated. What is timed is the public command, from
reading to the manifest, its proof included. Memory is the largest sum of the resident sets of the command and its
helpers, every 0.2 s: pages that they share count for each.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.synthetic import vocabulary
from data_builders.zhtw.engine import converter

SEED = 20261121
WORDS = 20_000
KANA = np.array([chr(point) for point in range(0x3041, 0x3094)])
PARTICLES = ("は", "が", "を", "に", "で", "と", "の", "も", "から", "まで")
ONSETS, VOWELS = list("bcdfghlmnprstvw"), ["a", "e", "i", "o", "u", "ea", "oo", "ou"]
SYLLABLES = np.array([onset + vowel for onset in ONSETS for vowel in VOWELS])
BLOCK = 10_000
Words = list[int]


class Languages:
    """Words of three languages that stand for each other by number."""

    def __init__(self) -> None:
        drawn = np.random.default_rng(SEED)
        self.traditional = vocabulary()[0][:WORDS]
        self.simplified = converter("t2s").convert("\n".join(self.traditional)).split("\n")
        lengths = drawn.integers(1, 4, WORDS)
        self.english = ["".join(drawn.choice(SYLLABLES, size)) + "s" * (size % 2) for size in lengths]
        self.japanese = [
            word[:2] + "".join(drawn.choice(KANA, size - 1))
            for word, size in zip(self.traditional, lengths, strict=True)
        ]

    def english_of(self, words: Words) -> str:
        """Return an English sentence."""
        return " ".join([self.english[word] for word in words]).capitalize() + "."

    def other_of(self, words: Words, language: str) -> str:
        """Return the sentence in the other language."""
        if language == "ja":
            return "".join([self.japanese[word] + PARTICLES[word % 10] for word in words]) + "。"
        table = self.simplified if sum(words) % 2 else self.traditional
        return "".join([table[word] for word in words]) + "。"


def pairs(count: int, language: str) -> Iterator[tuple[str, str]]:
    """Yield invented pairs."""
    said, drawn = Languages(), np.random.default_rng([SEED, len(language), ord(language[0])])
    shares = vocabulary()[1][:WORDS]
    earlier: list[Words] = []
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        lengths = np.clip(drawn.lognormal(2.1, 0.5, size), 3, 30).astype(int)
        ends = np.cumsum(lengths)
        stream = np.searchsorted(shares, drawn.random(int(ends[-1])) * shares[-1]).tolist()
        kinds, picks = drawn.integers(0, 100, size).tolist(), drawn.random((size, 4)).tolist()
        for kind, pick, end, length in zip(kinds, picks, ends.tolist(), lengths.tolist(), strict=True):
            own = stream[end - length : end]
            yield pair(said, language, kind, own, earlier, pick)
            if pick[3] < 0.05:
                earlier.append(own)


def pair(
    said: Languages, language: str, kind: int, own: Words, earlier: list[Words], pick: list[float]
) -> tuple[str, str]:
    """Return a pair of a kind."""
    words, other = own, own
    if earlier and kind < 16:
        words = list(earlier[int(pick[0] * len(earlier))])
        other = own if kind >= 14 else words
        for place in range((6 <= kind < 14) + 2 * (12 <= kind < 14)):
            words[int(pick[place] * len(words))] = int(pick[1] * WORDS)
    left, right = said.english_of(words), said.other_of(other, language)
    if kind == 16:
        return (left, "") if pick[0] < 0.5 else ("", right)
    if kind == 17:
        return left * 20, right * 20
    return left, left if kind == 18 else right


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
            waiting += [
                int(child) for task in (one / "task").iterdir() for child in (task / "children").read_text().split()
            ]
        except (OSError, ValueError):
            continue
    return total


def measured(command: list[str]) -> tuple[float, float, int]:
    """Run a command; return its seconds by the clock, its CPU seconds, and the most memory."""
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
