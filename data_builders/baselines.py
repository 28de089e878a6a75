r"""One split of articles and summaries -> each model's own rows: every prompt fits, no test text is learned.

    data/try/articles/{train,dev,test}.jsonl                 one split for all models, by `curate`, with its certificate
    data/try/distilgpt2/baseline_{train,dev,test}.jsonl      the same ids, articles shortened to fit 1,024 tokens

    >>> article = Article("x-1", "x", "The storm hit Taipei.", summary="A storm hit.")
    >>> row_of(article, article.article).instruction
    'Summarize the following news article:'

LLaMA-Factory cuts the end of a prompt that does not fit, and with it the sign that asks for an answer; transformers
refuses it, or loses its start. So an article, never the prompt around it, is shortened here, at a sentence's end where
one is near, and counted (`edited` in the manifest). An answer that leaves no room is a row less, with its reason.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_builders.chat_templates import template_named
from data_builders.curate.certificate import certificate, certify, likeness_of_folder, shown
from data_builders.curate.clean import is_english
from data_builders.curate.likeness import Likeness
from data_builders.curate.neighbours import neighbours
from data_builders.curate.texts import news_part
from data_builders.dataset_info import ALPACA, Entries
from data_builders.errors import InputError, NewsLadderError
from data_builders.hub import refusal
from data_builders.jieba_tokenizer import tokenizer_of as by_jieba
from data_builders.jsonl import digest_of, need, read, read_json, write_json
from data_builders.manifest import Step
from data_builders.schema import SPLITS, AlpacaRow, Article, Certificate, Leak, Manifest, Reject
from data_builders.stages.table import HEADS, STAGES

INSTRUCTIONS = {"zh": STAGES["s5"].instruction, "en": "Summarize the following news article:"}
SENTENCE_END = re.compile(r"[。！？!?]|[.!?](?=\s)|\n")
NEAR = 0.8  # of a shortened article: how far back its last sentence's end may lie
SPARE = 1  # LLaMA-Factory cuts what reaches the cutoff
PREFIX = "baseline"
THEN = "name a folder that holds the model, or a name on the hub"


@dataclass(frozen=True, slots=True)
class Fit:
    """What a model's rows have to fit: whose tokens, in which layout, within how many, how many of them to answer in.

    `template` is LLaMA-Factory's name, "" for an encoder-decoder that reads the article as it stands.
    """

    tokenizer: str
    template: str
    cutoff: int
    new_tokens: int
    thinking: bool = True


class Counter:
    """Counts the tokens of prompts and answers by a model's own tokenizer and layout."""

    def __init__(self, fit: Fit) -> None:
        self.fit, self.tokenizer = fit, tokenizer_of(fit.tokenizer)
        self.template = template_named(fit.template) if fit.template else None

    def prompt(self, row: AlpacaRow) -> int:
        """Return the tokens of a row's prompt."""
        user = user_text(row)
        if self.template is None:
            return len(self.tokenizer.encode(user))
        return len(self.template.prompt(row.system, user, self.fit.thinking).ids(self.tokenizer))

    def answer(self, row: AlpacaRow) -> int:
        """Return the tokens of what is learned from a row."""
        if self.template is None:
            return len(self.tokenizer.encode(row.output))
        return len(self.template.answer(row.output, self.fit.thinking).ids(self.tokenizer))


def tokenizer_of(model: str) -> Any:  # noqa: ANN401 - transformers' tokenizers have no common type
    """Return the tokenizer of a folder or a name on the hub."""
    try:
        return by_jieba(model)
    except (OSError, ValueError, KeyError) as error:
        raise refusal(model, error, THEN) from error


def rows_file(split: str) -> str:
    """Return the name of a split's rows."""
    return f"{PREFIX}_{split}.jsonl"


def user_text(row: AlpacaRow) -> str:
    """Return what the user says, as LLaMA-Factory joins it."""
    return f"{row.instruction}\n{row.input}" if row.input else row.instruction


def language_of(text: str) -> str:
    """Return `en` or `zh`."""
    return "en" if is_english(text) else "zh"


def row_of(article: Article, text: str, bare: bool = False) -> AlpacaRow:
    """Return an article's row in its own language, `text` being what is shown of it; `bare` shows nothing else."""
    if bare:
        return AlpacaRow(article.id, "", text, "", article.summary)
    language = language_of(article.article)
    told = f"{HEADS['news']}\n{text}" if language == "zh" else text
    return AlpacaRow(article.id, "", INSTRUCTIONS[language], told, article.summary)


def build(articles: Path, out: Path, fit: Fit, test: Path | None = None) -> Manifest:
    """Write one model's rows, their dataset_info.json, and last the manifest with the certificate.

    `test` takes the place of the folder's own test split.
    """
    tokenizer = Path(fit.tokenizer) / "tokenizer.json"
    settings: dict[str, str | int | float | bool] = {
        "tokenizer": digest_of(tokenizer) if tokenizer.is_file() else fit.tokenizer,
        "template": fit.template,
        "cutoff_len": fit.cutoff,
        "max_new_tokens": fit.new_tokens,
        "thinking": fit.thinking,
    }
    step = Step("baseline rows", out, settings)
    then = f"python -m data_builders curate FILE --out {articles}"
    files = {split: articles / f"{split}.jsonl" for split in SPLITS} | ({"test": test} if test else {})
    for file in files.values():
        step.reads(need(file, then))
    held = made_before(step)
    if held is not None:
        return held
    counter, likeness = Counter(fit), likeness_of_folder(articles)
    tested = list(read(files["test"], Article))
    for split in SPLITS:
        known = list(read(files[split], Article))
        step.rows_in += len(known)
        made = rows(known, counter, split, step)
        step.writes(rows_file(split), step.keep(made if split == "test" else unlike(made, tested, likeness, step.name)))
    write_json(out / "dataset_info.json", registered())
    trained = {split: step.outputs[rows_file(split)] for split in ("train", "dev")}
    step.certificate = certificate(
        likeness,
        {shown(out / rows_file(split)): made.sha256 for split, made in trained.items()},
        {shown(files["test"]): step.inputs["test.jsonl"]},
        (sum(made.rows for made in trained.values()), len(tested)),
        leaks=0,
    )
    return step.finish()


def registered() -> Entries:
    """Return the entries of one model's rows."""
    return {
        f"{PREFIX}_{split}": {"file_name": rows_file(split), "formatting": "alpaca", "columns": ALPACA}
        for split in SPLITS
    }


def unlike(
    made: Iterable[AlpacaRow | Reject], tested: Iterable[Article], likeness: Likeness, step: str
) -> Iterator[AlpacaRow | Reject]:
    """Pass rows on, and put a Reject in the place of one whose text, as it was shortened, is like a test article."""
    whole = list(made)
    texts = ((row.id, news_part(row.input or row.instruction)) for row in whole if isinstance(row, AlpacaRow))
    found = {one.of: one for one in neighbours(texts, ((one.id, one.article) for one in tested), likeness)}
    for row in whole:
        like = found.get(row.id)
        if like is None or isinstance(row, Reject):
            yield row
        else:
            yield Reject(row.id, step, "like_test", f"{like.likeness:.2f} like {like.id} ({like.kind})")


def apart(trained: list[Path], test: Path, likeness: Likeness) -> Certificate:
    """Return the certificate that no article to train on is like a test article; an InputError where one is."""
    proof, leaks = certify([file for file in trained if file.stat().st_size], [test], likeness)
    if leaks:
        raise leaky(trained[0], leaks)
    return proof


def leaky(where: Path, leaks: list[Leak]) -> InputError:
    """Return the error that refuses rows which hold what they are tested on."""
    ids = {leak.test for leak in leaks}
    first = leaks[0]
    found = f"{len(ids)} of them, the first {first.test} ({first.kind}, {first.likeness:.2f}) in {first.train}"
    then = "leave --test out, so that the kit splits; or take those texts out of what is trained on"
    return InputError(str(where), "no text that is tested on", found, then)


def made_before(step: Step) -> Manifest | None:
    """Return the manifest of an earlier run of the same making whose files still stand."""
    try:
        held = read_json(step.manifest, Manifest) if step.manifest.is_file() else None
        if held is None or held.settings != step.settings or held.inputs != step.inputs:
            return None
        same = all(digest_of(step.out / name) == made.sha256 for name, made in held.outputs.items())
    except NewsLadderError:
        return None
    return held if same and (step.out / "dataset_info.json").is_file() else None


def rows(articles: Iterable[Article], counter: Counter, split: str, step: Step) -> Iterator[AlpacaRow | Reject]:
    """Yield the row of each article, shortened to fit, or the reason why there is none."""
    fit = counter.fit
    for article in articles:
        whole = row_of(article, article.article, bare=counter.template is None)
        answer = 0
        if split != "test":  # what is asked in a test may not hang on its answer
            answer = counter.answer(whole)
            if answer * 2 > fit.cutoff and counter.template:
                yield Reject(article.id, step.name, "answer_too_long", f"{answer} tokens, cutoff {fit.cutoff}")
                continue
        room = fit.cutoff - SPARE - max(answer, fit.new_tokens)
        if counter.template is None:  # text and answer have each a bound of its own
            room = fit.cutoff
        row = fitted(article, whole, counter, room)
        if row is not whole:
            step.edited[f"shortened_{split}"] += 1
        yield row


def fitted(article: Article, whole: AlpacaRow, counter: Counter, room: int) -> AlpacaRow:
    """Return the row, its article shortened until the prompt has at most `room` tokens."""
    if counter.prompt(whole) <= room:
        return whole

    def start(characters: int) -> AlpacaRow:
        return row_of(article, article.article[:characters].rstrip(), bare=counter.template is None)

    low, high = 0, len(article.article)
    while low < high:  # the longest start that fits
        middle = (low + high + 1) // 2
        low, high = (middle, high) if counter.prompt(start(middle)) <= room else (low, middle - 1)
    ends = [found.end() for found in SENTENCE_END.finditer(article.article, 0, low)]
    cut = ends[-1] if ends and ends[-1] >= NEAR * low else low
    while cut and counter.prompt(start(cut)) > room:
        cut -= 1
    if not cut:
        then = "give a longer cutoff, or fewer new tokens"
        raise InputError(article.id, f"a prompt of at most {room} tokens", "no room for one character", then)
    return start(cut)
