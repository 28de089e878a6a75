"""Pairs a second: our ROUGE against rouge_chinese's, on the same pairs, in one run.

    python -m benchmarks.rouge_speed
    python -m benchmarks.rouge_speed --pairs pairs.jsonl

"segmented" hands both the same tokens; "with jieba" starts from the text, theirs with `jieba.cut`, ours with its equal
`jieba_words.cut`; every token and every value of the two is compared with `==` on the way. The two take turns, and the
medians of the rounds are told. Without --pairs it makes summaries of about 110 characters from a fixed seed. At the end
two texts of 20,000 tokens go through every mode.
"""

import argparse
import logging
import platform
import random
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import jieba
from rouge_chinese import Rouge

from eval.jieba_words import cut, tagged
from eval.pairs import read_pairs
from eval.rouge import counts_of_words, flattened, scores_of, values_of
from eval.schema import ROUGE_MODES, Pair

Values = dict[str, float]
Tokens = Sequence[str]
PLACES = ["臺北市", "新竹縣", "臺中市", "嘉義市", "高雄市", "花蓮縣"]
DEEDS = ["宣布停班停課", "公布公車新路線", "修復百年老街", "舉辦馬拉松", "加開返鄉列車", "啟用新圖書館", "查核公有場館"]
TAILS = ["預計下個月上路", "經費約三億元", "吸引上萬民眾", "議員質疑成本", "專家建議分期辦理", "居民樂見其成"]


def invented(count: int, clauses: int = 5) -> list[Pair]:
    """Return pairs that share some of their clauses, from a fixed seed."""
    chance = random.Random(7)  # noqa: S311 - a benchmark's data, not a secret

    def text() -> str:
        said = [
            f"{chance.choice(PLACES)}{chance.choice(DEEDS)}，{chance.choice(TAILS)}{chance.randint(2, 99)}人參加"
            for _ in range(clauses)
        ]
        return "。".join(said) + "。"

    return [Pair(str(number), text(), text()) for number in range(count)]


def ours(predicted: Tokens, reference: Tokens) -> Values:
    """Score one pair of token lists with eval.rouge."""
    return values_of(counts_of_words("x", flattened(predicted), flattened(reference)))


def theirs(predicted: Tokens, reference: Tokens) -> Values:
    """Score one pair of token lists with rouge_chinese."""
    (scores,) = Rouge().get_scores(" ".join(predicted), " ".join(reference))
    return {f"rouge{kind.upper()}_{part}": float(scores[f"rouge-{kind}"][part]) for kind in "12l" for part in "fpr"}


def jieba_cut(text: str) -> list[str]:
    """Cut with jieba itself."""
    return list(jieba.cut(text))


def timed(work: Callable[[], object]) -> float:
    """Return the processor's seconds that the work took."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Pairs a second: our ROUGE against rouge_chinese's.")
    parser.add_argument("--pairs", type=Path, help="PAIRS.jsonl (default: invented pairs)")
    parser.add_argument("--count", type=int, default=100, help="how many pairs to invent (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    jieba.setLogLevel(logging.WARNING)
    pairs = [pair for pair in read_pairs(args.pairs) if pair.prediction.strip()] if args.pairs else invented(args.count)
    texts = [(pair.prediction, pair.reference) for pair in pairs]
    tokens = [(jieba_cut(one), jieba_cut(other)) for one, other in texts]
    assert tokens == [(cut(one), cut(other)) for one, other in texts], "the two cut differently"
    assert [ours(*one) for one in tokens] == [theirs(*one) for one in tokens], "the two differ in a value"
    rates: dict[tuple[str, str], list[float]] = {}
    for _ in range(args.rounds):
        tagged.cache_clear()  # each round meets every unknown word anew
        for name, score, segment in (("newsladder", ours, cut), ("rouge_chinese", theirs, jieba_cut)):
            work = {
                "cut alone": lambda: [(segment(one), segment(other)) for one, other in texts],  # noqa: B023
                "segmented": lambda: [score(*one) for one in tokens],  # noqa: B023 - called at once
                "with jieba": lambda: [score(segment(one), segment(other)) for one, other in texts],  # noqa: B023
            }
            for what, task in work.items():
                tagged.cache_clear()
                rates.setdefault((name, what), []).append(len(pairs) / timed(task))
    used = ", ".join(f"{name} {version(name)}" for name in ("rouge-chinese", "jieba", "rapidfuzz"))
    print(f"{len(pairs)} pairs, every value equal; Python {platform.python_version()}, {used}; {args.rounds} rounds")
    print(f"{'pairs a second':16}{'newsladder':>14}{'rouge_chinese':>15}{'times':>8}")
    for what in ("cut alone", "segmented", "with jieba"):
        one, other = (statistics.median(rates[name, what]) for name in ("newsladder", "rouge_chinese"))
        print(f"{what:16}{one:14.0f}{other:15.0f}{one / other:8.1f}")
    long = invented(1, 1700)
    print(f"one pair of {len(cut(long[0].prediction))} and {len(cut(long[0].reference))} tokens, seconds in each mode:")
    print("  ".join(f"{mode} {timed(lambda: scores_of(long, mode)):.2f}" for mode in ROUGE_MODES))  # noqa: B023


if __name__ == "__main__":
    main()
