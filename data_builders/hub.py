"""Say in one line why a model could not be had: a licence to accept, no such name, no network, a damaged folder.

    >>> str(refusal("google/gemma-3-1b-it", error, "…"))
    'google/gemma-3-1b-it: expected a licence that you have accepted, found a gate (401). Next: accept it at …'

transformers wraps what the hub says into an OSError whose first line tells little; the causes below it tell the rest.
"""

from collections.abc import Iterator

from data_builders.errors import InputError

GATES = ("GatedRepoError", "gated repo", "awaiting a review from the repo authors", "access to model")
CODES = ("401", "403")


def refusal(model: str, error: BaseException, then: str) -> InputError:
    """Return the error for a model that a loader refused with `error`; `then` is for all but a licence gate."""
    told = [f"{type(one).__name__}: {one}" for one in causes(error)]
    if any(sign.lower() in line.lower() for sign in GATES for line in told):
        code = next((code for code in CODES if any(code in line for line in told)), "closed")
        accept = f"accept it at https://huggingface.co/{model}, then hf auth login; or name a folder that holds it"
        return InputError(model, "a licence that you have accepted", f"a gate ({code})", accept)
    first = str(error).strip().splitlines()[0][:200] if str(error).strip() else ""
    found = f"{type(error).__name__}: {first.rstrip('. ')}"
    return InputError(model, "a model that transformers can load", found, then)


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that it was raised from."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
