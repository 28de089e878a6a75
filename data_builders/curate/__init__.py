"""Articles in, clean and split articles out: clean -> (script) -> exact duplicates -> split by story.

python -m data_builders curate data/ingest/articles.jsonl --out data/articles
"""

from pathlib import Path

from data_builders.curate.clean import Bounds, clean
from data_builders.curate.dedupe import drop_exact_duplicates
from data_builders.curate.split import split_of
from data_builders.jsonl import read
from data_builders.manifest import Step
from data_builders.schema import SPLITS, Article, Manifest


def curate(articles: Path, out: Path, bounds: Bounds, seed: str) -> Manifest:
    """Write `train.jsonl`, `dev.jsonl`, `test.jsonl`, `rejected.jsonl` and the manifest into `out`."""
    step = Step("curate", out, {"seed": seed, "min_chars": bounds.least, "max_chars": bounds.most})
    source = list(read(step.reads(articles), Article))
    step.rows_in = len(source)
    kept = list(step.keep(drop_exact_duplicates(step.keep(clean(source, bounds)))))
    for split in SPLITS:
        step.writes(f"{split}.jsonl", [a for a in kept if split_of(a.story or a.id, seed) == split])
    return step.finish()
