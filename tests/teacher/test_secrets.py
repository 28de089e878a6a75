"""A key goes to its server and nowhere else."""

import subprocess
import sys
from pathlib import Path

import pytest
from mock_server import MockServer
from stand_in import settings_of
from teachers_house import House, news

from data_builders.errors import NewsLadderError, UsageError
from data_builders.teacher.address import address_of

ROOT = Path(__file__).parents[2]
KEY = "sk-planted-8c1f/3+D=="
network = pytest.mark.network


def test_an_address_shows_no_secret() -> None:
    address = address_of("https://me:p%40ss-word@host:8443/v1/?team=t0ken-7", {"OPENAI_API_KEY": KEY})
    assert address.shown == "https://host:8443/v1"
    assert address.query == {"team": "t0ken-7"}
    for secret in (KEY, "p@ss-word", "p%40ss-word", "t0ken-7", address.basic, "sk-planted-8c1f%2F3%2BD%3D%3D"):
        assert secret not in repr(address)
        assert address.scrub(f"a {secret} b") == "a *** b"
    assert address.hushed("Authorization: Bearer abcdefgh") == "Authorization: Bearer ***"
    assert address.scrub("a basic income") == "a basic income"


@pytest.mark.parametrize(
    "url", ["me:secretpw@host/v1", "ftp://me:secretpw@host", "http://", "http://me:secretpw@h:port/"]
)
def test_the_error_for_a_bad_address_shows_no_secret(url: str) -> None:
    with pytest.raises(UsageError, match="expected an http address") as caught:
        address_of(url, {})
    assert "secretpw" not in str(caught.value)


def test_an_ipv6_host_keeps_its_brackets() -> None:
    assert address_of("http://[::1]:8000/v1", {}).shown == "http://[::1]:8000/v1"


@network
def test_a_server_that_echoes_the_key_does_not_get_it_into_a_file(
    mock: MockServer, house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    address = address_of(mock.url, {"OPENAI_API_KEY": KEY})
    mock.set(key="another", reply=f"核心要素：你的金鑰是 {KEY}")
    stopped = house.teach(mock, news(5), address=address)  # a 401 whose body holds the request's headers
    assert isinstance(stopped, NewsLadderError)
    assert "HTTP 401" in str(stopped)
    mock.set(key=KEY)
    house.teach(mock, news(5, {1: "⟦400⟧", 2: "⟦500⟧"}), address=address, tries=2)
    assert house.kept() == ["x-0", "x-3", "x-4"]
    said = capsys.readouterr()
    for text in (house.everything().decode("utf-8", "replace"), str(stopped), said.out, said.err):
        assert KEY not in text
        assert KEY.replace("/", "\\/") not in text


@network
def test_no_secret_is_written_by_the_command_whatever_becomes_of_it(mock: MockServer, house: House) -> None:
    mock.set(key=KEY)
    host = mock.url.removeprefix("http://")
    articles = house.articles(news(3))
    cases = [
        (mock.url, KEY),
        (mock.url, KEY + "x"),
        (f"http://me:hidden-pw@{host}?k=hidden-q", KEY),
        ("http://me:hidden-pw@127.0.0.1:9/v1", KEY),
    ]
    for url, key in cases:
        words = ["teach", "--articles", articles, "--teacher", "mock", "--base-url", url, "--out", house.out]
        program = [sys.executable, "-X", "dev", "-W", "ignore", "-m", "data_builders", *map(str, words), "--tries", "1"]
        known = {"PATH": "/usr/bin", "OPENAI_API_KEY": key, "OPENAI_LOG": "debug"}
        done = subprocess.run(program, cwd=ROOT, env=known, capture_output=True, text=True, check=False, timeout=120)
        text = house.everything().decode("utf-8", "replace") + done.stdout + done.stderr
        for secret in (KEY, "hidden-pw", "hidden-q"):
            assert secret not in text.replace(url, ""), (url, done.stderr[-2000:])


def test_settings_show_no_secret() -> None:
    assert KEY not in repr(settings_of("", address=address_of("", {"OPENAI_API_KEY": KEY})))
