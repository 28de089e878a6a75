"""Start stock `llamafactory-cli` and watch it: a process for each job, warm forks of one that has imported it, or here.

Importing LLaMA-Factory costs 17 to 28 s on two cores, a stage of the nano student about 10 to 25 s. `Warm` imports it
once and forks a child for each job; the child runs the stock entry point, `llamafactory.launcher.launch`, with the same
arguments, in a process of its own. So nothing leaks from one stage into the next (in one process a recipe's
`default_system` does), memory is given back, and the weights are those of the stock command, byte for byte
(`benchmarks/launch.py` measures and compares). A fork is safe while CUDA is untouched, so recipes that train on a GPU
always get a fresh process. `Here` calls `run_exp` in this process, for debuggers, notebooks and `--in-process`; every
recipe states its `default_system`, the one thing known to leak from one stage into the next.
"""

import os
import runpy
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from data_builders.errors import InputError
from data_builders.threads import briefly

POLL = 0.25
GRACE = 10.0
Watch = Callable[[], None]


class Launcher(Protocol):
    """What starts a job."""

    def run(self, command: Sequence[str], log: Path, watch: Watch) -> int:
        """Run the command, its output into `log`, call `watch` now and then, and return the exit code."""


class Cold:
    """Starts each job as `llamafactory-cli` in a process of its own; `told` goes into its environment."""

    def __init__(self, told: Mapping[str, str] | None = None) -> None:
        self.told = dict(told or {})

    def run(self, command: Sequence[str], log: Path, watch: Watch) -> int:
        """Run the command in a new process."""
        program = str(Path(sys.executable).parent / command[0])
        with log.open("wb") as stream:
            into_log = [(os.POSIX_SPAWN_DUP2, stream.fileno(), number) for number in (1, 2)]
            try:
                child = os.posix_spawn(
                    program, [program, *command[1:]], environment() | self.told, file_actions=into_log
                )
            except OSError as error:
                raise InputError(program, "LLaMA-Factory's command", str(error), "make setup") from error
        return waited(child, watch)


class Warm:
    """Imports LLaMA-Factory once, then forks a child for each job."""

    def __init__(self) -> None:
        self.warm = False

    def run(self, command: Sequence[str], log: Path, watch: Watch) -> int:
        """Run the command in a fork of this process."""
        if not self.warm:
            os.environ.update(environment())
            with log.open("wb") as stream, redirected(stream.fileno()):
                import llamafactory.train.tuner  # noqa: F401  what `train` imports, paid for once
            self.warm = True
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            become(command, log)
        return waited(child, watch)


class Here:
    """Runs each job in this process, by LLaMA-Factory's `run_exp` and `export_model`."""

    def run(self, command: Sequence[str], log: Path, watch: Watch) -> int:
        """Call what the command calls; a failure leaves its trace in the log and is code 1."""
        os.environ.update(environment())
        kept = list(sys.argv)
        try:
            with log.open("wb") as stream, redirected(stream.fileno()):
                return called(command)
        finally:
            sys.argv = kept
            watch()


def called(command: Sequence[str]) -> int:
    """Call in this process what a command calls in its own, and return its exit code."""
    try:
        if command[0] == "python":
            sys.argv = list(command[2:])
            runpy.run_module(command[2], run_name="__main__", alter_sys=True)
        else:
            from llamafactory.train.tuner import export_model, run_exp

            sys.argv = [command[0], *command[2:]]
            (export_model if command[1] == "export" else run_exp)()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:
        traceback.print_exc()
        return 1
    return 0


class redirected:  # noqa: N801  reads as what it does
    """Sends standard output and error of this process to a file while the block runs."""

    def __init__(self, target: int) -> None:
        self.target = target

    def __enter__(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self.kept = (os.dup(1), os.dup(2))
        os.dup2(self.target, 1)
        os.dup2(self.target, 2)

    def __exit__(self, *_: object) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, kept in enumerate(self.kept, start=1):
            os.dup2(kept, number)
            os.close(kept)


def become(command: Sequence[str], log: Path) -> None:
    """Turn this forked child into `command` and never return; its exit code says how it went."""
    code = 1
    try:
        target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(target, 1)
        os.dup2(target, 2)
        sys.argv = list(command[2:] if command[0] == "python" else command)
        os.environ["CUDA_VISIBLE_DEVICES"] = ""  # a fork may not touch CUDA, and several GPUs would start torchrun
        if command[0] == "python":  # a module of ours that asks LLaMA-Factory something
            runpy.run_module(command[2], run_name="__main__", alter_sys=True)
        else:
            from llamafactory.launcher import launch

            launch()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def waited(pid: int, watch: Watch) -> int:
    """Wait for a child while watching it; an interrupt is passed on, and waited for."""
    try:
        while True:
            ended, status = os.waitpid(pid, os.WNOHANG)
            watch()
            if ended:
                return os.waitstatus_to_exitcode(status)
            time.sleep(POLL)
    except KeyboardInterrupt:
        end(pid)
        raise


def end(pid: int) -> None:
    """End a child that was interrupted: gently, then, after a while, not."""
    from signal import SIGKILL, SIGTERM

    deadline = time.monotonic() + GRACE
    sent = SIGTERM
    while True:
        try:
            os.kill(pid, sent)
            for _ in range(int(GRACE / POLL)):
                if os.waitpid(pid, os.WNOHANG)[0]:
                    return
                time.sleep(POLL)
        except (ProcessLookupError, ChildProcessError):
            return
        if time.monotonic() > deadline:
            sent = SIGKILL


def environment() -> dict[str, str]:
    """Return the environment of a job: this one, quiet about forks, without a call home, patient with its threads.

    FORCE_TORCHRUN is off: a fork that has imported LLaMA-Factory must not start others, and `run_exp` would not look at
    it and train with one process. A job of several gets a process of its own (`runner.launcher_of`), which finds the
    environment's torchrun first on its path.

    OpenMP's threads wait as `data_builders.threads` says; a user's own OMP_WAIT_POLICY or GOMP_SPINCOUNT stands.
    """
    return (
        briefly(os.environ)
        | os.environ
        | {
            "FORCE_TORCHRUN": "0",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "TOKENIZERS_PARALLELISM": "false",
            "DO_NOT_TRACK": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "PYTHONWARNINGS": "ignore::UserWarning:jieba._compat",
        }
    )
