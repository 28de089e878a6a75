"""What LLaMA-Board's Start runs: the runner's own job where the settings are the recipe's, else what was asked for.

    $ python -m curriculum.board_train train saves/nano/s2/training_args.yaml

Board hands over a file of arguments. If its folder is a stage's and every setting is the recipe's, the stage is run as
`python -m curriculum run` would: checked, locked, gone on with where a kill cut it short, and marked once it is whole.
This is a process of its own, so Board's page may die; the mark is written all the same. With any other setting the
training is stock LLaMA-Factory's, `stage.other.json` says by what it differs, and the stage does not count as done; in
a folder that holds the recipe's stage, finished or half done, it is refused.

Board's Stop button lets LLaMA-Factory end early with exit code 0 and weights saved; such a training is not marked.
"""

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from curriculum.alone import alone
from curriculum.board_sent import Difference, differences, sent_by_board, silent_overrides
from curriculum.board_stages import Stage, stage_at
from curriculum.climb import check_packages, prepare, run_rung
from curriculum.finished import trained_whole
from curriculum.job import Job
from curriculum.launch import Cold, Launcher, Watch
from curriculum.marker import DONE, OTHER, STARTED, Standing, standing, wanted
from curriculum.recipe import Start
from curriculum.runner import run_one
from curriculum.weigh import audit
from data_builders.errors import NewsLadderError, OrderError
from data_builders.jsonl import write_json

PROGRAM = "llamafactory-cli"
STOPPED = 130


class Attended:
    """Starts jobs as `Cold` does; a training that was stopped before its last step ends with a code of its own."""

    def __init__(self, folder: Path, launcher: Launcher | None = None) -> None:
        self.folder, self.launcher = folder, launcher or Cold()
        self.stopped = False

    def run(self, command: Sequence[str], log: Path, watch: Watch) -> int:
        """Run the command; Board's Stop sends SIGABRT to it and to us."""
        before = signal.signal(signal.SIGABRT, self.stop)
        try:
            code = self.launcher.run(command, log, watch)
        finally:
            signal.signal(signal.SIGABRT, before)
        if code or command[0] != PROGRAM:
            return code
        return STOPPED if self.stopped or not trained_whole(self.folder) else 0

    def stop(self, *_: object) -> None:
        """Note that the training was asked to end."""
        self.stopped = True


def start(arguments: Path) -> None:
    """Run what Board asks for."""
    sent = sent_by_board(arguments)
    stage = stage_at(str(sent.get("output_dir", ""))) if sent.get("do_train") else None
    if stage is None:
        become_stock(arguments)
        return
    found = differences(stage.job, sent)
    if found:
        with apart(stage.job, found):
            become_stock(arguments)
        return
    hush()
    run_as_recipe(stage, sent, Attended(stage.job.output))


def run_as_recipe(stage: Stage, sent: Mapping[str, object], launcher: Launcher) -> None:
    """Run a stage as the runner does, with what was chosen on the page of who is told of it."""
    told = silent_overrides(stage.job, sent)
    job = replace(stage.job, overrides=(*stage.job.overrides, *told))
    if stage.step is None or stage.weighed is None:
        run_one(job, launcher, launcher)
        return
    audit(stage.weighed)
    check_packages(stage.weighed.plan)
    prepare(stage.weighed.plan, Start(job.model, job.adapter), launcher)
    run_rung(replace(stage.step, job=job), stage.weighed, launcher, launcher)


@contextmanager
def apart(job: Job, found: tuple[Difference, ...]) -> Iterator[None]:
    """Hold a stage's folder for a training with other settings, and note by what it differs."""
    state = state_of(job)
    if state != "fresh":
        held = "finished" if state == "done" else "half done"
        expected = f"the settings of {job.recipe.path.as_posix()}, since {job.name} lies there {held}"
        told = ", ".join(f"{one.key} {one.sent}" for one in found)
        raise OrderError(str(job.output), expected, told, "name another output folder, or load the preset again")
    with alone(job.output):
        for name in (DONE, STARTED):
            (job.output / name).unlink(missing_ok=True)
        write_json(job.output / OTHER, found)
        yield


def state_of(job: Job) -> Standing:
    """Tell how a job stands; one that could not even start has nothing to lose."""
    try:
        return standing(job, wanted(job))
    except NewsLadderError:
        return "fresh"


def become_stock(arguments: Path) -> None:
    """Turn this process into stock LLaMA-Factory, as Board would have started it."""
    os.execvp(PROGRAM, [PROGRAM, "train", str(arguments)])  # noqa: S606 - no shell, Board's own command


def main(words: Sequence[str]) -> int:
    """Run what Board asks for, and say what is wrong where Board shows it; Board itself may be gone by then."""
    shown = os.dup(2)
    try:
        start(Path(words[1]))
    except NewsLadderError as error:
        with suppress(OSError):
            os.write(shown, f"{error}\n".encode())
        return error.exit_code
    return 0


def hush() -> None:
    """Send the runner's progress nowhere: Board shows its own, and a page that is gone must not end a training."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
