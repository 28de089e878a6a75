"""One call to a teacher as the client and its ledger see it: its digest, what came back, or what went wrong.

    >>> digest_of("gpt-4o-mini", Ask("udn-1", "v1", (Message("user", "…"),), Params()))[:8]
    '0f3c…'

The digest covers what decides a reply and nothing else: model, parameters, rendered messages, schema and sample index.
Neither the article's id nor the step's name is in it, so two articles with one text are paid for once.

What may come, whether it is tried again, and how it ends (an `Answer.reason`, which becomes the article's):

| came                                        | again                        | end              | paid and kept |
|---------------------------------------------|------------------------------|------------------|---------------|
| 200, whole                                  | no                           | ""               | yes           |
| 200, `finish_reason: length`                | no (it would be cut again)   | `length`         | yes           |
| 200, `finish_reason: content_filter`        | no                           | `content_filter` | yes           |
| 200, no text, or a refusal                  | no                           | `empty_reply`    | yes           |
| 200, `choices: []`                          | yes                          | `empty_choices`  | no            |
| 200, JSON cut off, or no completion         | yes                          | `bad_reply`      | no            |
| 429                                         | after Retry-After, 20 times  | `rate_limited`   | no            |
| 429 `insufficient_quota`, 401, 402, 403, 404| no                           | the run stops    | no            |
| 408, 409, 5xx                               | yes, after Retry-After       | `server_error`   | no            |
| 400, 413, 422 …                             | no                           | `bad_request`, `too_long` | no   |
| connection refused, dropped, cut in the body| yes                          | `connection`     | no            |
| no reply in time                            | yes                          | `timeout`        | no            |

What is not kept is asked again by the next run. After 20 calls that all ended badly, and none well, the run stops.
"""

import hashlib
from dataclasses import dataclass

import msgspec

from data_builders.teacher.schema import Answer, Ask


@dataclass(frozen=True, slots=True)
class Reply:
    """A completion that was paid for: `finish` is the server's word, `reason` ours, `raw` the body as it came."""

    text: str
    finish: str
    reason: str
    raw: bytes
    prompt_tokens: int
    completion_tokens: int
    latency: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """A call that gave no completion.

    `again`: whether another try may help; `wait`: what the server asked for, in seconds; `fatal`: no other call will
    fare better; `lost`: the server may have done the work, and billed it, though nothing of it arrived.
    """

    reason: str
    detail: str
    again: bool = False
    wait: float | None = None
    fatal: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A reply as the ledger holds it, and what it answers."""

    digest: str
    model: str
    step: str
    article: str
    sample: int
    attempt: int
    reply: Reply

    def answer(self, kept: bool) -> Answer:
        """Return what a strategy gets to see of it."""
        reply = self.reply
        return Answer(reply.text, reply.reason, reply.finish, reply.prompt_tokens, reply.completion_tokens, kept)


def digest_of(model: str, ask: Ask) -> str:
    """Return the SHA-256, in hexadecimal, of everything that decides the reply."""
    said = [[message.role, message.content] for message in ask.messages]
    drawn = ask.params
    parameters = [drawn.temperature, drawn.top_p, drawn.max_tokens, drawn.seed]
    return hashlib.sha256(msgspec.json.encode([model, parameters, said, ask.schema, ask.sample])).hexdigest()


def body_of(model: str, ask: Ask) -> dict[str, object]:
    """Return the request's body; what stands at the API's own default is left out: some servers know few fields."""
    body: dict[str, object] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in ask.messages],
        "temperature": ask.params.temperature,
        "max_tokens": ask.params.max_tokens,
    }
    if ask.params.top_p < 1:
        body["top_p"] = ask.params.top_p
    if ask.params.seed is not None:
        body["seed"] = ask.params.seed
    if ask.schema:
        shape = {"name": "reply", "strict": True, "schema": msgspec.json.decode(ask.schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": shape}
    return body


def worst_tokens(ask: Ask) -> tuple[int, int]:
    """Return the most tokens that the prompt and the reply can be billed as.

    A byte-level tokenizer never makes more tokens than there are bytes; 16 a message and 32 in all are the template's.
    """
    written = sum(len(message.content.encode()) for message in ask.messages) + len(ask.schema)
    return written + 16 * len(ask.messages) + 32, ask.params.max_tokens
