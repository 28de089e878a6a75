import socket
from pathlib import Path

import pytest
from review_house import draft, teach

from data_builders import cli
from data_builders.errors import UsageError
from data_builders.review.serve import guard_of, password_of
from data_builders.verbs import VERBS
from data_builders.verbs.told import RUN

PHRASE = "一個夠長的密碼"


def serve(data: Path, *words: str) -> int:
    return cli.run(RUN, "", VERBS, ["review", "serve", "--data", str(data), *words])


@pytest.fixture(autouse=True)
def no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """No password comes from the tester's own environment."""
    monkeypatch.delenv("REVIEW_PASSWORD", raising=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "lab.example"])  # noqa: S104
def test_a_page_that_others_can_reach_wants_a_password_first(
    tmp_path: Path, host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert serve(teach(tmp_path, draft("a")), "--host", host) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: --host {host}: expected a password (--password-file FILE, or REVIEW_PASSWORD)")
    assert error.count("\n") == 1
    assert not (tmp_path / "review").exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_loopback_needs_none(host: str) -> None:
    guard = guard_of(b"", host, "", ())
    assert (guard.password, guard.any_address) == ("", False)


def test_a_password_on_loopback_is_asked_for_as_well() -> None:
    assert guard_of(b"", "127.0.0.1", PHRASE + "!", ()).password == PHRASE + "!"


def test_a_password_comes_from_the_file_else_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert password_of(None) == ""
    monkeypatch.setenv("REVIEW_PASSWORD", "from the environment")
    assert password_of(None) == "from the environment"
    (tmp_path / "p").write_text("from the file\n", encoding="utf-8")
    assert password_of(tmp_path / "p") == "from the file"


def test_a_password_that_is_none_is_bad_usage(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("\n", encoding="utf-8")
    with pytest.raises(UsageError, match="expected a password of at least 8 characters, found an empty file"):
        password_of(tmp_path / "p")
    with pytest.raises(UsageError, match="found 3 characters"):
        guard_of(b"", "127.0.0.1", "abc", ())


def test_a_password_file_that_is_absent_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve(teach(tmp_path, draft("a")), "--password-file", str(tmp_path / "none")) == 1
    assert "expected a readable file, found no such file" in capsys.readouterr().err


def test_a_share_beyond_one_is_bad_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve(teach(tmp_path, draft("a")), "--double", "10") == 2
    assert "--double: expected a share from 0 to 1, found 10.0" in capsys.readouterr().err


def test_nothing_to_review_names_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve(tmp_path) == 1
    assert "python -m data_builders curate" in capsys.readouterr().err


@pytest.mark.network
def test_a_busy_port_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert serve(teach(tmp_path, draft("a")), "--port", str(port)) == 2
    error = capsys.readouterr().err
    assert error.startswith(
        f"error: --host 127.0.0.1 --port {port}: expected a free port, found Address already in use"
    )
    assert error.count("\n") == 1


def test_a_port_that_is_none_is_bad_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve(teach(tmp_path, draft("a")), "--port", "70000") == 2
    assert "expected a port from 0 (any) to 65535, found 70000" in capsys.readouterr().err
