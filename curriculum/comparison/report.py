"""The comparison for people and programs: baselines.md, baselines.json, and the page of `eval report`.

    | model | metric | pretrained | fine-tuned | change |
    | distilgpt2 | ROUGE-1 | 21.30 [20.10, 22.60] | 25.02 [23.80, 26.30] | +3.72 [2.90, 4.60] * |

Brackets are 95 % intervals over the test articles; * marks a change that stands after Holm's correction over the models
of its metric. A side that failed says so in its place, and why below.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from curriculum.comparison.play import Played
from curriculum.comparison.prepare import Prepared
from curriculum.comparison.schema import FINE_TUNED, PRETRAINED, SIDES, Asked, Failure, Report, Table
from curriculum.comparison.score import BERT, ROUGE, Scored
from data_builders.errors import NewsLadderError
from data_builders.jsonl import write_json, write_text
from data_builders.schema import SPLITS
from data_builders.verbs.curation import proof_line
from eval.compare.before_after import Gain, Line, Side, before_after

TITLES = {
    "rouge1_f": "ROUGE-1", "rouge2_f": "ROUGE-2", "rougeL_f": "ROUGE-L", "rougeLsum_f": "ROUGE-Lsum",
    "bertscore_p": "BERT P", "bertscore_r": "BERT R", "bertscore_f": "BERT F1",
}  # fmt: skip
LANGUAGES = {"en": "English", "zh": "Chinese"}
ALL = "all"
SHORT = ("rougeL_f", "bertscore_f")


def report_of(asked: Asked, prepared: Prepared, played: dict[str, Played], scored: Scored) -> Report:
    """Return all that was found."""
    found = list(played.values())
    metrics = [name for name in (*ROUGE, *BERT) if any(name in one.values for one in scored.systems.values())]
    models = {name: (scored.systems.get((name, PRETRAINED)), scored.systems.get((name, FINE_TUNED))) for name in played}
    tables = [Table(ALL, sum(map(len, scored.languages.values())), before_after(models, metrics))]
    if len(scored.languages) > 1:
        tables += [
            Table(LANGUAGES[name], len(ids), before_after(models, metrics, ids))
            for name, ids in scored.languages.items()
        ]
    outputs = prepared.curated.outputs
    articles: dict[str, int] = {split: outputs[f"{split}.jsonl"].rows for split in SPLITS}
    return Report(
        run=asked.run,
        profile=asked.profile,
        models=tuple(played),
        articles=articles | {"test": tables[0].n},
        certificate=prepared.certificate,
        facts=tuple(one.facts for one in found if one.facts),
        answers=tuple(answer for one in found for answer in one.answers),
        failures=tuple(failure for one in found for failure in one.failures),
        notes=scored.notes,
        tables=tuple(tables),
    )


def write_report(asked: Asked, report: Report) -> Report:
    """Write baselines.json and baselines.md, and the page of all answers beside each other where it can be made."""
    pages = page(asked, report)
    whole = replace(report, notes=(*report.notes, *pages))
    write_json(asked.results / "baselines.json", whole)
    write_text(asked.results / "baselines.md", markdown(whole))
    return whole


def page(asked: Asked, report: Report) -> Iterator[str]:
    """Have `eval report` lay all answers beside each other; say why where it cannot."""
    from pathlib import Path

    from eval.report.runs.build import build

    runs = [f"{asked.run}/{one.model}/{one.side}" for one in report.answers]
    if len(runs) < len(SIDES):
        return
    try:
        build(Path(), runs, asked.results / "page", (), common=False)
    except NewsLadderError as error:
        yield f"no page: {error}"


def lines_for_terminal(asked: Asked, report: Report) -> tuple[str, ...]:
    """Return the short table: certificate, one line a model, failures, where the rest lies."""
    width = max(map(len, report.models))
    table = report.tables[0] if report.tables else Table(ALL, 0, ())
    lines = [proof_line(report.certificate), f"{table.n} test articles; pretrained -> fine-tuned, ×100"]
    for model in report.models:
        cells = [short(line) for line in table.lines if line.model == model and line.metric in SHORT]
        lines.append(f"  {model:{width}}  " + ("   ".join(cells) if any(cells) else "failed"))
    lines += [f"failed: {one.model} {one.side}: {one.reason}" for one in report.failures]
    lines += [f"note: {note}" for note in report.notes]
    return (*lines, f"wrote {asked.results}/baselines.md, baselines.json, page/report.html")


def short(line: Line) -> str:
    """Return a line's means in one cell."""
    before, after = (f"{side.mean * 100:.2f}" if side else "failed" for side in (line.before, line.after))
    return f"{TITLES[line.metric]} {before} -> {after}" + (" *" if line.change and line.change.differs else "")


def markdown(report: Report) -> str:
    """Return baselines.md."""
    articles = ", ".join(f"{split} {report.articles[split]}" for split in SPLITS)
    parts = [
        f"# Models before and after fine-tuning: {report.run}",
        f"Profile {report.profile}. One split for all models ({articles} articles).",
        f"Certificate: {proof_line(report.certificate)}; engine {report.certificate.engine}.",
        *(f"> {note}" for note in report.notes),
    ]
    failed = {(one.model, one.side) for one in report.failures}
    for table in report.tables:
        rows = "all test articles" if table.rows == ALL else f"the {table.rows} ones"
        parts.append(f"## pretrained | fine-tuned, {rows} (n = {table.n})\n\n" + "\n".join(table_lines(table, failed)))
    parts.append(
        "Brackets are 95 % bootstrap intervals over the test articles; * marks a change that stands after Holm's "
        "correction over the models of its metric (sign flips, 5 %)."
    )
    if report.failures:
        parts.append("## What failed\n\n" + "\n".join(map(told, report.failures)))
    parts += ["## What each model was given\n\n" + "\n".join(fact_lines(report))]
    parts += ["## Signatures\n\n```\n" + "\n".join(signatures(report)) + "\n```"]
    return "\n\n".join(parts) + "\n"


def told(failure: Failure) -> str:
    """Return a failure as a list's line."""
    return f"- {failure.model}, {failure.side}: {escaped(failure.reason)}"


def escaped(text: str) -> str:
    """Return a text that stays text in Markdown."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def table_lines(table: Table, failed: set[tuple[str, str]]) -> Iterator[str]:
    """Yield the table; a side without a number says whether it failed."""
    yield "| model | metric, ×100 | pretrained | fine-tuned | change |"
    yield "|---|---|--:|--:|--:|"
    for line in table.lines:
        cells = [
            shown(side) if side else ("failed" if (line.model, name) in failed else "—")
            for side, name in ((line.before, PRETRAINED), (line.after, FINE_TUNED))
        ]
        yield f"| {line.model} | {TITLES[line.metric]} | {' | '.join(cells)} | {gain(line.change)} |"


def shown(side: Side) -> str:
    """Return a mean with its interval."""
    return f"{side.mean * 100:.2f} [{side.low * 100:.2f}, {side.high * 100:.2f}]"


def gain(change: Gain | None) -> str:
    """Return a change with its interval and mark."""
    if change is None:
        return "—"
    mark = " *" if change.differs else ""
    return f"{change.mean * 100:+.2f} [{change.low * 100:+.2f}, {change.high * 100:+.2f}], p {change.p_holm:.3f}{mark}"


def fact_lines(report: Report) -> Iterator[str]:
    """Yield a table of layouts, rows and answers."""
    yield "| model | weights | template | trained | tokens | rows | shortened | answers cut, empty, thoughts |"
    yield "|---|---|---|---|--:|---|---|---|"
    for fact in report.facts:
        rows = "/".join(str(fact.rows[split]) for split in SPLITS)
        short = "/".join(str(fact.shortened.get(split, 0)) for split in SPLITS)
        left = ", ".join(f"{name} {count}" for name, count in fact.left_out.items())
        ends = "; ".join(
            f"{one.side} {one.cut}, {one.empty}, {one.thoughts}" for one in report.answers if one.model == fact.model
        )
        yield (
            f"| {fact.model} | {fact.weights} | {fact.template} | {fact.method} "
            f"| {fact.cutoff} ({fact.new_tokens} new) | {rows}{f' ({left})' if left else ''} | {short} | {ends} |"
        )


def signatures(report: Report) -> Sequence[str]:
    """Return each number's signature once."""
    sides = (side for table in report.tables for line in table.lines for side in (line.before, line.after) if side)
    return list(dict.fromkeys(side.signature for side in sides))
