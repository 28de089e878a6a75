"""Measure each form of an export on the same test rows: bytes, tokens a second, ROUGE against the original.

    | form        |  MB | prompt tok/s | answer tok/s | first token | ROUGE-1 | … | same answers |
    | safetensors | 8.8 |        12000 |          210 |       40 ms |   0.331 | … |        original |

The original is the safetensors folder under transformers, in 32 bits. All forms get the same prompts, greedily, with
the recipe's penalty over the whole context, so a difference in ROUGE is the form's own. Answers are kept in
`eval.predict`'s ledger: an interrupted measurement goes on. Speeds are medians over the first rows, one at a time.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from curriculum.export.llama import THREADS, Model
from curriculum.export.probes import normal
from curriculum.export.schema import Exported, FormFile, FormScore, Message
from curriculum.scoring import difference_of, table_of
from data_builders.errors import InputError
from data_builders.jsonl import digest_of, write_json, write_text
from eval.metrics import score
from eval.pairs import read_pairs
from eval.predict.run import Asked, predict
from eval.predict.schema import Answer, Answered, Generation, Prompt
from eval.predictions import HEAD_STRIPPED
from eval.schema import Scores

SHOWN = ("rouge1_f", "rouge2_f", "rougeL_f")
TIMED = 5  # rows whose answers are timed
ORIGINAL = "safetensors"
Speed = tuple[float, float, float]


def measure(home: Path, made: Exported, say: Callable[[str], None]) -> tuple[FormScore, ...]:
    """Answer and score the test rows by every form, and write forms.json and forms.md."""
    folder = Path(made.trained.data)
    rows = folder / "stages" / f"{made.trained.stage if made.trained.stage != 'merged' else 's5'}_test.jsonl"
    articles = folder / "articles" / "test.jsonl"
    told = made.trained.generation
    how = Generation(int(str(told.get("max_new_tokens", 256))), float(str(told.get("repetition_penalty", 1.0))))
    scores: dict[str, Scores] = {}
    answers: dict[str, list[str]] = {}
    speeds: dict[str, Speed] = {}
    for one in made.forms:
        say(f"{one.form}: answering the test rows …")
        out = home / "forms" / f"{one.form}.jsonl"
        asked = Asked(one.form, one.sha256, how)
        predict(rows, articles, asked, partial(answerer, home / one.path, how), out)
        pairs = read_pairs(out)
        scores[one.form] = score(pairs, "rouge", note=HEAD_STRIPPED)
        answers[one.form] = [pair.prediction for pair in pairs]
        speeds[one.form] = speed_of(home / one.path, rows, how)
    lines = tuple(row(one, scores, answers, speeds) for one in made.forms)
    signature = scores[ORIGINAL].metrics["rougeL_f"].signature
    write_json(
        home / "forms.json", {"forms": lines, "signature": signature, "threads": THREADS, "rows": digest_of(rows)}
    )
    write_text(home / "forms.md", "\n".join((*table(lines, made), "", f"`{signature}`; {THREADS} threads.", "")))
    return lines


def answerer(path: Path, how: Generation) -> Answer:
    """Return what answers prompts by a form: transformers for a folder, llama.cpp for a file.

    Not by `model_of`, whose threads that sleep early would be timed, too: two threads of llama.cpp that sleep at once
    have a sixth of the speed on idle cores.
    """
    if path.is_dir():
        from eval.predict.local import answerer as by_transformers
        from eval.predict.local import load

        return by_transformers(*load(str(path)), how)
    model = Model(path, context=0)

    def answer(prompts: Sequence[Prompt]) -> list[Answered]:
        return [spoken(model, prompt, how) for prompt in prompts]

    return answer


def spoken(model: Model, prompt: Prompt, how: Generation) -> Answered:
    """Return one answer by llama.cpp; a prompt that does not fit is an InputError."""
    tokens = laid(model, prompt)
    if len(tokens) + how.max_new_tokens > model.llama.n_ctx():
        found = f"{len(tokens)} tokens and {how.max_new_tokens} to come"
        raise InputError(prompt.id, f"a prompt for a context of {model.llama.n_ctx()}", found, "leave the row out")
    said = model.speak(tokens, how.max_new_tokens, how.repetition_penalty)
    return Answered(model.text(said.tokens), "stop" if said.ended else "length")


def laid(model: Model, prompt: Prompt) -> list[int]:
    """Return a prompt's tokens, in the Unicode form that transformers brings it into."""
    messages = [Message("user", normal(prompt.user))]
    if prompt.system:
        messages.insert(0, Message("system", prompt.system))
    return list(model.laid(messages).tokens or ())


def speed_of(path: Path, rows: Path, how: Generation) -> Speed:
    """Return prompt tokens a second, answer tokens a second, and seconds to the first token: medians over rows."""
    from eval.predict.run import prompt_of_row
    from eval.predictions import read_rows

    prompts = [prompt_of_row(row) for row in read_rows(rows)[: TIMED + 1]]
    timed = timed_by_transformers(path, prompts, how) if path.is_dir() else timed_by_llama(path, prompts, how)
    kept = timed[1:] or timed  # the first one warms up
    rate, answers, first = (median(values) for values in zip(*kept, strict=True))
    return rate, answers, first


def timed_by_llama(path: Path, prompts: Sequence[Prompt], how: Generation) -> list[Speed]:
    """Return the three speeds of each prompt by llama.cpp."""
    model = Model(path, context=0)
    found = []
    for prompt in prompts:
        tokens = laid(model, prompt)
        said = model.speak(tokens, how.max_new_tokens, 1.0)
        found.append((len(tokens) / said.first, (len(said.tokens) - 1) / max(said.others, 1e-9), said.first))
    return found


def timed_by_transformers(path: Path, prompts: Sequence[Prompt], how: Generation) -> list[Speed]:
    """Return the three speeds of each prompt by transformers."""
    import torch

    from eval.predict.local import laid_out, load, settings_of

    torch.set_num_threads(THREADS)
    tokenizer, model = load(str(path))
    settings: Any = settings_of(tokenizer, model, Generation(how.max_new_tokens))
    found = []
    for prompt in prompts:
        batch = tokenizer([laid_out(prompt, tokenizer)], return_tensors="pt", add_special_tokens=False)
        length = batch["input_ids"].shape[1]
        with torch.inference_mode():
            settings.max_new_tokens, began = 1, time.perf_counter()
            model.generate(
                input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], generation_config=settings
            )
            first = time.perf_counter() - began
            settings.max_new_tokens, began = how.max_new_tokens, time.perf_counter()
            out = model.generate(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"],
                                 generation_config=settings)  # fmt: skip
            whole = time.perf_counter() - began
        found.append((length / first, (out.shape[1] - length - 1) / max(whole - first, 1e-9), first))
    return found


def row(one: FormFile, scores: dict[str, Scores], answers: dict[str, list[str]], speeds: dict[str, Speed]) -> FormScore:
    """Return the record of one form."""
    found, base = scores[one.form], scores[ORIGINAL]
    same = sum(ours == theirs for ours, theirs in zip(answers[one.form], answers[ORIGINAL], strict=True))
    gap = difference_of(table_of([found], "rougeL_f"), table_of([base], "rougeL_f"))
    means = {name: found.metrics[name].value for name in SHOWN}
    return FormScore(
        one.form, one.size, *speeds[one.form], means, same, len(answers[one.form]), (gap.mean, gap.low, gap.high)
    )


def table(lines: Sequence[FormScore], made: Exported) -> list[str]:
    """Return the table as Markdown lines, and what fell back."""
    heads = ["form", "MB", "prompt tok/s", "answer tok/s", "first token", "ROUGE-1", "ROUGE-2", "ROUGE-L",
             "ROUGE-L minus the original's [95 %]", "same answers"]  # fmt: skip
    told = [f"| {' | '.join(heads)} |", "|---|" + "--:|" * (len(heads) - 1)]
    for one in lines:
        rouge = " | ".join(f"{one.rouge[name] * 100:.2f}" for name in SHOWN)
        gap = "" if one.form == ORIGINAL else "{:+.2f} [{:+.2f}, {:+.2f}]".format(*(100 * value for value in one.delta))
        same = "the original" if one.form == ORIGINAL else f"{one.same} of {one.rows}"
        told.append(
            f"| {one.form} | {one.size / 1e6:.2f} | {one.prompt_rate:,.0f} | {one.answer_rate:,.0f} "
            f"| {one.first_token * 1000:.0f} ms | {rouge} | {gap} | {same} |"
        )
    fallen = [f"- {one.form} falls back: {line}" for one in made.forms for line in one.fallbacks]
    return [*told, "", *fallen] if fallen else told
