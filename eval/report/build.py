"""Build a run's report: read, score, write three files, and say the short score table.

    >>> for line in build("nano", Path("data"), Path("saves/nano"), Path("results/nano"), None).lines: print(line)
    ROUGE F ×100, rouge_chinese-jieba, against summaries by extractive
       R-1    R-2    R-L     n  system
      31.2   10.4   24.0    16  student_s5
    …

The files are written after everything was read and scored: an error leaves an older report as it was.
"""

from dataclasses import dataclass
from pathlib import Path

from data_builders import VERSION
from data_builders.jsonl import write_json, write_text
from eval.report.absent import absent_from
from eval.report.examples import examples_of, scores_only
from eval.report.funnel import funnel_of
from eval.report.inputs import Inputs, read_inputs
from eval.report.render import html_of, markdown_of
from eval.report.schema import Header, Report, Results, SystemRow, Table
from eval.report.systems import gold_table, score_table
from eval.schema import MODES


@dataclass(frozen=True, slots=True)
class Built:
    """What the verb has to say, and the record that it wrote."""

    lines: tuple[str, ...]
    results: object


def build(run: str, data: Path, saves: Path, out: Path, gold: Path | None) -> Built:
    """Write results.json, report.md and report.html into `out`."""
    report = report_of(read_inputs(run, data, saves, gold))
    results = Results(
        header=report.header,
        scores=report.scores,
        gold=report.gold,
        losses=report.losses,
        funnel=report.funnel,
        examples=tuple(scores_only(example) for example in report.examples),
        absent=report.absent,
    )
    html, markdown = html_of(report), markdown_of(report)
    write_json(out / "results.json", results)
    write_text(out / "report.md", markdown)
    write_text(out / "report.html", html)
    wrote = (f"wrote {out / name}" for name in ("results.json", "report.md", "report.html"))
    return Built((*short_table(report.scores), *wrote), results)


def report_of(inputs: Inputs) -> Report:
    """Score what was read and lay it out."""
    gold = gold_table(inputs)
    header = Header(
        run=inputs.run,
        student=inputs.student.name,
        teacher=inputs.teacher,
        split_seed=str(inputs.curated.settings.get("seed", "")),
        student_seed=inputs.student.seed,
        version=VERSION,
        test_articles=len(inputs.trained),
    )
    return Report(
        header=header,
        scores=score_table(inputs),
        gold=gold,
        losses=inputs.losses,
        funnel=funnel_of(inputs.curated, inputs.built),
        examples=examples_of(inputs),
        absent=absent_from(inputs, gold),
    )


def short_table(table: Table) -> list[str]:
    """Return the score table of the terminal: ROUGE F ×100 over words, and what they are measured against."""
    head = f"ROUGE F ×100, {MODES[0]}, against summaries by {table.reference or 'an unrecorded teacher'}"
    return [head, "   R-1    R-2    R-L     n  system", *(short_row(row) for row in table.rows)]


def short_row(row: SystemRow) -> str:
    """Return one line of the terminal's table."""
    if row.is_reference:
        return f"{'is the reference here':20} {row.n:5}  {row.system}"
    metrics = row.scores[MODES[0]]
    numbers = "".join(f"{metrics[name].value * 100:6.1f} " for name in ("rouge1_f", "rouge2_f", "rougeL_f"))
    return f"{numbers}{row.n:5}  {row.system}"
