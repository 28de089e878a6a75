"""The verbs that make articles: `ingest`, and those of `curation`."""

import argparse
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.importers import CORPORA, files_of
from data_builders.importers.provenance import collected
from data_builders.ingest import ingest
from data_builders.jsonl import digest_of
from data_builders.manifest import Step
from data_builders.verbs import curation
from data_builders.verbs.told import RUN, told


def ingest_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `ingest` takes."""
    parser.add_argument("file", type=Path, help="news as JSONL, JSON, CSV, Parquet, a Hugging Face folder, or a corpus")
    parser.add_argument(
        "--format", choices=["auto", *CORPORA], default="auto", help="a known corpus (default: see itself)"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for articles.jsonl")
    parser.add_argument("--skip-bad", action="store_true", help="put rows without text into rejected.jsonl")


def ingest_verb(args: argparse.Namespace) -> Result:
    """Map a news file to Articles."""
    settings: dict[str, str | int | float | bool] = {"skip_bad": args.skip_bad}
    step = Step("ingest", args.out, settings | ({} if args.format == "auto" else {"format": args.format}))
    for file in files_of(args.file):
        step.inputs[file.relative_to(args.file.parent).as_posix()] = digest_of(file)
    articles = step.keep(ingest(args.file, args.skip_bad, args.format))
    step.writes("articles.jsonl", map(collected, articles))
    step.rows_in = step.outputs["articles.jsonl"].rows + len(step.rejects)
    return told(step.finish(), args.out)


VERBS = (
    Verb(
        "ingest",
        "Map a news file to Articles.",
        f"{RUN} ingest news.csv --out data/ingest",
        ingest_arguments,
        ingest_verb,
    ),
    *curation.VERBS,
)
