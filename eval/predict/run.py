"""Rows in, pairs out: each row asked once, kept as it comes, checked before anything is written.

    >>> asked = Asked("saves/nano/s5", identity="5f…", how=Generation())
    >>> predict(Path("data/stages/s5_test.jsonl"), Path("data/articles/test.jsonl"), asked, load, Path("pairs.jsonl"))
    Manifest(step='predict', …)

Answers go into `<out>.answers.jsonl` batch by batch, so that an interrupted run asks only for the batches that are not
whole; batches are formed over all rows, by length, so that a resumed run pads, and therefore answers, as an undisturbed
one does. What a model thinks aloud (`<think>…</think>`) stays there and is no part of a pair. The manifest beside the
pairs says how many answers the length bound cut, how many are empty, and from how many a thought was taken.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from msgspec import UNSET

from data_builders.errors import InputError
from data_builders.jsonl import append, appended, digest_of, encode, read
from data_builders.manifest import Step
from data_builders.schema import AlpacaRow, Manifest
from data_builders.tasks.schema import References, Task
from eval.pairs import line_of
from eval.predict.schema import Answer, Generation, Prompt, Written
from eval.predictions import article_texts, read_rows, strip_head, strip_thought
from eval.schema import Pair

LATER = frozenset({"template", "thinking"})  # answers kept before these were settings are answers still


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked and how: `model` names it, `identity` is a digest of its weights where they lie on this machine."""

    model: str
    identity: str
    how: Generation


def predict(
    rows: Path,
    articles: Path | None,
    asked: Asked,
    load: Callable[[], Answer],
    out: Path,
    say: Callable[[str], None] = lambda _: None,
    task: Task | None = None,
) -> Manifest:
    """Write PAIRS.jsonl, and last its manifest; the model is loaded only when something is missing.

    A stage's rows need their articles, and heads are stripped; a `task`'s rows need none, and its `answer` is applied.
    """
    settings = {"model": asked.model, "identity": asked.identity, **stated(asked.how)}
    step = Step("predict", out.parent, settings, prefix=f"{out.stem}_")
    known = read_rows(step.reads(rows), headed=task is None)
    texts = article_texts(step.reads(articles)) if articles else {}
    lacking = [row.id for row in known if row.id not in texts]
    if lacking and articles:
        expected, then = f"an article for every row of {rows.name}", "name the articles that the rows came from"
        raise InputError(str(articles), expected, f"none for {lacking[0]} and {len(lacking) - 1} more", then)
    written = answers(known, asked, load, out.with_name(f"{out.name}.answers.jsonl"), say)
    step.rows_in = len(known)
    step.settings["cut_by_length"] = sum(one.finish == "length" for one in written.values())
    step.settings["empty"] = sum(not strip_thought(one.text).strip() for one in written.values())
    thoughts = sum(strip_thought(one.text) != one.text for one in written.values())
    if thoughts:
        step.settings["thoughts_stripped"] = thoughts
    if task:
        step.settings["task"] = task.name
        told = references_of(rows, step)
        pairs = [tasked(row, written[row.id], task, told.get(row.id, (row.output,))) for row in known]
    else:
        pairs = [paired(row, written[row.id], texts[row.id]) for row in known]
    step.writes(out.name, map(line_of, pairs))
    return step.finish()


def answers(
    rows: Sequence[AlpacaRow], asked: Asked, load: Callable[[], Answer], ledger: Path, say: Callable[[str], None]
) -> dict[str, Written]:
    """Return {row id: what the model wrote}, asking only for batches that the ledger does not hold whole."""
    prompts = sorted(map(prompt_of_row, rows), key=lambda prompt: (-len(prompt.user), prompt.id))
    keys = {prompt.id: key_of(prompt, asked) for prompt in prompts}
    held = {one.asked: one for one in appended(ledger, Written)}
    answer: Answer | None = None
    for start in range(0, len(prompts), asked.how.batch):
        batch = prompts[start : start + asked.how.batch]
        if all(keys[prompt.id] in held for prompt in batch):
            continue
        answer = answer or load()
        said = zip(batch, answer(batch), strict=True)
        new = [Written(prompt.id, keys[prompt.id], one.text, one.finish) for prompt, one in said]
        append(ledger, new)
        held |= {one.asked: one for one in new}
        say(f"predict {min(start + len(batch), len(prompts))}/{len(prompts)}")
    return {key: held[digest] for key, digest in keys.items()}


def prompt_of_row(row: AlpacaRow) -> Prompt:
    """Return a row's question, laid out as LLaMA-Factory does: instruction, a newline, input."""
    return Prompt(row.id, row.system, f"{row.instruction}\n{row.input}" if row.input else row.instruction)


def key_of(prompt: Prompt, asked: Asked) -> str:
    """Return the digest under which an answer is kept: another model, setting or text is another question."""
    return hashlib.sha256(
        encode([asked.identity, stated(asked.how), prompt.id, prompt.system, prompt.user])
    ).hexdigest()


def stated(how: Generation) -> dict[str, str | int | float | bool]:
    """Return the settings that decide an answer; what came later counts where it is not the usual."""
    usual = {one.name: one.default for one in fields(how) if one.name in LATER}
    return {name: value for name, value in asdict(how).items() if name not in usual or value != usual[name]}


def paired(row: AlpacaRow, written: Written, article: str) -> Pair:
    """Return the pair of one row."""
    return Pair(row.id, strip_head(strip_thought(written.text)), strip_head(row.output), article)


def references_of(rows: Path, step: Step) -> dict[str, tuple[str, ...]]:
    """Return {row id: all accepted answers} of the file beside a task's rows, {} where there is none."""
    beside = rows.with_name(f"{rows.stem}_references.jsonl")
    return {one.id: one.references for one in read(step.reads(beside), References)} if beside.is_file() else {}


def tasked(row: AlpacaRow, written: Written, task: Task, references: tuple[str, ...]) -> Pair:
    """Return the pair of one row of a task; a question without an answer has the reference ""."""
    first, others = (references[0], references[1:]) if references else ("", ())
    return Pair(row.id, task.answer(strip_thought(written.text)), first, others=others or UNSET)


def identity_of(model: str, adapter: str) -> str:
    """Return what tells one model from another: the digest of its weights and its adapter's, or its name on the hub."""
    parts = [part for place in (model, adapter) if place for part in weights_of(place)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def weights_of(place: str) -> list[str]:
    """Return the digests of the weight files of a folder, or the name itself."""
    folder = Path(place)
    files = sorted([*folder.glob("*.safetensors"), *folder.glob("*.bin")]) if folder.is_dir() else []
    return [f"{file.name} {digest_of(file)}" for file in files] or [place]
