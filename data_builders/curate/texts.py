r"""The texts of any file that might be trained or tested on: news, alpaca rows, chats, plain text.

    {"instruction": "請為新聞生成摘要：", "input": "新聞：\n台北市…\n\n核心要素：\n…"}  ->  台北市…

Of a stage's row the news part counts, not the instruction that all rows share nor the answer; of a row that is neither
news nor ours, all that a student would read. JSONL, JSON and CSV as `ingest` reads them; a text file is parted by its
empty lines, or else by lines.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from data_builders.errors import InputError
from data_builders.ingest import ALIASES, READERS
from data_builders.jsonl import lines, unreadable

TEXTS = (*ALIASES["article"], "document", "body", "passage", "context", "short_text", "src")
CHATS = ("messages", "conversations")
SPOKEN = ("content", "value")
ASKED = ("instruction", "input", "prompt", "query", "question")
ANSWERS = ("output", "response", "completion", "answer", "chosen", "target")
IDS = ALIASES["id"]


class Text(NamedTuple):
    """One text: its id, the line (or row) of its file, and the text itself."""

    id: str
    line: int
    text: str


def texts_of(file: Path) -> Iterator[Text]:
    """Yield the texts of a file; a row without any is an error that lists its fields."""
    if file.suffix.lower() == ".txt":
        yield from plain_texts(file)
        return
    if file.is_dir():
        raise InputError(str(file), "a file", "a folder", "name the file in it, such as train.jsonl")
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        known = ", ".join((*READERS, ".txt"))
        raise InputError(str(file), f"a file ending in {known}", file.suffix or "no ending", "convert it")
    for number, (where, row) in enumerate(reader(file), start=1):
        text = text_of(row)
        if not text:
            raise InputError(where, f"text in {', '.join((*TEXTS, *ASKED))}", f"fields {', '.join(row)}", "rename one")
        yield Text(
            next((str(row[name]) for name in IDS if row.get(name) is not None), ""), line_of(where, number), text
        )


def line_of(where: str, number: int) -> int:
    """Return the line that a reader names, or the row's number."""
    found = re.search(r":(\d+)$", where)
    return int(found[1]) if found else number


def text_of(row: dict[str, object]) -> str:
    """Return what of a row is compared, or ""."""
    chats = (row.get(name) for name in CHATS)
    turns = [turn for chat in chats if isinstance(chat, list) for turn in chat if isinstance(turn, dict)]
    spoken = [str(turn[name]) for turn in turns for name in SPOKEN if isinstance(turn.get(name), str)]
    for group in (TEXTS, ASKED, ANSWERS):
        found = [value for name in group if isinstance(value := row.get(name), str) and value.strip()]
        if group is TEXTS and found and "input" not in row:
            return news_part(max(found, key=len))
        if group is ASKED and (spoken or found):
            return news_part("\n".join((*spoken, *found)))
        if found:
            return "\n".join(found)
    return ""


def news_part(text: str) -> str:
    """Return the news of a prompt of ours, or the whole text."""
    head, after = news_marks()
    start = text.find(head)
    if start < 0:
        return text
    news = text[start + len(head) :]
    end = after.search(news)
    return news[: end.start()] if end else news


@cache
def news_marks() -> tuple[str, re.Pattern[str]]:
    """Return what stands before the news in a row of ours, and what after it: an empty line and another head."""
    from data_builders.stages.table import HEADS  # the stages' builder imports this module

    others = "|".join(re.escape(head) for part, head in HEADS.items() if part != "news")
    return HEADS["news"] + "\n", re.compile(f"\n\n(?:{others})\n")


def plain_texts(file: Path) -> Iterator[Text]:
    """Yield the blocks of a text file that empty lines part, or its lines where there are no empty ones."""
    try:
        with file.open(encoding="utf-8-sig") as stream:
            whole_lines = not any(not line.strip() for line in stream)
        if whole_lines:
            for number, text in lines(file):
                yield Text("", number, text.decode())
            return
        with file.open(encoding="utf-8-sig") as stream:
            block: list[str] = []
            start = 1
            for number, line in enumerate(chain(stream, [""]), start=1):
                if line.strip():
                    block.append(line)
                    start = number if len(block) == 1 else start
                elif block:
                    yield Text("", start, "".join(block))
                    block = []
    except OSError as error:
        raise unreadable(file, error) from error
    except UnicodeDecodeError as error:
        raise InputError(str(file), "UTF-8 text", str(error), "save the file as UTF-8") from error
