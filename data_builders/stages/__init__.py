"""Articles and rationales in, alpaca rows of each stage out: `s<k>_{train,dev,test}.jsonl` and what was left out.

    python -m data_builders build --stage all

The split was made before and is only followed. A row that would reach the recipe's cutoff, counted with the student's
own tokenizer, is left out with the reason `reaches_cutoff` and never cut. A training row whose news is like a test
article is left out, too (`like_test`), and the manifest holds the certificate that none is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from data_builders.curate.certificate import certificate, likeness_of_folder, shown
from data_builders.curate.likeness import Likeness
from data_builders.curate.neighbours import neighbours
from data_builders.curate.texts import news_part
from data_builders.jsonl import need, read
from data_builders.manifest import Step
from data_builders.schema import SPLITS, AlpacaRow, Article, Manifest, Rationale, Reject, Split, TextRow
from data_builders.stages.first_summary import first_summaries
from data_builders.stages.s1 import Source, converted, own_summary
from data_builders.stages.table import STAGES, Stage, parts_of, row_of
from data_builders.stages.tokens import TokenCounter

S0 = "s0"
NAMES = (S0, *STAGES)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the stages are built from and for.

    `articles` is the curated folder, `rationales` the teacher's file, `out` the folder for the rows; `cutoffs` maps a
    stage to its recipe's `cutoff_len`, in tokens of `student`.
    """

    articles: Path
    rationales: Path
    out: Path
    student: str
    cutoffs: dict[str, int]
    s1_source: Source


def build(stage: str, plan: Plan) -> Manifest:
    """Write one stage's rows for each split, its rejects and, last, `<stage>_manifest.json`."""
    settings: dict[str, str | int | float | bool] = {"stage": stage, "cutoff_len": plan.cutoffs[stage]}
    if stage == "s1":
        settings["s1_source"] = plan.s1_source
    step = Step(f"build {stage}", plan.out, settings, prefix=f"{stage}_")
    by_split: dict[Split, list[Article]] = {}
    for split in SPLITS:
        then = f"python -m data_builders curate FILE --out {plan.articles}"
        file = step.reads(need(plan.articles / f"{split}.jsonl", then))
        by_split[split] = list(read(file, Article))
        step.rows_in += len(by_split[split])
    likeness = likeness_of_folder(plan.articles)
    for split, articles in by_split.items():
        rows = make_rows(stage, articles, step, plan)
        if split == "train":
            rows = unlike(rows, by_split["test"], likeness, step.name)
        step.writes(f"{stage}_{split}.jsonl", step.keep(rows))
    trained, test = step.outputs[f"{stage}_train.jsonl"], plan.articles / "test.jsonl"
    step.certificate = certificate(
        likeness,
        {shown(plan.out / f"{stage}_train.jsonl"): trained.sha256},
        {shown(test): step.inputs[test.name]},
        (trained.rows, len(by_split["test"])),
        leaks=0,
    )
    return step.finish()


def unlike(
    rows: Iterable[AlpacaRow | TextRow | Reject], tested: Iterable[Article], likeness: Likeness, step: str
) -> Iterator[AlpacaRow | TextRow | Reject]:
    """Pass rows on, and put a Reject in the place of one whose news is like a test article."""
    made = list(rows)
    shown_texts = (
        (row.id, row.text if isinstance(row, TextRow) else news_part(row.input))
        for row in made
        if not isinstance(row, Reject)
    )
    found = {one.of: one for one in neighbours(shown_texts, ((a.id, a.article) for a in tested), likeness)}
    for row in made:
        like = found.get(row.id)
        if like is None or isinstance(row, Reject):
            yield row
        else:
            yield Reject(row.id, step, "like_test", f"{like.likeness:.2f} like {like.id} ({like.kind})")


def make_rows(stage: str, articles: list[Article], step: Step, plan: Plan) -> Iterator[AlpacaRow | TextRow | Reject]:
    """Yield the rows of one stage and split, or the reasons why there is none."""
    if stage == S0:
        yield from (TextRow(article.id, article.article) for article in articles)
        return
    counter = TokenCounter(plan.student)
    tokenizer = Path(plan.student) / "tokenizer.json"
    step.settings["student"] = step.inputs[step.reads(tokenizer).name] if tokenizer.is_file() else plan.student
    made = s1_rows(articles, plan) if stage == "s1" else taught_rows(STAGES[stage], articles, step, plan)
    for row in made:
        yield fitting(row, counter, plan.cutoffs[stage], step.name) if isinstance(row, AlpacaRow) else row


def s1_rows(articles: list[Article], plan: Plan) -> Iterator[AlpacaRow | Reject]:
    """Yield S1's rows from the chosen source of its answers."""
    if plan.s1_source == "convert":
        yield from map(converted, articles)
        return
    said = first_summaries(articles, plan.student, plan.out / "first_summaries.jsonl")
    yield from (own_summary(article, said.get(article.id)) for article in articles)


def taught_rows(stage: Stage, articles: Iterable[Article], step: Step, plan: Plan) -> Iterator[AlpacaRow | Reject]:
    """Yield the rows that rest on a teacher's rationales."""
    then = f"python -m data_builders teach --articles {plan.articles} --out {plan.rationales.parent}"
    rationales = {r.id: r for r in read(step.reads(need(plan.rationales, then)), Rationale)}
    for article in articles:
        rationale = rationales.get(article.id)
        if rationale is None:
            yield Reject(article.id, step.name, "not_taught", "the teacher gave no rationale")
        else:
            yield row_of(stage, article.id, parts_of(article, rationale))


def fitting(row: AlpacaRow, counter: TokenCounter, cutoff: int, step: str) -> AlpacaRow | Reject:
    """Return the row when it stays below the cutoff, else why not."""
    tokens = counter.count(row)
    if tokens < cutoff:
        return row
    return Reject(row.id, step, "reaches_cutoff", f"{tokens} tokens, cutoff {cutoff}")
