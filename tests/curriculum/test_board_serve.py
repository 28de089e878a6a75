import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from curriculum import board_serve
from curriculum.__main__ import RUN, VERBS
from data_builders import cli
from data_builders.errors import InputError, NewsLadderError, UsageError


def test_board_listens_on_loopback_only_and_reports_to_nobody() -> None:
    environment = board_serve.board_environment(
        7999, {"PATH": "/bin", "GRADIO_SHARE": "1", "GRADIO_SERVER_NAME": "[::]"}
    )
    assert environment["GRADIO_SERVER_NAME"] == "127.0.0.1"
    assert environment["GRADIO_SERVER_PORT"] == "7999"
    assert environment["GRADIO_SHARE"] == "0"
    assert environment["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert environment["PATH"] == f"{Path(sys.executable).parent}:/bin"
    assert environment["PYTHONPATH"] == str(Path(__file__).parents[2])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says by its environment whether it has a screen")
def test_no_browser_is_opened_where_there_is_no_screen() -> None:
    assert board_serve.board_environment(7999, {})["BROWSER"] == "true"
    assert "BROWSER" not in board_serve.board_environment(7999, {"DISPLAY": ":0"})


@pytest.mark.parametrize("port", [0, -1, 70_000])
def test_a_number_that_is_no_port_is_bad_usage(port: int) -> None:
    with pytest.raises(UsageError, match=rf"--port {port}: expected a free port on 127\.0\.0\.1"):
        board_serve.check_port(port)


@pytest.mark.network
def test_a_busy_port_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert cli.run(RUN, "", VERBS, ["board", "--port", str(port)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: --port {port}: expected a free port on 127.0.0.1, found Address already in use.")
    assert error.count("\n") == 1


FAKE = """\
#!{python}
import os, socket, subprocess, sys, time
trained = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open("started.txt", "w").write(f"{{sys.argv[2]}} {{sys.argv[3]}} {{os.getpid()}} {{trained.pid}}")
if os.path.exists("broken"):
    sys.exit(3)
with socket.create_server((os.environ["GRADIO_SERVER_NAME"], int(os.environ["GRADIO_SERVER_PORT"]))):
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        open("interrupted.txt", "w").close()
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for Board's page: a python that listens, and has started something to train."""
    monkeypatch.chdir(tmp_path)
    fake = tmp_path / "bin" / "python"
    fake.parent.mkdir()
    fake.write_text(FAKE.format(python=sys.executable), encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(fake))
    return fake


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def runs(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.network
@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_board_and_what_it_trains(sent: signal.Signals) -> None:
    board_serve.serve(free_port(), "data/udn", lambda: os.kill(os.getpid(), sent))
    page, data, pid, trained = Path("started.txt").read_text(encoding="utf-8").split()
    assert (page, data) == ("curriculum.board_page", "data/udn")
    assert Path("interrupted.txt").is_file()
    for one in (pid, trained):
        deadline = time.monotonic() + 5  # a killed process is told so when the machine next gives it time
        while runs(one) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not runs(one)


@pytest.mark.network
@pytest.mark.usefixtures("program")
def test_a_board_that_ends_by_itself_is_an_error() -> None:
    Path("broken").touch()
    with pytest.raises(NewsLadderError, match="expected to go on serving, found exit code 3"):
        board_serve.serve(free_port(), "data/udn", lambda: None)


@pytest.mark.network
def test_without_its_environment_the_error_names_make_setup(program: Path) -> None:
    program.unlink()
    with pytest.raises(InputError, match="Next: make setup"):
        board_serve.serve(free_port(), "data/udn", lambda: None)
