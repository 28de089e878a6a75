r"""PAIRS.jsonl: predictions beside their references, read with every fault named by file and line.

    {"id": "x-1", "prediction": "新聞摘要：\n颱風明天登陸", "reference": "颱風明晚登陸", "article": "…"}

    >>> [pair.id for pair in read_pairs(Path("pairs.jsonl"))]
    ['x-1']

An id may be a number; it is kept as text. `reference` may be a list of references. `article` may be left out; keys that
are not known are passed over. An empty prediction is a pair like any other and scores 0.0. What a metric `needs` has to
be there and not empty: the reference for most, the article for some, neither for answers and for what looks at the
prediction alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType

from data_builders.errors import InputError
from data_builders.jsonl import UNDECODABLE, lines
from eval.schema import Pair

REFERENCE = frozenset({"reference"})


@dataclass(frozen=True, slots=True)
class PairLine:
    """One line as it stands in the file; a null is a text that is not there."""

    id: str | int
    prediction: str
    reference: str | tuple[str, ...] | UnsetType = UNSET
    article: str | None = ""


def line_of(pair: Pair) -> PairLine:
    """Return a pair as a line of the file that reads back as it: several references as one list."""
    return PairLine(pair.id, pair.prediction, pair.reference if pair.others is UNSET else pair.references, pair.article)


def read_pairs(path: Path, needs: Collection[str] = REFERENCE) -> list[Pair]:
    """Return all pairs of a file; ids are unique, and what is needed is not empty."""
    decoder = msgspec.json.Decoder(PairLine)
    first_at: dict[str, int] = {}
    pairs: list[Pair] = []
    for number, line in lines(path):
        where = f"{path}:{number}"
        try:
            found = decoder.decode(line)
        except UNDECODABLE as error:
            expected = "a JSON object with id, prediction and reference"
            raise InputError(where, expected, str(error), "mend that line, or make the file again") from error
        pair = pair_of(found, where, needs)
        if pair.id in first_at:
            seen = f"{pair.id}, which line {first_at[pair.id]} has too"
            raise InputError(where, "an id that no other line has", seen, "leave out one of the two lines")
        first_at[pair.id] = number
        pairs.append(pair)
    if not pairs:
        raise InputError(str(path), "at least one pair", "no line", "check the path, or make the file again")
    return pairs


def pair_of(line: PairLine, where: str, needs: Collection[str]) -> Pair:
    """Return the Pair of a line, once it has what is needed."""
    name = str(line.id)
    if line.reference is UNSET and "reference" in needs:
        expected = "a JSON object with id, prediction and reference"
        found = "Object missing required field `reference`"
        raise InputError(where, expected, found, "mend that line, or make the file again")
    given = "" if line.reference is UNSET else line.reference
    told = (given,) if isinstance(given, str) else given
    if "reference" in needs and not (told and all(one.strip() for one in told)):
        found = "empty text" if told else "an empty list"
        raise InputError(f"{where} ({name})", "a reference", found, "give it, or leave the line out")
    article = line.article or ""
    if "article" in needs and not article.strip():
        then = "give the news text as `article`: eval join --articles does, for LLaMA-Factory's predictions"
        raise InputError(f"{where} ({name})", "an article", "none", then)
    others = UNSET if isinstance(given, str) or not given else told[1:]
    return Pair(name, line.prediction, told[0] if told else "", article, others)
