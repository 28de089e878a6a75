"""The sibling tasks: other corpora -> alpaca rows of each task, beside the ladder and on the same rails.

    python -m data_builders task wmt --input corpus.zh-en.tsv --out data/tasks --train 5897 --dev 990

`build` writes `<task>_{test,dev,train}.jsonl`, all accepted answers of test rows, what was left out and why, the
folder's `dataset_info.json` and, last, `<task>_manifest.json`. Several tasks share a folder, so that a rung may mix
them (`--plan wmt+squad2`). Asked again for the same rows of the same input it does nothing. The file
`dataset_info.json` at the project's root stays the stages' alone: a task's recipe names its own folder as
`dataset_dir`, so no entry at the root would be read, and the doctor would miss files nobody asked for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import msgspec

from data_builders import VERSION, dataset_info
from data_builders.curate.spool import Spool
from data_builders.errors import InputError, NewsLadderError
from data_builders.jsonl import digest_of, encode, read_json
from data_builders.manifest import Step
from data_builders.schema import AlpacaRow, Manifest, Reject, Split
from data_builders.tasks.schema import Asked, References, Rows, Task

WRITTEN: tuple[Split, ...] = ("test", "dev", "train")


def build(task: Task, asked: Asked) -> Manifest:
    """Write a task's rows, unless the folder holds just these already."""
    files = task.files(asked.inputs)
    settings = {"task": task.name, "seed": asked.seed, **asdict(asked.sizes), **asked.options}
    settings |= {"keywords": len(asked.keywords)} if asked.keywords else {}
    step = Step(f"task {task.name}", asked.out, settings, prefix=f"{task.name}_")
    for file in files:
        step.inputs[named(file, asked.inputs)] = digest_of(file)
    if asked.keywords:
        step.inputs["keywords"] = str(hash_of(asked.keywords))
    held = standing(step)
    if held is not None:
        return held
    with Spool() as spool:
        built = task.build(asked, files, step)
        for split in WRITTEN:
            rows: Rows = getattr(built, split)
            name = f"{task.name}_{split}.jsonl"
            if not step.writes(name, kept(rows, spool)).rows:
                then = "give more input, or fewer keywords"
                raise InputError(f"{asked.out / name}", "at least one row", "none", then)
        several = (References(key, answers) for key, answers in built.references.items())
        step.writes(f"{task.name}_test_references.jsonl", several, counted=False)
        dataset_info.write_task(asked.out, task.name)
        return step.finish(spooled(spool))


def kept(rows: Rows, spool: Spool) -> Iterator[AlpacaRow]:
    """Pass rows on and lay rejects aside, on the disk: of a corpus there may be millions."""
    for row in rows:
        if isinstance(row, Reject):
            spool.put(encode(row))
        else:
            yield row


def spooled(spool: Spool) -> Iterator[Reject]:
    """Yield the rejects that were laid aside."""
    decoder = msgspec.json.Decoder(Reject)
    return (decoder.decode(spool.get(place)) for place in range(len(spool)))


def standing(step: Step) -> Manifest | None:
    """Return the manifest of an earlier run when it was asked the same and its files are as it left them."""
    try:
        held = read_json(step.manifest, Manifest) if step.manifest.is_file() else None
        if held is None or (held.version, held.inputs) != (VERSION, step.inputs):
            return None
        if not step.settings.items() <= held.settings.items():
            return None
        same = all(digest_of(step.out / name) == made.sha256 for name, made in held.outputs.items())
    except NewsLadderError:
        return None
    return held if same and (step.out / dataset_info.FILE).is_file() else None


def named(file: Path, inputs: Iterable[Path]) -> str:
    """Return a file's name below the folder that was given, which tells nothing of the machine."""
    below = [file.relative_to(path) for path in inputs if path.is_dir() and file.is_relative_to(path)]
    return below[0].as_posix() if below else file.name


def hash_of(words: Iterable[str]) -> str:
    """Return a digest of a list of words."""
    import hashlib

    return hashlib.sha256("\n".join(words).encode()).hexdigest()
