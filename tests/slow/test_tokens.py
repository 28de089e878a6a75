"""Our count of a row's tokens is LLaMA-Factory's own, and no row of ours is cut."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from data_builders.jsonl import read
from data_builders.schema import AlpacaRow
from data_builders.stages.tokens import TokenCounter

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def test_counts_equal_what_llamafactory_encodes(house: Path, data: Path) -> None:
    from llamafactory.data.template import get_template_and_fix_tokenizer
    from transformers import AutoTokenizer

    student = str(house / "saves/nano/student")
    tokenizer = AutoTokenizer.from_pretrained(student)
    wanted = {
        "template": "qwen",
        "tool_format": None,
        "default_system": None,
        "enable_thinking": True,
        "train_on_prompt": False,
    }
    template = get_template_and_fix_tokenizer(tokenizer, SimpleNamespace(**wanted))
    counter = TokenCounter(student)
    for stage in ("s1", "s2", "s3", "s4", "s5"):
        for row in read(data / f"stages/{stage}_train.jsonl", AlpacaRow):
            user = {"role": "user", "content": f"{row.instruction}\n{row.input}"}
            turns = [user, {"role": "assistant", "content": row.output}]
            prompt, answer = template.encode_oneturn(tokenizer, turns, row.system)
            assert counter.count(row) == len(prompt) + len(answer)


def test_the_students_chat_template_writes_the_prompt_that_it_was_trained_on(house: Path, data: Path) -> None:
    from transformers import AutoTokenizer

    from data_builders.stages.tokens import prompt_of

    tokenizer = AutoTokenizer.from_pretrained(str(house / "saves/nano/student"))
    row = json.loads((data / "stages/s5_test.jsonl").read_text(encoding="utf-8").splitlines()[0])
    messages = [
        {"role": "system", "content": row["system"]},
        {"role": "user", "content": f"{row['instruction']}\n{row['input']}"},
    ]
    rendered = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    assert rendered == prompt_of(row["system"], row["instruction"], row["input"])
