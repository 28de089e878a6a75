"""How many calls may be under way, found while they run; and caps a minute.

    pace = Pace(most=256, per_minute=500, tokens_per_minute=200_000)
    await pace.enter(tokens=900)
    ...
    pace.leave(Said.GOOD)

It starts with 64 at once (or `most`) and doubles while that pays: a round is as many replies as there were slots, and
when a round's replies a second are not a tenth more than the best round's, the server is at its limit, more slots only
make each reply later (Little's law: rate = slots / latency), and the best round's number is kept. From there it tries
a quarter more or a fifth less every eight rounds, so it follows a server that changes. A 429 or 503 halves the slots
(once for all that were sent before it) and lets them grow by an eighth a round: additive increase, multiplicative
decrease. A second 429 without a good reply between makes everybody wait for its Retry-After, not only who got it.
"""

import asyncio
import time
from collections import deque
from enum import Enum

FIRST_SLOTS, MOST_SLOTS = 64, 512
PAYS = 1.1
FLAT_ROUNDS = 2
REST_ROUNDS = 8
LEAST_ROUND_SECONDS = 0.1


class Said(Enum):
    """What a call says about the pace."""

    GOOD = "a completion"
    SLOWER = "429 or 503"
    OTHER = "anything else"


class Pace:
    """Slots and caps that all calls of one client share; it belongs to one event loop."""

    def __init__(self, most: int = MOST_SLOTS, per_minute: float = 0, tokens_per_minute: float = 0) -> None:
        self.most = most
        self.limit = min(FIRST_SLOTS, most)
        self.busy = 0
        self.waiting: deque[asyncio.Future[None]] = deque()
        self.apart = 60 / per_minute if per_minute else 0.0
        self.apart_a_token = 60 / tokens_per_minute if tokens_per_minute else 0.0
        self.next_call = self.next_tokens = self.closed_until = 0.0
        # One round.
        self.begun = time.monotonic()
        self.good = 0
        self.full = False
        # The search.
        self.best_rate, self.best_limit = 0.0, self.limit
        self.flat = self.rests = 0
        self.growing, self.careful = True, False
        self.cut_at = 0.0
        self.slower_in_a_row = 0

    async def enter(self, tokens: int) -> float:
        """Wait for a slot and for the caps; return the time of entry, which `leave` needs."""
        if self.busy < self.limit and not self.waiting:
            self.busy += 1
        else:
            self.full = True
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.waiting.append(future)
            try:
                await future  # `wake` hands the slot over
            except asyncio.CancelledError:
                if future.done() and not future.cancelled():
                    self.busy -= 1
                    self.wake()
                raise
        self.full = self.full or self.busy >= self.limit
        try:
            await self.due(tokens)
        except asyncio.CancelledError:
            self.busy -= 1
            self.wake()
            raise
        return time.monotonic()

    async def due(self, tokens: int) -> None:
        """Wait until the caps a minute let one call of so many tokens go, and until no Retry-After holds."""
        now = time.monotonic()
        at = max(now, self.next_call, self.next_tokens, self.closed_until)
        if self.apart or self.apart_a_token:
            self.next_call = at + self.apart
            self.next_tokens = at + tokens * self.apart_a_token
        while at > now:
            await asyncio.sleep(at - now)
            now = time.monotonic()
            at = max(at, self.closed_until)

    def correct(self, expected: int, billed: int) -> None:
        """Put the tokens' cap right when a call took more or fewer of them than expected."""
        self.next_tokens += (billed - expected) * self.apart_a_token

    def leave(self, said: Said, entered: float, wait: float | None = None) -> None:
        """Give the slot back and learn from what was said."""
        self.busy -= 1
        if said is Said.GOOD:
            self.slower_in_a_row = 0
            self.good += 1
            if self.good >= max(self.limit, 8) and time.monotonic() - self.begun >= LEAST_ROUND_SECONDS:
                self.round_over()
        elif said is Said.SLOWER:
            self.slower_in_a_row += 1
            if wait and self.slower_in_a_row > 1:
                self.close(wait)
            if entered >= self.cut_at:
                self.cut_at = time.monotonic()
                self.limit = max(1, min(self.limit, self.busy + 1) // 2)
                self.growing, self.careful = False, True
                self.new_round()
        self.wake()

    def close(self, seconds: float) -> None:
        """Let no call go for so long."""
        self.closed_until = max(self.closed_until, time.monotonic() + seconds)

    def wake(self) -> None:
        """Let as many in as there are free slots."""
        while self.busy < self.limit and self.waiting:
            future = self.waiting.popleft()
            if not future.done():
                self.busy += 1
                future.set_result(None)

    def new_round(self) -> None:
        """Begin to count anew."""
        self.begun, self.good, self.full = time.monotonic(), 0, bool(self.waiting)

    def round_over(self) -> None:
        """Set the limit by how this round went; a round that did not fill its slots says nothing."""
        rate = self.good / max(time.monotonic() - self.begun, 1e-6)
        if self.full:
            if self.careful:
                self.limit = min(self.most, self.limit + max(1, self.limit // 8))
            elif self.growing:
                self.grow(rate)
            else:
                self.seek(rate)
        self.new_round()

    def grow(self, rate: float) -> None:
        """Double while that pays; after two rounds that did not, go back to the best."""
        if rate > self.best_rate * PAYS:
            self.best_rate, self.best_limit, self.flat = rate, self.limit, 0
            self.limit = min(self.most, self.limit * 2)
            return
        self.flat += 1
        if self.flat >= FLAT_ROUNDS:
            self.growing, self.limit = False, self.best_limit

    def seek(self, rate: float) -> None:
        """Every eight rounds try a quarter more, the next time a fifth less; stay where that pays."""
        self.rests += 1
        turn = self.rests % (2 * (REST_ROUNDS + 1))
        if turn == REST_ROUNDS:
            self.best_rate, self.best_limit = rate, self.limit
            self.limit = min(self.most, self.limit + max(1, self.limit // 4))
        elif turn == REST_ROUNDS + 1:
            self.limit = self.limit if rate > self.best_rate * (1 + (PAYS - 1) / 2) else self.best_limit
        elif turn == 2 * REST_ROUNDS + 1:
            self.best_rate, self.best_limit = rate, self.limit
            self.limit = max(1, self.limit * 4 // 5)
        elif turn == 0:
            self.limit = self.limit if rate > self.best_rate * 0.97 else self.best_limit
