"""A model behind an OpenAI-compatible server: vLLM, llama.cpp, Ollama, `llamafactory-cli api`, a hosted one; streamed.

    Served("qwen2.5", address_of("http://127.0.0.1:8000/v1", os.environ))

Address, key and transport are the teacher's (`data_builders/teacher/server.py`), so no message here holds a key.
A server that does not stream answers whole, and one that sends an error is quoted without secrets.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace

import aiohttp
import msgspec

from app.intake import plain
from app.writers import WriterError
from app.writers.prompt import MOST_NEW_TOKENS, Head, prompt_of
from data_builders.schema import Article
from data_builders.teacher.address import Address
from data_builders.teacher.calls import Trouble
from data_builders.teacher.server import Server, reply_of

MOST_ARTICLE = 12_000  # characters; a model's room is not known here
AT_ONCE = 4
TIMEOUT = 300.0
MOST_LINE = 1 << 20


class Delta(msgspec.Struct):
    """What a chunk adds."""

    content: str | None = None


class Choice(msgspec.Struct):
    """A chunk's choice."""

    delta: Delta | None = None


class Chunk(msgspec.Struct):
    """A chunk of a streamed completion."""

    choices: list[Choice] = []


CHUNK = msgspec.json.Decoder(Chunk)


class Served:
    """A `Writer` somewhere else."""

    kind = "served"

    def __init__(self, model: str, address: Address, at_once: int = AT_ONCE) -> None:
        self.model, self.address, self.at_once = model, address, at_once
        self.name = plain(model)
        self.identity = f"{model} at {address.shown}"
        self.server = Server(address, TIMEOUT, at_once + 1)

    def shown(self, article: Article) -> int:
        """Return how many characters are sent, 0 for all."""
        return MOST_ARTICLE if len(article.article) > MOST_ARTICLE else 0

    async def write(self, article: Article) -> AsyncGenerator[str]:
        """Yield the answer as it comes, without its head."""
        head = Head()
        said = False
        async for piece in self.answer(prompt_body(self.model, article)):
            found = head.feed(piece)
            if found:
                said = True
                yield found
        if rest := head.rest():
            yield rest
        elif not said:
            raise WriterError("模型沒有寫出摘要，請再試一次。", self.address.shown, "an empty answer")

    async def answer(self, body: dict[str, object]) -> AsyncIterator[str]:
        """Yield the pieces of one completion."""
        try:
            async with self.server.opened().post(self.server.url, data=msgspec.json.encode(body)) as response:
                if response.status >= 300:
                    raise self.refused(self.server.refused(response.status, await response.read(), response.headers))
                if "event-stream" not in response.content_type:
                    reply = reply_of(await response.read(), 0.0, self.address)
                    if isinstance(reply, Trouble):
                        raise self.refused(reply)
                    yield reply.text
                    return
                async for piece in pieces_of(response.content):
                    yield self.address.scrub(piece)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise self.refused(self.server.broken(error, TIMEOUT)) from error

    def refused(self, trouble: Trouble) -> WriterError:
        """Return what the reader is told, and what the log."""
        words = {
            "key": "模型伺服器不接受金鑰。",
            "model": "模型伺服器沒有這個模型。",
            "rate_limited": "模型伺服器太忙了。",
        }
        sentence = words.get(trouble.reason, "連不上模型伺服器，或它沒有回答。")
        return WriterError(sentence, self.address.shown, f"{trouble.reason}: {trouble.detail}")

    async def warm(self) -> None:
        """Nothing: the first call pays for itself."""

    async def close(self) -> None:
        """Close the connections."""
        await self.server.close()


def prompt_body(model: str, article: Article) -> dict[str, object]:
    """Return the request: S5's prompt, greedy, streamed."""
    prompt = prompt_of(replace(article, article=article.article[:MOST_ARTICLE]))
    messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
    return {
        "model": model,
        "messages": messages,
        "temperature": 0.0,
        "max_tokens": MOST_NEW_TOKENS,
        "stream": True,
    }


async def pieces_of(stream: aiohttp.StreamReader) -> AsyncIterator[str]:
    """Yield the texts of a stream of server-sent events."""
    while line := await stream.readline():
        if len(line) > MOST_LINE:
            raise ValueError("an event without end")
        data = line.removeprefix(b"data:").strip()
        if not line.startswith(b"data:") or data == b"[DONE]":
            continue
        chunk = CHUNK.decode(data)
        if chunk.choices and chunk.choices[0].delta and chunk.choices[0].delta.content:
            yield chunk.choices[0].delta.content
