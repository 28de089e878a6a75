"""Hugging Face datasets as `save_to_disk` leaves them: Arrow files, streamed a batch at a time, without `datasets`.

data/xlsum/train/data-00000-of-00002.arrow  ->  one Raw for each row
"""

from collections.abc import Iterator
from pathlib import Path

from data_builders.ingest import damaged

Raw = tuple[str, dict[str, object]]


def read_arrow(path: Path) -> Iterator[Raw]:
    """Yield the rows of one Arrow file: the streaming format of `save_to_disk`, or the file format of other tools."""
    import pyarrow as pa
    from pyarrow import ipc

    number = 0
    try:
        with pa.memory_map(str(path)) as stream:
            packed = stream.read(6) == b"ARROW1"
            stream.seek(0)
            reader = ipc.open_file(stream) if packed else ipc.open_stream(stream)
            batches = map(reader.get_batch, range(reader.num_record_batches)) if packed else reader
            for batch in batches:
                for row in batch.to_pylist():
                    number += 1
                    yield f"{path}, row {number}", row
    except (OSError, pa.ArrowException) as error:
        raise damaged(path, "an Arrow file of a saved dataset", error, "save the dataset again") from error
