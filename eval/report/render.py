"""Records to pages: Jinja templates, with everything escaped that came from an article or a model.

    >>> html_of(report).splitlines()[:2]
    ['<!doctype html>', '<html lang="zh-Hant">']

The HTML is one file that opens from disk: style inside, charts inside, no script, no request. Its own
Content-Security-Policy forbids what escaping should already have prevented.
"""

import html
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval.report.charts import loss_chart
from eval.report.schema import Report
from eval.schema import Metric

TEMPLATES = Path(__file__).parent / "templates"
# Each mode as a column group names it; the order is the tables' order.
MODE_NAMES = {"rouge_chinese-jieba": "以詞計（jieba）", "rouge_chinese-char": "以字計（char）"}
SHORT_MODES = {"rouge_chinese-jieba": "詞", "rouge_chinese-char": "字"}
COLUMNS = {"rouge1_f": "ROUGE-1", "rouge2_f": "ROUGE-2", "rougeL_f": "ROUGE-L"}
# Texts never begin a Markdown line in the template, so signs that matter only there are left alone.
MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]|~$])")


def html_of(report: Report) -> str:
    """Return report.html."""
    # Markup: the charts are our own SVG, made of numbers and stage names only.
    charts = {loss.stage: Markup(loss_chart(loss)) for loss in report.losses}  # noqa: S704
    style = Markup((TEMPLATES / "report.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file
    return environment().get_template("report.html.j2").render(report=report, charts=charts, style=style)


def markdown_of(report: Report) -> str:
    """Return report.md."""
    return environment().get_template("report.md.j2").render(report=report)


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
    made.filters |= {"score": score, "plain": plain, "markdown": markdown, "loss": loss_text}
    made.globals |= {"modes": MODE_NAMES, "short_modes": SHORT_MODES, "columns": COLUMNS}
    return made


def score(value: float | None) -> str:
    """Return a value in 0..1 as the tables print it: ×100, one decimal."""
    return "—" if value is None else f"{value * 100:.1f}"


def plain(metrics: Mapping[str, Mapping[str, Metric]], mode: str, name: str) -> float | None:
    """Return the value of one metric, None where the row has no scores."""
    return metrics[mode][name].value if mode in metrics else None


def loss_text(value: float | None) -> str:
    """Return a loss with three decimals."""
    return "—" if value is None else f"{value:.3f}"


def markdown(text: str) -> Markup:
    """Return text that Markdown and HTML both show as it stands, on one line."""
    escaped = html.escape(" ".join(text.split()), quote=False)
    # Markup: escaped for HTML on the line above, and Markdown's own signs here.
    return Markup(MARKDOWN_SIGNS.sub(r"\\\1", escaped))  # noqa: S704
