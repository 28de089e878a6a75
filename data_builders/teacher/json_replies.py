r"""Read a reply that is JSON: fenced, nested, with keys in either language, or a little broken.

    >>> [section.part for section in from_json('```json\n{"核心要素": ["雨"], "摘要": "下雨了。",}\n```')]
    ['aspects', 'summary']

What it says is written out as the lines that the text format has, so that both go through the same reader.
"""

import ast
import json
import re

from data_builders.teacher.heads import Section, head_of
from data_builders.teacher.wording import Part

FENCED = re.compile(r"```(?:json5?|JSON)?\s*(\{.*?\}|\[.*?\])\s*```", re.DOTALL)
TRAILING_COMMA = re.compile(r",(\s*[}\]])")
PART_KEYS: dict[Part, frozenset[str]] = {
    "aspects": frozenset({"aspects", "essential_aspects", "要素", "key_points"}),
    "triples": frozenset({"triples", "triplets"}),
    "summary": frozenset({"summary", "generated_summary", "rationale_summary"}),
}
Pairs = list[tuple[str, object]]


def from_json(text: str) -> tuple[Section, ...] | None:
    """Return the parts of a JSON reply in its order, or None when it is no JSON of parts."""
    fenced = FENCED.search(text)
    start, end = text.find("{"), text.rfind("}")
    inner = fenced[1] if fenced else text[start : end + 1]
    if start < 0 or (not fenced and text[:start].count("\n") > 1):
        return None
    pairs = decoded(inner)
    for _ in range(2):  # {"result": {…}}
        if len(pairs) == 1 and isinstance(pairs[0][1], Object) and part_of(pairs[0][0]) is None:
            pairs = pairs[0][1].pairs
    found = [(part, value) for key, value in pairs if (part := part_of(key)) is not None]
    return tuple(Section(part, written(part, value), corrects=False) for part, value in found) or None


class Object:
    """A JSON object whose keys may come twice."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs


def decoded(text: str) -> Pairs:
    """Return the pairs of a JSON object, strict or nearly so; none when it cannot be read."""
    for attempt in (text, TRAILING_COMMA.sub(r"\1", text)):
        try:
            made = json.loads(attempt, object_pairs_hook=Object, strict=False)
        except (ValueError, RecursionError):
            continue
        return made.pairs if isinstance(made, Object) else []
    try:
        said = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    return list(said.items()) if isinstance(said, dict) and all(isinstance(key, str) for key in said) else []


def part_of(key: str) -> Part | None:
    """Return the part that a key names."""
    for part, keys in PART_KEYS.items():
        if key.strip().lower() in keys:
            return part
    head = head_of(f"{key.strip()}：")
    return head.kind if head is not None and head.kind != "news" else None


def written(part: Part, value: object) -> str:
    """Return a part's JSON value as the lines of the text format."""
    if isinstance(value, str):
        return value
    entries = value if isinstance(value, list | tuple) else [value]
    if part == "summary":
        return "\n".join(str(entry) for entry in entries)
    lines = [cells_written(entry) if part == "triples" else f"- {one_line(entry)}" for entry in entries]
    return "\n".join(lines)


def cells_written(entry: object) -> str:
    """Return one triple of a JSON list as `[a | b | c]`."""
    if isinstance(entry, str):
        return one_line(entry)
    values = [value for _, value in entry.pairs] if isinstance(entry, Object) else entry
    if isinstance(values, dict):
        values = list(values.values())
    cells = values if isinstance(values, list | tuple) else [values]
    return f"[{' | '.join(one_line(cell).replace('|', '／') for cell in cells)}]"


def one_line(value: object) -> str:
    """Return a JSON scalar as text on one line; what is no scalar says nothing."""
    return " ".join(value.split()) if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
