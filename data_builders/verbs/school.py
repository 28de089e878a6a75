"""The verb that makes who learns: `student`."""

import argparse
from dataclasses import asdict
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.ingest import ingest
from data_builders.jsonl import read
from data_builders.schema import AlpacaRow, Article
from data_builders.standins import STANDINS
from data_builders.student import PRESETS, make_student
from data_builders.teacher import article_files
from data_builders.verbs.told import RUN

SAMPLE = Path("data_builders/sample/news.jsonl")


def student_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `student` takes."""
    parser.add_argument("--preset", choices=[*PRESETS, *STANDINS], required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for the student")
    parser.add_argument(
        "--corpus", type=Path, default=SAMPLE, help="news, or a folder of tasks, that the tokenizer learns from"
    )
    parser.add_argument("--seed", type=int, default=42)


def student_verb(args: argparse.Namespace) -> Result:
    """Make a student with random weights."""
    rows = sorted(args.corpus.glob("*_train.jsonl")) if args.corpus.is_dir() else []
    if rows:  # a folder of tasks: what is asked and what is answered
        texts = [text for file in rows for row in read(file, AlpacaRow) for text in (row.input, row.output)]
    elif args.corpus.is_dir():
        texts = [a.article for file in article_files(args.corpus) for a in read(file, Article) if file.stem == "train"]
    else:
        texts = [a.article for a in ingest(args.corpus, skip_bad=True) if isinstance(a, Article)]
    made = make_student(texts, args.preset, args.out, args.seed)
    line = f"student {made.preset}: {made.parameters / 1e6:.1f} M parameters, {made.vocabulary} tokens -> {made.out}"
    return Result((line,), asdict(made))


VERBS = (
    Verb(
        "student",
        "Make a student with random weights.",
        f"{RUN} student --preset nano --out saves/nano/student",
        student_arguments,
        student_verb,
    ),
)
