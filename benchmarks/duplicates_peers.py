"""Other people's duplicate search behind one call: texts in, (later, earlier) pairs out.

rensa and datasketch get our folded shingles, which is more than they ask for: on raw texts they would find no converted
and no re-wrapped copy. datatrove is run as its own example has it, with its own tokenizer for Chinese.
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from data_builders.curate.copies import find_copies
from data_builders.curate.shingles import folded, shingles

Texts = Sequence[tuple[str, str]]
Pairs = list[tuple[str, str]]
Search = Callable[[Texts], Pairs]
PERMUTATIONS = 128


def ours(texts: Texts) -> Pairs:
    """Return what `find_copies` drops."""
    return [(copy.id, copy.of) for copy in find_copies(texts).copies]


def ours_with_ties(texts: Texts) -> Pairs:
    """Return what `find_copies` drops, and what it keeps and ties into one story."""
    found = find_copies(texts)
    return [(copy.id, copy.of) for copy in found.copies] + [(later, earlier) for later, earlier, _ in found.ties]


def datasketch(threshold: float) -> Search:
    """Return a search with datasketch's MinHash LSH; the first of the candidates that estimates high enough counts."""

    def search(texts: Texts) -> Pairs:
        package: Any = import_module("datasketch")
        index = package.MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
        kept: dict[str, Any] = {}
        pairs: Pairs = []
        for name, text in texts:
            sketch = package.MinHash(num_perm=PERMUTATIONS)
            sketch.update_batch([one.tobytes() for one in shingles(folded(text))])
            found = [(sketch.jaccard(kept[other]), other) for other in index.query(sketch)]
            if found and max(found)[0] >= threshold:
                pairs.append((name, max(found)[1]))
            else:
                index.insert(name, sketch)
                kept[name] = sketch
        return pairs

    return search


def rensa(threshold: float) -> Search:
    """Return the same search with rensa's RMinHash, in bands narrow enough for the threshold."""

    def search(texts: Texts) -> Pairs:
        package: Any = import_module("rensa")
        index = package.RMinHashLSH(threshold, PERMUTATIONS, 64 if threshold < 0.5 else 32)
        kept: dict[int, Any] = {}
        pairs: Pairs = []
        for place, (name, text) in enumerate(texts):
            sketch = package.RMinHash(PERMUTATIONS, 42)
            sketch.update([one.tobytes() for one in shingles(folded(text))])
            found = [(sketch.jaccard(kept[other]), other) for other in index.query(sketch)]
            if found and max(found)[0] >= threshold:
                pairs.append((name, texts[max(found)[1]][0]))
            else:
                index.insert(place, sketch)
                kept[place] = sketch
        return pairs

    return search


def datatrove(texts: Texts) -> Pairs:
    """Run datatrove's four steps of MinHash on one worker; it says which texts go, not for which: pairs with ""."""
    steps: Any = import_module("datatrove.pipeline.dedup")
    readers: Any = import_module("datatrove.pipeline.readers")
    writers: Any = import_module("datatrove.pipeline.writers.jsonl")
    executor: Any = import_module("datatrove.executor").LocalPipelineExecutor
    language = import_module("datatrove.utils.typeshelper").Languages.mandarin_chinese
    minhash: Any = import_module("datatrove.pipeline.dedup.minhash")
    config = minhash.MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        rows = (json.dumps({"id": name, "text": text}, ensure_ascii=False) + "\n" for name, text in texts)
        (place / "in").mkdir()
        (place / "in" / "a.jsonl").write_text("".join(rows), encoding="utf-8")
        source = readers.JsonlReader(str(place / "in"))
        sign = steps.MinhashDedupSignature(str(place / "sign"), config=config, language=language)
        bucket = steps.MinhashDedupBuckets(str(place / "sign"), str(place / "buckets"), config=config)
        cluster = steps.MinhashDedupCluster(str(place / "buckets"), str(place / "drop"), config=config)
        dropped = writers.JsonlWriter(str(place / "dropped"), compression=None)
        keep = steps.MinhashDedupFilter(str(place / "drop"), exclusion_writer=dropped)
        for name, pipeline, tasks in (
            ("sign", [source, sign], 1),
            ("bucket", [bucket], config.num_buckets),
            ("cluster", [cluster], 1),
            ("filter", [source, keep], 1),
        ):
            executor(pipeline=pipeline, tasks=tasks, workers=1, logging_dir=str(place / "log" / name)).run()
        lines = [line for file in (place / "dropped").rglob("*.jsonl") for line in file.read_text("utf-8").splitlines()]
    return [(json.loads(line)["id"], "") for line in lines]
