"""Build the translation task: Moses corpora -> rows in both directions, on one side of the split each, with proof.

    python -m data_builders task translation --input corpora --out data/tasks

Lines are read once, cleaned and keyed on some processes (`prepare`, `gather`); copies go, groups are found and split
(`decide`), rows are written from the disk (`rows`), and the written files are proved apart (`proof`).
"""

import os
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from data_builders import VERSION
from data_builders.errors import UsageError
from data_builders.manifest import Step
from data_builders.schema import AlpacaRow, Certificate, Reject
from data_builders.tasks.schema import Asked, Built
from data_builders.tasks.translation.corpora import find
from data_builders.tasks.translation.decide import Decided, decide
from data_builders.tasks.translation.gather import Gathered, gather
from data_builders.tasks.translation.keys import AGREED, FUNCTIONS, KEPT
from data_builders.tasks.translation.prepare import STEP, shown
from data_builders.tasks.translation.proof import leaks
from data_builders.tasks.translation.rows import both
from data_builders.tasks.translation.schema import Bitext, Bounds
from data_builders.tasks.translation.split import DEV, TEST, TRAIN, Sizes
from data_builders.tasks.translation.workers import helpers

MOST_JOBS = 8


def arguments(parser: ArgumentParser) -> None:
    """Add what is the task's own."""
    usual = Bounds()
    parser.add_argument("--subset", type=int, default=0, help="train on so many pairs, by seed; dev and test stay")
    parser.add_argument("--format", choices=("jsonl", "arrow"), default="jsonl", help="of training and dev rows")
    parser.add_argument("--max-chars", type=int, default=usual.characters, help="of either side (default %(default)s)")
    parser.add_argument(
        "--max-ratio", type=float, default=usual.ratio, help="of the sides' bytes (default %(default)s)"
    )
    parser.add_argument("--jobs", type=int, default=min(MOST_JOBS, os.cpu_count() or 1), help="processes that clean")


def bitexts_of(paths: Sequence[Path]) -> list[Bitext]:
    """Return the bitexts of some folders."""
    return [bitext for path in paths for bitext in find(path).bitexts]


def files(paths: Sequence[Path]) -> list[Path]:
    """Return the files that are read."""
    return list(dict.fromkeys(side.path for one in bitexts_of(paths) for side in (one.left, one.right)))


def build(asked: Asked, _: Sequence[Path], step: Step) -> Built:
    """Return the rows of all splits, read from the disk as they are written, and what proves them apart."""
    bounds, subset, jobs = told(asked)
    bitexts = bitexts_of(asked.inputs)
    with helpers(jobs) as run:
        gathered = gather(bitexts, bounds, asked.keywords, run)
    try:
        decided = decide(gathered.keys, Sizes(asked.sizes.dev // 2, asked.sizes.test // 2), subset, str(asked.seed))
    except BaseException:
        gathered.close()
        raise
    step.rows_in = sum(bitext.lines for bitext in bitexts)
    step.edited.update({"put_into_taiwans_chinese": gathered.converted})
    beyond = int(decided.dropped["beyond_subset"].sum())
    alone = sum(len(find(path).alone) for path in asked.inputs)
    step.funnel = {
        "pairs": step.rows_in,
        **({"with_a_keyword": len(gathered.line) + len(gathered.refused)} if asked.keywords else {}),
        "clean": len(gathered.line),
        "no_copies": int((~(decided.dropped["copy"] | decided.dropped["near_copy"])).sum()),
        "groups": decided.groups,
        "largest_group": decided.largest,
        **({"beyond_subset": beyond} if beyond else {}),
        **({"files_without_a_partner": alone} if alone else {}),
    }
    rows = {split: rows_of(split, decided, gathered) for split in (DEV, TEST)}
    return Built(last(decided, gathered), rows[DEV], rows[TEST], proof=partial(certificate, step, jobs))


def told(asked: Asked) -> tuple[Bounds, int, int]:
    """Return bounds, subset and jobs as asked, once they can be."""
    options = asked.options
    bounds = Bounds(int(options.get("max_chars", Bounds().characters)), float(options.get("max_ratio", Bounds().ratio)))
    subset, jobs = int(options.get("subset", 0)), int(options.get("jobs", 1))
    if bounds.characters < 1 or bounds.ratio < 1 or subset < 0 or jobs < 1:
        found = f"{bounds.characters}, {bounds.ratio}, {subset}, {jobs}"
        then = "see python -m data_builders task translation --help"
        raise UsageError(
            "--max-chars, --max-ratio, --subset, --jobs", "1 or more, 1 or more, 0, 1 or more", found, then
        )
    most = asked.sizes.train // 2
    return bounds, min(subset, most) if subset and most else subset or most, jobs


def rows_of(split: int, decided: Decided, gathered: Gathered) -> Iterator[AlpacaRow]:
    """Yield the rows of a split, both directions of a pair after each other, in the corpora's order."""
    for pair in gathered.pairs(decided.pairs(split)):
        yield from both(*pair)


def last(decided: Decided, gathered: Gathered) -> Iterator[AlpacaRow | Reject]:
    """Yield what was left out and then training's rows, and let go of the files: nothing is read after these."""
    try:
        yield from rejects_of(decided, gathered)
        yield from rows_of(TRAIN, decided, gathered)
    finally:
        gathered.close()


def rejects_of(decided: Decided, gathered: Gathered) -> Iterator[Reject]:
    """Yield every pair that was left out, with the reason; those beyond a subset are counted alone."""
    decoder = msgspec.json.Decoder(Reject)
    for place in range(len(gathered.refused)):
        yield decoder.decode(gathered.refused.get(place))
    for why, places in decided.dropped.items():
        some = gathered.pairs(np.flatnonzero(places)) if why != "beyond_subset" else ()
        for name, languages, left, right in some:
            yield Reject("-".join((name, *languages)), STEP, why, text=shown(left, right))


def certificate(step: Step, jobs: int) -> Certificate:
    """Compare the files that were written, train with dev and test, dev with test, and put the count on record."""
    train, dev, test = (
        next(step.out / name for name in step.outputs if name.startswith(f"{STEP}_{split}."))
        for split in ("train", "dev", "test")
    )
    with helpers(jobs) as run:
        found = leaks([train], [dev, test], run), leaks([dev], [test], run)
    count = sum(one.rows for one in found)
    digests = {path.name: step.outputs[path.name].sha256 for path in (train, dev, test)}
    return Certificate(
        result="leaks" if count else "clean",
        leaks=count,
        pairs=sum(one.compared * one.held for one in found),
        likeness={"exact": 1.0, "edits": KEPT, "sketches": AGREED / FUNCTIONS},
        engine=f"newsladder {VERSION} folded texts, one part left out, minhash:{FUNCTIONS}",
        train={name: digest for name, digest in digests.items() if name != test.name},
        test={name: digest for name, digest in digests.items() if name != train.name},
    )
