"""`python -m data_builders <verb>`: text in, datasets out."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from data_builders import cli, dataset_info, doctor
from data_builders.cli import Result, Verb
from data_builders.curate import curate
from data_builders.curate.clean import Bounds
from data_builders.ingest import ingest
from data_builders.jsonl import need, read
from data_builders.manifest import Step
from data_builders.recipes import PROFILES, read_recipe, recipe_path
from data_builders.schema import Article, Manifest
from data_builders.stages import NAMES, Plan, build
from data_builders.student import PRESETS, make_student
from data_builders.teacher import RATIONALES, article_files, teach, teacher_named

SAMPLE = Path("data_builders/sample/news.jsonl")
SEED = "newsladder"


def told(manifest: Manifest, out: Path) -> Result:
    """Return a step's result: rows in and out, rejects by reason, where the files are."""
    rejected = sum(manifest.rejected.values())
    reasons = ", ".join(f"{reason} {count}" for reason, count in manifest.rejected.items())
    line = f"{manifest.step}: {manifest.rows_in} in, {manifest.rows_out} out, {rejected} rejected"
    return Result((line + (f" ({reasons})" if reasons else ""), f"  -> {out}"), manifest)


def ingest_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `ingest` takes."""
    parser.add_argument("file", type=Path, help="news as JSONL, JSON, CSV or Parquet")
    parser.add_argument("--out", type=Path, required=True, help="folder for articles.jsonl")
    parser.add_argument("--skip-bad", action="store_true", help="put rows without text into rejected.jsonl")


def ingest_verb(args: argparse.Namespace) -> Result:
    """Map a news file to Articles."""
    step = Step("ingest", args.out, {"skip_bad": args.skip_bad})
    step.reads(args.file)
    step.writes("articles.jsonl", step.keep(ingest(args.file, args.skip_bad)))
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
    file = args.articles / "articles.jsonl" if args.articles.is_dir() else args.articles
    need(file, "python -m data_builders ingest FILE --out DIR")
    manifest = curate(file, args.out, Bounds(args.min_chars, args.max_chars), args.seed)
    result = told(manifest, args.out)
    sizes = ", ".join(f"{name.removesuffix('.jsonl')} {made.rows}" for name, made in manifest.outputs.items())
    return Result((*result.lines, f"  {sizes}"), manifest)


def teach_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `teach` takes."""
    parser.add_argument("--articles", type=Path, default=Path("data/articles"), help="curated folder, or one file")
    parser.add_argument("--teacher", default="extractive", help="who teaches (default %(default)s, the embedded one)")
    parser.add_argument("--strategy", choices=["v1"], default="v1", help="what is asked in which order")
    parser.add_argument("--out", type=Path, default=Path("data/rationales"))


def teach_verb(args: argparse.Namespace) -> Result:
    """Ask the teacher about every article."""
    return told(teach(args.articles, teacher_named(args.teacher), args.strategy, args.out), args.out)


def build_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `build` takes."""
    parser.add_argument("--stage", choices=[*NAMES, "all"], required=True)
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder with articles/ and rationales/")
    parser.add_argument("--out", type=Path, help="folder for the rows (default DATA/stages)")
    parser.add_argument("--student", help="folder or hub name whose tokenizer counts (default: the profile's)")
    parser.add_argument("--profile", choices=PROFILES, default="nano", help="whose recipes' cutoff_len counts")
    parser.add_argument("--cutoff", type=int, help="bound on a row's tokens (default: the recipe's cutoff_len)")
    parser.add_argument("--s1-source", choices=["convert", "student"], help="S1's answers (default: convert for nano)")


def build_verb(args: argparse.Namespace) -> Result:
    """Build one stage's rows, or all, and the data folder's dataset_info.json."""
    stages = NAMES if args.stage == "all" else (args.stage,)
    cutoffs = {s: args.cutoff or read_recipe(recipe_path(s, args.profile)).cutoff_len for s in stages}
    plan = Plan(
        articles=args.data / "articles",
        rationales=args.data / "rationales" / RATIONALES,
        out=args.out or args.data / "stages",
        student=args.student or read_recipe(recipe_path("s1", args.profile)).model,
        cutoffs=cutoffs,
        s1_source=args.s1_source or ("convert" if args.profile == "nano" else "student"),
    )
    manifests = [build(stage, plan) for stage in stages]
    if args.out is None:
        dataset_info.write_for(args.data)
    return Result(tuple(line for made in manifests for line in told(made, plan.out).lines[:1]), manifests)


def doctor_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `doctor` takes."""
    parser.add_argument("dataset", nargs="?", help="one dataset's name (default: all)")
    parser.add_argument("--dir", type=Path, default=Path(), help="folder of dataset_info.json (default: here)")
    parser.add_argument("--student", help="count tokens with this student's tokenizer, too")


def doctor_verb(args: argparse.Namespace) -> Result:
    """Check dataset_info.json and the files it names."""
    found = doctor.examine(args.dir, args.dataset, args.student)
    lines: list[str] = []
    for health in found:
        lines.append(f"{health.dataset}: {health.rows} rows, " + (f"{len(health.faults)} faults" if health.faults else "ok"))
        lines.extend(f"  {fault}" for fault in health.faults)
    return Result(tuple(lines), found, exit_code=1 if any(health.faults for health in found) else 0)


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


def register_arguments(_: argparse.ArgumentParser) -> None:
    """`register` takes nothing."""


def register_verb(_: argparse.Namespace) -> Result:
    """Write the root's dataset_info.json."""
    path = dataset_info.write_root(Path())
    return Result((f"{path}: written from the table of stages",), str(path))


RUN = "python -m data_builders"
VERBS = (
    Verb("ingest", "Map a news file to Articles.", f"{RUN} ingest news.csv --out data/ingest", ingest_arguments, ingest_verb),
    Verb("curate", "Clean, deduplicate, split by story.", f"{RUN} curate data/ingest", curate_arguments, curate_verb),
    Verb("teach", "Have a teacher say what is essential.", f"{RUN} teach --teacher extractive", teach_arguments, teach_verb),
    Verb("student", "Make a student with random weights.", f"{RUN} student --preset nano --out saves/nano/student",
         student_arguments, student_verb),
    Verb("build", "Build the stages' rows.", f"{RUN} build --stage all", build_arguments, build_verb),
    Verb("doctor", "Check the registered datasets.", f"{RUN} doctor s3_train", doctor_arguments, doctor_verb),
    Verb("register", "Write the root's dataset_info.json.", f"{RUN} register", register_arguments, register_verb),
)

if __name__ == "__main__":
    sys.exit(cli.run(RUN, "Text in, datasets out.", VERBS))
