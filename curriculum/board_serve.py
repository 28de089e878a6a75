"""Serve LLaMA-Board on loopback until Ctrl-C; what it trains ends with it.

    serve(7860, "data", ready=lambda: print("open http://127.0.0.1:7860"))

Left alone LLaMA-Board listens on every network interface and reports its use; its environment here forbids both. It is
built by `board_page`, which is LLaMA-Factory's own page with the few changes named there.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from curriculum.launch import environment
from data_builders.errors import InputError, NewsLadderError, UsageError

LOOPBACK = "127.0.0.1"
POLL, GRACE = 0.25, 15.0
PAGE = "curriculum.board_page"


def board_environment(port: int, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return Board's environment: loopback only, no public link, no reports, its programs and our modules in reach."""
    programs = str(Path(sys.executable).parent)
    ours = {
        "GRADIO_SERVER_NAME": LOOPBACK,
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_SHARE": "0",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "PATH": os.pathsep.join((programs, inherited.get("PATH", os.defpath))),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(Path(__file__).parents[1]), inherited.get("PYTHONPATH")))),
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


def serve(port: int, data: str, ready: Callable[[], None]) -> None:
    """Run Board until it is interrupted; call `ready` once it answers. What Board prints goes to standard error."""
    check_port(port)
    with interruptible():
        board = started(port, data)
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


def started(port: int, data: str) -> "subprocess.Popen[bytes]":
    """Start Board in a session of its own, so that an interrupt reaches it and what it trains once, from us."""
    surroundings = board_environment(port, environment())
    command = [sys.executable, "-m", PAGE, data]
    try:
        return subprocess.Popen(command, env=surroundings, stdout=2, start_new_session=True)
    except OSError as error:
        raise InputError(sys.executable, "the environment's Python", str(error), "make setup") from error


def watch(board: "subprocess.Popen[bytes]", port: int, ready: Callable[[], None]) -> None:
    """Wait until Board answers, then until it ends, which it does not do by itself unless something is wrong."""
    answered = False
    while board.poll() is None:
        if not answered and answers(port):
            answered = True
            ready()
        time.sleep(POLL)
    if board.returncode:
        raise NewsLadderError("LLaMA-Board", "to go on serving", f"exit code {board.returncode}", "read above")


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
