"""LLaMA-Board on loopback, with the run's stages as presets: choose, load, start.

    llamaboard_config/S3-triples.yaml     top.model_path: saves/nano/s2, train.learning_rate: '0.001', …
    llamaboard_cache/user_config.yaml     last_model: Qwen2.5-0.5B-Instruct, path_dict: {…: saves/nano/student}

Board cannot load a recipe, only presets keyed by its own widgets, so they are made from the recipes each time it opens
(`board_widgets` says how). It is started as it is shipped, `llamafactory-cli webui`; only its environment is ours,
since left alone it listens on every network interface and reports its use.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from curriculum.board_widgets import elements
from curriculum.job import Job, Run, job_of
from curriculum.launch import environment
from curriculum.marker import origin
from data_builders.errors import InputError, NewsLadderError, OrderError, UsageError
from data_builders.jsonl import need, write_chunks

LOOPBACK = "127.0.0.1"
PRESETS = Path("llamaboard_config")
USER_CONFIG = Path("llamaboard_cache/user_config.yaml")
TITLES = {"s1": "traditional", "s2": "aspects", "s3": "triples", "s4": "guided-summary", "s5": "summary"}
HEADER = "# NewsLadder writes this file: "
# Board lists models by name and gives each its template; this name's is qwen, whichever student stands behind it.
LISTED = "Qwen2.5-0.5B-Instruct"
# What `webui/common.py` of llamafactory 0.9.5 keeps; it fails on a file that lacks one. zh is its only Chinese.
NO_CONFIG: dict[str, object] = {
    "lang": None,
    "hub_name": None,
    "last_model": None,
    "path_dict": {},
    "cache_dir": None,
}
LANGUAGE = "zh"
POLL, GRACE = 0.25, 15.0


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the presets, the user's configuration, and the user's own presets that had to move aside."""

    presets: tuple[str, ...]
    user_config: str
    kept: tuple[str, ...]


def write_files(run: Run) -> Written:
    """Write the run's presets and name its student in the user's configuration."""
    need(run.data / "dataset_info.json", then="make data, with this run's RUN= and NEWS=")
    jobs = [job_of(name, run) for name in TITLES]
    for job in jobs:
        for file in job.datasets:
            need(file, then="make data, with this run's RUN= and NEWS=")
    check_student(jobs[0])
    presets = {preset_path(job.name, run): preset_text(job) for job in jobs}
    kept = [str(set_aside(path)) for path in presets if path.is_file() and not is_ours(path)]
    for path, text in presets.items():
        write_chunks(path, [text.encode()])
    write_chunks(USER_CONFIG, [dumped(merged_config(run.student)).encode()])
    return Written(tuple(path.name for path in presets), str(USER_CONFIG), tuple(kept))


def check_student(job: Job) -> None:
    """Check that the student, where it is a folder and not a hub's name, is there."""
    if job.model.startswith(("saves/", "/", "./", "../")) and not Path(job.model).is_dir():
        raise OrderError(job.model, "the student that S1 starts from", "no such folder", origin(job))


def preset_path(stage: str, run: Run) -> Path:
    """Return where a stage's preset stands; the name says the run unless it is the profile's default one."""
    prefix = "" if run.name == run.profile else f"{run.name}-"
    return PRESETS / f"{prefix}{stage.upper()}-{TITLES[stage]}.yaml"


def preset_text(job: Job) -> str:
    """Return a stage's preset, with a header that names the recipe it was made from."""
    return f"{HEADER}{job.recipe.path} as LLaMA-Board loads it. Save your own under another name.\n" + dumped(
        elements(job)
    )


def dumped(value: object) -> str:
    """Return YAML that reads as it was meant: keys in their order, Chinese as Chinese."""
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000)


def is_ours(path: Path) -> bool:
    """Tell whether we wrote a preset; Board's own "Save arguments" drops the header."""
    return path.read_text(encoding="utf-8", errors="replace").startswith(HEADER)


def set_aside(path: Path) -> Path:
    """Rename a preset that the user saved under our name, and return its new path."""
    number = 1
    while (aside := path.with_name(f"{path.stem}-saved{number}.yaml")).exists():
        number += 1
    return path.rename(aside)


def merged_config(student: str) -> dict[str, object]:
    """Return the user's Board configuration with the student listed and chosen, all else as the user has it."""
    config = NO_CONFIG | mapping_of(USER_CONFIG)
    paths = config["path_dict"]
    known = paths if isinstance(paths, dict) else {}
    chosen = {"last_model": LISTED, "path_dict": {**known, LISTED: student}}
    return config | chosen | {"lang": config["lang"] or LANGUAGE}


def mapping_of(path: Path) -> dict[str, object]:
    """Return a YAML file's mapping, or nothing when there is no such file."""
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(str(path), "LLaMA-Board's configuration", str(error), "mend or remove it") from error
    if not isinstance(loaded, dict):
        raise InputError(str(path), "a YAML mapping", type(loaded).__name__, "mend or remove it")
    return {str(key): value for key, value in loaded.items()}


def board_environment(port: int, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return Board's environment: loopback only, no public link, no reports, `llamafactory-cli` on the path."""
    programs = str(Path(sys.executable).parent)
    ours = {
        "GRADIO_SERVER_NAME": LOOPBACK,
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_SHARE": "0",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "PATH": os.pathsep.join((programs, inherited.get("PATH", os.defpath))),
    }
    headless = sys.platform == "linux" and not (inherited.get("DISPLAY") or inherited.get("WAYLAND_DISPLAY"))
    return dict(inherited) | ours | ({"BROWSER": "true"} if headless else {})


def check_port(port: int) -> None:
    """Check that the port is one, and that nothing listens on it."""
    try:
        if port < 1:
            raise OverflowError("not a port")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((LOOPBACK, port))
    except (OSError, OverflowError) as error:
        found = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(
            f"--port {port}", "a free port on 127.0.0.1", found, "give another --port (make: PORT=)"
        ) from error


def serve(port: int, ready: Callable[[], None]) -> None:
    """Run Board until it is interrupted; call `ready` once it answers. What Board prints goes to standard error."""
    check_port(port)
    with interruptible():
        board = started(port)
        try:
            watch(board, port, ready)
        except KeyboardInterrupt:
            close(board)
        finally:
            tell(board, signal.SIGKILL)


@contextmanager
def interruptible() -> Iterator[None]:
    """Take a request to end for Ctrl-C; and take Ctrl-C, which a shell's background jobs would ignore."""
    caught = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {one: signal.signal(one, interrupt) for one in caught}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def interrupt(*_: object) -> None:
    """End what runs, as Ctrl-C does."""
    raise KeyboardInterrupt


def started(port: int) -> "subprocess.Popen[bytes]":
    """Start Board in a session of its own, so that an interrupt reaches it and what it trains once, from us."""
    program = Path(sys.executable).parent / "llamafactory-cli"
    surroundings = board_environment(port, environment())
    try:
        return subprocess.Popen([program, "webui"], env=surroundings, stdout=2, start_new_session=True)
    except OSError as error:
        raise InputError(str(program), "LLaMA-Factory's command", str(error), "make setup") from error


def watch(board: "subprocess.Popen[bytes]", port: int, ready: Callable[[], None]) -> None:
    """Wait until Board answers, then until it ends, which it does not do by itself unless something is wrong."""
    answered = False
    while board.poll() is None:
        if not answered and answers(port):
            answered = True
            ready()
        time.sleep(POLL)
    if board.returncode:
        raise NewsLadderError(
            "llamafactory-cli webui", "to go on serving", f"exit code {board.returncode}", "read above"
        )


def answers(port: int) -> bool:
    """Tell whether something accepts connections on the port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False


def close(board: "subprocess.Popen[bytes]") -> None:
    """Pass an interrupt on to Board and to what it trains, and wait; ask less gently where that is not enough."""
    for sent in (signal.SIGINT, signal.SIGTERM):
        tell(board, sent)
        try:
            board.wait(GRACE)
        except subprocess.TimeoutExpired:
            continue
        return


def tell(board: "subprocess.Popen[bytes]", sent: signal.Signals) -> None:
    """Send a signal to Board's session, if anything is left of it."""
    try:
        os.killpg(board.pid, sent)
    except ProcessLookupError:
        return
