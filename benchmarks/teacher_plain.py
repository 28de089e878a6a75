"""The `openai` package by itself, no ledger, no retries; benchmarks/teacher.py's floor: URL ROWS WORKING_DIR."""

import asyncio
import json
import sys
from pathlib import Path

import openai

SLOTS = 64


async def main(url: str, file: str) -> None:
    rows = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    slots = asyncio.Semaphore(SLOTS)
    async with openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:

        async def one(text: str) -> None:
            async with slots:
                await client.chat.completions.create(
                    model="gpt-4o-mini", messages=[{"role": "user", "content": text}], temperature=0.0, max_tokens=1024
                )

        await asyncio.gather(*(one(row["text"]) for row in rows))
    print(len(rows), "rows")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
