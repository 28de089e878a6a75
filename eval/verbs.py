"""The verbs of `python -m eval`: what each takes, calls, and says.

python -m eval score --pairs pairs.jsonl --metric rouge --mode rouge_chinese-jieba --out scores.json
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.jsonl import write, write_json
from eval.compare import verbs as compare_verbs
from eval.judge import verbs as judge_verbs
from eval.pairs import read_pairs
from eval.predict import verbs as predict_verbs
from eval.predictions import article_texts, join
from eval.rouge import scores_of
from eval.schema import MODES, Scores

METRICS = ("rouge",)


def score_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `score`."""
    parser.add_argument("--pairs", type=Path, required=True, help="JSONL with id, prediction, reference")
    parser.add_argument("--metric", choices=METRICS, default="rouge", help="what to measure (rouge)")
    parser.add_argument("--mode", choices=MODES, default=MODES[0], help=f"implementation and tokenizer ({MODES[0]})")
    parser.add_argument("--out", type=Path, help="write metrics and every pair's values as JSON")


def score(args: Namespace) -> Result:
    """Score a file of pairs as it stands: nothing is stripped from either side."""
    scores = scores_of(read_pairs(args.pairs), args.mode)
    if args.out:
        write_json(args.out, scores)
    wrote = (f"wrote {args.out}",) if args.out else ()
    return Result((f"{len(scores.pairs)} pairs, means ×100", *score_lines(scores), *wrote), scores)


def score_lines(scores: Scores) -> list[str]:
    """Return one line for each metric: name, value ×100, signature."""
    return [f"{name:10}{metric.value * 100:6.2f}  {metric.signature}" for name, metric in scores.metrics.items()]


def join_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `join`."""
    parser.add_argument("--predictions", type=Path, required=True, help="generated_predictions.jsonl")
    parser.add_argument("--rows", type=Path, required=True, help="the test rows it was made from")
    parser.add_argument("--articles", type=Path, required=True, help="the articles of those rows")
    parser.add_argument("--out", type=Path, required=True, help="where PAIRS.jsonl goes")


def join_pairs(args: Namespace) -> Result:
    """Join LLaMA-Factory's predictions to our rows, and write the pairs, stage heads stripped."""
    pairs = join(args.predictions, args.rows, article_texts(args.articles))
    produced = write(args.out, pairs)
    return Result((f"wrote {produced.rows} pairs to {args.out}",), produced)


def report_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `report`."""
    parser.add_argument("--run", required=True, help="the run's name, for the header")
    parser.add_argument("--data", type=Path, required=True, help="the folder with articles/, rationales/, stages/")
    parser.add_argument("--saves", type=Path, required=True, help="the run's folder with s1/ … s5/ and predict/")
    parser.add_argument("--out", type=Path, required=True, help="where results.json and the report go")
    parser.add_argument("--gold", type=Path, help="JSONL with id, summary by hand (default: the bundled ones)")


def report(args: Namespace) -> Result:
    """Build results.json, report.md and report.html of one run."""
    from eval.report.build import build

    built = build(args.run, args.data, args.saves, args.out, args.gold)
    return Result(built.lines, built.results)


VERBS = (
    Verb(
        "score",
        "Score predictions against references.",
        "python -m eval score --pairs pairs.jsonl --metric rouge --mode rouge_chinese-jieba --out scores.json",
        score_arguments,
        score,
    ),
    Verb(
        "join",
        "Join LLaMA-Factory's predictions to our test rows by checked order; stage heads are stripped.",
        "python -m eval join --predictions saves/nano/predict/generated_predictions.jsonl \\\n"
        "      --rows data/stages/s5_test.jsonl --articles data/articles/test.jsonl --out results/nano/pairs.jsonl",
        join_arguments,
        join_pairs,
    ),
    Verb(
        "report",
        "Write a run's report: results.json, report.md, and report.html in one self-contained file.",
        "python -m eval report --run nano --data data --saves saves/nano --out results/nano",
        report_arguments,
        report,
    ),
    *predict_verbs.VERBS,
    *compare_verbs.VERBS,
    *judge_verbs.VERBS,
)
