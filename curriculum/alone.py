"""Hold a folder for one job at a time.

with alone(Path("saves/try/s2")): ...
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data_builders.errors import OrderError


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder for one job: its child holds it, too, so an orphan of a killed run is not trained against."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.set_inheritable(lock, True)
        yield
    except BlockingIOError as error:
        then = "wait until it has ended (or end it), then run the same command again"
        raise OrderError(str(folder), "a folder that no job is writing", "another job at work", then) from error
    finally:
        os.close(lock)
