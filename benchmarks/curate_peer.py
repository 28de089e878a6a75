"""datatrove's comparable steps on the same input, run with the peer's own Python; prints its CPU seconds.

    PEER/bin/python benchmarks/curate_peer.py IN_FOLDER WORK_FOLDER

Cleaning is a regular expression for boilerplate lines and GopherQualityFilter (word counts, symbols, line ends) with
its own word tokenizer for Chinese; near-duplicates are its four steps of MinHash with its example's settings. It
neither converts scripts, nor finds contained texts, nor splits.
"""

import json
import re
import resource
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

PIPELINES = ("clean", "sign", "bucket", "cluster", "filter")


def run(source: Path, work: Path, name: str) -> None:
    """Run one of the five pipelines."""
    steps: Any = import_module("datatrove.pipeline.dedup")
    filters: Any = import_module("datatrove.pipeline.filters")
    readers: Any = import_module("datatrove.pipeline.readers")
    writers: Any = import_module("datatrove.pipeline.writers.jsonl")
    executor: Any = import_module("datatrove.executor").LocalPipelineExecutor
    language = import_module("datatrove.utils.typeshelper").Languages.mandarin_chinese
    minhash: Any = import_module("datatrove.pipeline.dedup.minhash")
    config = minhash.MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8)
    boilerplate = re.compile("延伸閱讀|版權所有|未經同意|編輯推薦")
    quality = filters.GopherQualityFilter(
        language=language, min_avg_word_length=1, min_stop_words=None, max_non_alpha_words_ratio=0.3
    )
    clean = [
        readers.JsonlReader(str(source), text_key="article"),
        filters.LambdaFilter(lambda document: not boilerplate.search(document.text[:200])),
        quality,
        writers.JsonlWriter(str(work / "clean"), compression=None),
    ]
    again = readers.JsonlReader(str(work / "clean"))
    runs: dict[str, tuple[list[Any], int]] = {
        "clean": (clean, 1),
        "sign": ([again, steps.MinhashDedupSignature(str(work / "sign"), config=config, language=language)], 1),
        "bucket": ([steps.MinhashDedupBuckets(str(work / "sign"), str(work / "buckets"), config=config)], 14),
        "cluster": ([steps.MinhashDedupCluster(str(work / "buckets"), str(work / "drop"), config=config)], 1),
        "filter": (
            [
                again,
                steps.MinhashDedupFilter(str(work / "drop")),
                writers.JsonlWriter(str(work / "kept"), compression=None),
            ],
            1,
        ),
    }
    pipeline, tasks = runs[name]
    executor(pipeline=pipeline, tasks=tasks, workers=1, logging_dir=str(work / "log" / name)).run()


def main() -> None:
    """Run the five pipelines, each in a process of its own, and say what they took."""
    source, work = Path(sys.argv[1]), Path(sys.argv[2])
    if len(sys.argv) > 3:
        run(source, work, sys.argv[3])
        return
    took: dict[str, float] = {}
    for name in PIPELINES:
        start = spent()
        subprocess.run([sys.executable, *sys.argv, name], check=True, stdout=subprocess.DEVNULL)
        took[name] = spent() - start
    kept = sum(len(file.read_bytes().splitlines()) for file in (work / "kept").rglob("*.jsonl"))
    sys.stdout.write("\n" + json.dumps({"seconds": took, "kept": kept}) + "\n")


def spent() -> float:
    """Return the CPU seconds of the processes waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main()
