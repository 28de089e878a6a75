"""Count a row's tokens as LLaMA-Factory will: the student's own tokenizer, template `qwen`.

    >>> counter = TokenCounter(Path("saves/nano/student"))
    >>> counter.count(row)
    612

LLaMA-Factory encodes prompt and answer apart and then cuts the *end of the prompt*, assistant header included, when
both reach `cutoff_len`; so a row must stay below it. `tests/slow` holds this count equal to LLaMA-Factory's own.
"""

from pathlib import Path
from typing import Protocol

from data_builders.errors import InputError
from data_builders.schema import AlpacaRow


class Encoder(Protocol):
    """What counts the tokens of a text."""

    def __call__(self, text: str) -> int:
        """Return the number of tokens."""


class TokenCounter:
    """Counts tokens by the tokenizer of a student: a local folder, or a name on the hub."""

    def __init__(self, student: str) -> None:
        self.encode = encoder_of(student)

    def count(self, row: AlpacaRow) -> int:
        """Return the tokens of the row's prompt and answer together."""
        return self.encode(prompt_of(row.system, row.instruction, row.input)) + self.encode(answer_of(row.output))


def prompt_of(system: str, instruction: str, shown: str) -> str:
    """Return the prompt as template `qwen` writes it, up to and with the assistant's header."""
    user = f"{instruction}\n{shown}" if shown else instruction
    return f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n"


def answer_of(output: str) -> str:
    """Return the answer as template `qwen` writes it."""
    return f"{output}<|im_end|>\n"


def encoder_of(student: str) -> Encoder:
    """Return the encoder of a student's tokenizer."""
    file = Path(student) / "tokenizer.json"
    if file.is_file():
        from tokenizers import Tokenizer

        try:
            local = Tokenizer.from_file(str(file))
        except Exception as error:  # the Rust side raises nothing narrower
            raise InputError(str(file), "a tokenizer that loads", str(error), MAKE_STUDENT) from error
        return lambda text: len(local.encode(text, add_special_tokens=False).ids)
    if Path(student).exists() or student.startswith(("/", ".", "saves/")):
        found = f"no {file.name}" if Path(student).is_dir() else "no such folder"
        raise InputError(student, "a student: config.json, tokenizer.json, weights", found, MAKE_STUDENT)
    from transformers import AutoTokenizer

    try:
        named = AutoTokenizer.from_pretrained(student)
    except (OSError, ValueError) as error:
        found = f"no folder of that name, and the hub gave nothing ({type(error).__name__})"
        raise InputError(student, "a student's folder or a name on the hub", found, MAKE_STUDENT) from error
    return lambda text: len(named.encode(text, add_special_tokens=False))


MAKE_STUDENT = "python -m data_builders student --preset nano --out saves/nano/student, or name another --student"
