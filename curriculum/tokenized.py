"""Share the tokens of a stage's rows between all runs that read the same rows: LLaMA-Factory's `tokenized_path`.

    saves/.tokenized/5f1c…/          what LLaMA-Factory wrote
    saves/.tokenized/5f1c….whole     our mark that it was written to its end

LLaMA-Factory loads such a folder without a look at data, cutoff or template, so ours are named by the digest of all of
them, and one without the mark, which a kill has cut short, is made again. The key is put in on the command line, never
in a recipe: a recipe that is copied and changed cannot load another's tokens.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec

from curriculum.job import SAVES, Job
from data_builders.jsonl import digest_of

FOLDER = SAVES / ".tokenized"
DECIDING = (
    "stage", "dataset", "eval_dataset", "template", "default_system", "cutoff_len", "train_on_prompt", "packing",
    "neat_packing", "mask_history", "max_samples",
)  # fmt: skip


def place_of(job: Job, student: str) -> Path:
    """Return where the tokens of a job's rows are kept."""
    from importlib.metadata import version

    tokenizer = Path(student) / "tokenizer.json"
    parts = [
        version("llamafactory"),
        digest_of(tokenizer) if tokenizer.is_file() else student,
        [digest_of(file) for file in job.datasets],
        [job.recipe.settings.get(key) for key in DECIDING],
    ]
    return FOLDER / hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:24]


@contextmanager
def shared(job: Job, student: str) -> Iterator[Job]:
    """Yield the job with the place of its tokens put in; who comes while another writes them goes without."""
    place = place_of(job, student)
    whole = place.with_suffix(".whole")
    if whole.is_file():
        yield with_tokens(job, place)
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    lock = os.open(place.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.set_inheritable(lock, True)  # an orphan of a killed run may still be writing
    except BlockingIOError:
        os.close(lock)
        yield job
        return
    try:
        shutil.rmtree(place, ignore_errors=True)
        yield with_tokens(job, place)
        if place.is_dir():
            whole.touch()
    finally:
        os.close(lock)


def with_tokens(job: Job, place: Path) -> Job:
    """Return the job with LLaMA-Factory told where the tokens are."""
    return replace(job, overrides=(*job.overrides, f"tokenized_path={place.as_posix()}"))
