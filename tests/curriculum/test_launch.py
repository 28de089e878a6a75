import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from curriculum.launch import Cold, waited
from data_builders.errors import InputError

INTERPRETER = sys.executable
TRAINER = """#!{python}
import sys, time
print("trained with", *sys.argv[1:], flush=True)
time.sleep({seconds})
sys.exit({code})
"""


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands in for .venv/bin, with this interpreter in it."""
    monkeypatch.setattr("curriculum.launch.sys.executable", str(tmp_path / "bin" / "python"))
    (tmp_path / "bin").mkdir()
    return tmp_path


def trainer(environment: Path, code: int = 0, seconds: float = 0) -> None:
    program = environment / "bin" / "llamafactory-cli"
    program.write_text(TRAINER.format(python=INTERPRETER, code=code, seconds=seconds), encoding="utf-8")
    program.chmod(0o755)


def test_the_command_beside_the_interpreter_runs_and_its_output_is_kept(environment: Path) -> None:
    trainer(environment, code=3)
    looks: list[int] = []
    code = Cold().run(("llamafactory-cli", "train", "x.yaml"), environment / "log", lambda: looks.append(1))
    assert code == 3
    assert (environment / "log").read_text(encoding="utf-8") == "trained with train x.yaml\n"
    assert looks


def test_a_missing_command_says_make_setup(environment: Path) -> None:
    with pytest.raises(InputError, match=r"LLaMA-Factory's command.*make setup"):
        Cold().run(("llamafactory-cli", "train"), environment / "log", lambda: None)


def test_an_interrupt_ends_the_child_before_it_is_passed_on(environment: Path) -> None:
    trainer(environment, seconds=60)

    def interrupt() -> None:
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        Cold().run(("llamafactory-cli", "train", "x.yaml"), environment / "log", lambda: None)
    assert time.monotonic() - began < 20
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_child_that_died_of_a_signal_has_its_number_as_code() -> None:
    child = os.posix_spawn("/bin/sleep", ["sleep", "60"], os.environ)
    os.kill(child, signal.SIGKILL)
    assert waited(child, lambda: None) == -signal.SIGKILL
