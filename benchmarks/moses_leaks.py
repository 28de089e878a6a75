"""How many rows of a random test split were seen in training: the translation study's split, measured on any corpora.

    python -m benchmarks.moses_leaks FOLDER

Both directions of every pair are made first, as the study did, and the rows are split at random: a tenth each for test
and dev, five seeds. A test row has leaked when the other direction of its pair is trained on, or a pair of which a side
is like a side of its own (by the builder's keys: equal folded, equal but for one part, sketches that agree). Beside
it the same counts for the pair-safe split.
"""

import argparse
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from data_builders.tasks.translation.corpora import find
from data_builders.tasks.translation.decide import decide
from data_builders.tasks.translation.gather import gather
from data_builders.tasks.translation.groups import near_held_out
from data_builders.tasks.translation.schema import Bounds, Keys
from data_builders.tasks.translation.split import DEV, TEST, Sizes

SEEDS = 5


def leaked(keys: Keys, test: NDArray[np.bool_], seen: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the shares of test rows whose other direction, and whose near copy or other direction, was seen.

    Rows 2k and 2k + 1 are the directions of pair k.
    """
    rows = np.flatnonzero(test)
    other = seen[rows ^ 1]
    seen_pairs = seen[0::2] | seen[1::2]
    near = near_held_out(keys, seen_pairs, (test[0::2] | test[1::2]) & ~seen_pairs)
    return float(other.mean()), float((other | near[rows >> 1]).mean())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How much a random split of rows leaks.")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    gathered = gather(find(folder).bitexts, Bounds(), (), map)
    keys, rows = gathered.keys, 2 * len(gathered.line)
    found = []
    for seed in range(SEEDS):
        places = np.random.default_rng(seed).permutation(rows)
        test, seen = np.zeros(rows, np.bool_), np.zeros(rows, np.bool_)
        test[places[: rows // 10]] = True
        seen[places[rows // 5 :]] = True
        found.append(leaked(keys, test, seen))
    held = rows // 20
    print(f"{rows} rows of {rows // 2} pairs; {rows // 10} test rows, {SEEDS} seeds, medians")
    print(f"  random rows: {median(one for one, _ in found):.1%} of test rows have their other direction in training,")
    print(f"               {median(both for _, both in found):.1%} that or a near copy")
    decided = decide(keys, Sizes(held, held), 0, "42")
    test = np.repeat(decided.splits == TEST, 2)
    one, both = leaked(keys, test, ~test & np.repeat(decided.splits != DEV, 2))
    print(f"  pair-safe:   {one:.1%} and {both:.1%} of {int(test.sum())}")
    gathered.close()


if __name__ == "__main__":
    main()
