"""The verbs that make articles: `ingest`, `curate`."""

import argparse
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.curate import curate
from data_builders.curate.clean import Bounds
from data_builders.errors import UsageError
from data_builders.importers import CORPORA, files_of
from data_builders.importers.provenance import collected
from data_builders.ingest import ingest
from data_builders.jsonl import digest_of, need
from data_builders.manifest import Step
from data_builders.verbs.told import RUN, told

SEED = "newsladder"


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


def curate_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `curate` takes."""
    parser.add_argument("articles", type=Path, help="articles.jsonl, or the folder that ingest wrote")
    parser.add_argument("--out", type=Path, default=Path("data/articles"))
    parser.add_argument("--min-chars", type=int, default=Bounds().least, help="least characters (default %(default)s)")
    parser.add_argument("--max-chars", type=int, default=Bounds().most, help="most characters (default %(default)s)")
    parser.add_argument("--seed", default=SEED, help="decides the split (default %(default)s)")


def curate_verb(args: argparse.Namespace) -> Result:
    """Clean, deduplicate and split."""
    if not 0 <= args.min_chars <= args.max_chars:
        found = f"{args.min_chars} and {args.max_chars}"
        raise UsageError("--min-chars, --max-chars", "0 <= least <= most", found, "give bounds in that order")
    file = args.articles / "articles.jsonl" if args.articles.is_dir() else args.articles
    need(file, "python -m data_builders ingest FILE --out DIR")
    manifest = curate(file, args.out, Bounds(args.min_chars, args.max_chars), args.seed)
    result = told(manifest, args.out)
    sizes = ", ".join(f"{name.removesuffix('.jsonl')} {made.rows}" for name, made in manifest.outputs.items())
    return Result((*result.lines, f"  {sizes}"), manifest)


VERBS = (
    Verb(
        "ingest",
        "Map a news file to Articles.",
        f"{RUN} ingest news.csv --out data/ingest",
        ingest_arguments,
        ingest_verb,
    ),
    Verb("curate", "Clean, deduplicate, split by story.", f"{RUN} curate data/ingest", curate_arguments, curate_verb),
)
