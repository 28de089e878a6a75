"""One small loss chart a stage, as SVG that takes its colours and its font from the page around it.

    >>> loss_chart(StageLoss("s5", 60, …))
    '<svg class="chart" viewBox="0 0 216 136" role="img" …'

matplotlib draws; what it writes is made to live inside an HTML page: the XML head and the style sheet that would reach
the whole page go, fixed colours become custom properties (so dark mode reaches the chart), and text stays text.
"""

import io
import re

from eval.report.schema import LossPoint, StageLoss

WIDTH, HEIGHT = 3.0, 1.9  # inches; matplotlib writes 72 points an inch
# Colours that matplotlib is told, and the custom property that each becomes.
COLOURS = {
    "#010203": "var(--train)",
    "#010204": "var(--dev)",
    "#010205": "var(--quiet)",
    "#010206": "var(--line)",
}
TRAIN, DEV, QUIET, LINE = COLOURS
# For the page: 'none' keeps text as text; the salt makes ids that differ between the charts of one page only.
SETTINGS = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8,
}


def loss_chart(loss: StageLoss) -> str:
    """Return the chart of one stage as an `<svg>` element; "" when there is no point to draw."""
    if not loss.train and not loss.dev:
        return ""
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    with mpl.rc_context({**SETTINGS, "svg.hashsalt": f"newsladder {loss.stage}"}):
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        axes = figure.add_subplot()
        draw(axes, loss.train, TRAIN, {"linewidth": 1.1})
        draw(axes, loss.dev, DEV, {"linewidth": 1.8, "marker": "o", "markersize": 3.5, "clip_on": False})
        axes.set_xlim(0, max(loss.steps, 1))
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.tick_params(length=0, labelcolor=QUIET, pad=6)
        axes.grid(axis="y", color=LINE, linewidth=0.7)
        axes.set_axisbelow(True)
        for side, spine in axes.spines.items():
            spine.set_visible(side == "bottom")
            spine.set_color(LINE)
        written = io.StringIO()
        figure.savefig(
            written,
            format="svg",
            transparent=True,
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    return inlined(written.getvalue(), f"{loss.stage.upper()} loss")


def draw(axes: object, points: tuple[LossPoint, ...], colour: str, style: dict[str, float | str | bool]) -> None:
    """Draw one curve."""
    # matplotlib is untyped here, and heavy: its classes are not imported for a hint.
    axes.plot([p.step for p in points], [p.loss for p in points], color=colour, **style)  # type: ignore[attr-defined]


def inlined(svg: str, label: str) -> str:
    """Return matplotlib's SVG file as an element of an HTML page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    box = re.search(r'viewBox="[^"]*"', svg)
    opening = f'<svg class="chart" {box[0] if box else ""} role="img" aria-label="{label}">'
    svg = re.sub(r"<svg[^>]*>", opening, svg, count=1)
    svg = re.sub(r"font: ([0-9.]+px) [^;\"]*", r"font-size: \1", svg)
    for fixed, variable in COLOURS.items():
        svg = svg.replace(fixed, variable)
    return svg.strip()
