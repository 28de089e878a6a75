"""The tables beside this file, read once: what a character or a word says about the script a text is in.

    >>> "软" in characters()["simplified"], "後" in characters()["traditional"], "国" in characters()["shinjitai"]
    (True, True, True)

`characters.tsv` and `phrases.txt` are made from OpenCC's dictionaries by `tests/reference/make_zhtw_tables.py`;
the others are kept by hand. A line that starts with `#` is a comment; columns are parted by a tab, words by a space.
"""

from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


def rows(name: str) -> list[list[str]]:
    """Return the rows of a table, comments and empty lines left out."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@cache
def characters() -> dict[str, str]:
    """Return the characters of each class of `characters.tsv`."""
    return {row[0]: row[1] for row in rows("characters.tsv")}


@cache
def shared() -> dict[str, tuple[str, ...]]:
    """Return the shared characters that mostly are Simplified, each with the words in which it is Traditional."""
    return {row[0]: tuple(row[1].split()) if len(row) > 1 else () for row in rows("shared.tsv")}


@cache
def phrases() -> tuple[str, ...]:
    """Return the words of shared characters that only Simplified writes so."""
    return tuple(row[0] for row in rows("phrases.txt"))
