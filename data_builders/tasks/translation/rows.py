"""Make both directions of a pair into rows: language tags before the text, the study's system prompt.

    >>> row = both("talks-7", ("en", "zh_TW"), "Good morning.", "早安。")[0]
    >>> row.id, row.instruction, row.input, row.output
    ('talks-7-en-zh_TW', '<en> <zh_TW>', 'Good morning.', '早安。')

The tags name source, then target. LLaMA-Factory puts a newline between instruction and input, so a student reads
`<en> <zh_TW>`, a newline, and the text. Tags are plain text: the study added no tokens to the vocabulary.
"""

from data_builders.schema import AlpacaRow
from data_builders.tasks.translation.schema import LANGUAGES, Language

SYSTEM = "You are a precise and helpful multilingual translation assistant."


def tags(source: Language, target: Language) -> str:
    """Return the tags that say what is translated into what."""
    return f"<{source}> <{target}>"


def both(name: str, languages: tuple[Language, Language], left: str, right: str) -> tuple[AlpacaRow, AlpacaRow]:
    """Return the rows of both directions."""
    one, other = languages
    return (
        AlpacaRow(f"{name}-{one}-{other}", SYSTEM, tags(one, other), left, right),
        AlpacaRow(f"{name}-{other}-{one}", SYSTEM, tags(other, one), right, left),
    )


def direction_of(row_id: str) -> str:
    """Return the direction that an id ends on, such as `en-zh_TW`, or ""."""
    languages = row_id.split("-")[-2:]
    return "-".join(languages) if len(languages) > 1 and set(languages) <= set(LANGUAGES) else ""
