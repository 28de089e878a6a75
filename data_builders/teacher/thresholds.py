"""The thresholds of the gates: ours in `gates.toml`, and what a user's own file changes of them.

    >>> gates_from(None).summary_most_chars
    250

A user's file names only what differs; a table, a key or a kind of value that ours does not have is an error.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

from data_builders.errors import InputError
from data_builders.jsonl import unreadable

Verdict = Literal["reject", "doubt", "off"]
OURS = Path(__file__).with_name("gates.toml")
Table = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Gates:
    """Every threshold, as `gates.toml` names and explains them: `<table>_<key>`."""

    summary_least_chars: int
    summary_long_chars: int
    summary_most_chars: int
    summary_least_held: float
    summary_doubted_held: float
    summary_most_copied: float
    summary_doubted_copied: float
    summary_most_simplified: int
    summary_most_foreign: int
    summary_junk: tuple[str, ...]
    aspects_most: int
    aspects_long_chars: int
    aspects_least_held: float
    aspects_least_share: float
    triples_most: int
    triples_least_held: float
    triples_least_share: float
    verdicts: tuple[tuple[str, Verdict], ...]

    def verdict(self, reason: str) -> Verdict:
        """Return what a reason leads to; one that no gate names is a doubt."""
        return dict(self.verdicts).get(reason, "doubt")


@cache
def gates_from(path: Path | None) -> Gates:
    """Return our gates, with what a user's file changes of them."""
    table = tables_of(OURS)
    if path is not None:
        for section, entries in tables_of(path).items():
            known = table.get(section, {})
            for key, value in entries.items():
                if key not in known or not fits(value, known[key], section):
                    expected = ", ".join(known) if key not in known else f"a value like {known[key]!r}"
                    then = f"compare with {OURS.parent.name}/{OURS.name}"
                    raise InputError(f"{path}: [{section}] {key}", expected or ", ".join(table), repr(value), then)
                known[key] = value
    verdicts = tuple((reason, cast("Verdict", verdict)) for reason, verdict in table.pop("verdicts").items())
    flat = {f"{section}_{key}": value for section, entries in table.items() for key, value in entries.items()}
    flat["summary_junk"] = tuple(cast("list[str]", flat["summary_junk"]))
    return Gates(**flat, verdicts=verdicts)  # type: ignore[arg-type]  # fits() has held each to the type of ours


def fits(value: object, ours: object, section: str) -> bool:
    """Tell whether a user's value can stand where ours stood."""
    if section == "verdicts":
        return value in {"reject", "doubt", "off"}
    if isinstance(ours, list):
        return isinstance(value, list) and all(isinstance(entry, str) and entry for entry in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value >= 0 and (isinstance(ours, float) or isinstance(value, int))


def tables_of(path: Path) -> Table:
    """Return a file's tables."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:  # TOMLDecodeError, UnicodeDecodeError
        raise InputError(str(path), "a TOML file of gates", str(error), f"compare with {OURS.name}") from error
    loose = [key for key, value in tables.items() if not isinstance(value, dict)]
    if loose:
        raise InputError(str(path), "tables such as [summary]", loose[0], f"compare with {OURS.name}")
    return tables
