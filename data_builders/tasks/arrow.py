"""Rows as Arrow, the streaming format that `datasets` and so LLaMA-Factory read by memory map.

write_arrow(step, "translation_train.arrow", rows)   ->  Produced(rows=1080, sha256=…)

Written in batches, beside the place and renamed over it, like every file here.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from io import BytesIO
from itertools import islice
from pathlib import Path

from data_builders.importers.arrow import read_arrow
from data_builders.jsonl import read, write_chunks
from data_builders.manifest import Step
from data_builders.schema import AlpacaRow, Produced

BATCH = 10_000
COLUMNS = tuple(field.name for field in fields(AlpacaRow))


def write_arrow(step: Step, name: str, rows: Iterable[AlpacaRow]) -> Produced:
    """Write one output file of a step as Arrow and note its rows and digest."""
    digest, count = hashlib.sha256(), 0

    def noted() -> Iterator[bytes]:
        nonlocal count
        for size, chunk in chunks(rows):
            digest.update(chunk)
            count += size
            yield chunk

    write_chunks(step.out / name, noted(), supersedes=step.manifest)
    step.outputs[name] = Produced(count, digest.hexdigest())
    return step.outputs[name]


def read_rows(file: Path) -> Iterator[AlpacaRow]:
    """Yield the rows of an Arrow or a JSONL file."""
    if file.suffix == ".arrow":
        yield from (AlpacaRow(**{name: str(row[name]) for name in COLUMNS}) for _, row in read_arrow(file))
    else:
        yield from read(file, AlpacaRow)


def chunks(rows: Iterable[AlpacaRow]) -> Iterator[tuple[int, bytes]]:
    """Yield the bytes of the file as they come to be, each with the number of rows that it holds."""
    import pyarrow as pa

    schema = pa.schema([(column, pa.string()) for column in COLUMNS])
    stream, sink = iter(rows), BytesIO()
    with pa.ipc.new_stream(sink, schema) as writer:
        while some := list(islice(stream, BATCH)):
            columns = [pa.array([getattr(row, column) for row in some], pa.string()) for column in COLUMNS]
            writer.write_batch(pa.record_batch(columns, schema=schema))
            yield len(some), taken(sink)
    yield 0, taken(sink)


def taken(sink: BytesIO) -> bytes:
    """Return what was written and empty the sink."""
    written = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return written
