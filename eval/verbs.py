"""The verbs of `python -m eval`: what each takes, calls, and says.

python -m eval score --pairs pairs.jsonl --metric rouge --mode rouge_chinese-jieba --out scores.json
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.jsonl import write, write_json
from eval.compare import verbs as compare_verbs
from eval.judge import verbs as judge_verbs
from eval.metrics import METRICS, MODES
from eval.metrics import score as scored
from eval.pairs import read_pairs
from eval.predict import verbs as predict_verbs
from eval.predictions import article_texts, join
from eval.schema import Metric, ModelChoice, Scores


def score_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `score`."""
    known = "; ".join(f"{measure.name}: {measure.about}" for measure in METRICS.values())
    modes = "; ".join(f"{one.name}: {', '.join(one.modes)}" for one in METRICS.values() if len(one.modes) > 1)
    parser.add_argument("--pairs", type=Path, required=True, help="JSONL with id, prediction, reference, article")
    parser.add_argument("--metric", choices=tuple(METRICS), default="rouge", help=known)
    parser.add_argument("--mode", choices=MODES, default="", help=f"how (the first is the default): {modes}")
    parser.add_argument("--model", default=ModelChoice().name, help="bertscore: a folder, or a name on the hub")
    parser.add_argument("--layer", type=int, default=0, help="bertscore: the layer (0: the published one)")
    parser.add_argument("--batch", type=int, default=ModelChoice().batch, help="bertscore: texts at a time")
    parser.add_argument("--out", type=Path, help="write metrics and every pair's values as JSON")


def score(args: Namespace) -> Result:
    """Score a file of pairs as it stands: nothing is stripped from either side."""
    model = ModelChoice(args.model, args.layer, args.batch)
    scores = scored(read_pairs(args.pairs, METRICS[args.metric].needs), args.metric, args.mode, model=model)
    if args.out:
        write_json(args.out, scores)
    wrote = (f"wrote {args.out}",) if args.out else ()
    return Result((f"{len(scores.pairs)} pairs, means; shares ×100", *score_lines(scores), *wrote), scores)


def score_lines(scores: Scores) -> list[str]:
    """Return one line for each metric: name, value, signature; what is a share in 0..1 is shown ×100."""
    width = max(map(len, scores.metrics)) + 1
    return [f"{name:{width}}{shown(metric):7.2f}  {metric.signature}" for name, metric in scores.metrics.items()]


def shown(metric: Metric) -> float:
    """Return a value as it is printed."""
    plain = "|scale:100|" in metric.signature or "|unit:" in metric.signature
    return metric.value if plain else metric.value * 100


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
