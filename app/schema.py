"""What passes between finder, writers, store, server and page, one frozen dataclass for each boundary.

Article -> News (a list's line) -> Event ... Event -> Told (a summary and what it rests on) -> Saved (history)

Places in texts are counted in code points of the text as it is sent; the page counts them so, too.
"""

from dataclasses import dataclass
from typing import Literal

from data_builders.schema import Article


@dataclass(frozen=True, slots=True)
class News:
    """One line of the list of news."""

    id: str
    title: str
    source: str
    published: str
    lead: str
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a summary that its article does not hold, and of what kind it is."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A sentence of a summary, and the sentences of the article that it rests on; none for one out of nowhere."""

    start: int
    end: int
    places: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A whole summary: by whom, how much of the article he was shown (0: all of it), what it rests on."""

    summary: str
    writer: str
    shown: int = 0
    marks: tuple[Mark, ...] = ()
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """One entry of a reader's history: the original as it was read, and the summary. `at` is ISO 8601, UTC."""

    number: int
    at: str
    article: Article
    told: Told


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history's list."""

    number: int
    at: str
    id: str
    title: str
    source: str
    summary: str


@dataclass(frozen=True, slots=True)
class Step:
    """What happens while a summary is made: a place in the queue, a piece of text, the whole, its number, a fault."""

    kind: Literal["ahead", "text", "told", "saved", "fault"]
    text: str = ""
    number: int = 0
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Find:
    """What happens while news are found: one of them, how a paper stands, the end and where they are from."""

    kind: Literal["news", "paper", "end"]
    news: News | None = None
    paper: str = ""
    said: str = ""
    origin: Literal["", "net", "kept", "sample"] = ""
    forms: tuple[str, ...] = ()
