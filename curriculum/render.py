"""Write a recipe: whole, in LLaMA-Factory's order, under its headings, as a person would.

    >>> print(text_of(("Stage 2",), {"model": {"model_name_or_path": "saves/nano/s1"}}))
    # Stage 2
    <BLANKLINE>
    ### model
    model_name_or_path: saves/nano/s1

What is written reads back as the same values: `no` and `none` are quoted, a rate is `5.0e-5`, which YAML takes for a
number and `5e-5` is not.
"""

from collections.abc import Iterable, Mapping

import yaml

from curriculum.schema import Value

Sections = Mapping[str, Mapping[str, Value]]
SCIENTIFIC_BELOW = 0.01
QUOTED = frozenset({"none"})  # no keyword of YAML, but of Python: LLaMA-Factory's own examples quote it


def text_of(header: Iterable[str], sections: Sections) -> str:
    """Return a recipe's text: its header as comments, then a block for each section that has keys."""
    blocks = ["".join(f"# {line}\n" for line in header)]
    for name, keys in sections.items():
        if keys:
            blocks.append(f"### {name}\n" + "".join(f"{key}: {written(value)}\n" for key, value in keys.items()))
    return "\n".join(blocks)


def written(value: Value) -> str:
    """Return one value as YAML that reads back as itself."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, float) and 0 < abs(value) < SCIENTIFIC_BELOW:
        digits, _, power = f"{value:e}".partition("e")
        head, _, tail = digits.partition(".")
        return f"{head}.{tail.rstrip('0') or '0'}e{int(power)}"
    if not isinstance(value, str):
        return repr(value)
    plain = value not in QUOTED and "\n" not in value and safe(value) == value
    return value if plain else '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def safe(text: str) -> object:
    """Return what YAML makes of a text written without quotes."""
    try:
        return (yaml.safe_load(f"key: {text}") or {}).get("key")
    except (yaml.YAMLError, AttributeError):
        return None


def settings_of(sections: Sections) -> dict[str, Value]:
    """Return all keys of all sections."""
    return {key: value for keys in sections.values() for key, value in keys.items()}
