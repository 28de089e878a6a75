r"""PAIRS.jsonl: predictions beside their references, read with every fault named by file and line.

    {"id": "x-1", "prediction": "新聞摘要：\n颱風明天登陸", "reference": "颱風明晚登陸", "article": "…"}

    >>> [pair.id for pair in read_pairs(Path("pairs.jsonl"))]
    ['x-1']

An id may be a number; it is kept as text. `article` may be left out; keys that are not known are passed over. An empty
prediction is a pair like any other and scores 0.0; an empty reference is an error.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from data_builders.errors import InputError
from data_builders.jsonl import lines
from eval.schema import Pair


@dataclass(frozen=True, slots=True)
class PairLine:
    """One line as it stands in the file."""

    id: str | int
    prediction: str
    reference: str
    article: str = ""


def read_pairs(path: Path) -> list[Pair]:
    """Return all pairs of a file; ids are unique and references are not empty."""
    decoder = msgspec.json.Decoder(PairLine)
    first_at: dict[str, int] = {}
    pairs: list[Pair] = []
    for number, line in lines(path):
        where = f"{path}:{number}"
        try:
            found = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            expected = "a JSON object with id, prediction and reference"
            raise InputError(where, expected, str(error), "mend that line, or make the file again") from error
        pair = Pair(str(found.id), found.prediction, found.reference, found.article)
        if pair.id in first_at:
            seen = f"{pair.id}, which line {first_at[pair.id]} has too"
            raise InputError(where, "an id that no other line has", seen, "leave out one of the two lines")
        if not pair.reference.strip():
            raise InputError(f"{where} ({pair.id})", "a reference", "empty text", "give it, or leave the line out")
        first_at[pair.id] = number
        pairs.append(pair)
    if not pairs:
        raise InputError(str(path), "at least one pair", "no line", "check the path, or make the file again")
    return pairs
