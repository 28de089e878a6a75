"""Articles with summaries -> one split for every model, with the certificate that its test texts are held out.

    data/try/ingest/articles.jsonl      what came in; rows without a summary are put aside
    data/try/articles/                  clean, without copies, split by story; `manifest.json` holds the certificate
    data/try/held/test.jsonl            with --test: a test set of the user's own, cleaned, and compared with the rest

A set of one's own that shares texts with what is trained on is refused: that is how the first published table of this
study came about.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data_builders.baselines import apart
from data_builders.curate import Plan, curate
from data_builders.curate.certificate import likeness_of_folder
from data_builders.curate.clean import LANGUAGES, Bounds
from data_builders.curate.prepare import Recipe
from data_builders.curate.split import Cutting, Shares
from data_builders.errors import InputError
from data_builders.importers import files_of
from data_builders.importers.provenance import collected
from data_builders.ingest import ingest
from data_builders.jsonl import digest_of
from data_builders.manifest import Step
from data_builders.schema import Article, Certificate, Manifest, Reject

BOUNDS = Bounds(20, 20_000)  # posts of a hundred characters count, and long reports are shortened to fit
NO_SUMMARY = "no_summary"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The folder of articles, the file that is tested on, what curation did, and the proof that the two are apart."""

    articles: Path
    test: Path
    curated: Manifest
    certificate: Certificate


def prepare(source: Path, data: Path, test: Path | None = None) -> Prepared:
    """Ingest, clean, drop copies, split, and prove the split."""
    articles = data / "articles"
    news = taken(source, data / "ingest")
    shares = Shares() if test is None else Shares(Shares().dev, 0.0)
    curated = curate(news, articles, plan_of(shares))
    held = articles / "test.jsonl" if test is None else held_out(test, data)
    sizes = {name: curated.outputs[f"{name}.jsonl"].rows for name in ("train", "dev")}
    if not sizes["train"] or not held.stat().st_size:
        lacks = "train" if not sizes["train"] else "test"
        found = f"none in {lacks}, {sum(curated.rejected.values())} left out (see {articles}/rejected.jsonl)"
        raise InputError(str(source), "articles to train on and to test on", found, "give more articles with summaries")
    proof = apart([articles / "train.jsonl", articles / "dev.jsonl"], held, likeness_of_folder(articles))
    return Prepared(articles, held, curated, proof)


def plan_of(shares: Shares) -> Plan:
    """Return how the comparison curates: Chinese and English, short and long."""
    return Plan(Recipe(BOUNDS, languages=LANGUAGES), Cutting(shares=shares))


def held_out(test: Path, data: Path) -> Path:
    """Clean a test set of the user's own; it is held out whole."""
    curate(taken(test, data / "held_ingest"), data / "held", plan_of(Shares(0.0, 1.0)))
    return data / "held" / "test.jsonl"


def taken(source: Path, out: Path) -> Path:
    """Ingest a file of articles with summaries and return the file of Articles."""
    step = Step("ingest", out, {"needs": "summary"})
    for file in files_of(source):
        step.inputs[file.relative_to(source.parent).as_posix()] = digest_of(file)
    step.writes("articles.jsonl", map(collected, step.keep(summarised(source))))
    kept = step.outputs["articles.jsonl"].rows
    step.rows_in = kept + len(step.rejects)
    if not kept:
        found = f"{len(step.rejects)} articles without one"
        raise InputError(str(source), "articles with a summary (field summary, abstract or highlights)", found,
                         "name the field so, or give another file")  # fmt: skip
    step.finish()
    return out / "articles.jsonl"


def summarised(source: Path) -> Iterator[Article | Reject]:
    """Yield the articles that have a summary, and a Reject for each that has none."""
    for made in ingest(source, skip_bad=True):
        if isinstance(made, Article) and not made.summary.strip():
            yield Reject(made.id, "ingest", NO_SUMMARY, "no summary to learn from or to be scored against")
        else:
            yield made
