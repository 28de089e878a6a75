"""llama.cpp by llama-cpp-python: quantise a GGUF, lay out a chat by its own template, answer as transformers would.

    >>> model = Model(Path("exports/nano/nano-q8_0.gguf"))
    >>> model.laid((Message("user", "颱風"),)).text
    '<|im_start|>system…'

The prompt is laid out by `Jinja2ChatFormatter` from the GGUF's metadata, as `create_chat_completion` does, and cut in
tokens as llama.cpp's servers do it: with special signs, and with a token for the beginning of text exactly where the
GGUF asks for one. `penalised` is transformers' repetition_penalty: llama-cpp-python's own `repeat_penalty` is never
told the prompt, so the same number means something else there.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curriculum.export.convert import needs
from curriculum.export.schema import Form, Laid, Message
from data_builders.errors import InputError, TrainError

PACKAGE = "llama-cpp-python"
QUANTISED: dict[Form, str] = {"q8_0": "LLAMA_FTYPE_MOSTLY_Q8_0", "q4_k_m": "LLAMA_FTYPE_MOSTLY_Q4_K_M"}
THREADS = min(8, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer's tokens, the seconds until the first one, the seconds for the others, and whether it ended itself."""

    tokens: tuple[int, ...]
    first: float
    others: float
    ended: bool


def quantise(whole: Path, out: Path, form: Form) -> None:
    """Write a GGUF of 16 bits in fewer; llama.cpp's own falling back is told by `tensors.fallbacks_of`."""
    needs("llama_cpp", PACKAGE)
    import llama_cpp

    settings = llama_cpp.llama_model_quantize_default_params()
    settings.ftype = getattr(llama_cpp, QUANTISED[form])
    settings.nthread = THREADS
    with silent():
        code = llama_cpp.llama_model_quantize(str(whole).encode(), str(out).encode(), settings)
    if code or not out.is_file():
        raise TrainError(
            str(whole), f"a GGUF in {form}", f"code {code} of llama_model_quantize", "free disk, try again"
        )


class Model:
    """A GGUF opened by llama-cpp-python: its template, its tokens, its answers."""

    def __init__(self, path: Path, context: int = 512) -> None:
        needs("llama_cpp", PACKAGE)
        from llama_cpp import Llama

        self.path = path
        try:
            with silent():
                self.llama: Any = Llama(str(path), n_ctx=context, n_threads=THREADS, n_threads_batch=THREADS,
                                        verbose=False)  # fmt: skip
        except (ValueError, OSError) as error:
            raise InputError(str(path), "a GGUF that llama.cpp loads", str(error), "export again") from error
        metadata = dict(self.llama.metadata)
        if "tokenizer.chat_template" not in metadata:
            raise InputError(str(path), "a chat template in the GGUF", "none", "export again")
        self.template = str(metadata["tokenizer.chat_template"])
        self.ends = {int(self.llama.token_eos()), int(self.llama._model.token_eot())}  # noqa: SLF001

    def laid(self, messages: Sequence[Message]) -> Laid:
        """Return the prompt of a chat as text and tokens."""
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        signs = [self.llama._model.token_get_text(one) if one >= 0 else ""  # noqa: SLF001  as Llama itself asks it
                 for one in (self.llama.token_eos(), self.llama.token_bos())]  # fmt: skip
        lay = Jinja2ChatFormatter(template=self.template, eos_token=signs[0], bos_token=signs[1])
        text = str(lay(messages=[{"role": one.role, "content": one.content} for one in messages]).prompt)
        return Laid(text, tuple(self.tokens(text)))

    def tokens(self, text: str) -> list[int]:
        """Return the tokens of a prompt; a GGUF that wants a beginning of text gets one here."""
        return [int(one) for one in self.llama.tokenize(text.encode(), add_bos=True, special=True)]

    def text(self, tokens: Sequence[int]) -> str:
        """Return the text of an answer's tokens."""
        return bytes(self.llama.detokenize(list(tokens))).decode("utf-8", "replace")

    def speak(self, prompt: Sequence[int], most: int, penalty: float) -> Spoken:
        """Continue a prompt greedily, from an empty cache."""
        from llama_cpp import LogitsProcessorList

        self.llama.reset()
        chosen = LogitsProcessorList([penalised(penalty)]) if penalty != 1.0 else None
        began = time.perf_counter()
        first, said, ended = 0.0, [], False
        for token in self.llama.generate(list(prompt), temp=0.0, repeat_penalty=1.0, logits_processor=chosen):
            first = first or time.perf_counter() - began
            if token in self.ends:
                ended = True
                break
            said.append(int(token))
            if len(said) >= most:
                break
        return Spoken(tuple(said), first, time.perf_counter() - began - first, ended)


def penalised(penalty: float) -> Callable[[NDArray[np.intc], NDArray[np.single]], NDArray[np.single]]:
    """Return transformers' repetition penalty over all tokens so far, the prompt's too."""

    def apply(tokens: NDArray[np.intc], scores: NDArray[np.single]) -> NDArray[np.single]:
        seen = np.unique(tokens)
        kept = scores[seen]
        changed = scores.copy()
        changed[seen] = np.where(kept < 0, kept * penalty, kept / penalty)
        return changed

    return apply


@contextmanager
def silent() -> Iterator[None]:
    """Keep llama.cpp from writing to standard error from C."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
