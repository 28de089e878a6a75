"""What was cut on the way: rows that reach `cutoff_len`, prompts close to it, answers that end at their bound.

    >>> audit_of(run)
    Audit(run='nano', rows_cut=0, cutoff=2048, longest=811, near=0, bound=128, answers_cut=14, …)

LLaMA-Factory writes no reason for an answer's end. So an answer counts as cut when the student's own tokenizer gives it
as many tokens as the recipe allowed, less `SLACK` for what decoding loses: a lower bound, for a student that does not
write its tokenizer's own cuts. `eval predict` has the reason, and its count is exact. `unended` are the answers that do
not close with a sentence's end, whatever stopped them.
"""

import re
from pathlib import Path

from data_builders.jsonl import read
from data_builders.schema import AlpacaRow
from data_builders.stages.tokens import Encoder, TokenCounter, encoder_of
from eval.predictions import read_generated
from eval.report.inputs import PREDICTIONS
from eval.report.runs.schema import Audit, RunInputs

NEAR = 0.9  # of cutoff_len
SLACK = 2
CUT_REASON = "reaches_cutoff"
ENDED = re.compile(r"[。！？!?…．.」』”’）)】》]\s*$")
STUDENTS = ("student", "s5", "s1")


def audit_of(run: RunInputs) -> Audit:
    """Return what was cut of one run."""
    cutoffs = [int(made.settings["cutoff_len"]) for made in run.built if "cutoff_len" in made.settings]
    cutoff = min(cutoffs) if cutoffs else None
    student = student_folder(run.folders.saves)
    lengths = row_lengths(run.folders.data / "stages" / "s5_test.jsonl", student)
    texts = [pair.prediction for pair in run.pairs]
    return Audit(
        run=run.name,
        rows_cut=sum(made.rejected.get(CUT_REASON, 0) for made in run.built),
        cutoff=cutoff,
        longest=max(lengths, default=None),
        near=sum(length >= NEAR * cutoff for length in lengths) if lengths and cutoff else None,
        bound=run.bound,
        answers_cut=run.cut if run.cut is not None else answers_cut(as_written(run), run.bound, student),
        unended=sum(bool(text.strip()) and not ENDED.search(text) for text in texts),
        empty=sum(not text.strip() for text in texts),
    )


def student_folder(saves: Path) -> Path | None:
    """Return a folder with the student's tokenizer."""
    return next((saves / name for name in STUDENTS if (saves / name / "tokenizer.json").is_file()), None)


def row_lengths(rows: Path, student: Path | None) -> list[int]:
    """Return the tokens of each test row, prompt and answer together; none without a tokenizer."""
    if student is None or not rows.is_file():
        return []
    counter = TokenCounter(str(student))
    return [counter.count(row) for row in read(rows, AlpacaRow)]


def as_written(run: RunInputs) -> list[str]:
    """Return LLaMA-Factory's answers with the heads that pairs no longer have: they cost tokens, too."""
    file = run.folders.saves / "predict" / PREDICTIONS
    return [line.predict for _, line in read_generated(file)] if file.is_file() else []


def answers_cut(texts: list[str], bound: int, student: Path | None) -> int | None:
    """Return how many answers have as many tokens as they were allowed."""
    if not bound or student is None:
        return None
    tokens: Encoder = encoder_of(str(student))
    return sum(tokens(text) + SLACK >= bound for text in texts)
