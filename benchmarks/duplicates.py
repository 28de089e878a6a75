"""What the duplicate search finds of what was planted, and how fast, beside rensa, datasketch and datatrove.

    python -m benchmarks.duplicates --articles data_builders/sample/news.jsonl
    python -m benchmarks.duplicates --speed 5000

Articles that are like another one (`UNLIKE` of the shorter one's shingles, every pair counted) are first left out, so
that what was planted is all there is. Each way is searched for by itself, in one corpus with the originals and with
filled-in forms, all of them different news: recall is planted articles found for their original, precision the share of
those among all findings, a form taken for another one's copy included. "Ties too" counts as found what is kept but tied
into its original's story, as a follow-up is that is nearly all new. A search whose package is absent is left out.
"""

import argparse
import random
import statistics
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.duplicates_peers import Search, Texts, datasketch, datatrove, ours, ours_with_ties, rensa
from benchmarks.planted import WAYS, Planted, forms, plant
from benchmarks.synthetic import articles
from data_builders.curate.shingles import folded, shingles, table

SEED = 4
UNLIKE = 0.15
FORMS_EACH = 10
ROUNDS = 5
SEARCHES: dict[str, tuple[str, Search]] = {
    "ours": ("numpy", ours),
    "ours, ties too": ("numpy", ours_with_ties),
    "datasketch J 0.7": ("datasketch", datasketch(0.7)),
    "datasketch J 0.3": ("datasketch", datasketch(0.3)),
    "rensa J 0.7": ("rensa", rensa(0.7)),
    "rensa J 0.3": ("rensa", rensa(0.3)),
}


class Row(msgspec.Struct):
    """What is read of an article."""

    article: str


def texts_of(path: Path) -> list[str]:
    """Return the articles of a file, without those that are like an earlier one."""
    decoder = msgspec.json.Decoder(Row)
    kept: list[tuple[str, frozenset[int]]] = []
    for line in path.read_bytes().splitlines():
        text = decoder.decode(line).article
        runs = frozenset(shingles(folded(text)).tolist())
        if runs and all(len(runs & other) < min(len(runs), len(other)) * UNLIKE for _, other in kept):
            kept.append((text, runs))
    return [text for text, _ in kept]


def score(search: Search, corpus: Texts, planted: list[Planted]) -> tuple[float, float]:
    """Return recall and precision of a search on the corpus and what was planted in one way."""
    origin = {one.id: one.of for one in planted}
    found = search([*corpus, *((one.id, one.text) for one in planted)])
    right = len({name for name, of in found if origin.get(name) == of})
    return right / len(planted), right / max(len(found), 1)


def accuracy(path: Path, searches: dict[str, tuple[str, Search]], seed: int = SEED) -> None:
    """Print recall and precision of each way and search."""
    chance = random.Random(seed)  # noqa: S311 - a benchmark's data, not a secret
    texts = texts_of(path)
    chance.shuffle(texts)
    originals, donors = texts[: len(texts) // 2], texts[len(texts) // 2 :]
    planted = plant(originals, donors, chance)
    filled = forms(FORMS_EACH, chance)
    corpus = [(f"o{place}", text) for place, text in enumerate(originals)]
    corpus += [(f"form {place} {name}", text) for place, (name, text) in enumerate(filled)]
    print(
        f"\n{path.name}: {len(originals)} originals, {len(donors)} donors, {len(filled)} forms; recall / precision, %\n"
    )
    print("| planted | " + " | ".join(searches) + " |")
    print("|---|" + "--:|" * len(searches))
    for way in WAYS:
        made = [one for one in planted if one.way == way]
        scores = [score(search, corpus, made) for _, search in searches.values()]
        print(f"| {way} | " + " | ".join(f"{100 * r:.1f} / {100 * p:.1f}" for r, p in scores) + " |")


def speed(count: int, searches: dict[str, tuple[str, Search]]) -> None:
    """Print articles a second on invented articles, the median of paired rounds, and the ratio to ours."""
    texts = [(one.id, one.text) for one in articles(count)]
    table()
    taken: dict[str, list[float]] = {name: [] for name in searches}
    for _ in range(ROUNDS):
        for name, (_, search) in searches.items():
            start = time.process_time()
            search(texts)
            taken[name].append(time.process_time() - start)
    print(f"\n{count} invented articles, CPU seconds, median of {ROUNDS} rounds in turn\n")
    print("| search | articles a second and core | times ours |\n|---|--:|--:|")
    for name, seconds in taken.items():
        ratio = statistics.median(np.divide(seconds, taken["ours"]))
        print(f"| {name} | {count / statistics.median(seconds):,.0f} | {ratio:.1f} |")


def installed(searches: dict[str, tuple[str, Search]]) -> dict[str, tuple[str, Search]]:
    """Return the searches whose package is there, and print the versions."""
    found: dict[str, tuple[str, Search]] = {}
    versions: dict[str, str] = {}
    for name, (package, search) in searches.items():
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
        found[name] = package, search
    print(", ".join(f"{package} {number}" for package, number in versions.items()))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="The duplicate search: recall, precision, speed.")
    parser.add_argument("--articles", type=Path, nargs="*", default=[], help="NEWS.jsonl with a field `article`")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--speed", type=int, default=0, help="how many articles to invent for the speeds")
    args = parser.parse_args()
    for path in args.articles:
        accuracy(path, installed(SEARCHES), args.seed)
    if args.speed:
        speed(args.speed, installed({**SEARCHES, "datatrove": ("datatrove", datatrove)}))


if __name__ == "__main__":
    main()
