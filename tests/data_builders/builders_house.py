"""Where things stand for the tests of `data_builders`, and what a command of theirs says."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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
