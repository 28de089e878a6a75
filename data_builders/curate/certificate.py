"""Prove that no held-out text has a neighbour in what is trained on, and put the proof on record.

    >>> proof, leaks = certify([Path("s1_train.jsonl")], [Path("articles/test.jsonl")], Likeness())
    >>> proof.result, proof.pairs
    ('clean', 1540)

Every training text is compared with every held-out text by the engine of `neighbours`: by all the runs of characters
that the held-out ones hold, or by a sample of them in large sets. Scripts are folded, so S1's Simplified openings are
recognised.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path

from data_builders import VERSION
from data_builders.curate.likeness import Likeness
from data_builders.curate.neighbours import ALL_RUNS_UP_TO, Neighbour, neighbours
from data_builders.curate.shingles import WIDTH
from data_builders.curate.sketch import RATE, RUN
from data_builders.curate.texts import texts_of
from data_builders.jsonl import digest_of, read_json
from data_builders.schema import Certificate, Leak, Manifest

Named = tuple[str, str]


def engine(tested: int) -> str:
    """Name the engine and what its findings hang on."""
    rate = 1 if tested <= ALL_RUNS_UP_TO else RATE
    return f"newsladder {VERSION} shingles:{WIDTH} runs:{RUN} rate:{rate}"


def certificate(
    likeness: Likeness, train: dict[str, str], test: dict[str, str], sizes: tuple[int, int], leaks: int
) -> Certificate:
    """Return the record of one comparison; `train` and `test` map a file's name to its digest."""
    return Certificate(
        result="leaks" if leaks else "clean",
        leaks=leaks,
        pairs=sizes[0] * sizes[1],
        likeness={name: float(value) for name, value in asdict(likeness).items()},
        engine=engine(sizes[1]),
        train=train,
        test=test,
    )


def likeness_of_folder(articles: Path) -> Likeness:
    """Return the thresholds that a curated folder was made with, or the usual ones."""
    manifest = articles / "manifest.json"
    settings = read_json(manifest, Manifest).settings if manifest.is_file() else {}
    chosen = {one.name: settings[one.name] for one in fields(Likeness) if one.name in settings}
    return Likeness(**{name: float(share) for name, share in chosen.items()})


def certify(train: Sequence[Path], test: Sequence[Path], likeness: Likeness) -> tuple[Certificate, list[Leak]]:
    """Compare files with files; every leak is named by id, file and line on both sides."""
    sizes = {"train": 0, "test": 0}

    def counted(kind: str, files: Sequence[Path]) -> Iterator[Named]:
        for place, file in enumerate(files):
            for row in texts_of(file):
                sizes[kind] += 1
                yield f"{place}:{row.line}:{row.id}", row.text

    found = neighbours(counted("train", train), counted("test", test), likeness)
    leaks = [leak_of(one, train, test) for one in found]
    digests = [{shown(file): digest_of(file) for file in files} for files in (train, test)]
    return certificate(likeness, digests[0], digests[1], (sizes["train"], sizes["test"]), len(leaks)), leaks


def leak_of(found: Neighbour, train: Sequence[Path], test: Sequence[Path]) -> Leak:
    """Return a neighbour with its places read back from the names."""
    test_file, test_line, test_id = found.id.split(":", 2)
    train_file, train_line, train_id = found.of.split(":", 2)
    return Leak(
        test_id,
        str(test[int(test_file)]),
        int(test_line),
        train_id,
        str(train[int(train_file)]),
        int(train_line),
        found.kind,
        round(found.likeness, 4),
    )


def shown(file: Path) -> str:
    """Return a file's name with its folder's, which tells nothing of the machine."""
    return f"{file.parent.name}/{file.name}" if file.parent.name else file.name


def later_first(found: Iterable[Neighbour], position: dict[str, int]) -> list[tuple[str, str, float]]:
    """Return each pair as (the later article, the earlier one, likeness), in the order of the later ones."""
    pairs: list[tuple[str, str, float]] = []
    for one in found:
        older, newer = sorted((one.id, one.of), key=position.__getitem__)
        pairs.append((newer, older, one.likeness))
    return sorted(pairs, key=lambda pair: (position[pair[0]], position[pair[1]]))
