"""The records that pass between the steps, one frozen dataclass for each boundary.

    site or file -> Article -> (curate) Article | Reject -> (teach) Rationale -> (stages) AlpacaRow

Records hold ids, never each other. `jsonl` reads and writes them; a field's order here is its order in the file.
"""

from dataclasses import dataclass, field
from typing import Literal

from msgspec import UNSET, UnsetType

Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = ("train", "dev", "test")


@dataclass(frozen=True, slots=True)
class Article:
    """One news article.

    `id` is `<source>-<id in the source>` and goes with every row made from the article up to the last report.
    `story` is the id of the story it tells: follow-ups that the source ties together share it, else it is `id`.
    `article` is the text, paragraphs parted by one newline. `summary` is a reference that came with the news, or "".
    `script` is what the curating step found: "" before it, `traditional`, or `simplified` for a text that was
    Simplified and has been converted.
    `authors`, `tags`, `licence` (what the source allows) and `fetched_at` (ISO 8601) are absent where the source does
    not say: msgspec leaves UNSET fields out of the file.
    """

    id: str
    source: str
    article: str
    title: str = ""
    url: str = ""
    published: str = ""
    category: str = ""
    story: str = ""
    summary: str = ""
    script: str = ""
    authors: tuple[str, ...] | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    licence: str | UnsetType = UNSET
    fetched_at: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record is from; "" for what nobody said. `sha256` is of the text as it was found."""

    source: str
    url: str
    fetched_at: str
    licence: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Collected:
    """What `crawl` and `ingest` write: an Article's fields, and the provenance; it is read back as an Article."""

    id: str
    source: str
    article: str
    provenance: Provenance
    title: str = ""
    url: str = ""
    published: str = ""
    category: str = ""
    story: str = ""
    summary: str = ""
    script: str = ""
    authors: tuple[str, ...] | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    licence: str | UnsetType = UNSET
    fetched_at: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class Reject:
    """One record that a step left out: which, by what step, for what reason (a slug), and what was seen."""

    id: str
    step: str
    reason: str
    detail: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Triple:
    """`[subject | relation | object]`, each part non-empty."""

    subject: str
    relation: str
    object: str


@dataclass(frozen=True, slots=True)
class Rationale:
    """What a teacher says of one article: a summary, the essential aspects, and triples."""

    id: str
    teacher: str
    strategy: str
    summary: str
    aspects: tuple[str, ...]
    triples: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class AlpacaRow:
    """One row that LLaMA-Factory trains or tests on; user text is `instruction`, a newline, `input`."""

    id: str
    system: str
    instruction: str
    input: str
    output: str


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row of raw text for S0, LLaMA-Factory's `stage: pt`."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Produced:
    """One file of a manifest: how many rows, and the SHA-256 of its bytes."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Placed:
    """Where curation put an article: its story and split, in the order in which articles were judged.

    `split` is "" for one that was left out. `rule` tells under which settings the split was made.
    """

    id: str
    story: str
    split: Split | Literal[""]
    rule: str


@dataclass(frozen=True, slots=True)
class Leak:
    """A test text and a training text that are alike: ids, files and lines, the kind of likeness and how much."""

    test: str
    test_file: str
    test_line: int
    train: str
    train_file: str
    train_line: int
    kind: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Certificate:
    """The proof that held-out texts have no neighbours in what is trained on, or how many they have.

    `pairs` is how many pairs of texts that speaks of; `train` and `test` map a file to the SHA-256 of its bytes.
    """

    result: Literal["clean", "leaks"]
    leaks: int
    pairs: int
    likeness: dict[str, float]
    engine: str
    train: dict[str, str]
    test: dict[str, str]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one step read, decided and wrote. Written last, so its presence means the step finished.

    `inputs` maps a path to the SHA-256 of what was read; `rejected` counts by reason; nothing in it depends on
    the clock or the machine, so equal inputs give equal bytes. `edited` counts articles by the rule that cut something
    from them, `funnel` how many were left after each part of the step; both and `certificate` only where they apply.
    """

    step: str
    version: str
    settings: dict[str, str | int | float | bool] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    rows_in: int = 0
    rows_out: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    outputs: dict[str, Produced] = field(default_factory=dict)
    edited: dict[str, int] | UnsetType = UNSET
    funnel: dict[str, int] | UnsetType = UNSET
    certificate: Certificate | UnsetType = UNSET
