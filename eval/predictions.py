r"""LLaMA-Factory's generated_predictions.jsonl, joined to our own test rows by checked order.

    {"prompt": "<|im_start|>user\n請為新聞…\n颱風…", "predict": "新聞摘要：\n…", "label": "新聞摘要：\n…"}

    >>> strip_head("新聞摘要：\n颱風明晚登陸。")
    '颱風明晚登陸。'

The file has no ids: line k belongs to test row k, if nothing went wrong. So every line has to prove it: its prompt must
contain the row's input, and its label must be the row's output or the start of it, since LLaMA-Factory cuts the label
at `cutoff_len`. For the same reason the reference is always our row's output, never the label. White space and the
Unicode normal form are left out of the comparison, because a tokenizer may change both on its way there and back.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from data_builders.errors import InputError
from data_builders.jsonl import lines, read
from data_builders.schema import AlpacaRow, Article
from eval.schema import Pair

# The fixed head alone is worth a ROUGE-1 of 75 to any prediction that has it, so it is no part of a summary.
HEAD = re.compile(r"\s*(?:新聞|生成)?摘要[：:]\s*")
HEAD_STRIPPED = "head:stripped"
THOUGHT_BEGINS, THOUGHT_ENDS, THOUGHT_STRIPPED = "<think>", "</think>", "thought:stripped"
SHOWN = 24  # characters of a text that an error quotes
AGAIN = "predict again on these rows (make predict RUN=…), or name the rows that were predicted"


@dataclass(frozen=True, slots=True)
class Generated:
    """One line of generated_predictions.jsonl."""

    prompt: str
    predict: str
    label: str


def strip_head(text: str) -> str:
    """Return a summary without the fixed head of its stage (新聞摘要：, 生成摘要：, 摘要：) and outer white space."""
    head = HEAD.match(text)
    return text[head.end() if head else 0 :].strip()


def strip_thought(text: str) -> str:
    """Return what a model answers without what it thinks aloud before; a thought that never ends is no answer.

    A prompt may have opened the thought already, so everything up to the last `</think>` is one.
    """
    thought, closed, answer = text.rpartition(THOUGHT_ENDS)
    if closed:
        return answer.lstrip("\n")
    return "" if thought == "" and text.lstrip().startswith(THOUGHT_BEGINS) else text


def join(predictions: Path, rows: Path, articles: Mapping[str, str]) -> list[Pair]:
    """Return one Pair for each test row, heads stripped from both sides.

    `articles` maps the rows' ids to the article text.
    """
    generated = read_generated(predictions)
    known = read_rows(rows)
    if len(generated) != len(known):
        where = f"{predictions}:{min(len(generated), len(known)) + 1}"
        expected = f"{len(known)} predictions, one for each row of {rows.name}"
        raise InputError(where, expected, f"{len(generated)}", AGAIN)
    return [
        paired(f"{predictions}:{number}", line, place, known, articles)
        for place, (number, line) in enumerate(generated)
    ]


def read_generated(path: Path) -> list[tuple[int, Generated]]:
    """Return the lines with their numbers."""
    decoder = msgspec.json.Decoder(Generated)
    found: list[tuple[int, Generated]] = []
    for number, line in lines(path):
        try:
            found.append((number, decoder.decode(line)))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            expected = "a JSON object with prompt, predict and label"
            raise InputError(f"{path}:{number}", expected, str(error), AGAIN) from error
    return found


def read_rows(path: Path, headed: bool = True) -> list[AlpacaRow]:
    """Return the test rows; ids are unique, and no output is empty (below its head, where rows are `headed`)."""
    rows = list(read(path, AlpacaRow))
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            raise InputError(f"{path} ({row.id})", "an id that no other row has", "it twice", "make data")
        if not (strip_head(row.output) if headed else row.output.strip()):
            raise InputError(f"{path} ({row.id})", "an output that is a reference", "an empty summary", "make data")
        seen.add(row.id)
    if not rows:
        raise InputError(str(path), "at least one test row", "none", "make data with more articles")
    return rows


def article_texts(path: Path) -> dict[str, str]:
    """Return the article texts of a split file by id."""
    return {article.id: article.article for article in read(path, Article)}


def paired(where: str, line: Generated, place: int, rows: Sequence[AlpacaRow], articles: Mapping[str, str]) -> Pair:
    """Return the Pair of one line and its row, once the line has proved that they belong together."""
    row = rows[place]
    if squeezed(row.input) not in squeezed(line.prompt):
        expected = f"a prompt with the input of row {place + 1} ({row.id}, 「{start_of(row.input)}…」)"
        raise InputError(where, expected, what_prompt_holds(line.prompt, row, rows), AGAIN)
    label = squeezed(line.label).rstrip("\ufffd")
    if not label or not squeezed(row.output).startswith(label):
        expected = f"a label that begins the output of row {place + 1} ({row.id}, 「{start_of(row.output)}…」)"
        raise InputError(where, expected, f"「{start_of(line.label)}」", AGAIN)
    if row.id not in articles:
        raise InputError(where, f"an article with the id {row.id}", "none", "name the articles that the rows came from")
    return Pair(row.id, strip_head(line.predict), strip_head(row.output), articles[row.id])


def squeezed(text: str) -> str:
    """Return what of a text survives any tokenizer: its characters in one normal form, without white space."""
    return "".join(unicodedata.normalize("NFC", text).split())


def start_of(text: str) -> str:
    """Return the first characters of a text, for an error to quote."""
    return squeezed(text)[:SHOWN]


def what_prompt_holds(prompt: str, row: AlpacaRow, rows: Sequence[AlpacaRow]) -> str:
    """Say in an error's words what a prompt holds instead of its row's input."""
    text = squeezed(prompt)
    for place, other in enumerate(rows):
        if other.input and squeezed(other.input) in text:
            return f"the input of row {place + 1} ({other.id}): the order differs"
    if row.input and start_of(row.input) in text:
        return "only the start of it: cutoff_len of the predict recipe cut the prompt"
    return f"another text, 「…{text[-SHOWN:]}」"
