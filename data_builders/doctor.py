"""Check the registered datasets against the rules that LLaMA-Factory holds them to, before it trains wrongly.

    $ python -m data_builders doctor s3_train
    s3_train: 75 rows, ok

Each rule is one that LLaMA-Factory 0.9.5 breaks silently or explains badly: a `columns` map that leaves a column out
makes it None; a file whose extra field changes its type fails deep inside Arrow; a row without `input` is a KeyError;
an empty output trains the student to say nothing; an id in train and test is a leak. All faults are told together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from data_builders.errors import InputError, NewsLadderError
from data_builders.jsonl import UNDECODABLE, lines, read_json
from data_builders.recipes import PROFILES, read_recipe, recipe_path
from data_builders.schema import AlpacaRow
from data_builders.stages.tokens import TokenCounter

SUFFIXES = (".json", ".jsonl", ".csv", ".parquet", ".arrow", ".txt")
KEYS = frozenset({"file_name", "formatting", "columns", "subset", "split", "folder", "num_samples", "ranking", "tags"})
OURS = frozenset({"file_sha256", "description", "licence"})
NEEDED = ("prompt", "query", "response")
MOST_TOLD = 5

Entry = dict[str, object]
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Health:
    """What the check of one dataset found."""

    dataset: str
    rows: int
    faults: tuple[str, ...]
    built: bool = True  # False: a stage that nobody has asked for, of which no split is there


def examine(folder: Path, dataset: str | None, student: str | None) -> list[Health]:
    """Check one dataset, or all, that `folder/dataset_info.json` registers."""
    info = folder / "dataset_info.json"
    registered = read_json(info, dict[str, Entry])
    if dataset is not None and dataset not in registered:
        known = ", ".join(sorted(registered))
        raise InputError(dataset, f"a dataset that {info} registers ({known})", "no such name", "name one of them")
    names = list(registered) if dataset is None else [dataset]
    counter = TokenCounter(student) if student else None
    unbuilt = unbuilt_of(registered, folder) if dataset is None else frozenset()
    found = [
        Health(name, 0, (), built=False) if name in unbuilt else check(name, registered[name], folder, counter)
        for name in names
    ]
    return found + leaks(registered, folder) if dataset is None else found


def unbuilt_of(registered: dict[str, Entry], folder: Path) -> frozenset[str]:
    """Return the datasets of stages of which no file is there, where another stage's are: S0, as a rule."""
    there = {name for name, entry in registered.items() if (folder / str(entry.get("file_name", ""))).is_file()}
    stages = {name.partition("_")[0] for name in there}
    return frozenset(name for name in registered if stages and name.partition("_")[0] not in stages)


def check(name: str, entry: Entry, folder: Path, counter: TokenCounter | None) -> Health:
    """Check one entry and its file."""
    faults = list(entry_faults(entry))
    file = folder / str(entry.get("file_name", ""))
    if not file.is_file():
        faults.append(f"{file}: no such file; run `make data`, or python -m data_builders build --stage all")
        return Health(name, 0, tuple(faults))
    if file.suffix not in SUFFIXES:
        faults.append(f"{file}: LLaMA-Factory reads {', '.join(SUFFIXES)}, found {file.suffix}; write it as .jsonl")
    if file.suffix != ".jsonl":
        return Health(name, 0, tuple(faults))
    rows, told = 0, 0
    try:
        for where, row in rows_of(file):
            rows += 1
            for fault in row_faults(row, entry, counter, name):
                told += 1
                if told <= MOST_TOLD:
                    faults.append(f"{where}: {fault}")
        faults.extend(type_faults(file))
    except NewsLadderError as error:
        faults.append(str(error))
    if told > MOST_TOLD:
        faults.append(f"{file}: {told - MOST_TOLD} more rows like these")
    if not rows:
        faults.append(f"{file}: no rows; LLaMA-Factory needs at least one, so give more articles or a wider bound")
    return Health(name, rows, tuple(faults))


def entry_faults(entry: Entry) -> Iterator[str]:
    """Yield what is wrong with an entry's own keys."""
    unknown = sorted(set(entry) - KEYS - OURS)
    if unknown:
        yield f"unknown key {', '.join(unknown)}: LLaMA-Factory ignores it silently; remove it or spell it right"
    columns = entry.get("columns")
    if isinstance(columns, dict) and columns != {"prompt": "text"}:
        absent = [key for key in NEEDED if key not in columns]
        if absent:
            yield f"columns leaves out {', '.join(absent)}: a map is all or nothing, name every column"


def rows_of(file: Path) -> Iterator[tuple[str, Row]]:
    """Yield (where, row) of a JSONL file."""
    for number, line in lines(file):
        try:
            yield f"{file}:{number}", msgspec.json.decode(line, type=dict[str, object])
        except UNDECODABLE as error:
            raise InputError(f"{file}:{number}", "a JSON object", str(error), "build the dataset again") from error


def row_faults(row: Row, entry: Entry, counter: TokenCounter | None, name: str) -> Iterator[str]:
    """Yield what is wrong with one row."""
    columns = entry.get("columns")
    mapped = (
        columns if isinstance(columns, dict) else dict(zip(NEEDED, ("instruction", "input", "output"), strict=True))
    )
    for role, field in mapped.items():
        value = row.get(str(field))
        if field not in row:
            yield f"no field {field} (the {role}); every row needs it, empty if need be"
        elif not isinstance(value, str):
            yield f"field {field} is {type(value).__name__}, expected text"
        elif role in {"response", "prompt"} and not value.strip():
            yield f"field {field} is empty; such a row trains the student to say nothing"
    if not isinstance(row.get("id", ""), str):
        yield "field id is no text; ids are strings throughout"
    if counter and {"system", "instruction", "input", "output"} <= set(row):
        made = AlpacaRow("", *(str(row[key]) for key in ("system", "instruction", "input", "output")))
        tokens, cutoff = counter.count(made), cutoff_of(name)
        if tokens >= cutoff:
            yield f"{tokens} tokens reach the recipe's cutoff_len {cutoff}; LLaMA-Factory would cut the prompt's end"


def cutoff_of(dataset: str) -> int:
    """Return the smallest cutoff among the recipes of a dataset's stage."""
    paths = [recipe_path(dataset.split("_")[0], profile) for profile in PROFILES]
    return min((read_recipe(path).cutoff_len for path in paths if path.is_file()), default=2**31)


def type_faults(file: Path) -> Iterator[str]:
    """Yield each field whose type is not the same in every row, and each id that stands twice."""
    types: dict[str, tuple[str, str]] = {}
    told: set[str] = set()
    ids: dict[str, str] = {}
    for where, row in rows_of(file):
        for field, value in row.items():
            if value is None:  # Arrow takes a null for any type
                continue
            kind = type(value).__name__
            first, at = types.setdefault(field, (kind, where))
            if kind != first and field not in told:
                told.add(field)
                yield f"{where}: field {field} is {kind}, but {first} at {at}; Arrow needs one type, make it text"
        row_id = str(row.get("id", ""))
        if row_id and ids.setdefault(row_id, where) != where:
            yield f"{where}: id {row_id} stands already at {ids[row_id]}; build the dataset again"


def leaks(registered: dict[str, Entry], folder: Path) -> list[Health]:
    """Return a fault for each id that some stage trains on and some stage tests on."""
    found: dict[str, dict[str, str]] = {"train": {}, "test": {}, "dev": {}}
    for name, entry in registered.items():
        file = folder / str(entry.get("file_name", ""))
        split = name.rpartition("_")[2]
        if split in found and file.is_file() and file.suffix == ".jsonl":
            try:
                found[split].update({str(row["id"]): name for _, row in rows_of(file) if "id" in row})
            except NewsLadderError:
                continue  # told already, by the check of that file
    shared = sorted(set(found["train"]) & (set(found["test"]) | set(found["dev"])))
    faults = [
        f"id {row} is trained on in {found['train'][row]} and held out in "
        f"{found['test'].get(row) or found['dev'].get(row)}; curate and build again"
        for row in shared[:MOST_TOLD]
    ]
    return [Health("split", len(found["test"]), tuple(faults))]
