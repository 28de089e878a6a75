import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from curriculum import board
from curriculum.__main__ import RUN, VERBS
from data_builders import cli
from data_builders.errors import InputError, NewsLadderError, UsageError


def test_board_listens_on_loopback_only_and_reports_to_nobody() -> None:
    environment = board.board_environment(7999, {"PATH": "/bin", "GRADIO_SHARE": "1", "GRADIO_SERVER_NAME": "[::]"})
    assert environment["GRADIO_SERVER_NAME"] == "127.0.0.1"
    assert environment["GRADIO_SERVER_PORT"] == "7999"
    assert environment["GRADIO_SHARE"] == "0"
    assert environment["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert environment["PATH"] == f"{Path(sys.executable).parent}:/bin"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says by its environment whether it has a screen")
def test_no_browser_is_opened_where_there_is_no_screen() -> None:
    assert board.board_environment(7999, {})["BROWSER"] == "true"
    assert "BROWSER" not in board.board_environment(7999, {"DISPLAY": ":0"})


@pytest.mark.parametrize("port", [0, -1, 70_000])
def test_a_number_that_is_no_port_is_bad_usage(port: int) -> None:
    with pytest.raises(UsageError, match=rf"--port {port}: expected a free port on 127\.0\.0\.1"):
        board.check_port(port)


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
open("started.txt", "w").write(f"{{sys.argv[1]}} {{os.getpid()}} {{trained.pid}}")
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
    """A stand-in for `llamafactory-cli`, beside a python of its own."""
    monkeypatch.chdir(tmp_path)
    fake = tmp_path / "bin" / "llamafactory-cli"
    fake.parent.mkdir()
    fake.write_text(FAKE.format(python=sys.executable), encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(fake.with_name("python")))
    return fake


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.mark.network
@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_board_and_what_it_trains(sent: signal.Signals) -> None:
    board.serve(free_port(), lambda: os.kill(os.getpid(), sent))
    verb, pid, trained = Path("started.txt").read_text(encoding="utf-8").split()
    assert verb == "webui"
    assert Path("interrupted.txt").is_file()
    for one in (pid, trained):
        state = Path(f"/proc/{one}/stat")
        assert not state.is_file() or state.read_text(encoding="utf-8").split()[2] == "Z"


@pytest.mark.network
@pytest.mark.usefixtures("program")
def test_a_board_that_ends_by_itself_is_an_error() -> None:
    Path("broken").touch()
    with pytest.raises(NewsLadderError, match="expected to go on serving, found exit code 3"):
        board.serve(free_port(), lambda: None)


@pytest.mark.network
def test_without_llamafactory_the_error_names_make_setup(program: Path) -> None:
    program.unlink()
    with pytest.raises(InputError, match="Next: make setup"):
        board.serve(free_port(), lambda: None)
