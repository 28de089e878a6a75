"""The request that goes out is the one that the `openai` package would send; what comes back is read as it would."""

import asyncio

import httpx2
import openai
import pytest
from yarl import URL

from data_builders.teacher.address import address_of
from data_builders.teacher.server import Server, behind_proxy, wait_of


def sent_by_the_package(base_url: str, key: str) -> httpx2.Request:
    sent: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return httpx2.Response(200, json={"id": "x", "object": "chat.completion", "created": 0, "choices": []})

    async def ask() -> None:
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
        async with openai.AsyncOpenAI(base_url=base_url, api_key=key, http_client=http) as client:
            await client.chat.completions.create(model="m", messages=[{"role": "user", "content": "甲"}])

    asyncio.run(ask())
    return sent[0]


@pytest.mark.parametrize(
    "base_url",
    [
        "http://127.0.0.1:8000/v1",
        "http://127.0.0.1:8000/v1/",
        "http://127.0.0.1:8000",
        "https://models.example.org/proxy/team%20a/openai/v1/",
        "http://[::1]:8000/v1",
    ],
)
def test_url_and_headers_are_the_packages_own(base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-7")
    theirs = sent_by_the_package(base_url, "sk-test-1")
    ours = Server(address_of(base_url, {"OPENAI_API_KEY": "sk-test-1"}), 60.0, 4)
    assert str(ours.url) == str(theirs.url)
    for name in ("authorization", "content-type", "accept", "openai-organization", "user-agent"):
        assert {key.lower(): value for key, value in ours.headers.items()}[name] == theirs.headers[name], name


def test_a_password_in_the_url_goes_as_http_basic_and_is_in_no_url() -> None:
    server = Server(address_of("http://me:hush-hush@127.0.0.1:8000/v1/?team=7", {"OPENAI_API_KEY": "sk-1"}), 60.0, 4)
    assert str(server.url) == "http://127.0.0.1:8000/v1/chat/completions?team=7"
    assert server.headers["Authorization"] == "Basic bWU6aHVzaC1odXNo"


def test_a_proxy_of_the_environment_is_used_but_not_for_what_it_excepts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert not behind_proxy(URL("https://models.example.org/v1"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:3128")
    monkeypatch.setenv("no_proxy", "127.0.0.1,inside.example.org")
    assert behind_proxy(URL("https://models.example.org/v1"))
    assert not behind_proxy(URL("https://inside.example.org/v1"))
    assert not behind_proxy(URL("http://models.example.org/v1")), "that is a proxy for https"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after-ms": "250", "retry-after": "3"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "3"}, 3.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "-4"}, 0.0),
    ],
)
def test_a_wait_is_read_in_the_packages_order(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_of(headers) == seconds


@pytest.mark.parametrize(
    ("status", "wish", "again"),
    [(503, "", True), (503, "false", False), (400, "", False), (400, "true", True), (429, "false", False)],
)
def test_a_servers_wish_to_be_asked_again_is_obeyed(status: int, wish: str, again: bool) -> None:
    server = Server(address_of("http://127.0.0.1:1/v1", {}), 60.0, 4)
    assert server.refused(status, b"{}", {"x-should-retry": wish}).again is again
