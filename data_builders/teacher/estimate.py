"""What a plan will cost, before it is paid: every ask rehearsed and counted, then set right by a pilot of 20 articles.

    python -m data_builders teach estimate --articles data/articles --strategy v3 --teacher gpt-4o-mini

The rehearsal runs the strategy itself with a stand-in for the teacher, so what a step sends again (the article, in V2
and V3) is counted where it is sent. The pilot runs it with the teacher, on 20 articles spread over all lengths; its
replies stay in the ledger, so the run does not pay for them again. For each step the ratio of what the server billed to
what the rehearsal counted sets the prompts right (the server's tokenizer and template, repairs, longer replies that a
later step repeats), and the replies are taken to be as long as the pilot's.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from data_builders.schema import Article
from data_builders.teacher.budget import Price
from data_builders.teacher.calls import digest_of
from data_builders.teacher.client import Client
from data_builders.teacher.ledger import Ledger
from data_builders.teacher.schema import Answer, Ask, Asker
from data_builders.teacher.served import Plan

PILOT = 20
WIDE = re.compile(r"[^\x00-\x7f]")
Encode = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class StepCost:
    """What one step of a plan takes, all articles together; `kept` of the calls are in the ledger already."""

    step: str
    calls: float
    kept: int
    prompt_tokens: float
    completion_tokens: float
    usd: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a plan takes: by step, in all, and what of it is still to be paid."""

    articles: int
    pilot: int
    tokenizer: str
    steps: tuple[StepCost, ...]
    prompt_tokens: float
    completion_tokens: float
    usd: float | None
    left_tokens: float
    left_usd: float | None


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many articles, how many of them in the pilot, and what counted the tokens."""

    articles: int
    pilot: int
    tokenizer: str


@dataclass
class Counted:
    """Calls and tokens by step."""

    calls: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    prompt: Counter[str] = field(default_factory=Counter)
    completion: Counter[str] = field(default_factory=Counter)
    paid_prompt: Counter[str] = field(default_factory=Counter)
    paid_completion: Counter[str] = field(default_factory=Counter)


class Rehearsal:
    """An `Asker` that counts asks and answers with a stand-in; with a ledger, as that has it."""

    def __init__(self, model: str, speaks_schema: bool, encode: Encode, ledger: Ledger | None = None) -> None:
        self.model, self.speaks_schema = model, speaks_schema
        self.encode, self.ledger = encode, ledger
        self.article = Article("", "", "")
        self.counted = Counted()

    async def ask(self, ask: Ask) -> Answer:
        """Count an ask by the given tokenizer."""
        counted, step = self.counted, ask.step
        digest = digest_of(self.model, ask if self.speaks_schema else replace(ask, schema=""))
        kept = self.ledger.find(digest) if self.ledger else None
        answer = kept.answer(kept=True) if kept else Answer(stand_in(self.article))
        counted.calls[step] += 1
        counted.prompt[step] += sum(self.encode(message.content) + 4 for message in ask.messages)
        counted.completion[step] += self.encode(answer.text)
        if kept:
            counted.kept[step] += 1
            counted.paid_prompt[step] += answer.prompt_tokens
            counted.paid_completion[step] += answer.completion_tokens
        return answer


class Bill:
    """An `Asker` around the client that notes what each step is billed."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self.model, self.speaks_schema = asker.model, asker.speaks_schema
        self.counted = Counted()

    async def ask(self, ask: Ask) -> Answer:
        """Pass an ask on."""
        answer = await self.asker.ask(ask)
        self.counted.calls[ask.step] += 1
        self.counted.prompt[ask.step] += answer.prompt_tokens
        self.counted.completion[ask.step] += answer.completion_tokens
        return answer


def stand_in(article: Article) -> str:
    """Return a reply with every part, about as long as a teacher's, made of the article's own words."""
    text = re.sub(r"[\[\]|<>\s，。、：；！？]", "", article.article) or "無"
    pieces = [text[start : start + 5] for start in range(0, min(len(text), 60), 5)]
    aspects = "、".join(f"[{piece}]" for piece in pieces[:6])
    triples = "\n".join(f"[{pieces[i]} | 關於 | {pieces[-1 - i]}]" for i in range(min(5, len(pieces))))
    return f"核心要素：\n{aspects}\n\n三元組：\n{triples}\n\n摘要：\n{text[:80]}。"


def pilot_of(articles: Sequence[Article], size: int) -> list[int]:
    """Return the places of `size` articles that are spread evenly over the articles sorted by length."""
    order = sorted(range(len(articles)), key=lambda place: (len(articles[place].article), place))
    size = min(size, len(order))
    return sorted(order[(2 * k + 1) * len(order) // (2 * size)] for k in range(size))


async def estimated(
    news: Sequence[Article], plan: Plan, client: Client, encode: Encode, tokenizer: str, pilot: int
) -> Estimate:
    """Return the estimate of a plan; `pilot` articles are asked about for real, 0 makes no call."""
    chosen = pilot_of(news, pilot)
    whole = await rehearsed(news, plan, Rehearsal(client.model, client.speaks_schema, encode))
    small = await rehearsed([news[k] for k in chosen], plan, Rehearsal(client.model, client.speaks_schema, encode))
    bill = Bill(client)
    for result in await asyncio.gather(*(plan.ask(news[k], bill) for k in chosen), return_exceptions=True):
        if isinstance(result, BaseException):
            raise result
    held = await rehearsed(news, plan, Rehearsal(client.model, client.speaks_schema, encode, client.ledger))
    size = Sizes(len(news), len(chosen), tokenizer)
    return estimate_of(size, whole, small, bill.counted, held, client.settings.price)


async def rehearsed(news: Sequence[Article], plan: Plan, rehearsal: Rehearsal) -> Counted:
    """Run the strategy over articles with a stand-in for the teacher."""
    for article in news:
        rehearsal.article = article
        await plan.ask(article, rehearsal)
    return rehearsal.counted


def estimate_of(
    size: Sizes, whole: Counted, pilot: Counted, bill: Counted, held: Counted, price: Price | None
) -> Estimate:
    """Return the estimate: the pilot's bill, and for the rest the rehearsal set right by it.

    `whole` and `pilot` are rehearsals of all articles and of the piloted ones, `held` one that the ledger took part in.
    """
    costs: list[StepCost] = []
    articles, piloted = size.articles, size.pilot
    for step in [*whole.calls, *(step for step in bill.calls if step not in whole.calls)]:
        if piloted:
            calls = bill.calls[step] * articles / piloted
            scale = bill.prompt[step] / pilot.prompt[step] if pilot.prompt[step] else 0.0
            others = whole.prompt[step] - pilot.prompt[step]
            prompt = bill.prompt[step] + (others * scale if scale else bill.prompt[step] * (articles / piloted - 1))
            completion = bill.completion[step] * articles / piloted
        else:
            calls, prompt, completion = whole.calls[step], whole.prompt[step], whole.completion[step]
        usd = price.usd(prompt, completion) if price else None
        costs.append(StepCost(step, calls, held.kept[step], prompt, completion, usd))
    prompt, completion = sum(c.prompt_tokens for c in costs), sum(c.completion_tokens for c in costs)
    left = max(prompt - held.paid_prompt.total(), 0.0), max(completion - held.paid_completion.total(), 0.0)
    return Estimate(
        articles=articles,
        pilot=piloted,
        tokenizer=size.tokenizer,
        steps=tuple(costs),
        prompt_tokens=prompt,
        completion_tokens=completion,
        usd=price.usd(prompt, completion) if price else None,
        left_tokens=sum(left),
        left_usd=price.usd(*left) if price else None,
    )


def by_width(text: str) -> int:
    """Count tokens without a tokenizer: one for a wide character, a quarter for a narrow one."""
    wide = len(WIDE.findall(text))
    return wide + (len(text) - wide + 3) // 4
