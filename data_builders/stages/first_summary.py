"""Ask the untrained student for its own summary of each article, in batches, on this machine.

    python -m data_builders build --stage s1 --s1-source student --student Qwen/Qwen2.5-0.5B-Instruct

Greedy, so the same student gives the same answers. Answers are kept in `first_summaries.jsonl` as they come, one
batch at a time: an interrupted run asks only for what is missing. A changed student or article is asked anew; its old
answers stay in the file and are not used.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from data_builders.errors import InputError
from data_builders.jsonl import append, appended, digest_of
from data_builders.schema import Article
from data_builders.stages.table import HEADS, STAGES, SYSTEM
from data_builders.stages.tokens import MAKE_STUDENT, prompt_of
from data_builders.threads import briefly

MOST_NEW_TOKENS = 256
BATCH = 8
Answer = Callable[[Sequence[str]], list[str]]


@dataclass(frozen=True, slots=True)
class FirstSummary:
    """What one untrained student answered to one prompt; `asked` is the digest of the student and the prompt."""

    id: str
    asked: str
    summary: str


def first_summaries(articles: Sequence[Article], student: str, ledger: Path) -> dict[str, str]:
    """Return {article id: the untrained student's summary}, asking only what `ledger` does not hold."""
    name = identity(student)
    prompts = {article.id: first_prompt(article) for article in articles}
    keys = {key: hashlib.sha256(f"{name}\n{prompt}".encode()).hexdigest() for key, prompt in prompts.items()}
    known = {answer.asked: answer.summary for answer in appended(ledger, FirstSummary)}
    missing = sorted((key for key in prompts if keys[key] not in known), key=lambda key: len(prompts[key]))
    if missing:
        answer = writer_of(student)
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            said = answer([prompts[key] for key in batch])
            records = [FirstSummary(key, keys[key], body_of(text)) for key, text in zip(batch, said, strict=True)]
            append(ledger, records)
            known.update({record.asked: record.summary for record in records})
    return {key: known[asked] for key, asked in keys.items()}


def first_prompt(article: Article) -> str:
    """Return the prompt that asks for the summary of an article."""
    return prompt_of(SYSTEM, STAGES["s1"].instruction, f"{HEADS['news']}\n{article.article}")


def body_of(answer: str) -> str:
    """Return an answer without the head that a student may have written."""
    return answer.strip().removeprefix(HEADS["summary"]).strip()


def identity(student: str) -> str:
    """Return what tells one student from another: the digest of its weights, or its name on the hub."""
    weights = Path(student) / "model.safetensors"
    return digest_of(weights) if weights.is_file() else student


def writer_of(student: str) -> Answer:
    """Load the student and return what answers a batch of prompts, greedily."""
    os.environ.update(briefly(os.environ))
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(student, padding_side="left")
        model = AutoModelForCausalLM.from_pretrained(student, dtype="auto").eval()
    except (OSError, ValueError, SafetensorError) as error:
        raise InputError(student, "a student that transformers can load", type(error).__name__, MAKE_STUDENT) from error
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.to(device)
    stops = tokenizer.convert_tokens_to_ids(["<|im_end|>", "<|endoftext|>"])

    def answer(prompts: Sequence[str]) -> list[str]:
        batch = tokenizer(list(prompts), return_tensors="pt", padding=True, add_special_tokens=False).to(device)
        with torch.inference_mode():
            out = model.generate(**batch, max_new_tokens=MOST_NEW_TOKENS, do_sample=False, eos_token_id=stops)
        new = out[:, batch["input_ids"].shape[1] :]
        return [str(text) for text in tokenizer.batch_decode(new, skip_special_tokens=True)]

    return answer
