"""Build the report of several runs: read, score, compare, write, and say the short table.

    >>> for line in build(Path("."), ["nano", "study"], Path("results/compare"), (), common=False).lines: print(line)
    ROUGE-L ×100 over 97 test articles
      38.1  [36.0, 40.2]  study      (article's start at like length 31.4)
    …

Everything is read, scored and drawn before the first file is written: an error leaves an older report as it was.
"""

import csv
import io
from pathlib import Path

from data_builders import VERSION
from data_builders.errors import InputError
from data_builders.jsonl import read_json, write_chunks, write_json, write_text
from data_builders.schema import Manifest
from eval.compare.matrix import Matrix
from eval.report.build import Built
from eval.report.funnel import funnel_of
from eval.report.runs.audit import audit_of
from eval.report.runs.columns import COLUMNS, MAIN, TESTED, column
from eval.report.runs.compared import against_lead, compared_judges, compared_runs
from eval.report.runs.examples import examples_of
from eval.report.runs.inputs import read_runs
from eval.report.runs.leaks import contamination_of
from eval.report.runs.plots import files
from eval.report.runs.render import html_of, markdown_of
from eval.report.runs.schema import NamedMatrix, Number, Page, Results, RunFacts, RunInputs, RunScores
from eval.report.runs.scores import Scored, alike, run_scores, scored_run
from eval.report.runs.spread import spreads
from eval.report.schema import Funnel

# A cell that begins so is a formula to a spreadsheet, whoever named the run.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def build(root: Path, names: list[str], out: Path, matrices: tuple[Path, ...], common: bool) -> Built:
    """Write report.html, report.md, results.json, scores.csv and plots/ into `out`."""
    page = page_of(root, names, matrices, common)
    html, markdown, table, drawn = html_of(page), markdown_of(page), csv_of(page), list(files(page))
    results = results_of(page)
    for name, content in drawn:
        write_chunks(out / "plots" / name, [content])
    write_text(out / "scores.csv", table)
    write_json(out / "results.json", results)
    write_text(out / "report.md", markdown)
    write_text(out / "report.html", html)
    wrote = [f"wrote {out / name}" for name in ("results.json", "scores.csv", "report.md", "report.html")]
    return Built((*short_lines(page), *wrote, f"wrote {len(drawn)} plots into {out / 'plots'}"), results)


def page_of(root: Path, names: list[str], matrices: tuple[Path, ...], common: bool) -> Page:
    """Read, score and compare; what is unlike is an InputError."""
    read = [named_matrix(file) for file in matrices]
    runs, fell_out = alike(read_runs(root, names), common)
    scored = [with_judge(scored_run(run)) for run in runs]
    compared = compared_runs(scored)
    judge, refused = compared_judges(scored)
    systems = [one.system for one in scored]
    shown, orders = examples_of(scored)
    return Page(
        version=VERSION,
        runs=runs,
        scores=run_scores(scored, [one.name for one in COLUMNS]),
        compared=type(compared)(compared.comparisons, fell_out, compared.left_out),
        judge=judge,
        judge_refused=refused,
        leads=against_lead(scored, MAIN),
        lengths=spreads(systems, "length"),
        zhtw=spreads(systems, "zhtw_sentence_share", 1.0),
        funnels=funnels_of(runs),
        contamination=contamination_of(scored),
        audits=tuple(audit_of(run) for run in runs),
        matrices=tuple(read),
        examples=shown,
        articles=len(runs[0].pairs),
        orders=orders,
    )


def with_judge(scored: Scored) -> Scored:
    """Return a run whose judge's scores, where it has any, stand among its metrics."""
    judged = scored.run.judged
    if judged is None:
        return scored
    ids = {pair.id for pair in scored.run.pairs}
    points = {key: value for key, value in judged.values.get("judge", {}).items() if key in ids}
    system = scored.system
    made = type(system)(
        system.name, system.path, system.values | {"judge": points}, system.how | {"judge": judged.how["judge"]}
    )
    return Scored(scored.run, made, scored.lead, scored.corpus)


def named_matrix(file: Path) -> NamedMatrix:
    """Read what `eval compare --matrix --out` wrote."""
    matrix = read_json(file, Matrix)
    if not matrix.rows or not matrix.columns:
        raise InputError(str(file), "a matrix with rows and columns", "none", "python -m eval compare --matrix … --out")
    return NamedMatrix(file.stem, matrix)


def funnels_of(runs: tuple[RunInputs, ...]) -> dict[str, Funnel]:
    """Return where the articles went, once for each data folder."""
    found: dict[str, Funnel] = {}
    for run in runs:
        data = run.folders.data
        name = "data" if data.name == "data" else f"data/{data.name}"
        if run.curated is not None or run.built:
            found.setdefault(name, funnel_of(run.curated or Manifest("curate", VERSION), run.built))
    return found


def results_of(page: Page) -> Results:
    """Return what results.json keeps of the page: every number, no article or model text."""
    facts = tuple(
        RunFacts(run.name, run.source, run.student, run.teacher, run.digests, run.losses, run.health, run.absent)
        for run in page.runs
    )
    return Results(
        version=page.version,
        runs=facts,
        scores=page.scores,
        compared=page.compared,
        judge=page.judge,
        judge_refused=page.judge_refused,
        leads=page.leads,
        lengths=page.lengths,
        zhtw=page.zhtw,
        funnels=page.funnels,
        contamination=page.contamination,
        audits=page.audits,
        matrices=page.matrices,
        examples=tuple(one.id for one in page.examples),
    )


def csv_of(page: Page) -> str:
    """Return scores.csv: one number a line, with its interval and signature."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(("run", "of", "metric", "value", "low", "high", "n", "signature"))
    for one in page.scores:
        for kind, numbers in (("answers", one.numbers), ("lead at like length", one.lead), ("corpus", one.corpus)):
            for name, number in numbers.items():
                table.writerow(row_of(one, kind, name, number))
    return written.getvalue()


def row_of(one: RunScores, kind: str, name: str, number: Number) -> tuple[str | float | int, ...]:
    """Return one line of scores.csv; a corpus's own number has no interval."""
    run = f"'{one.run}" if one.run.startswith(FORMULA) else one.run
    low, high = ("", "") if kind == "corpus" else (number.low, number.high)
    return run, kind, name, number.value, low, high, number.n, number.signature


def short_lines(page: Page) -> list[str]:
    """Return the terminal's table: the main metric, best first, and who differs in what."""
    main = column(MAIN)
    lines = [f"{main.head} ×100 over {page.articles} test articles"]
    for one in sorted(page.scores, key=lambda scores: -scores.numbers[MAIN].value):
        number, lead = one.numbers[MAIN], one.lead.get(MAIN)
        beside = f"   (article's start at like length {main.shown(lead.value)})" if lead else ""
        interval = f"[{main.shown(number.low)}, {main.shown(number.high)}]"
        lines.append(f"  {main.shown(number.value):>5}  {interval:14}  {one.run}{beside}")
    for compared in page.compared.comparisons:
        if compared.metric in TESTED:
            differ = sum(pair.differs for pair in compared.differences)
            lines.append(f"{compared.metric}: {differ} of {len(compared.differences)} pairs of runs really differ")
    lines += [f"left out of {name}: {count} pairs that not all have" for name, count in page.compared.fell_out.items()
              if count]  # fmt: skip
    return lines
