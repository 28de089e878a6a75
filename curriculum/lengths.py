"""Count the tokens of a dataset's rows by the student's own tokenizer, and what `cutoff_len` would cut of them.

    >>> cut_of(Lengths(prompts=(2000, 300), answers=(100, 50)), cutoff=2048)
    Cut(rows=2, prompts_cut=1, answers_cut=0)

LLaMA-Factory cuts the *end of the prompt*, assistant header included, or the answer, and says nothing
(`data/processor/processor_utils.py:infer_seqlen`, whose rule `kept` repeats; `tests/slow` holds them equal).
Counts are kept under `saves/.lengths/` by the digests of rows and tokenizer, so a matrix counts each file once.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from curriculum.schema import Cut, Lengths
from data_builders.errors import NewsLadderError
from data_builders.jsonl import digest_of, read, read_json, write_json
from data_builders.schema import TextRow
from data_builders.stages.tokens import answer_of, encoder_of, prompt_of
from data_builders.tasks.arrow import read_rows

KEPT = Path("saves/.lengths")
Kind = Literal["sft", "pt"]


def lengths_of(file: Path, student: str, kind: Kind = "sft") -> Lengths:
    """Return the tokens of every row of a dataset's file."""
    tokenizer = Path(student) / "tokenizer.json"
    by = digest_of(tokenizer) if tokenizer.is_file() else student
    key = hashlib.sha256(msgspec.json.encode([digest_of(file), by, kind, 1])).hexdigest()[:24]
    held = KEPT / f"{key}.json"
    try:
        if held.is_file():
            return read_json(held, Lengths)
    except NewsLadderError:
        held.unlink()
    encode = encoder_of(student)
    if kind == "pt":
        found = Lengths(tuple(0 for _ in read(file, TextRow)), tuple(encode(row.text) for row in read(file, TextRow)))
    else:
        pairs = [
            (encode(prompt_of(row.system, row.instruction, row.input)), encode(answer_of(row.output)))
            for row in read_rows(file)
        ]
        found = Lengths(tuple(prompt for prompt, _ in pairs), tuple(answer for _, answer in pairs))
    write_json(held, found)
    return found


def joined(parts: Sequence[Lengths]) -> Lengths:
    """Return several datasets as one."""
    return Lengths(
        tuple(length for part in parts for length in part.prompts),
        tuple(length for part in parts for length in part.answers),
    )


def cut_of(lengths: Lengths, cutoff: int) -> Cut:
    """Count the rows whose prompt or answer LLaMA-Factory would cut."""
    prompts = answers = 0
    for prompt, answer in zip(lengths.prompts, lengths.answers, strict=True):
        prompt_kept, answer_kept = kept(prompt, answer, cutoff)
        prompts += prompt_kept < prompt
        answers += answer_kept < answer
    return Cut(lengths.rows, prompts, answers)


def kept(prompt: int, answer: int, cutoff: int) -> tuple[int, int]:
    """Return how many tokens of prompt and answer LLaMA-Factory keeps."""
    if answer * 2 < cutoff:
        most = cutoff
    elif prompt * 2 < cutoff:
        most = cutoff - prompt
    else:
        most = int(cutoff * (answer / (prompt + answer)))
    answer_kept = min(most, answer)
    return min(max(cutoff - answer_kept, 0), prompt), answer_kept
