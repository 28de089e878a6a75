"""An OpenAI-compatible server on 127.0.0.1: answers fast, bills what it sends, misbehaves when an article says so.

    python tests/teacher/mock_server.py --latency 0.05          prints its base URL, then serves until it is stopped
    with MockServer(latency=0.05) as mock: mock.url, mock.stats()

A fault is asked for in the text of a message: `⟦429:2⟧` answers the first two requests that hold this very body with
429, then properly; without a number it always does. Kinds: 429 (Retry-After in seconds), 429date (an HTTP date), 500,
503, drop (the connection ends), half (it ends in the middle of the body), cut (whole HTTP, half the JSON), empty (no
choices), blank (no text), length, filter, hang, 400, null (a body that is JSON but no completion).
"""

import argparse
import asyncio
import contextlib
import email.utils
import hashlib
import json
import re
import subprocess
import sys
import time
import urllib.request
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

FAULT = re.compile(r"⟦(\w+)(?::(\d+))?⟧")
WIDE = re.compile(r"[^\x00-\x7f]")
CLAUSE = re.compile(r"[^，。！？；、：\s「」『』（）《》⟦⟧]{2,14}")


@dataclass
class Behaviour:
    latency: float = 0.0
    slots: int = 0  # more requests than so many at once wait for their turn (0: no bound)
    most: int = 0  # more requests than so many at once get 429 (0: no bound)
    retry_after: float = 0.2
    json_schema: bool = True  # follows a schema; else takes the field and ignores it
    refuses_schema: bool = False
    key: str = ""  # the only key that is let in
    model: str = ""  # the only model there is
    reply: str = ""  # the reply to everything, instead of one made from the prompt


@dataclass
class Stats:
    requests: int = 0
    answered: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    most_at_once: int = 0
    distinct: int = 0  # bodies that differ
    billed_twice: int = 0  # bodies that were answered properly more than once
    schemas: int = 0  # requests that asked for a JSON Schema
    clients: int = 0  # connections


def tokens_of(text: str) -> int:
    """What the mock bills: three quarters of a token a wide character, a quarter a narrow one."""
    wide = len(WIDE.findall(text))
    return (3 * wide + (len(text) - wide)) // 4 + 1


class Shared:
    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.clear()
        self.now = 0
        self.turn: asyncio.Semaphore | None = None

    def clear(self) -> None:
        self.stats = Stats()
        self.seen: dict[bytes, int] = {}
        self.paid: dict[bytes, int] = {}
        self.times: list[float] = []


class Connection(asyncio.Protocol):
    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.buffer = b""
        self.transport: asyncio.Transport | None = None
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self.shared.stats.clients += 1

    def connection_lost(self, _: Exception | None) -> None:
        self.transport = None

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].decode("latin-1")
            found = re.search(r"(?i)^content-length:\s*(\d+)", head, re.MULTILINE)
            size = int(found[1]) if found else 0
            if len(self.buffer) < end + 4 + size:
                return
            body = self.buffer[end + 4 : end + 4 + size]
            self.buffer = self.buffer[end + 4 + size :]
            self.task = asyncio.get_running_loop().create_task(self.handle(head, body))

    async def handle(self, head: str, body: bytes) -> None:
        method, path, _ = head.split("\r\n", 1)[0].split(" ")
        if path.endswith("/chat/completions") and method == "POST":
            await self.complete(head, body)
        elif path == "/_stats":
            stats = self.shared.stats
            stats.distinct = len(self.shared.seen)
            stats.billed_twice = sum(times - 1 for times in self.shared.paid.values())
            self.send(200, asdict(stats) | {"times": self.shared.times})
        elif path == "/_set":
            for name, value in json.loads(body).items():
                setattr(self.shared.behaviour, name, value)
            self.shared.clear()
            self.send(200, {})
        elif path.endswith("/models"):
            self.send(200, {"object": "list", "data": [{"id": self.shared.behaviour.model or "mock"}]})
        else:
            self.send(404, {"error": {"message": f"no such path {path}"}})

    def send(self, status: int, value: object, headers: dict[str, str] | None = None, cut: str = "") -> None:
        self.shared.stats.statuses[str(status)] = self.shared.stats.statuses.get(str(status), 0) + 1
        body = json.dumps(value, ensure_ascii=False).encode()
        if cut == "cut":
            body = body[: len(body) // 2]
        more = "".join(f"{name}: {text}\r\n" for name, text in (headers or {}).items())
        head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n{more}\r\n"
        if self.transport is not None:
            self.transport.write(head.encode() + (body[: len(body) // 2] if cut == "half" else body))
            if cut == "half":
                self.transport.close()

    async def complete(self, head: str, body: bytes) -> None:
        shared = self.shared
        shared.stats.requests += 1
        shared.times.append(time.time())
        key = hashlib.sha256(body).digest()
        shared.seen[key] = shared.seen.get(key, 0) + 1
        shared.now += 1
        shared.stats.most_at_once = max(shared.stats.most_at_once, shared.now)
        try:
            await self.answer(head, body, key)
        finally:
            shared.now -= 1

    async def answer(self, head: str, body: bytes, key: bytes) -> None:
        shared, rules = self.shared, self.shared.behaviour
        if rules.key and f"bearer {rules.key}".lower() not in head.lower():
            return self.send(401, {"error": {"message": f"Incorrect API key provided: {head}"}})
        asked = json.loads(body)
        if rules.model and asked["model"] != rules.model:
            return self.send(404, {"error": {"message": f"The model `{asked['model']}` does not exist"}})
        schema = asked.get("response_format", {}).get("type") == "json_schema"
        shared.stats.schemas += schema
        if schema and rules.refuses_schema:
            return self.send(400, {"error": {"message": "response_format is not supported"}})
        if rules.most and shared.now > rules.most:
            return self.send(429, {"error": {"message": "too many"}}, {"retry-after": str(rules.retry_after)})
        if rules.slots:
            shared.turn = shared.turn or asyncio.Semaphore(rules.slots)
            async with shared.turn:
                await asyncio.sleep(rules.latency)
        elif rules.latency:
            await asyncio.sleep(rules.latency)
        text = "\n".join(message["content"] for message in asked["messages"])
        fault = FAULT.search(text)
        if fault is not None and (fault[2] is None or shared.seen[key] <= int(fault[2])):
            return await self.fail(fault[1], asked, text)
        shared.paid[key] = shared.paid.get(key, 0) + 1
        return self.send(200, self.completion(asked, text))

    async def fail(self, kind: str, asked: dict[str, object], text: str) -> None:
        if kind in {"drop", "hang"}:
            await asyncio.sleep(3600 if kind == "hang" else 0)
            if self.transport is not None:
                self.transport.abort()
            return
        after = self.shared.behaviour.retry_after
        date = email.utils.formatdate(time.time() + max(1.0, after), usegmt=True)
        error = {"error": {"message": f"planned {kind}"}}
        whole = self.completion(asked, text)
        {
            "429": lambda: self.send(429, error, {"Retry-After": str(after)}),
            "429date": lambda: self.send(429, error, {"Retry-After": date}),
            **{status: lambda: self.send(int(kind), error) for status in ("400", "500", "503")},
            "cut": lambda: self.send(200, whole, cut="cut"),
            "half": lambda: self.send(200, whole, cut="half"),
            "empty": lambda: self.send(200, whole | {"choices": []}),
            "blank": lambda: self.send(200, self.completion(asked, text, reply="")),
            "null": lambda: self.send(200, None),
            "length": lambda: self.send(200, self.completion(asked, text, finish="length")),
            "filter": lambda: self.send(200, self.completion(asked, text, finish="content_filter")),
        }[kind]()

    def completion(
        self, asked: dict[str, object], text: str, finish: str = "stop", reply: str | None = None
    ) -> dict[str, object]:
        shape = asked.get("response_format")
        schema = shape["json_schema"]["schema"] if shape and self.shared.behaviour.json_schema else None
        said = reply if reply is not None else self.shared.behaviour.reply or reply_to(text, schema)
        stats = self.shared.stats
        prompt, completion = tokens_of(text) + 4, tokens_of(said)
        stats.answered += 1
        stats.prompt_tokens += prompt
        stats.completion_tokens += completion
        message = {"role": "assistant", "content": said}
        return {
            "id": f"chatcmpl-{stats.answered}",
            "object": "chat.completion",
            "created": 0,
            "model": asked["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion},
        }


def reply_to(text: str, schema: dict[str, object] | None) -> str:
    """A reply in the common format, or as the schema wants it, whose every part stands in the article."""
    marked = re.search(r"<新聞>\n(.*)\n</新聞>", text, re.DOTALL)
    body = FAULT.sub("", marked[1] if marked else text.split("\n", 1)[-1])
    parts = list(dict.fromkeys(CLAUSE.findall(body)))
    few = 3 + len(body) % 4  # replies differ in length, as they do
    aspects = parts[:few] or ["無"]
    triples = [parts[i : i + 3] for i in range(0, min(3 * few, len(parts) - 2), 3)] or [["甲", "是", "乙"]]
    summary = "，".join(parts[: few + 2])[:90] + "。"
    if schema is not None:
        names = ("subject", "relation", "object")
        three = [dict(zip(names, triple, strict=True)) for triple in triples]
        made = {"aspects": aspects, "triples": three, "summary": summary, "mountains": [{"name": "玉山"}]}
        return json.dumps({name: made.get(name, summary) for name in schema["properties"]}, ensure_ascii=False)
    shown = "\n".join("[" + " | ".join(triple) + "]" for triple in triples)
    return f"核心要素：\n{'、'.join(f'[{aspect}]' for aspect in aspects)}\n\n三元組：\n{shown}\n\n摘要：\n{summary}"


async def serve(behaviour: Behaviour, port: int) -> None:
    shared = Shared(behaviour)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(shared), "127.0.0.1", port, backlog=4096)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


class MockServer:
    def __init__(self, **behaviour: object) -> None:
        words = [f"--{name.replace('_', '-')}={value}" for name, value in behaviour.items()]
        command = [sys.executable, str(Path(__file__)), *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    def __enter__(self) -> "MockServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def ask(self, path: str, value: dict[str, object] | None = None) -> dict[str, object]:
        url = self.url.removesuffix("/v1") + path
        data = json.dumps(value).encode() if value is not None else None
        with urllib.request.urlopen(urllib.request.Request(url, data)) as reply:  # noqa: S310 - our own address
            return json.loads(reply.read())

    def stats(self) -> Stats:
        names = {one.name for one in fields(Stats)}
        return Stats(**{name: value for name, value in self.ask("/_stats").items() if name in names})  # type: ignore[arg-type]

    def times(self) -> list[float]:
        return self.ask("/_stats")["times"]  # type: ignore[return-value]

    def set(self, **changes: object) -> None:  # and forget what was counted
        self.ask("/_set", changes)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    for one in fields(Behaviour):
        kind = {"bool": lambda text: text == "True"}.get(
            str(getattr(one.type, "__name__", one.type)), type(one.default)
        )
        parser.add_argument(f"--{one.name.replace('_', '-')}", type=kind, default=one.default)
    args = vars(parser.parse_args())
    port = args.pop("port")
    run = asyncio.run
    with contextlib.suppress(ImportError):
        import uvloop

        run = uvloop.run
    with contextlib.suppress(KeyboardInterrupt):
        run(serve(Behaviour(**args), port))


if __name__ == "__main__":
    main()
