"""Compare every mode of ROUGE with the library whose values it must have, on 5,000 pairs and more; needs the dev extra.

    python tests/reference/rouge_peers.py
    python tests/reference/rouge_peers.py --count 200 --pairs ../shared/data/rouge/rouge_chinese_jieba_98.jsonl

The libraries are called as a user calls them: rouge_chinese and rouge on `" ".join(jieba.cut(text))`, rouge_score with
an object whose `tokenize` is `jieba.cut` or the characters. Pairs are made from a fixed seed of the bundled articles'
clauses, joined by line breaks, full stops, dots and blanks as well. It prints the largest difference of each mode.
"""

import argparse
import json
import logging
import random
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jieba
    import rjieba
    import rouge_chinese
    from rouge import Rouge
    from rouge_score import rouge_scorer

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from eval.rouge.fold import folded  # noqa: E402 - the script runs from anywhere
from eval.rouge.score import best_values  # noqa: E402
from eval.schema import ROUGE_MODES, Pair  # noqa: E402
from eval.segment import CHARACTER  # noqa: E402

TYPES = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
TOLERANCE = 1e-9
jieba.setLogLevel(logging.WARNING)


class Tokens:
    """What rouge_score takes for a tokenizer."""

    def __init__(self, mode: str) -> None:
        self.mode = mode

    def tokenize(self, text: str) -> list[str]:
        """Return the tokens."""
        return CHARACTER.findall(text) if self.mode.endswith("char") else list(jieba.cut(text))


def peer(mode: str, prediction: str, reference: str) -> dict[str, float]:
    """Return the library's values by our names."""
    if mode.startswith("rouge_score"):
        tokens = None if mode.endswith("english") else Tokens(mode)  # None is the library's own
        scorer = rouge_scorer.RougeScorer(TYPES, tokenizer=tokens)
        scores = scorer.score(reference, prediction)
        parts = {"f": "fmeasure", "p": "precision", "r": "recall"}
        return {f"{name}_{p}": float(getattr(scores[name], long)) for name in TYPES for p, long in parts.items()}
    if mode == "folded-jieba":
        prediction, reference = folded(prediction), folded(reference)
    cut = rjieba.cut if mode == "fast-rjieba" else CHARACTER.findall if mode.endswith("char") else jieba.cut
    library = Rouge() if mode.startswith("pltrdy") else rouge_chinese.Rouge()
    (scores,) = library.get_scores(" ".join(cut(prediction)), " ".join(cut(reference)))
    return {f"rouge{kind.upper()}_{part}": float(scores[f"rouge-{kind}"][part]) for kind in "12l" for part in "fpr"}


def made(count: int) -> Iterator[tuple[str, str]]:
    """Yield pairs that share some of their clauses."""
    chance = random.Random(3)  # noqa: S311 - test data, not a secret
    clauses = []
    for line in (ROOT / "data_builders" / "sample" / "news.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        clauses += [
            part for part in re.split(r"(?<=[。，！？\n])", one.get("article") or one["content"]) if part.strip()
        ]
    for _ in range(count):
        told = chance.choices(clauses, k=chance.randint(1, 6))
        said = [one for one in told if chance.random() < 0.6] + chance.choices(clauses, k=chance.randint(1, 3))
        chance.shuffle(said)
        between = chance.choice(["", "\n", ".", " ", "……", "”", "Ａ3.5%"])
        yield between.join(said), chance.choice(["", "\n", " . "]) + chance.choice(["", "\n", "."]).join(told)


def differences(pairs: Iterable[tuple[str, str]], mode: str) -> Iterator[float]:
    """Yield the largest difference of each pair's values."""
    for prediction, reference in pairs:
        theirs, ours = peer(mode, prediction, reference), best_values(Pair("x", prediction, reference), mode)
        if theirs.keys() != ours.keys():
            raise SystemExit(f"{mode}: the names differ: {sorted(theirs.keys() ^ ours.keys())}")
        yield max(abs(theirs[name] - ours[name]) for name in theirs)


def main() -> None:
    """Compare, print, and end with 1 where a mode differs."""
    parser = argparse.ArgumentParser(description="Largest difference between each mode and its library.")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--pairs", type=Path, help="JSONL with prediction and reference, compared first")
    parser.add_argument("--modes", nargs="*", default=list(ROUGE_MODES))
    args = parser.parse_args()
    real = [json.loads(line) for line in args.pairs.read_text(encoding="utf-8").splitlines()] if args.pairs else []
    pairs = [(one["prediction"], one["reference"]) for one in real] + list(made(args.count))
    worst = {mode: max(differences(pairs, mode)) for mode in args.modes}
    for mode, most in worst.items():
        sys.stdout.write(f"{mode:22}{len(pairs):7} pairs, largest difference {most:g}\n")
    if max(worst.values()) > TOLERANCE:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
