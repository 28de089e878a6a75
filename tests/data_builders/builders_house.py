"""Where things stand for the tests of `data_builders`, and what a command of theirs says."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from data_builders.schema import Article

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data_builders" / "sample" / "news.jsonl"
REAL = ROOT.parent / "shared" / "data" / "udn_news_196.jsonl"


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]

# Characters that both Traditional and only Traditional writing has; random ones make texts that are like no other.
SIGNS = "臺灣東縣區鄉鎮會議員長處開發電車號線學業務應對話題說書記從來無關門戶問答變遷環境與農產價錢銀貨運輸場館體驗"


def unlike_others(number: int, size: int = 60) -> str:
    """A text of `size` characters in sentences of ten, another for every number."""
    chosen = random.Random(number)  # noqa: S311 - no secret hangs on it
    return "".join("。" if place % 10 == 9 else chosen.choice(SIGNS) for place in range(size))


def toy_story(number: int, **more: str) -> Article:
    """An article that is like no other, `toy-<number>`."""
    return Article(f"toy-{number}", "toy", unlike_others(number), **more)
