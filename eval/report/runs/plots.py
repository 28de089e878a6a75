"""Figures to files and to the page: SVG whose text stays text, PNG, the same bytes for the same numbers.

>>> sorted(file.name for file in Path("results/compare/plots").iterdir())[:2]
['heat.png', 'heat.svg']
"""

import io
import re
import warnings
from collections.abc import Callable, Iterator

from eval.report.charts import SETTINGS
from eval.report.inputs import STAGES
from eval.report.runs.columns import COLUMNS, Column, column
from eval.report.runs.figures import STAND_INS, Figure, Ink, bars, cjk_font, curves, file_ink, heat, histogram, page_ink
from eval.report.runs.schema import Page

# Of these metrics a bar chart is drawn; the others stand in the tables.
CHARTED = ("rougeL_f", "rouge1_f", "chrf_pair", "bertscore_f", "judge", "faithfulness", "zhtw_share", "length")
MOST_HISTOGRAMS = 12
DOTS = 144
NOTHING = {"Date": None, "Creator": None, "Format": None, "Type": None}
# What a viewer draws an SVG file's text with, wherever the file goes.
FAMILIES = "'DejaVu Sans', 'Noto Sans CJK TC', 'Noto Sans TC', 'PingFang TC', 'Microsoft JhengHei', sans-serif"
Draw = Callable[[Ink], Figure]


def charts_of(page: Page) -> dict[str, Draw]:
    """Return what can be drawn, by the names of the files; the names say nothing that a run's owner chose."""
    made: dict[str, Draw] = {}
    for one in charted(page):
        made[f"bars_{one.name}"] = lambda ink, one=one: bars(ink, one, page.scores)  # type: ignore[misc]
    for name, spreads, scale in (("length", page.lengths, 1.0), ("zhtw", page.zhtw, 100.0)):
        for place, spread in enumerate(spreads[:MOST_HISTOGRAMS]):
            made[f"{name}_r{place + 1}"] = lambda ink, p=place, s=spread, k=scale: histogram(ink, p, s, k)  # type: ignore[misc]
    for stage in STAGES:
        lines = [
            (run.name, place, loss.dev or loss.train)
            for place, run in enumerate(page.runs)
            for loss in run.losses
            if loss.stage == stage and (loss.dev or loss.train)
        ]
        if lines:
            made[f"loss_{stage}"] = lambda ink, lines=lines: curves(ink, lines)  # type: ignore[misc]
    return made


def charted(page: Page) -> list[Column]:
    """Return the metrics of the bar charts."""
    return [column(name) for name in CHARTED if any(name in one.numbers for one in page.scores)]


def inline(page: Page) -> dict[str, str]:
    """Return every chart as an `<svg>` element of the page."""
    ink = page_ink([run.name for run in page.runs])
    return {name: inlined(svg_of(draw(ink)), name) for name, draw in styled(charts_of(page))}


def files(page: Page) -> Iterator[tuple[str, bytes]]:
    """Yield the plots' files by name: every chart of the page and the heat map, each as SVG and as PNG."""
    ink = file_ink([run.name for run in page.runs])
    columns = [one for one in COLUMNS if any(one.name in scores.numbers for scores in page.scores)]
    every = charts_of(page) | {"heat": lambda ink: heat(ink, columns, page.scores)}
    for name, draw in styled(every):
        figure = draw(ink)
        yield f"{name}.svg", svg_of(figure).encode("utf-8")
        yield f"{name}.png", png_of(figure)


def styled(draws: dict[str, Draw]) -> Iterator[tuple[str, Draw]]:
    """Yield what draws each chart, nothing in it taken from the machine's own settings of matplotlib."""
    import matplotlib as mpl

    for name, draw in draws.items():
        with mpl.rc_context({**{k: v for k, v in mpl.rcParamsDefault.items() if k != "backend"}, **settings_of(name)}):
            yield name, draw


def settings_of(name: str) -> dict[str, object]:
    """Return matplotlib's settings for one chart: ids that differ between the charts of one page only."""
    fonts = ["DejaVu Sans", *([cjk_font()] if cjk_font() else [])]
    return {
        **SETTINGS,
        "font.size": 9,
        "font.family": fonts,
        "svg.hashsalt": f"newsladder {name}",
        "text.parse_math": False,
    }


def svg_of(figure: Figure) -> str:
    """Return a figure as SVG."""
    written = io.StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.savefig(written, format="svg", transparent=True, metadata=NOTHING)
    return re.sub(r"font-family: [^;\"]*", f"font-family: {FAMILIES}", written.getvalue())


def png_of(figure: Figure) -> bytes:
    """Return a figure as PNG, on white."""
    written = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.savefig(written, format="png", dpi=DOTS, facecolor="white", metadata={"Software": None})
    return written.getvalue()


def inlined(svg: str, label: str) -> str:
    """Return matplotlib's SVG file as an element of the page, its colours and font the page's."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<style.*?</style>|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    box = re.search(r'viewBox="[^"]*"', svg)
    opening = f'<svg class="chart" {box[0] if box else ""} role="img" aria-label="{label}">'
    svg = re.sub(r"<svg[^>]*>", opening, svg, count=1)
    svg = re.sub(r"font: ([0-9.]+px) [^;\"]*", r"font-size: \1", svg)
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    for fixed, variable in STAND_INS.items():
        svg = svg.replace(fixed, variable)
    return svg.strip()
