"""Pairs a second: our ROUGE against rouge_chinese's, on the same pairs, in one run.

    python -m benchmarks.rouge_speed
    python -m benchmarks.rouge_speed --pairs pairs.jsonl

"segmented" hands both the same tokens, "with jieba" starts from the text; every value of the two is compared with `==`
on the way. Without --pairs it makes summaries of about 110 characters from a fixed seed.
"""

import argparse
import platform
import random
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from rouge_chinese import Rouge

from eval.pairs import read_pairs
from eval.rouge import counts_of_words, flattened, values_of
from eval.schema import Pair
from eval.segment import jieba_cut

Values = dict[str, float]
PLACES = ["臺北市", "新竹縣", "臺中市", "嘉義市", "高雄市", "花蓮縣"]
DEEDS = ["宣布停班停課", "公布公車新路線", "修復百年老街", "舉辦馬拉松", "加開返鄉列車", "啟用新圖書館", "查核公有場館"]
TAILS = ["預計下個月上路", "經費約三億元", "吸引上萬民眾", "議員質疑成本", "專家建議分期辦理", "居民樂見其成"]


def invented(count: int) -> list[Pair]:
    """Return pairs that share some of their clauses, from a fixed seed."""
    chance = random.Random(7)  # noqa: S311 - a benchmark's data, not a secret

    def text() -> str:
        clauses = [
            f"{chance.choice(PLACES)}{chance.choice(DEEDS)}，{chance.choice(TAILS)}{chance.randint(2, 99)}人參加"
            for _ in range(5)
        ]
        return "。".join(clauses) + "。"

    return [Pair(str(number), text(), text()) for number in range(count)]


def ours(predicted: Sequence[str], reference: Sequence[str]) -> Values:
    """Score one pair of token lists with eval.rouge."""
    return values_of(counts_of_words("x", flattened(predicted), flattened(reference)))


def theirs(predicted: Sequence[str], reference: Sequence[str]) -> Values:
    """Score one pair of token lists with rouge_chinese."""
    (scores,) = Rouge().get_scores(" ".join(predicted), " ".join(reference))
    return {f"rouge{kind.upper()}_{part}": float(scores[f"rouge-{kind}"][part]) for kind in "12l" for part in "fpr"}


def timed(work: Callable[[], list[Values]]) -> tuple[float, list[Values]]:
    """Return the seconds that the work took, and what it made."""
    start = time.perf_counter()
    made = work()
    return time.perf_counter() - start, made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Pairs a second: our ROUGE against rouge_chinese's.")
    parser.add_argument("--pairs", type=Path, help="PAIRS.jsonl (default: invented pairs)")
    parser.add_argument("--count", type=int, default=100, help="how many pairs to invent (default %(default)s)")
    args = parser.parse_args()
    pairs = [pair for pair in read_pairs(args.pairs) if pair.prediction.strip()] if args.pairs else invented(args.count)
    cut = jieba_cut()
    tokens = [(list(cut(pair.prediction)), list(cut(pair.reference))) for pair in pairs]
    rates: dict[str, tuple[float, float]] = {}
    made: list[list[Values]] = []
    for name, score in (("newsladder", ours), ("rouge_chinese", theirs)):
        alone, values = timed(lambda: [score(*pair) for pair in tokens])  # noqa: B023 - called at once
        whole, _ = timed(lambda: [score(list(cut(p.prediction)), list(cut(p.reference))) for p in pairs])  # noqa: B023
        rates[name] = (len(pairs) / alone, len(pairs) / whole)
        made.append(values)
    assert made[0] == made[1], "the two differ in a value"
    used = ", ".join(f"{name} {version(name)}" for name in ("rouge-chinese", "jieba", "rapidfuzz"))
    print(f"{len(pairs)} pairs, every value equal; Python {platform.python_version()}, {used}")
    print(f"{'pairs a second':16}{'segmented':>12}{'with jieba':>12}")
    for name, (alone, whole) in rates.items():
        print(f"{name:16}{alone:12.0f}{whole:12.0f}")


if __name__ == "__main__":
    main()
