"""What LLaMA-Factory encodes is what `eval predict` asks, token for token, with every family's own tokenizer."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
# One process asks LLaMA-Factory for every stand-in and template; it prints what differs.
ASK = """
import sys
from llamafactory.data.template import TEMPLATES as THEIRS
from data_builders.chat_templates import TEMPLATES
from data_builders.student import make_student
from eval.predict.local import encoded
from eval.predict.schema import Generation, Prompt
from transformers import AutoTokenizer
from pathlib import Path
texts = ["颱風明天登陸，市府宣布停班停課。", "The storm hit Taipei. Schools were closed, he said."]
user, answer, asked = "  請摘要：\\n新聞：\\n颱風 <b>Taipei</b> 3.5%\\n", "停課 。", 0
for family in ("gpt2", "opt", "llama", "qwen3", "gemma"):
    folder = Path(sys.argv[1]) / family
    make_student(texts, family, folder, 42)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    for name, ours in TEMPLATES.items():
        for system in ("", "你是編輯。"):
            for thinking in (True, False):
                theirs = THEIRS[name]
                theirs.default_system, theirs.enable_thinking = "", thinking
                turns = [{"role": "user", "content": user}, {"role": "assistant", "content": answer}]
                prompt, learned = theirs.encode_oneturn(tokenizer, turns, system or None, None)
                how = Generation(template=name, thinking=thinking)
                mine = encoded([Prompt("x", system, user), Prompt("y", system, "甲" * 90)], tokenizer, how, False)
                row = [int(i) for i, m in zip(mine["input_ids"][0], mine["attention_mask"][0]) if m]
                told = ours.answer(answer, thinking).ids(tokenizer)
                told = told[:-1] if ours.closes else told  # LLaMA-Factory adds that end behind the whole example
                asked += 1
                if row != prompt or told != learned:
                    print(family, name, bool(system), thinking, row == prompt, told == learned)
print("asked", asked)
"""


def test_prompts_of_training_and_of_asking_are_the_same_tokens(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == "asked 160"
    assert done.stdout.splitlines()[:-1] == []
