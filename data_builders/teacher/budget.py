"""Prices, and the bounds that a run may not pass: `--max-usd`, `--max-tokens`.

    >>> price = price_of("gpt-4o-mini-2024-07-18", PRICES)
    >>> price.usd(1_000_000, 100_000)
    0.21
    budget = Budget(price, max_usd=5.0)
    if await budget.reserve(prompt=3_000, completion=1_024): …; budget.settle(reserved, billed)

Before a call is sent its worst case is set aside. When that does not fit, the call waits until calls under way turn out
cheaper than their worst; when none is under way and it still does not fit, the budget is spent. So no bound is passed,
however many calls run at once. A call whose reply got lost on its way (`Trouble.lost`) counts as its worst case.
"""

import asyncio
import tomllib
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import msgspec

from data_builders.errors import InputError
from data_builders.jsonl import unreadable

PRICES = Path(__file__).with_name("prices.toml")
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars a million tokens of the prompt and of the reply."""

    prompt: float
    completion: float

    def usd(self, prompt: int | float, completion: int | float) -> float:
        """Return what so many tokens cost."""
        return (prompt * self.prompt + completion * self.completion) / MILLION


@dataclass(frozen=True, slots=True)
class PriceList:
    """The file of prices."""

    models: dict[str, Price]


def price_of(model: str, file: Path) -> Price | None:
    """Return the model's price: by its name, else by the longest name that it begins with."""
    try:
        known = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), PriceList).models
    except OSError as error:
        raise unreadable(file, error) from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        shape = '[models] with lines such as "gpt-4o" = { prompt = 2.5, completion = 10.0 }'
        raise InputError(str(file), shape, str(error), f"write it like {PRICES.name}") from error
    for name, price in known.items():
        if not min(price.prompt, price.completion) >= 0:
            raise InputError(str(file), "prices from 0", f"{name}: {price}", "mend that line")
    begins = [name for name in known if model == name or model.startswith((f"{name}-", f"{name}:", f"{name}@"))]
    return known[max(begins, key=len)] if begins else None


class Budget:
    """What was spent, what is set aside for calls under way, and the bounds; it belongs to one event loop."""

    def __init__(self, price: Price | None, max_usd: float | None = None, max_tokens: int | None = None) -> None:
        self.price = price or Price(0.0, 0.0)
        self.max_usd, self.max_tokens = max_usd, max_tokens
        self.prompt = self.completion = 0
        self.lost: list[int] = [0, 0]
        self.set_aside: list[int] = [0, 0]
        self.under_way = 0
        self.waiting: deque[asyncio.Future[None]] = deque()
        self.spent_out = False

    @property
    def usd(self) -> float:
        """What was spent."""
        return self.price.usd(self.prompt, self.completion)

    def fits(self, prompt: int, completion: int) -> bool:
        """Tell whether a call of at most so many tokens stays within both bounds, whatever is under way."""
        tokens = self.prompt + self.completion + sum(self.lost) + sum(self.set_aside) + prompt + completion
        return self.affords(prompt, completion) and (self.max_tokens is None or tokens <= self.max_tokens)

    def affords(self, prompt: int, completion: int) -> bool:
        """Tell whether the money is enough for it."""
        prompts = self.prompt + self.lost[0] + self.set_aside[0] + prompt
        completions = self.completion + self.lost[1] + self.set_aside[1] + completion
        return self.max_usd is None or self.price.usd(prompts, completions) <= self.max_usd

    async def reserve(self, prompt: int, completion: int) -> bool:
        """Set a call's worst case aside; False when the budget cannot bear it any more."""
        while not self.fits(prompt, completion):
            if not self.under_way or self.spent_out:
                self.spent_out = True
                self.wake()
                return False
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.waiting.append(future)
            await future
        self.set_aside[0] += prompt
        self.set_aside[1] += completion
        self.under_way += 1
        return True

    def settle(self, reserved: tuple[int, int], billed: tuple[int, int], lost: bool = False) -> None:
        """Replace what was set aside by what was billed."""
        self.set_aside[0] -= reserved[0]
        self.set_aside[1] -= reserved[1]
        self.under_way -= 1
        if lost:
            self.lost = [self.lost[0] + billed[0], self.lost[1] + billed[1]]
        else:
            self.prompt += billed[0]
            self.completion += billed[1]
        self.wake()

    def wake(self) -> None:
        """Let those who wait look again."""
        while self.waiting:
            future = self.waiting.popleft()
            if not future.done():
                future.set_result(None)
