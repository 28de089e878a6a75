"""Rows to what the trainer reads: source and labels of an encoder-decoder, prompt and answer of a causal model.

    >>> features(row, t5_pegasus_tokenizer, pairs_up=True, starts=12)
    Features(input_ids=[12, 1885, …, 13], labels=[373, …, 13])

The prompt is laid out as `eval predict` lays it out, so training and asking agree to the token. Only the answer counts
in the loss: of an encoder-decoder the labels are the answer alone, of a causal model the prompt's labels are -100. The
sign with which a decoder starts is no label: T5-Pegasus' tokenizer writes `[CLS]` before each text, and a model that
learned to write it would write it twice. Nothing is cut: a row longer than the recipe's bound is an error.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_builders.errors import InputError
from data_builders.jsonl import read
from data_builders.schema import AlpacaRow
from eval.predict.local import laid_out
from eval.predict.run import prompt_of_row

UNCOUNTED = -100
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Features:
    """What the model reads of one row, and what it shall say."""

    input_ids: list[int]
    labels: list[int]


def rows_of(files: Iterable[Path]) -> list[AlpacaRow]:
    """Return the rows of some datasets; none at all is an InputError."""
    found = [row for file in files for row in read(file, AlpacaRow)]
    if not found:
        raise InputError(", ".join(map(str, files)), "at least one row", "none", "build the rows again")
    return found


def features(row: AlpacaRow, tokenizer: Any, pairs_up: bool, starts: int | None) -> Features:  # noqa: ANN401 - transformers' own type
    """Return what the trainer reads of a row; `starts` is the token with which a decoder starts."""
    laid = laid_out(prompt_of_row(row), tokenizer)
    if pairs_up:
        labels = list(tokenizer(text_target=row.output)["input_ids"])
        if labels and labels[0] == starts:
            labels = labels[1:]
        return Features(list(tokenizer(laid)["input_ids"]), ended(labels, tokenizer.eos_token_id))
    prompt = plain(laid, tokenizer)
    answer = ended(plain(row.output, tokenizer), tokenizer.eos_token_id)
    return Features([*prompt, *answer], [*[UNCOUNTED] * len(prompt), *answer])


def plain(text: str, tokenizer: Any) -> list[int]:  # noqa: ANN401 - transformers' own type
    """Return the tokens of a text alone."""
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def ended(tokens: list[int], end: int | None) -> list[int]:
    """Return tokens that close with the end sign."""
    return tokens if end is None or (tokens and tokens[-1] == end) else [*tokens, end]


def check_lengths(rows: Sequence[AlpacaRow], tokenizer: Any, most_source: int, most_target: int) -> None:  # noqa: ANN401 - transformers' own type
    """Raise an InputError that names the rows whose text or answer has more tokens than the recipe allows."""
    for key, most, texts in (
        ("max_source_length", most_source, [(row.id, prompt_of_row(row).user) for row in rows]),
        ("max_target_length", most_target, [(row.id, row.output) for row in rows]),
    ):
        sizes = [(name, len(plain(text, tokenizer))) for name, text in texts]
        long = [(name, size) for name, size in sizes if size > most]
        if long:
            named = ", ".join(f"{name} ({size})" for name, size in long[:SHOWN])
            then = f"raise {key} to {max(size for _, size in long)}, or build the rows with a smaller --most"
            raise InputError(key, f"rows of at most {most} tokens", f"{len(long)} longer: {named}", then)
