"""Ask a judge about every summary: once, again while its reply states no one score, and never an average of guesses.

    >>> rulings = await ruled(cases, Order(repeats=2), client)
    >>> rulings[0]
    Ruling(id='x-1', kind='system', repeat=0, score=16, reason='', replies=('分數：16 —— 忠實',))

A reply that cannot be read is shown back to the judge with what was wrong. After `Order.asks` replies the case stays
unparsed with the last reason; a server that gives none at all ends the same way (`no_reply`).
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from data_builders.teacher.schema import Ask, Asker, Message, Params
from data_builders.teacher.wording import as_data
from eval.judge.parse import read_reply
from eval.judge.schema import Case, Order, Ruling

FOLDER = Path(__file__).parent
AT_ONCE = 256
FAULTS = {
    "contradictory": "寫了不只一個分數",
    "out_of_range": "分數不是 0 到 20 的整數",
    "missing": "沒有寫分數",
}


async def ruled(
    cases: Sequence[Case], order: Order, asker: Asker, tick: Callable[[int], None] = lambda _: None
) -> list[Ruling]:
    """Return a ruling for each case and repeat, in that order."""
    wanted = [(case, repeat) for case in cases for repeat in range(order.repeats)]
    slots = asyncio.Semaphore(AT_ONCE)
    done = 0

    async def one(case: Case, repeat: int) -> Ruling:
        nonlocal done
        async with slots:
            ruling = await ruling_of(case, repeat, order, asker)
        done += 1
        tick(done)
        return ruling

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(case, repeat)) for case, repeat in wanted]
    return [task.result() for task in tasks]


async def ruling_of(case: Case, repeat: int, order: Order, asker: Asker) -> Ruling:
    """Ask about one case until a reply states one score, or no try is left."""
    messages = messages_of(case)
    temperature = order.temperature if order.repeats > 1 else 0.0
    params = Params(temperature=temperature, max_tokens=order.max_tokens)
    replies: list[str] = []
    reason = "missing"
    for attempt in range(order.asks):
        step = "judge" if attempt == 0 else "judge.again"
        answer = await asker.ask(Ask(case.id, step, messages, params, sample=repeat))
        if answer.reason and not answer.text:
            return Ruling(case.id, case.kind, repeat, None, "no_reply", tuple(replies))
        replies.append(answer.text)
        verdict = read_reply(answer.text)
        if verdict.score is not None:
            return Ruling(case.id, case.kind, repeat, verdict.score, "", tuple(replies))
        reason = verdict.reason
        told = text_of("again").replace("{fault}", FAULTS[reason])
        messages = (*messages_of(case), Message("assistant", as_data(answer.text)), Message("user", told))
    return Ruling(case.id, case.kind, repeat, None, reason, tuple(replies))


def messages_of(case: Case) -> tuple[Message, ...]:
    """Return what the judge is shown: the rubric, then article, reference and summary as data."""
    shown = (("文章", case.article), ("標準摘要", case.reference), ("模型的摘要", case.summary))
    material = "\n\n".join(f"<{name}>\n{as_data(text)}\n</{name}>" for name, text in shown)
    return Message("system", text_of("rubric")), Message("user", f"{material}\n\n請依照前面的標準，只回覆一行。")


@cache
def text_of(name: str) -> str:
    """Return one of the judge's prompt files."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").strip()


def prompt_digest() -> str:
    """Return the version of the judge's prompts."""
    return hashlib.sha256("\0".join((text_of("rubric"), text_of("again"))).encode()).hexdigest()[:12]
