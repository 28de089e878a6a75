"""Put a story into train, dev or test, so that adding articles moves none that was there before.

    >>> split_of("lanyang.example-nl-101", "newsladder")
    'train'
    >>> shares_of("80/10/10")
    Shares(dev=0.1, test=0.1)

By shares, the hash of a story's id decides, whatever else is in the corpus. By counts, the stories with the smallest
hashes fill test and dev; by time, the newest do; in both cases what an earlier run placed counts and stays, so a corpus
that grows should name that run (`--previous`, or the same `--out`).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from data_builders.errors import UsageError
from data_builders.schema import Split

HELD: tuple[Split, ...] = ("test", "dev")


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of dev and test; the rest is train."""

    dev: float = 0.06
    test: float = 0.16


@dataclass(frozen=True, slots=True)
class Cutting:
    """How the split is made: `counts` (articles of dev and test) goes before `shares`; `by_time` takes the newest."""

    seed: str = "newsladder"
    shares: Shares = Shares()
    counts: tuple[tuple[Split, int], ...] = ()
    by_time: bool = False

    @property
    def at_once(self) -> bool:
        """Whether a new story's split hangs on its own id alone."""
        return not self.counts and not self.by_time


@dataclass(frozen=True, slots=True)
class Undecided:
    """A new story that waits for its split: its id, how many articles, and when its first one was published."""

    story: str
    articles: int
    published: str


def place_of(story: str, seed: str) -> float:
    """Return a story's place between 0 and 1, by the hash of its id."""
    digest = hashlib.sha256(f"{seed}\n{story}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def split_of(story: str, seed: str, shares: Shares | None = None) -> Split:
    """Return the split of a story; equal for equal (story, seed), whatever else is in the corpus."""
    shares = shares or Shares()
    place = place_of(story, seed)
    train = 1 - shares.dev - shares.test
    if place < train:
        return "train"
    return "dev" if place < train + shares.dev else "test"


def filled(stories: Iterable[Undecided], cutting: Cutting, already: dict[Split, int]) -> dict[str, Split]:
    """Return the split of each new story: test is filled first, then dev, the rest is train.

    A story goes in whole, and is passed over where it would not fit; `already` counts the articles of earlier runs.
    """
    waiting = sorted(stories, key=lambda one: (place_of(one.story, cutting.seed), one.story))
    if cutting.by_time:
        waiting.sort(key=lambda one: moment(one.published), reverse=True)
    room = wanted(waiting, cutting, already)
    placed: dict[str, Split] = {}
    for split in HELD:
        for one in waiting:
            if one.story not in placed and one.articles <= room[split]:
                placed[one.story] = split
                room[split] -= one.articles
    return {one.story: placed.get(one.story, "train") for one in waiting}


def wanted(waiting: list[Undecided], cutting: Cutting, already: dict[Split, int]) -> dict[Split, int]:
    """Return how many more articles dev and test take."""
    if cutting.counts:
        return {split: max(count - already.get(split, 0), 0) for split, count in cutting.counts}
    articles = sum(one.articles for one in waiting)
    return {"test": round(cutting.shares.test * articles), "dev": round(cutting.shares.dev * articles)}


def moment(published: str) -> tuple[int, ...]:
    """Return the numbers of a date and time, to compare by; what has no year is the oldest of all."""
    numbers = tuple(map(int, re.findall(r"\d{1,9}", published)[:6]))
    return numbers if numbers and 1900 <= numbers[0] <= 2999 else ()


def shares_of(text: str) -> Shares:
    """Read `80/10/10`: train, dev and test in hundredths."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)", text)
    parts = tuple(map(float, found.groups())) if found else ()
    if not parts or abs(sum(parts) - 100) > 1e-6:
        raise UsageError("--ratios", "train/dev/test that add up to 100", text, "write it like 80/10/10")
    return Shares(parts[1] / 100, parts[2] / 100)


def counts_of(text: str) -> tuple[tuple[Split, int], ...]:
    """Read `test=100,dev=100`: how many articles dev and test have."""
    counts: dict[Split, int] = {"test": 0, "dev": 0}
    for part in text.split(","):
        found = re.fullmatch(r"\s*(test|dev)=(\d+)\s*", part)
        if not found:
            raise UsageError("--counts", "numbers for test and dev", text, "write it like test=100,dev=100")
        counts["test" if found[1] == "test" else "dev"] = int(found[2])
    return tuple(counts.items())
