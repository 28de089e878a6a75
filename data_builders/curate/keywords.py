r"""The user's own rules: what to drop or cut, one rule a line, in a file.

    drop 廣編特輯 advertorial
    cut  /^【\w+快訊】/ house_mark
    # a line that begins so is a comment

A line is `drop` or `cut`, then plain text or a regular expression between slashes, then the reason: the slug under
which the manifest counts it. Expressions see the article line by line (`^` and `$` are a line's ends). One that takes
longer than `MOST_SECONDS` on one article ends the run with its line: Python's own `re` could not be stopped, so `regex`
is used.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import regex

from data_builders.errors import InputError
from data_builders.jsonl import unreadable

MOST_SECONDS = 2.0
SHAPE = "drop|cut, then plain text or /expression/, then a reason such as house_mark"
EXAMPLE = "write it like: drop 廣編特輯 advertorial"
LINE = re.compile(r"(drop|cut)\s+(\S.*?)\s+([a-z][a-z0-9_]{1,39})\s*")


@dataclass(frozen=True, slots=True)
class Keyword:
    """One rule of the user's: the line it stands in, and its pattern as a regular expression."""

    verb: Literal["drop", "cut"]
    pattern: str
    reason: str
    where: str


def read_keywords(path: Path) -> tuple[Keyword, ...]:
    """Read a rules file; an error names the line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise InputError(str(path), "UTF-8 text", str(error), "save the file as UTF-8") from error
    return tuple(parsed(path.name, lines))


def parsed(name: str, lines: Iterable[str]) -> Iterable[Keyword]:
    """Yield the rules of a file's lines."""
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        where = f"{name}:{number}"
        found = LINE.fullmatch(text)
        if not found:
            raise InputError(where, SHAPE, text[:60], EXAMPLE)
        verb: Literal["drop", "cut"] = "drop" if found[1] == "drop" else "cut"
        slashed = len(found[2]) > 1 and found[2][0] == found[2][-1] == "/"
        pattern = found[2][1:-1] if slashed else regex.escape(found[2])
        try:
            matches_nothing = compiled(pattern).search("", timeout=MOST_SECONDS)
        except regex.error as error:
            raise InputError(where, "a regular expression", f"{error}", "mend it, or escape its signs") from error
        if matches_nothing:
            raise InputError(where, "an expression that needs a character", found[2], "it would match every article")
        yield Keyword(verb, pattern, found[3], where)


@cache
def compiled(pattern: str) -> regex.Pattern[str]:
    """Return the compiled expression."""
    return regex.compile(pattern, regex.MULTILINE)


def apply_keywords(name: str, text: str, keywords: Sequence[Keyword]) -> tuple[str, tuple[str, ...], tuple[str, str]]:
    """Return the text after the user's cuts, their reasons, and (reason, what was seen) of the first drop."""
    edits: list[str] = []
    for rule in keywords:
        pattern = compiled(rule.pattern)
        try:
            if rule.verb == "drop":
                found = pattern.search(text, timeout=MOST_SECONDS)
                if found:
                    return text, tuple(edits), (rule.reason, f"{rule.where} finds {found.group()[:40]}")
            else:
                after = pattern.sub("", text, timeout=MOST_SECONDS)
                if after != text:
                    edits.append(rule.reason)
                    text = "\n".join(filter(None, map(str.strip, after.split("\n"))))
        except TimeoutError as error:
            found_what = f"more than {MOST_SECONDS:g} s on article {name}"
            raise InputError(rule.where, "an expression that ends soon", found_what, "make it simpler") from error
    return text, tuple(edits), ("", "")
