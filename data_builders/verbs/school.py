"""The verbs that make who teaches and who learns: `teach`, `student`."""

import argparse
from dataclasses import asdict
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.ingest import ingest
from data_builders.jsonl import read
from data_builders.schema import Article
from data_builders.student import PRESETS, make_student
from data_builders.teacher import article_files, teach, teacher_named
from data_builders.verbs.replies import parse_arguments, parse_verb
from data_builders.verbs.told import RUN, told

SAMPLE = Path("data_builders/sample/news.jsonl")


def teach_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `teach` takes."""
    parser.add_argument("--articles", type=Path, default=Path("data/articles"), help="curated folder, or one file")
    parser.add_argument("--teacher", default="extractive", help="who teaches (default %(default)s, the embedded one)")
    parser.add_argument("--strategy", choices=["v1"], default="v1", help="what is asked in which order")
    parser.add_argument("--out", type=Path, default=Path("data/rationales"))
    parse_arguments(parser.add_subparsers(dest="mode", metavar="parse"))


def teach_verb(args: argparse.Namespace) -> Result:
    """Ask the teacher about every article, or read replies that were kept."""
    if args.mode == "parse":
        return parse_verb(args)
    return told(teach(args.articles, teacher_named(args.teacher), args.strategy, args.out), args.out)


def student_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `student` takes."""
    parser.add_argument("--preset", choices=list(PRESETS), required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for the student")
    parser.add_argument("--corpus", type=Path, default=SAMPLE, help="news that the tokenizer learns from")
    parser.add_argument("--seed", type=int, default=42)


def student_verb(args: argparse.Namespace) -> Result:
    """Make a student with random weights."""
    if args.corpus.is_dir():
        texts = [a.article for file in article_files(args.corpus) for a in read(file, Article) if file.stem == "train"]
    else:
        texts = [a.article for a in ingest(args.corpus, skip_bad=True) if isinstance(a, Article)]
    made = make_student(texts, args.preset, args.out, args.seed)
    line = f"student {made.preset}: {made.parameters / 1e6:.1f} M parameters, {made.vocabulary} tokens -> {made.out}"
    return Result((line,), asdict(made))


VERBS = (
    Verb(
        "teach",
        "Have a teacher say what is essential.",
        f"{RUN} teach --teacher extractive",
        teach_arguments,
        teach_verb,
    ),
    Verb(
        "student",
        "Make a student with random weights.",
        f"{RUN} student --preset nano --out saves/nano/student",
        student_arguments,
        student_verb,
    ),
)
