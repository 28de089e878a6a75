"""A model behind an OpenAI-compatible server (vLLM, llama.cpp, Ollama, `llamafactory-cli api`) that answers prompts.

    answer = served(settings, Path("results/nano/predict_ledger.sqlite3"), Generation(max_new_tokens=256))

The client and the ledger are the teacher's: every answer is paid for once, whatever is interrupted, and a row that gets
no answer ends the run with its reason, so that a missing prediction is never an empty one.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from data_builders.errors import InputError, NewsLadderError
from data_builders.teacher.client import Client, Settings
from data_builders.teacher.ledger import Ledger
from data_builders.teacher.schema import Answer as Reply
from data_builders.teacher.schema import Ask, Asker, Message, Params
from data_builders.teacher.served import run
from data_builders.teacher.standing import Counts
from eval.predict.schema import Answer, Answered, Generation, Prompt

AT_ONCE = 256
CUT = "length"


def served(settings: Settings, ledger_file: Path, how: Generation) -> Answer:
    """Return what asks the server for all prompts at once."""

    def answer(prompts: Sequence[Prompt]) -> list[Answered]:
        async def work() -> list[Reply]:
            with Ledger(ledger_file) as ledger:
                async with Client(settings, ledger, Counts(settings.model, "predict", len(prompts))) as client:
                    return await replies(prompts, client, how)

        try:
            came = run(work())
        except* NewsLadderError as group:
            raise group.exceptions[0] from None
        return [answered(prompt, reply) for prompt, reply in zip(prompts, came, strict=True)]

    return answer


async def replies(prompts: Sequence[Prompt], asker: Asker, how: Generation) -> list[Reply]:
    """Return the server's reply to every prompt, in order."""
    slots = asyncio.Semaphore(AT_ONCE)
    seed = how.seed if how.temperature > 0 else None
    params = Params(temperature=how.temperature, max_tokens=how.max_new_tokens, seed=seed)

    async def one(prompt: Prompt) -> Reply:
        system = (Message("system", prompt.system),) if prompt.system else ()
        async with slots:
            return await asker.ask(Ask(prompt.id, "predict", (*system, Message("user", prompt.user)), params))

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(prompt)) for prompt in prompts]
    return [task.result() for task in tasks]


def answered(prompt: Prompt, reply: Reply) -> Answered:
    """Return a reply as an answer; one that the bound cut is an answer, any other lack is an error of its row."""
    if reply.reason and reply.reason != CUT:
        then = "run the same command again: what was answered is kept"
        raise InputError(prompt.id, "an answer of the model", f"{reply.reason}: {reply.detail}", then)
    return Answered(reply.text, "length" if reply.reason == CUT else "stop")
