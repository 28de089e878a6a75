"""Who writes: a toy llama.cpp, a toy server that streams (127.0.0.1), and what becomes of their faults."""

import asyncio
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest
from page_house import RAIN, news

from app.writers import WriterError
from app.writers.gguf import MOST_CONTEXT, Gguf
from app.writers.prompt import prompt_of
from app.writers.served import MOST_ARTICLE, Served, prompt_body
from data_builders.errors import InputError
from data_builders.schema import Article
from data_builders.teacher.address import address_of

KEY = "sk-secret-key"


async def written(writer: Gguf | Served, article: Article) -> list[str]:
    try:
        return [piece async for piece in writer.write(article)]
    finally:
        await writer.close()


class Llama:
    """llama-cpp-python as far as it is used: a token a character, an answer in pieces."""

    metadata = {"qwen2.context_length": "512"}  # noqa: RUF012
    says = ("新聞", "摘要：\n", "台北", "下雨。")
    asked: list[dict[str, object]] = []  # noqa: RUF012

    def __init__(self, file: str, **how: object) -> None:
        if "broken" in file:
            raise ValueError("failed to load model")
        self.how = how

    def n_ctx(self) -> int:
        return int(str(self.how["n_ctx"]))

    def tokenize(self, text: bytes, **_: object) -> list[int]:
        return list(range(len(text.decode())))

    def create_chat_completion(self, **asked: object) -> Iterator[dict[str, object]]:
        self.asked.append(asked)
        yield {"choices": [{"delta": {"role": "assistant"}}]}
        for piece in self.says:
            yield {"choices": [{"delta": {"content": piece}}]}
        yield {"choices": [{"delta": {}}]}


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    module = ModuleType("llama_cpp")
    module.Llama = Llama  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "llama_cpp", module)
    monkeypatch.setattr(Llama, "asked", [])
    file = tmp_path / "nano-q8_0.gguf"
    file.write_bytes(b"GGUF and the rest")
    return file


def test_a_gguf_is_asked_the_students_prompt_greedily_and_its_head_is_not_shown(model: Path) -> None:
    writer = Gguf(model, threads=2)
    assert asyncio.run(written(writer, news(1))) == ["台北", "下雨。"]
    (asked,) = Llama.asked
    prompt = prompt_of(news(1))
    assert asked["messages"] == [
        {"role": "system", "content": prompt.system},
        {"role": "user", "content": prompt.user},
    ]
    assert (asked["temperature"], asked["repeat_penalty"], asked["stream"]) == (0.0, 1.0, True)
    assert writer.name == "nano-q8_0.gguf"


def test_an_article_longer_than_the_context_is_read_up_to_a_sentence_and_that_is_told(model: Path) -> None:
    article = news(1, text=RAIN * 20)
    writer = Gguf(model)
    size = writer.shown(article)
    assert 0 < size < 512
    assert article.article[:size].endswith("。")
    asyncio.run(written(writer, article))
    assert Llama.asked[0]["messages"][1]["content"].endswith(article.article[:size])  # type: ignore[index]
    assert writer.shown(news(1)) == 0


def test_the_context_is_the_models_own_within_bounds(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Gguf(model).model.n_ctx() == 512
    monkeypatch.setattr(Llama, "metadata", {"qwen2.context_length": "32768"})
    assert Gguf(model).model.n_ctx() == MOST_CONTEXT


def test_an_empty_answer_is_a_fault_that_the_reader_is_told(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Llama, "says", ("新聞摘要：\n",))
    with pytest.raises(WriterError) as error:
        asyncio.run(written(Gguf(model), news(1)))
    assert error.value.sentence == "模型沒有寫出摘要，請直接看原文。"


def test_another_model_of_the_same_name_has_another_identity(model: Path) -> None:
    before = Gguf(model).identity
    model.write_bytes(b"GGUF and another rest")
    assert Gguf(model).identity != before


@pytest.mark.usefixtures("model")
def test_what_is_no_gguf_and_what_llama_cpp_cannot_load_are_one_clear_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF")
    for file, words in (
        (tmp_path / "none.gguf", "no such file"),
        (broken, "failed to load"),
        (Path(__file__), "other"),
    ):
        with pytest.raises(InputError, match=words):
            Gguf(file)


def test_without_llama_cpp_the_extra_is_named(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    with pytest.raises(InputError, match="extra `gguf`"):
        Gguf(model)


def test_a_served_model_is_sent_a_bounded_article() -> None:
    body = prompt_body("m", news(1, text="字" * (MOST_ARTICLE + 5)))
    user = body["messages"][1]["content"]  # type: ignore[index]
    assert user.count("字") == MOST_ARTICLE
    writer = Served("m", address_of("http://127.0.0.1:1/v1", {}))
    assert (writer.shown(news(1, text="字" * (MOST_ARTICLE + 5))), writer.shown(news(1))) == (MOST_ARTICLE, 0)


class Toy(BaseHTTPRequestHandler):
    """An OpenAI-compatible server: the model's name says how it behaves."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = body["model"]
        if name == "refused":
            return self.send(401, "application/json", f'{{"error": {{"message": "wrong key {KEY}"}}}}'.encode())
        if name == "whole":
            told = {"choices": [{"message": {"content": "新聞摘要：\n台北下雨。"}, "finish_reason": "stop"}]}
            return self.send(200, "application/json", json.dumps(told).encode())
        if name == "garbage":
            return self.send(200, "text/event-stream", b"data: {no json}\n\n")
        chunks = [{"choices": [{"delta": {"content": piece}}]} for piece in ("新聞摘要：", "\n台北", "下雨。")]
        chunks += [{"choices": [], "usage": {"prompt_tokens": 3}}]
        lines = [f"data: {json.dumps(chunk)}\r\n\r\n" for chunk in ({"choices": [{"delta": {}}]}, *chunks)]
        return self.send(200, "text/event-stream", "".join([": ping\n\n", *lines, "data: [DONE]\n\n"]).encode())

    def send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def base_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Toy)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.network
@pytest.mark.parametrize(("name", "pieces"), [("streams", ["台北", "下雨。"]), ("whole", ["台北下雨。"])])
def test_a_server_that_streams_and_one_that_answers_whole(base_url: str, name: str, pieces: list[str]) -> None:
    assert asyncio.run(written(Served(name, address_of(base_url, {})), news(1))) == pieces


@pytest.mark.network
@pytest.mark.parametrize("name", ["refused", "garbage"])
def test_a_servers_fault_is_told_without_the_key(base_url: str, name: str) -> None:
    address = address_of(base_url, {"OPENAI_API_KEY": KEY})
    with pytest.raises(WriterError) as error:
        asyncio.run(written(Served(name, address), news(1)))
    assert KEY not in f"{error.value} {error.value.sentence}"


@pytest.mark.network
def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(WriterError) as error:
        asyncio.run(written(Served("m", address_of("http://127.0.0.1:9/v1", {})), news(1)))
    assert error.value.sentence == "連不上模型伺服器，或它沒有回答。"
