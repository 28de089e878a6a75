"""The whole evaluation without judge and BERTScore, beside the published pipeline's functions, on the same rows.

    python -m benchmarks.evaluation
    python -m benchmarks.evaluation --articles ../shared/data/udn_news_196.jsonl
    python -m benchmarks.evaluation --count 100000 --ours      (memory)

Ours: ROUGE (rouge_chinese-jieba), BLEU, chrF, zh-TW, shape and faithfulness through `eval.metrics.score`, loading of
dictionaries included. Published (NCKU, 2025): jieba.cut and rouge_chinese for each pair, and the share of texts that
equal their own s2twp conversion; it has no BLEU, chrF, shape or faithfulness. One process, seconds of processor time;
the rows are the given articles and summaries, in turn with a sentence of the article, until there are `--count`.
"""

import argparse
import json
import logging
import resource
import time
from pathlib import Path

from eval.metrics import score
from eval.schema import Pair

SAMPLE = Path(__file__).parents[1] / "data_builders" / "sample" / "news.jsonl"
OURS = ("rouge", "bleu", "chrf", "zhtw", "shape", "faithfulness")


def rows(path: Path, count: int) -> list[Pair]:
    """Return so many pairs; each round of the file starts its predictions at another sentence, so no two are alike."""
    articles = []
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        articles.append((one.get("article") or one["content"], one.get("summary", "")))
    pairs = []
    for place in range(count):
        article, summary = articles[place % len(articles)]
        start = 17 * (place // len(articles)) % max(1, len(article) - 150)
        prediction = summary if summary and place < len(articles) else article[start : start + 140]
        pairs.append(Pair(str(place), prediction, summary or article[:120], article))
    return pairs


def published(pairs: list[Pair]) -> dict[str, float]:
    """Do what the published pipeline does, in its way."""
    import jieba
    import opencc
    from rouge_chinese import Rouge

    jieba.setLogLevel(logging.WARNING)
    seconds = {}
    start = time.process_time()
    for pair in pairs:
        prediction, reference = (" ".join(jieba.cut(text)) for text in (pair.prediction, pair.reference))
        Rouge().get_scores(prediction, reference)
    seconds["jieba + rouge_chinese"] = time.process_time() - start
    start = time.process_time()
    convert = opencc.OpenCC("s2twp").convert
    sum(convert(pair.prediction) == pair.prediction for pair in pairs)
    seconds["s2twp(x) == x"] = time.process_time() - start
    return seconds


def memory() -> float:
    """Return the most memory that the process had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Seconds of the whole evaluation, and the most memory.")
    parser.add_argument("--articles", type=Path, default=SAMPLE, help="JSONL with article, and summary if there is one")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--ours", action="store_true", help="leave the published pipeline out")
    args = parser.parse_args()
    pairs = rows(args.articles, args.count)
    print(f"{len(pairs)} pairs, {sum(len(pair.article) for pair in pairs) // len(pairs)} characters an article")
    whole = 0.0
    for metric in OURS:
        start = time.process_time()
        score(pairs, metric)
        seconds = time.process_time() - start
        whole += seconds
        print(f"{metric:24}{seconds:8.2f} s   most memory so far {memory():5.0f} MiB", flush=True)
    print(f"{'ours, all':24}{whole:8.2f} s")
    if not args.ours:
        theirs = published(pairs)
        for name, seconds in theirs.items():
            print(f"{name:24}{seconds:8.2f} s")
        print(f"{'published, all':24}{sum(theirs.values()):8.2f} s")


if __name__ == "__main__":
    main()
