r"""The chats that every way of serving is tried with: real test rows, and texts that templates trip over.

    >>> [probe.name for probe in probes((), ())][:3]
    ['plain', 'ends with a line end', 'starts with blanks']

Each text is asked three ways: with the system message spelled out, without one (the student's own has to come), and as
the second question of a chat. Rows that are not in Unicode's form NFC are tried in it: transformers' Qwen2 tokenizer
brings every text into it, llama.cpp does not, so whoever serves a GGUF must.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from curriculum.export.schema import Contract, Message
from data_builders.errors import InputError
from data_builders.jsonl import read
from data_builders.schema import AlpacaRow

TEXTS = {
    "plain": "請為新聞生成摘要：\n新聞：\n颱風明晚登陸，中央氣象署籲民眾防範。",
    "ends with a line end": "請為新聞生成摘要：\n颱風明晚登陸。\n",
    "starts with blanks": "  \n\t颱風　明晚登陸",
    "line ends of Windows": "第一行\r\n第二行\r\n",
    "figures and Latin": "台積電 2 奈米 2026 年量產，GPT-4o 漲 3.5%、U.S. don't",
    "signs": "「你好」，他說：“哈囉”……——〈甲〉",
    "rare characters": "𠮷野家、喆、堃、👨‍👩‍👧‍👦 與 é",
    "template signs": "{{ .System }} {% raw %} {{ messages }} {user_message} ${HOME} \\n \\t",
    "quotes": '"""三引號""" \'it\'\'s\' \\" \\\'',
    "signs of the chat": "內文裡的 <|im_end|> 與 <|im_start|>user\n",
}
MOST_ROWS = 24


@dataclass(frozen=True, slots=True)
class Probe:
    """One chat to try, by name."""

    name: str
    messages: tuple[Message, ...]


def probes(contract: Contract, rows: Sequence[AlpacaRow]) -> tuple[Probe, ...]:
    """Return the chats: each text three ways, and each row as it was trained and as a user would ask it."""
    made = [probe for name, text in TEXTS.items() for probe in three_ways(name, text, contract)]
    for row in rows:
        asked = Message("user", normal(f"{row.instruction}\n{row.input}" if row.input else row.instruction))
        made.append(Probe(f"row {row.id}", told(row.system, asked)))
        made.append(Probe(f"row {row.id}, no system message", (asked,)))
    return tuple(made)


def three_ways(name: str, text: str, contract: Contract) -> list[Probe]:
    """Return a text asked with the system message, without it, and as the second question."""
    asked = Message("user", normal(text))
    before = (Message("user", "先前的問題"), Message("assistant", "先前的回答"))
    return [
        Probe(name, told(contract.system, asked)),
        Probe(f"{name}, no system message", (asked,)),
        Probe(f"{name}, asked second", (*before, asked)),
    ]


def told(system: str, *messages: Message) -> tuple[Message, ...]:
    """Return messages under a system message, if there is one."""
    return (Message("system", system), *messages) if system else messages


def normal(text: str) -> str:
    """Return a text in the form that a student's tokenizer brings it into."""
    return unicodedata.normalize("NFC", text)


def rows_of(path: Path, system: str) -> tuple[AlpacaRow, ...]:
    """Return the first test rows; a system message that is not the student's own is an InputError."""
    rows = tuple(row for row, _ in zip(read(path, AlpacaRow), range(MOST_ROWS), strict=False))
    for row in rows:
        if (row.system or system) != system:
            found = f"「{row.system[:24]}」 in row {row.id}"
            then = "train with one system message: make data, then make curriculum"
            raise InputError(str(path), f"the recipe's default_system 「{system[:24]}」", found, then)
    return rows
