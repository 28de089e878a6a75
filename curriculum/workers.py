"""Several runs of a matrix side by side, each worker a process with its share of the processors, or a GPU of its own.

    failed = side_by_side(30, 4, do)        {1: "s5: expected exit code 0, found …"}, by the number of the run

A small student gains little from a second thread (a step of the nano student took 0.32 s on one, 0.27 s on two quiet
cores), so two runs on a core each take little longer than one on both. Workers take the next run that nobody has, in
order. What a worker could not do because it died is simply not done, and the pass that collects the scores does it.
`CUDA_VISIBLE_DEVICES` with several names is dealt out, a name a worker.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

from data_builders.errors import NewsLadderError

DEVICES = "CUDA_VISIBLE_DEVICES"


def side_by_side(count: int, jobs: int, do: Callable[[int], object]) -> dict[int, str]:
    """Call `do` with every number below `count`, in `jobs` workers, and return {number: the error that ended it}."""
    with TemporaryDirectory() as claims:
        context = multiprocessing.get_context("fork")
        shares = [share_of(number, jobs) for number in range(jobs)]
        workers = [context.Process(target=work, args=(count, do, Path(claims), share)) for share in shares]
        for worker in workers:
            worker.start()
        joined(workers)
        return {int(file.stem): file.read_text(encoding="utf-8") for file in Path(claims).glob("*.failed")}


def joined(workers: Sequence[BaseProcess]) -> None:
    """Wait for all workers; an interrupt, which a terminal sends to them too, is passed on once they have ended."""
    try:
        for worker in workers:
            worker.join()
    except KeyboardInterrupt:
        for worker in workers:
            worker.join()
        raise


def work(count: int, do: Callable[[int], object], claims: Path, own: dict[str, str]) -> None:
    """Do one run after the other that no other worker has taken; an error is noted, an interrupt ends it."""
    os.environ.update(own)
    try:
        for number in range(count):
            try:
                (claims / f"{number}.taken").touch(exist_ok=False)
            except FileExistsError:
                continue
            try:
                do(number)
            except NewsLadderError as error:
                (claims / f"{number}.failed").write_text(str(error), encoding="utf-8")
    except KeyboardInterrupt:
        sys.exit(130)


def share_of(number: int, jobs: int) -> dict[str, str]:
    """Return the environment of one worker: its threads, unless the user says how many, and its GPU."""
    threads = os.environ.get("OMP_NUM_THREADS") or str(max(1, (os.cpu_count() or 1) // jobs))
    devices = [name for name in os.environ.get(DEVICES, "").split(",") if name]
    own = {"OMP_NUM_THREADS": threads}
    return own | ({DEVICES: devices[number % len(devices)]} if len(devices) > 1 else {})
