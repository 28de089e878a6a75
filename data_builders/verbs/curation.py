"""The verbs that make clean articles and prove that they are apart: `curate`, `leaks`."""

import argparse
from dataclasses import fields, replace
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.curate import ENGINES, Plan, curate, forgets
from data_builders.curate.certificate import certify
from data_builders.curate.clean import LANGUAGES, Bounds, Language
from data_builders.curate.explain import explain
from data_builders.curate.keywords import read_keywords
from data_builders.curate.likeness import Likeness
from data_builders.curate.prepare import Recipe
from data_builders.curate.split import Cutting, Shares, counts_of, shares_of
from data_builders.errors import InputError, UsageError
from data_builders.jsonl import digest_of, need, read_json, unreadable
from data_builders.schema import SPLITS, Certificate, Leak, Manifest
from data_builders.verbs.told import RUN, told

MOST_TOLD = 20
ANEW = "a new split: the settings are not those of the run before; what keeps its articles where they were is"
LIKENESS = ", ".join(f"{one.name}={one.default}" for one in fields(Likeness))


def curate_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `curate` takes."""
    parser.add_argument("articles", type=Path, help="a folder of ingest or crawl, or news as JSONL")
    parser.add_argument("--out", type=Path, default=Path("data/articles"))
    parser.add_argument("--min-chars", type=int, default=Bounds().least, help="least characters (default %(default)s)")
    parser.add_argument("--max-chars", type=int, default=Bounds().most, help="most characters (default %(default)s)")
    parser.add_argument("--rules", type=Path, help="rules of your own, one a line: drop|cut TEXT|/EXPRESSION/ REASON")
    parser.add_argument("--languages", default="zh", help="zh, en, or both by a comma (default %(default)s)")
    parser.add_argument("--likeness", help=f"what counts as alike (default {LIKENESS})")
    parser.add_argument("--seed", default=Cutting().seed, help="decides the split (default %(default)s)")
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--ratios", help="train/dev/test in hundredths (default 78/6/16)")
    sizes.add_argument("--counts", help="articles of the held-out splits: test=100,dev=100")
    parser.add_argument("--by-time", action="store_true", help="the newest stories become test, then dev")
    parser.add_argument("--previous", type=Path, help="a curated folder whose articles keep their splits")
    parser.add_argument("--engine", choices=ENGINES, default="local", help="where cleaning runs (default %(default)s)")
    parser.add_argument("--explain", metavar="ID", help="tell what happened to one article")


def curate_verb(args: argparse.Namespace) -> Result:
    """Clean, drop copies, split by story; or tell of one article."""
    if not 0 <= args.min_chars <= args.max_chars:
        found = f"{args.min_chars} and {args.max_chars}"
        raise UsageError("--min-chars, --max-chars", "0 <= least <= most", found, "give bounds in that order")
    plan = Plan(
        recipe=Recipe(
            Bounds(args.min_chars, args.max_chars),
            tuple(read_keywords(args.rules)) if args.rules else (),
            languages_of(args.languages),
        ),
        cutting=Cutting(
            args.seed,
            shares_of(args.ratios) if args.ratios else Shares(),
            counts_of(args.counts) if args.counts else (),
            args.by_time,
        ),
        likeness=likeness_of(args.likeness),
        engine=args.engine,
        previous=args.previous,
    )
    file = args.articles / "articles.jsonl" if args.articles.is_dir() else args.articles
    need(file, f"{RUN} ingest FILE --out DIR")
    if file.suffix not in {".jsonl", ".ndjson"}:
        raise InputError(str(file), "news as JSONL", file.suffix or "no ending", f"{RUN} ingest {file.name} --out DIR")
    if args.explain:
        return explained(args.explain, file, args.out, plan)
    anew = forgets(args.out, plan)
    made = curated(curate(file, args.out, plan), args.out)
    return replace(made, lines=(*made.lines, f"  {ANEW} --previous {args.out}")) if anew else made


def curated(manifest: Manifest, out: Path) -> Result:
    """Say what curation did: the funnel, the rules' edits, the splits, the proof."""
    lines = [*told(manifest, out).lines]
    if manifest.funnel:
        lines.append("  " + " -> ".join(f"{name} {count}" for name, count in manifest.funnel.items()))
    if manifest.edited:
        lines.append("  cut from articles: " + ", ".join(f"{slug} {n}" for slug, n in manifest.edited.items()))
    sizes = [f"{name} {manifest.outputs[f'{name}.jsonl'].rows}" for name in (*SPLITS, "rejected")]
    lines.append("  " + ", ".join(sizes))
    if manifest.certificate:
        lines.append("  " + proof_line(manifest.certificate))
    return Result(tuple(lines), manifest)


def explained(name: str, file: Path, out: Path, plan: Plan) -> Result:
    """Tell of one article, after curating when what stands in `out` is of another input or other settings."""
    made = out / "manifest.json"
    manifest = read_json(made, Manifest) if made.is_file() else None
    if manifest is None or manifest.settings != plan.settings or manifest.inputs.get(file.name) != digest_of(file):
        curate(file, out, plan)
    said = explain(name, file, out, plan.recipe)
    return Result((name, *(f"  {one.step:<7} {one.said}" for one in said)), {"id": name, "steps": said})


def languages_of(text: str) -> tuple[Language, ...]:
    """Read `zh,en`: the languages whose articles are kept."""
    asked = {part.strip() for part in text.split(",")}
    if not asked or asked - set(LANGUAGES):
        raise UsageError("--languages", ", ".join(LANGUAGES), text or "nothing", "write it like zh,en")
    return tuple(one for one in LANGUAGES if one in asked)


def likeness_of(text: str | None) -> Likeness:
    """Read `near=0.3,contained=0.5`: thresholds that differ from the engine's."""
    known = {one.name for one in fields(Likeness)}
    given: dict[str, float] = {}
    for part in (text or "").split(",") if text else ():
        name, _, value = part.strip().partition("=")
        try:
            given[name] = float(value)
        except ValueError:
            given[name] = -1.0
        if name not in known or not 0 < given[name] <= 1:
            then = f"write it like {LIKENESS}"
            raise UsageError("--likeness", f"shares above 0 for {', '.join(sorted(known))}", part, then)
    return Likeness(**given)


def leaks_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `leaks` takes."""
    parser.add_argument(
        "--train", type=Path, action="append", required=True, help="what is trained on; may be repeated"
    )
    parser.add_argument("--test", type=Path, action="append", required=True, help="what is held out; may be repeated")
    parser.add_argument("--likeness", help=f"what counts as alike (default {LIKENESS})")


def leaks_verb(args: argparse.Namespace) -> Result:
    """Compare what is held out with what is trained on, text by text."""
    for file in (*args.train, *args.test):
        if not file.exists():
            raise unreadable(file, FileNotFoundError())
    proof, found = certify(args.train, args.test, likeness_of(args.likeness))
    lines = [proof_line(proof), *map(leak_line, found[:MOST_TOLD])]
    if found[MOST_TOLD:]:
        lines.append(f"  and {len(found) - MOST_TOLD} more; --json lists all")
    return Result(tuple(lines), {"certificate": proof, "leaks": found}, exit_code=1 if found else 0)


def proof_line(proof: Certificate) -> str:
    """Return a certificate in one line."""
    alike = ", ".join(f"{name} {share:g}" for name, share in proof.likeness.items())
    verdict = "no leaks" if proof.result == "clean" else f"{proof.leaks} leaks"
    return f"{verdict} in {proof.pairs} pairs of texts ({alike})"


def leak_line(leak: Leak) -> str:
    """Return a leak in one line."""
    test, train = f"{leak.test_file}:{leak.test_line}", f"{leak.train_file}:{leak.train_line}"
    return f"  {leak.test} ({test}) is like ({leak.kind}, {leak.likeness:.2f}) {leak.train} ({train})"


VERBS = (
    Verb("curate", "Clean, drop copies, split by story.", f"{RUN} curate data/ingest", curate_arguments, curate_verb),
    Verb(
        "leaks",
        "Prove that no test text was trained on.",
        f"{RUN} leaks --train data/stages/s1_train.jsonl --test data/articles/test.jsonl",
        leaks_arguments,
        leaks_verb,
    ),
)
