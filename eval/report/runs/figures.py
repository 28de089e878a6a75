"""The figures of a report, drawn by matplotlib for one palette: the page's variables, or colours on white for files.

    >>> figure = dots(Ink.page(labels), column("rougeL_f"), scores)

A figure says nothing by colour alone: runs have their own rows, markers or panels, and are named. Text stays text in
SVG; for PNG a CJK font of the machine draws the names, and where there is none a run is called by its key (R1, R2 …).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from eval.report.runs.columns import Column
from eval.report.runs.schema import RunScores, Spread
from eval.report.schema import LossPoint

Figure = Any  # matplotlib is untyped here, and heavy: its classes are not imported for a hint
# Okabe and Ito's colours, told apart by readers of every kind of colour vision; without the yellow, too pale on white.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES: tuple[tuple[int, tuple[float, ...]], ...] = ((0, ()), (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)))
WIDTH, ROW = 4.1, 0.26  # inches; matplotlib writes 72 points an inch, and a phone shows about 300 of them
MOST_ROWS, MOST_LINES = 24, 8
LONGEST_NAME = 18
CJK = ("Noto Sans CJK TC", "Noto Sans CJK JP", "Noto Sans TC", "PingFang TC", "Microsoft JhengHei", "Heiti TC",
       "Noto Serif CJK TC", "Noto Serif CJK JP", "WenQuanYi Zen Hei", "AR PL UMing TW")  # fmt: skip
CJK_FILES = re.compile(
    r"NotoSans(?:CJK|TC).*Regular|NotoSerifCJK.*Regular|wqy-zenhei|uming|msjh|PingFang", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Ink:
    """A palette with the runs' names as they are drawn; `page` colours are stand-ins that become custom properties."""

    ink: str
    quiet: str
    line: str
    colours: tuple[str, ...]
    names: dict[str, str]

    def of(self, place: int) -> str:
        """Return the colour of the run at a place."""
        return self.colours[place % len(self.colours)]

    def name(self, run: str) -> str:
        """Return a run's name, cut to what a chart has room for."""
        said = self.names[run]
        return said if len(said) <= LONGEST_NAME else said[: LONGEST_NAME - 1] + "…"


def told_apart(runs: Sequence[str]) -> dict[str, str]:
    """Return what of each run's name the others do not all share, so that long names stay unlike when they are cut.

    try/5stage-full-v1/seed1, try/5stage-full-v1-as_tokens/seed1 and try/5stage-lora-v1/seed1 are full, full-as_tokens
    and lora.
    """
    parts = {run: re.split(r"[/-]", run) for run in runs}
    shared = set.intersection(*(set(words) for words in parts.values())) if parts else set()
    short = {run: "-".join(word for word in words if word not in shared) for run, words in parts.items()}
    fits = all(len(run) <= LONGEST_NAME for run in runs)
    return {run: run for run in runs} if fits or not all(short.values()) else short


STAND_INS = {f"#0102{place + 16:02x}": f"var(--c{place})" for place in range(len(COLOURS))} | {
    "#010203": "var(--ink)",
    "#010205": "var(--quiet)",
    "#010206": "var(--line)",
}


def page_ink(runs: Sequence[str]) -> Ink:
    """Return the palette of the page, which its style sheet fills for light and dark."""
    stand_ins = tuple(f"#0102{place + 16:02x}" for place in range(len(COLOURS)))
    return Ink("#010203", "#010205", "#010206", stand_ins, told_apart(runs))


def file_ink(runs: Sequence[str]) -> Ink:
    """Return the palette of files, on white; names that no font can draw give way to keys."""
    drawable = cjk_font() is not None
    short = told_apart(runs)
    names = {run: short[run] if drawable or run.isascii() else f"R{place}" for place, run in enumerate(runs, 1)}
    return Ink("#222222", "#5c5c5c", "#d8d8d8", COLOURS, names)


@cache
def cjk_font() -> str | None:
    """Return the first font of this machine that draws Chinese, or None.

    matplotlib keeps its list of fonts from the first time it ran, so a font that came later is looked for by its file.
    """
    from matplotlib import font_manager

    manager = font_manager.fontManager
    if not {font.name for font in manager.ttflist}.intersection(CJK):
        files = sorted(file for file in font_manager.findSystemFonts() if CJK_FILES.search(Path(file).name))
        for file in files[:1]:
            manager.addfont(file)
    known = {font.name for font in manager.ttflist}
    return next((name for name in CJK if name in known), None)


def blank(height: float, ink: Ink) -> tuple[Figure, Any]:
    """Return an empty figure with quiet axes."""
    from matplotlib.figure import Figure as Made

    figure = Made(figsize=(WIDTH, height), layout="constrained")
    axes = figure.add_subplot()
    axes.tick_params(length=0, labelcolor=ink.quiet, pad=5)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(ink.line)
    return figure, axes


def bars(ink: Ink, column: Column, scores: Sequence[RunScores]) -> Figure:
    """Draw one metric: each run's bar with its interval, a hollow diamond for the article's start at like length."""
    held = [one for one in scores if column.name in one.numbers][:MOST_ROWS]
    figure, axes = blank(0.5 + ROW * max(len(held), 2), ink)
    rows = list(range(len(held)))
    numbers = [one.numbers[column.name] for one in held]
    values = [one.value * column.scale for one in numbers]
    errors = [  # where all pairs are alike, the mean may lie outside its interval by the last digit
        [max(one.value - one.low, 0.0) * column.scale for one in numbers],
        [max(one.high - one.value, 0.0) * column.scale for one in numbers],
    ]
    axes.barh(rows, values, height=0.62, color=[ink.of(row) for row in rows], alpha=0.85)
    axes.errorbar(values, rows, xerr=errors, fmt="none", ecolor=ink.ink, elinewidth=1.2, capsize=3)
    leads = [(one.lead[column.name].value * column.scale, row) for one, row in zip(held, rows, strict=True)
             if column.name in one.lead]  # fmt: skip
    if leads:
        axes.plot(*zip(*leads, strict=True), "D", markerfacecolor="none", markeredgecolor=ink.ink, markersize=5)
    axes.set_yticks(rows, [ink.name(one.run) for one in held], color=ink.ink)
    axes.set_ylim(len(held) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.grid(axis="x", color=ink.line, linewidth=0.7)
    return figure


def histogram(ink: Ink, place: int, spread: Spread, scale: float) -> Figure:
    """Draw how one run's values are spread, with a line at the median."""
    figure, axes = blank(1.35, ink)
    width = (spread.high - spread.low) / len(spread.counts) * scale
    lefts = [spread.low * scale + width * number for number in range(len(spread.counts))]
    axes.bar(lefts, spread.counts, width=width * 0.92, align="edge", color=ink.of(place), alpha=0.85)
    axes.axvline(spread.median * scale, color=ink.ink, linewidth=1.3, linestyle=(0, (4, 2)))
    axes.set_xlim(spread.low * scale, spread.high * scale * 1.001)
    axes.grid(axis="y", color=ink.line, linewidth=0.7)
    axes.yaxis.get_major_locator().set_params(nbins=3, integer=True)
    return figure


def curves(ink: Ink, lines: Sequence[tuple[str, int, Sequence[LossPoint]]]) -> Figure:
    """Draw the dev loss of one stage, a line for each run with its own marker and dashes."""
    figure, axes = blank(2.3, ink)
    for run, place, points in lines[:MOST_LINES]:
        axes.plot(
            [point.step for point in points],
            [point.loss for point in points],
            color=ink.of(place),
            marker=MARKERS[place % len(MARKERS)],
            linestyle=DASHES[place % len(DASHES)],
            markersize=4,
            linewidth=1.5,
            label=ink.name(run),
        )
    axes.set_xlim(left=0)
    axes.xaxis.get_major_locator().set_params(nbins=5, integer=True)
    axes.grid(axis="y", color=ink.line, linewidth=0.7)
    axes.legend(frameon=False, labelcolor=ink.ink, fontsize=7.5)
    return figure


def heat(ink: Ink, columns: Sequence[Column], scores: Sequence[RunScores]) -> Figure:
    """Draw runs by metrics: shade is the rank within a column, the number stands in the cell."""
    from matplotlib.figure import Figure as Made

    held = scores[:MOST_ROWS]
    figure = Made(figsize=(1.9 + 0.75 * len(columns), 0.7 + ROW * 1.3 * len(held)), layout="constrained")
    axes = figure.add_subplot()
    shades = [[shade(column, one, held) for column in columns] for one in held]
    axes.imshow(shades, cmap="Blues", vmin=0, vmax=1.6, aspect="auto")
    for row, one in enumerate(held):
        for place, column in enumerate(columns):
            number = one.numbers.get(column.name)
            said = column.shown(number.value if number else None)
            axes.text(place, row, said, ha="center", va="center", color=ink.ink, fontsize=8)
    axes.set_xticks(range(len(columns)), [column.name for column in columns], rotation=30, ha="right", color=ink.ink)
    axes.set_yticks(range(len(held)), [ink.name(one.run) for one in held], color=ink.ink)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return figure


def shade(column: Column, one: RunScores, every: Sequence[RunScores]) -> float:
    """Return how good a run is within a column, from 0 (worst) to 1 (best); 0 where no way is better."""
    if column.name not in one.numbers or not column.better or says_nothing(one):
        return 0.0
    held = [other for other in every if column.name in other.numbers and not says_nothing(other)]
    values = [other.numbers[column.name].value for other in held]
    low, high = min(values), max(values)
    if high - low < 1e-12:
        return 0.5
    part = (one.numbers[column.name].value - low) / (high - low)
    return part if column.better == "more" else 1 - part


def says_nothing(one: RunScores) -> bool:
    """Whether a run's answers are all empty: it repeats nothing and errs in nothing, which is no merit."""
    return "length" in one.numbers and one.numbers["length"].value == 0
