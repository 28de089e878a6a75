"""What a server can do is asked, not guessed: one tiny request for each server and model, remembered in the ledger.

    manners = await manners_of(server, ledger, "gpt-4o-mini", "ask", budget)
    manners.speaks_schema       # it holds a reply to a JSON Schema

The prompt wants one plain sentence and does not speak of JSON, so a server that takes `response_format` and ignores it
(LLaMA-Factory's does) is found out by its reply. Newer models of OpenAI refuse `max_tokens` or a temperature; the same
request finds that out from the words of the refusal.
"""

from dataclasses import dataclass, replace

import msgspec

from data_builders.teacher.address import Address
from data_builders.teacher.budget import Budget
from data_builders.teacher.calls import Reply, Trouble, body_of, worst_tokens
from data_builders.teacher.ledger import Ledger
from data_builders.teacher.schema import Ask, Message, Params
from data_builders.teacher.server import Server

# The kinds of shapes that the strategies' schemas are made of.
SCHEMA = (
    '{"type":"object","properties":{"mountains":{"type":"array","minItems":1,"items":{"type":"object","properties":'
    '{"name":{"type":"string"}},"required":["name"],"additionalProperties":false}},"answer":{"type":"string"}},'
    '"required":["mountains","answer"],"additionalProperties":false}'
)
PROBE = Ask(
    "", "probe", (Message("user", "臺灣最高的山是哪一座？請用一句話回答。"),), Params(max_tokens=64), schema=SCHEMA
)


@dataclass(frozen=True, slots=True)
class Manners:
    """How to speak to one model of one server."""

    speaks_schema: bool = False
    completion_tokens: bool = False  # the bound's name is `max_completion_tokens`
    temperature: bool = True

    def fit(self, body: dict[str, object]) -> dict[str, object]:
        """Return the request's body as this model takes it."""
        body = dict(body)
        if self.completion_tokens:
            body["max_completion_tokens"] = body.pop("max_tokens")
        if not self.temperature:
            body.pop("temperature", None)
            body.pop("top_p", None)
        return body


async def manners_of(server: Server, ledger: Ledger, model: str, schema: str, budget: Budget) -> Manners:
    """Return what the ledger remembers, else ask; `schema` yes or no overrules what is found."""
    if schema != "ask":
        return replace(remembered(ledger, server.address, model) or Manners(), speaks_schema=schema == "yes")
    held = remembered(ledger, server.address, model)
    if held is not None:
        return held
    found, certain = await probed(server, model, budget)
    if certain:
        await ledger.remember(server.address.shown, model, msgspec.json.encode(found).decode())
    return found


def remembered(ledger: Ledger, address: Address, model: str) -> Manners | None:
    """Return what the ledger holds of a server and its model."""
    text = ledger.manners(address.shown, model)
    return msgspec.json.decode(text, type=Manners) if text else None


async def probed(server: Server, model: str, budget: Budget) -> tuple[Manners, bool]:
    """Ask, at most once for each thing that may be refused; the second value tells whether the server said anything."""
    manners = Manners(speaks_schema=True)
    reserved = worst_tokens(PROBE)
    for _ in range(4):
        if not await budget.reserve(*reserved):
            return Manners(), False
        body = manners.fit(body_of(model, PROBE if manners.speaks_schema else replace(PROBE, schema="")))
        came = await server.post(body)
        billed = (came.prompt_tokens, came.completion_tokens) if isinstance(came, Reply) else (0, 0)
        budget.settle(reserved, billed)
        if isinstance(came, Reply):
            return replace(manners, speaks_schema=manners.speaks_schema and holds(came.text)), True
        if came.reason not in {"bad_request", "too_long"}:
            return Manners(), False
        manners = yielding(manners, came)
    return Manners(), True


def yielding(manners: Manners, refused: Trouble) -> Manners:
    """Return manners without what the server's words refuse; the schema when they do not say."""
    if "max_completion_tokens" in refused.detail and not manners.completion_tokens:
        return replace(manners, completion_tokens=True)
    if "temperature" in refused.detail and manners.temperature:
        return replace(manners, temperature=False)
    return replace(manners, speaks_schema=False)


def holds(text: str) -> bool:
    """Tell whether a reply has the shape that only the schema asked for; it may be cut by its bound."""
    try:
        return "mountains" in msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return "".join(text.split()).startswith('{"mountains":[')
