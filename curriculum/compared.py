"""A matrix's one comparison: eval's, over articles, and a table with intervals over seeds and articles.

    | run                | ROUGE-1           | …  | against untrained |
    | 5stage-full-v1     | 31.2 [28.8, 33.9] | …  | +9.1 [6.0, 12.4]  |

`eval compare` says which cells differ: sign-flip tests over the articles with Holm's correction, each article's value
its mean over the cell's seeds. Whether that would hold for other seeds, the intervals of this table say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from curriculum.matrix import RESULTS, UNTRAINED
from curriculum.scoring import SHOWN, Spread, cell_scores, difference_of, spread_of, table_of
from data_builders.errors import OrderError
from data_builders.jsonl import read, read_json, write_json, write_text
from eval.compare.read import read_system
from eval.compare.schema import Compared
from eval.compare.table import compare_all
from eval.compare.verbs import lines_of
from eval.schema import Pair, Scores

COLUMNS = {"rouge1_f": "ROUGE-1", "rouge2_f": "ROUGE-2", "rougeL_f": "ROUGE-L", "zhtw_share": "zh-TW"}


@dataclass(frozen=True, slots=True)
class Row:
    """One cell: how many seeds, each metric's spread, and ROUGE-L against the untrained student."""

    cell: str
    seeds: int
    values: dict[str, Spread]
    gain: Spread | None
    answers: "Answers"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a cell's answers are, whatever they score: of `n`, how many are distinct, how many hold no letter or Han.

    A student that says one sentence to all, or commas alone, which ROUGE counts as words, is seen here.
    """

    n: int
    distinct: int
    wordless: int


@dataclass(frozen=True, slots=True)
class MatrixReport:
    """A matrix's table, and what failed."""

    name: str
    n: int
    rows: tuple[Row, ...]
    failed: tuple[str, ...]


def compare_cells(name: str, scores: Mapping[str, Sequence[Path]], failed: tuple[str, ...]) -> tuple[str, ...]:
    """Write the comparison of all cells and return its lines."""
    if not scores:
        then = "look at what failed, mend it, run the same command again"
        raise OrderError(f"results/{name}", "at least one run with scores", "none", then)
    home = RESULTS / name
    held = {cell: [read_json(file, Scores) for file in files] for cell, files in scores.items()}
    for cell, runs in held.items():
        write_json(home / cell / "cell.json", cell_scores(runs, cell))
    rows = rows_of(held, {cell: answers_of(files) for cell, files in scores.items()})
    report = MatrixReport(name, len(next(iter(held.values()))[0].pairs), rows, failed)
    systems = [read_system(home / cell / "cell.json", cell) for cell in held]
    compared = compare_all(systems, list(SHOWN), common=False) if len(systems) > 1 else None
    write_json(home / "matrix.json", report)
    if compared:
        write_json(home / "compared.json", compared)
    write_text(home / "matrix.md", markdown(report, compared))
    return (*table(report), f"wrote {home}/matrix.md, matrix.json, compared.json")


def answers_of(files: Sequence[Path]) -> Answers:
    """Return what the answers are that these files of scores are of; distinct ones are counted within each seed."""
    texts = [[pair.prediction for pair in read(file.with_name("pairs.jsonl"), Pair)] for file in files]
    wordless = sum(not any(char.isalnum() for char in text) for answers in texts for text in answers)
    return Answers(sum(map(len, texts)), sum(len(set(answers)) for answers in texts), wordless)


def rows_of(held: Mapping[str, Sequence[Scores]], answers: Mapping[str, Answers]) -> tuple[Row, ...]:
    """Return the cells with their spreads, best ROUGE-L first."""
    base = table_of(held[UNTRAINED], "rougeL_f") if UNTRAINED in held else None
    rows = []
    for place, (cell, runs) in enumerate(held.items()):
        values = {metric: spread_of(table_of(runs, metric), place) for metric in SHOWN}
        gain = difference_of(table_of(runs, "rougeL_f"), base) if base is not None and cell != UNTRAINED else None
        rows.append(Row(cell, len(runs), values, gain, answers[cell]))
    return tuple(sorted(rows, key=lambda row: (-row.values["rougeL_f"].mean, row.cell)))


def table(report: MatrixReport) -> tuple[str, ...]:
    """Return the table as Markdown lines."""
    heads = ["seeds", *(f"{title} ×100" for title in COLUMNS.values()), "ROUGE-L of each seed"]
    heads += ["ROUGE-L minus untrained", "distinct answers", "without a word"]
    lines = [f"| run | {' | '.join(heads)} |", "|---|" + "--:|" * len(heads)]
    for row in report.rows:
        seeds = ", ".join(f"{mean * 100:.2f}" for mean in row.values["rougeL_f"].seeds)
        cells = [shown(row.values[metric]) for metric in COLUMNS]
        told = f"{row.answers.distinct} of {row.answers.n} | {row.answers.wordless}"
        gain = "" if row.gain is None else shown(row.gain, "+")
        lines.append(f"| {row.cell} | {row.seeds} | {' | '.join(cells)} | {seeds} | {gain} | {told} |")
    return (*lines, *(f"failed: {told}" for told in report.failed))


def shown(spread: Spread, sign: str = "") -> str:
    """Return a spread as one cell."""
    mean, low, high = (f"{value * 100:{sign}.2f}" for value in (spread.mean, spread.low, spread.high))
    return f"{mean} [{low}, {high}]"


def markdown(report: MatrixReport, compared: Compared | None) -> str:
    """Return the whole report."""
    parts = [
        f"# Matrix {report.name}",
        f"{report.n} test articles; brackets are 95 % intervals over seeds and articles, rough where seeds are few.",
        "\n".join(table(report)),
    ]
    if compared:
        parts += ["## Who differs, over the articles (eval compare)", "```\n" + "\n".join(lines_of(compared)) + "\n```"]
    return "\n\n".join(parts) + "\n"
