"""How long the duplicate search takes on many invented articles, and how much memory.

    python -m benchmarks.duplicates_scale 100000
    python -m benchmarks.duplicates_scale 1000000

The articles are a stream (`synthetic`): making them is timed apart and taken off. One process, one thread. Times are
this process's CPU seconds (what else runs on the machine does not count) and the clock's; memory is the peak of the
resident set, everything included. What was planted is known, so recall and false findings are printed too.
"""

import argparse
import platform
import resource
import time
from collections import Counter
from collections.abc import Iterator

from benchmarks.synthetic import Invented, articles
from data_builders.curate.copies import Copies, find_copies
from data_builders.curate.shingles import table


class Stream:
    """The invented articles as (id, text), and what was planted; counts the CPU seconds that inventing takes."""

    def __init__(self, count: int) -> None:
        self.count, self.characters, self.seconds = count, 0, 0.0
        self.planted: dict[str, tuple[str, str]] = {}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        source = articles(self.count)
        while True:
            start = time.process_time()
            made: Invented | None = next(source, None)
            self.seconds += time.process_time() - start
            if made is None:
                return
            self.characters += len(made.text)
            if made.of:
                self.planted[made.id] = made.of, made.kind
            yield made.id, made.text


def said(stream: Stream, found: Copies) -> None:
    """Print what was found of what was planted."""
    kinds = Counter(kind for _, kind in stream.planted.values())
    right = Counter(stream.planted[c.id][1] for c in found.copies if stream.planted.get(c.id, ("",))[0] == c.of)
    false = sum(c.id not in stream.planted for c in found.copies)
    for kind in sorted(kinds):
        print(f"  {kind}: {right[kind]} of {kinds[kind]} found, {right[kind] / kinds[kind]:.2%}")
    print(f"  {len(found.copies)} copies found, {false} of them never planted; {len(found.ties)} ties")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Seconds and memory of the duplicate search on invented articles.")
    parser.add_argument("count", type=int)
    count = parser.parse_args().count
    table()
    stream = Stream(count)
    clock, cpu = time.perf_counter(), time.process_time()
    found = find_copies(stream)
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    own = cpu - stream.seconds
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{count} articles of {stream.characters / count:.0f} characters on average, Python {platform.python_version()}"
    )
    print(
        f"  search {own:.1f} CPU s, {count / own:.0f} articles a second and core; inventing {stream.seconds:.1f} CPU s"
    )
    print(f"  {clock:.1f} s by the clock in all; peak {peak:.2f} GiB resident")
    said(stream, found)


if __name__ == "__main__":
    main()
