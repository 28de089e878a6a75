"""The client: answers asks from the ledger, and pays for the rest once, at the pace the server bears.

    async with Client(settings, ledger, counts) as client:
        answer = await client.ask(Ask("udn-1", "v1", (Message("user", "…"),), Params()))

An ask that is in the ledger costs nothing. One that is not is claimed there, its worst case is set aside in the budget,
it waits for a slot and for the caps, is sent, and is kept before anybody sees it. `calls.py` has the table of what may
come back. Only what no later call can mend is raised: a refused key, an unknown model, a spent budget, a full disk.
"""

import asyncio
import contextlib
import random
from dataclasses import dataclass, replace
from types import TracebackType

from data_builders.errors import NewsLadderError
from data_builders.teacher.address import Address
from data_builders.teacher.budget import Budget, Price
from data_builders.teacher.calls import Kept, Reply, Trouble, body_of, digest_of, worst_tokens
from data_builders.teacher.ledger import Ledger
from data_builders.teacher.manners import Manners, manners_of
from data_builders.teacher.pace import MOST_SLOTS, Pace, Said
from data_builders.teacher.schema import Answer, Ask
from data_builders.teacher.server import Server
from data_builders.teacher.standing import Counts

MOST_RATE_LIMITED = 20
HOPELESS = 20
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
FIRST_LOOK, LONGEST_LOOK = 0.05, 1.0


class TeacherError(NewsLadderError):
    """The teacher's server will not answer, whatever is asked."""


class BudgetError(NewsLadderError):
    """The next call could pass `--max-usd` or `--max-tokens`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything about a served teacher that is no secret of `address`; rates of 0 are no caps."""

    model: str
    address: Address
    price: Price | None = None
    max_usd: float | None = None
    max_tokens: int | None = None
    slots: int = MOST_SLOTS
    requests_per_minute: float = 0.0
    tokens_per_minute: float = 0.0
    timeout: float = 600.0
    tries: int = 6
    schema: str = "ask"  # or yes, no
    first_pause: float = FIRST_PAUSE


class Client:
    """An `Asker` beside its ledger."""

    def __init__(self, settings: Settings, ledger: Ledger, counts: Counts) -> None:
        self.settings, self.ledger, self.counts = settings, ledger, counts
        self.model = settings.model
        self.pace = Pace(settings.slots, settings.requests_per_minute, settings.tokens_per_minute)
        self.budget = Budget(settings.price, settings.max_usd, settings.max_tokens)
        self.server = Server(settings.address, settings.timeout, settings.slots)
        self.manners = Manners()
        self.speaks_schema = False
        self.flying: dict[str, asyncio.Future[Answer]] = {}
        self.hopeless = 0
        self.tokens_a_byte = 0.4

    async def __aenter__(self) -> "Client":
        try:
            self.manners = await manners_of(self.server, self.ledger, self.model, self.settings.schema, self.budget)
        except NewsLadderError:
            await self.server.close()
            raise
        self.speaks_schema = self.manners.speaks_schema
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.server.close()

    async def ask(self, ask: Ask) -> Answer:
        """Return the reply from the ledger or from the server; two equal asks at one time are one call."""
        ask = ask if self.speaks_schema else replace(ask, schema="")
        digest = digest_of(self.model, ask)
        while digest in self.flying:
            with contextlib.suppress(asyncio.CancelledError):
                return replace(await asyncio.shield(self.flying[digest]), kept=True)
            await asyncio.sleep(0)
        mine = self.flying[digest] = asyncio.get_running_loop().create_future()
        try:
            answer = await self.paid_once(ask, digest)
            mine.set_result(answer)
            return answer
        finally:
            mine.cancel()  # those who wait take over, when nothing came
            del self.flying[digest]

    async def paid_once(self, ask: Ask, digest: str) -> Answer:
        """Return the reply that the ledger holds, or have it made while nobody else does."""
        look = FIRST_LOOK
        while (held := await self.ledger.claim(digest)) == "theirs":
            await asyncio.sleep(look)
            look = min(look * 1.5, LONGEST_LOOK)
        if isinstance(held, Kept):
            self.counts.from_ledger += 1
            return held.answer(kept=True)
        try:
            return await self.fetch(ask, digest)
        except BaseException:
            self.ledger.release(digest)
            raise

    async def fetch(self, ask: Ask, digest: str) -> Answer:
        """Call until a reply comes or no try is left; keep the one, note the other."""
        body = self.manners.fit(body_of(self.model, ask))
        limited = 0
        attempt = 1
        while True:
            came = await self.call(ask, body)
            if isinstance(came, Reply):
                self.hopeless = -1
                kept = Kept(digest, self.model, ask.step, ask.article_id, ask.sample, attempt + limited, came)
                await self.ledger.keep(kept)
                return kept.answer(kept=False)
            self.counts.troubles[came.reason] += 1
            if came.fatal:
                raise self.refusal(came)
            limited += came.reason == "rate_limited"
            attempt += came.reason != "rate_limited"
            if not came.again or attempt > self.settings.tries or limited > MOST_RATE_LIMITED:
                await self.ledger.fail(digest, ask, attempt + limited - 1, came)
                self.give_up_hope(came)
                return Answer("", came.reason, came.detail)
            await asyncio.sleep(self.pause(attempt + limited, came.wait))

    async def call(self, ask: Ask, body: dict[str, object]) -> Reply | Trouble:
        """Send one request within budget and pace."""
        reserved = worst_tokens(ask)
        expected = int(reserved[0] * self.tokens_a_byte) + reserved[1] // 2
        if not await self.budget.reserve(*reserved):
            raise self.spent(reserved)
        billed, lost = (0, 0), False
        said, wait = Said.OTHER, None
        entered = 0.0
        try:
            entered = await self.pace.enter(expected)
            self.counts.requests += 1
            self.counts.at_once = self.pace.busy
            billed, lost = reserved, True  # until it is known better, such as when this task is cancelled
            came = await self.server.post(body)
            if isinstance(came, Reply):
                billed, lost = (came.prompt_tokens, came.completion_tokens), False
                said = Said.GOOD
                self.tokens_a_byte += 0.05 * (came.prompt_tokens / reserved[0] - self.tokens_a_byte)
                self.counts.replies += 1
            else:
                lost = came.lost
                billed = reserved if came.lost else (0, 0)
                slower = came.reason == "rate_limited" or (came.reason == "server_error" and came.wait is not None)
                said, wait = (Said.SLOWER if slower else Said.OTHER), came.wait
            return came
        finally:
            self.budget.settle(reserved, billed, lost)
            self.pace.correct(expected, sum(billed))
            if entered:
                self.pace.leave(said, entered, wait)
            self.counts.prompt_tokens, self.counts.completion_tokens = self.budget.prompt, self.budget.completion
            self.counts.usd = self.budget.usd if self.settings.price else None

    def pause(self, tried: int, wait: float | None) -> float:
        """Return the seconds before the next try: exponential with jitter, never less than the server asked for."""
        most: float = min(self.settings.first_pause * 2.0 ** (tried - 2), LONGEST_PAUSE)
        jitter = random.uniform(0.5, 1.0) * most  # noqa: S311 - no secret
        return jitter if wait is None else wait + jitter * 0.2

    def give_up_hope(self, trouble: Trouble) -> None:
        """Raise when twenty asks ended badly and none well: the server is not there, or takes nothing we send."""
        if self.hopeless < 0:
            return
        self.hopeless += 1
        if self.hopeless >= HOPELESS:
            raise self.refusal(trouble)

    def refusal(self, trouble: Trouble) -> TeacherError:
        """Return the error for a server that will not answer."""
        then = {
            "key": "set OPENAI_API_KEY to a key of that server",
            "quota": "see to the account, then run the same command again",
            "model": "name a model that it serves with --teacher",
            "connection": "start the server, or check --base-url",
            "timeout": "see whether the server works, or give it longer with --timeout",
        }.get(trouble.reason, "see what it says; the same command goes on from here")
        expected = f"a teacher {self.model} that answers"
        return TeacherError(self.settings.address.shown, expected, f"{trouble.reason}: {trouble.detail}", then)

    def spent(self, worst: tuple[int, int]) -> BudgetError:
        """Return the error for a budget that the next call could pass."""
        settings, budget = self.settings, self.budget
        if settings.max_usd is not None and not budget.affords(*worst):
            where, found = f"--max-usd {settings.max_usd}", f"${budget.usd:.4f} spent"
        else:
            where, found = f"--max-tokens {settings.max_tokens}", f"{budget.prompt + budget.completion} tokens spent"
        found += f" and {sum(budget.lost)} tokens perhaps billed for lost replies" if sum(budget.lost) else ""
        then = "raise it and run the same command again; what was paid for is kept"
        return BudgetError(where, "room for the next call's worst case", found, then)
