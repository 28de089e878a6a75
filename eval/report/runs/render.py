"""The page and the Markdown of several runs: all text escaped, one script that the page's own policy names by digest.

    >>> html_of(page).count("<script")
    1

The page asks for nothing: style, charts and script are inside, and its Content-Security-Policy forbids the rest. An
article that carries markup is text, and a script of its own would not run, since its digest is not the policy's.
"""

import base64
import hashlib
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval.report.render import TEMPLATES, loss_text, markdown
from eval.report.runs.columns import COLUMNS, MAIN, Column, column
from eval.report.runs.examples import MOST_RUNS
from eval.report.runs.figures import MOST_LINES, MOST_ROWS, says_nothing, shade
from eval.report.runs.plots import MOST_HISTOGRAMS, charted, inline
from eval.report.runs.schema import Page
from eval.report.runs.words import MOST_PAIRS, chance, summary, told_pairs, verdict
from eval.report.schema import StageLoss

SHADES = 6


def html_of(page: Page) -> str:
    """Return report.html."""
    script = (TEMPLATES / "runs.js").read_text(encoding="utf-8")
    style = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "runs.css"))
    charts = {name: Markup(svg) for name, svg in inline(page).items()}  # noqa: S704 - our own SVG, names escaped by it
    return (
        environment()
        .get_template("runs.html.j2")
        .render(
            page=page,
            charts=charts,
            charted=charted(page),
            script=Markup(script),  # noqa: S704 - our own file
            style=Markup(style),  # noqa: S704 - our own file
            digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            **shared(page),
        )
    )


def markdown_of(page: Page) -> str:
    """Return report.md."""
    return environment().get_template("runs.md.j2").render(page=page, **shared(page))


def shared(page: Page) -> dict[str, object]:
    """Return what both templates ask for besides the page."""
    groups = {
        name: [one for one in COLUMNS if one.group == name and any(one.name in s.numbers for s in page.scores)]
        for name in ("reference", "alone")
    }
    places = {run.name: place % 6 for place, run in enumerate(page.runs)}
    return {"groups": groups, "columns": [*groups["reference"], *groups["alone"]], "places": places}


@cache
def environment() -> Environment:
    """Return the templates with the names and filters that they use."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"markdown": markdown, "loss": loss_text, "p": chance, "share": share, "number": number}
    made.globals |= {
        "column": column,
        "verdict": verdict,
        "summary": summary,
        "told_pairs": told_pairs,
        "shade_of": shade_of,
        "best_of": best_of,
        "stage_of": stage_of,
        "MAIN": MAIN,
        "MOST_PAIRS": MOST_PAIRS,
        "MOST_ROWS": MOST_ROWS,
        "MOST_LINES": MOST_LINES,
        "MOST_RUNS": MOST_RUNS,
        "MOST_HISTOGRAMS": MOST_HISTOGRAMS,
    }
    return made


def share(value: float | None) -> str:
    """Return a share in per cent."""
    return "—" if value is None else f"{value * 100:.0f}%"


def number(value: float | None) -> str:
    """Return a count, with a dash for what is not known."""
    return "—" if value is None else f"{value:,}"


def shade_of(page: Page, one: Column, run: str) -> int:
    """Return how dark a cell of the heat map is, from 0 to `SHADES` - 1."""
    scores = next(scores for scores in page.scores if scores.run == run)
    return round(shade(one, scores, page.scores) * (SHADES - 1)) if one.better else 0


def best_of(page: Page, one: Column, run: str) -> bool:
    """Whether a run is the best in a metric that has a better way, and not all are the same."""
    held = [scores for scores in page.scores if one.name in scores.numbers and not says_nothing(scores)]
    values = {scores.run: scores.numbers[one.name].value for scores in held}
    if run not in values or not one.better or max(values.values()) - min(values.values()) < 1e-12:
        return False
    return values[run] == (max if one.better == "more" else min)(values.values())


def stage_of(losses: tuple[StageLoss, ...], stage: str) -> StageLoss | None:
    """Return one stage's losses."""
    return next((loss for loss in losses if loss.stage == stage), None)
