r"""Task squad2: a paragraph and a question -> the answer's text, or that there is none.

    {"data": [{"title": "Normans", "paragraphs": [{"context": "…", "qas": [{"id": "56dd…", "question": "…",
      "answers": [{"text": "France", "answer_start": 159}], "is_impossible": false}]}]}]}
    ->  input "title: Normans\ncontext: …\nquestion: In what country is Normandy located?", output "France"

The published instruction asks for "only the text of the answer" and says nothing of questions that have none; an empty
output would teach the model to say nothing at all, and the doctor refuses it. So the answer of an unanswerable question
is defined here, `unanswerable`, the instruction is left as published, and a model that says it (whatever the case, a
full stop after it) has given SQuAD's empty answer: `answer` says so, and EM and F1 count it as the official script
does. A row's output is the answer that most annotators gave, the first of equals; all of a test question's stand in
`squad2_test_references.jsonl`. All questions of a paragraph are on one side of the split.

Read: SQuAD's own JSON, and Hugging Face's rows (Parquet, Arrow, JSON Lines) with `answers: {"text": […]}`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from data_builders.errors import InputError
from data_builders.importers import plain_file
from data_builders.jsonl import UNDECODABLE, unreadable
from data_builders.manifest import Step
from data_builders.schema import AlpacaRow, Reject
from data_builders.tasks.assemble import Example, assemble
from data_builders.tasks.multitask import SYSTEM
from data_builders.tasks.schema import Asked, Built
from data_builders.tasks.sources import given_splits, splits_of, text_in

INSTRUCTION = (
    "Please answer the question in the context above, you only need to output the text of the answer, no explanation："
)
NO_ANSWER = "unanswerable"


class Answer(msgspec.Struct):
    """One annotator's answer."""

    text: str


class Question(msgspec.Struct):
    """One question of SQuAD's own JSON."""

    id: str
    question: str
    answers: list[Answer] = []
    is_impossible: bool = False


class Paragraph(msgspec.Struct):
    """One paragraph with its questions."""

    context: str
    qas: list[Question]


class Entry(msgspec.Struct):
    """One article."""

    paragraphs: list[Paragraph]
    title: str = ""


class Squad(msgspec.Struct):
    """The whole file."""

    data: list[Entry]


def answer(text: str) -> str:
    """Return what a model's answer is to the official script: the answer's text, or "" for none."""
    plain = text.strip()
    return "" if plain.rstrip(".。").strip().casefold() == NO_ANSWER else plain


def build(asked: Asked, files: Sequence[Path], step: Step) -> Built:
    """Return the rows of the task."""
    return assemble(lambda: examples(files), given_splits(files), asked, step)


def examples(files: Sequence[Path]) -> Iterator[Example | Reject]:
    """Yield each question as an example, or why it is none."""
    for file, split in splits_of(files).items():
        for name, title, context, question, answers in questions(file):
            if not context or not question:
                yield Reject(f"squad-{name}", "task squad2", "no_context" if question else "no_question")
                continue
            shown = f"title: {title}\ncontext: {context}\nquestion: {question}"
            said = Counter(one for one in answers if one).most_common(1)
            row = AlpacaRow(f"squad-{name}", SYSTEM, INSTRUCTION, shown, said[0][0] if said else NO_ANSWER)
            yield Example(row, context, (context,), split, tuple(answers))


def questions(file: Path) -> Iterator[tuple[str, str, str, str, list[str]]]:
    """Yield id, title, context, question and all answers of each question of a file."""
    if file.suffix.lower() == ".json" and b'"paragraphs"' in head_of(file):
        for entry in read_squad(file).data:
            for paragraph in entry.paragraphs:
                for one in paragraph.qas:
                    told = [] if one.is_impossible else [given.text.strip() for given in one.answers]
                    yield one.id, entry.title, paragraph.context.strip(), one.question.strip(), told
        return
    for number, (where, row) in enumerate(plain_file(file), start=1):
        title = row.get("title")
        yield (
            str(row.get("id") or f"{file.stem}-{number}"),
            title if isinstance(title, str) else "",
            text_in(where, row, ("context",)),
            text_in(where, row, ("question",)),
            answers_of(where, row.get("answers")),
        )


def answers_of(where: str, value: object) -> list[str]:
    """Return the answers of a Hugging Face row: {"text": […], …}, or a list of such or of texts."""
    if isinstance(value, dict):
        value = value.get("text", [])
    found = [one.get("text") if isinstance(one, dict) else one for one in value] if isinstance(value, list) else None
    if found is None or not all(isinstance(one, str) for one in found):
        then = "give answers as SQuAD does, [] for none"
        raise InputError(f"{where}, field answers", '{"text": ["…"]}', type(value).__name__, then)
    return [str(one).strip() for one in found]


def head_of(file: Path) -> bytes:
    """Return the first bytes of a file."""
    try:
        with file.open("rb") as stream:
            return stream.read(1 << 20)
    except OSError as error:
        raise unreadable(file, error) from error


def read_squad(file: Path) -> Squad:
    """Read SQuAD's own JSON."""
    try:
        return msgspec.json.decode(file.read_bytes().removeprefix(b"\xef\xbb\xbf"), type=Squad)
    except OSError as error:
        raise unreadable(file, error) from error
    except UNDECODABLE as error:
        raise InputError(str(file), "SQuAD's JSON", str(error), "get the file again") from error
