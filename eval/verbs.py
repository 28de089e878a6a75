"""The verbs of `python -m eval`: what each takes, calls, and says.

python -m eval score --pairs pairs.jsonl --metric rouge --mode rouge_chinese-jieba --out scores.json
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.errors import UsageError
from data_builders.jsonl import write, write_json
from data_builders.tasks.table import TASKS
from eval.compare import verbs as compare_verbs
from eval.judge import verbs as judge_verbs
from eval.metrics import METRICS, MODES
from eval.metrics import score as scored
from eval.pairs import read_pairs
from eval.predict import verbs as predict_verbs
from eval.predictions import article_texts, join
from eval.schema import Metric, ModelChoice, Scores
from eval.tasks import verbs as task_verbs
from eval.tasks.score import score_task


def score_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `score`."""
    known = "; ".join(f"{measure.name}: {measure.about}" for measure in METRICS.values())
    modes = "; ".join(f"{one.name}: {', '.join(one.modes)}" for one in METRICS.values() if len(one.modes) > 1)
    parser.add_argument("--pairs", type=Path, required=True, help="JSONL with id, prediction, reference, article")
    parser.add_argument("--metric", choices=tuple(METRICS), default="rouge", help=known)
    parser.add_argument("--task", choices=tuple(TASKS), help="every metric of a task, in the task's modes")
    parser.add_argument("--mode", choices=MODES, default="", help=f"how (the first is the default): {modes}")
    parser.add_argument("--model", default=ModelChoice().name, help="bertscore: a folder, or a name on the hub")
    parser.add_argument("--layer", type=int, default=0, help="bertscore: the layer (0: the published one)")
    parser.add_argument("--batch", type=int, default=ModelChoice().batch, help="bertscore: texts at a time")
    parser.add_argument("--out", type=Path, help="write metrics and every pair's values as JSON")


def score(args: Namespace) -> Result:
    """Score a file of pairs as it stands: nothing is stripped from either side."""
    if args.task:
        scores = score_task(args.pairs, TASKS[args.task])
    else:
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
    parser.add_argument("--run", action="append", required=True, help="the run's name; several are compared")
    parser.add_argument("--data", type=Path, help="one run: the folder with articles/, rationales/, stages/")
    parser.add_argument("--saves", type=Path, help="one run: its folder with s1/ … s5/ and predict/")
    parser.add_argument("--out", type=Path, help="where the report goes (default: results/RUN, or results/compare)")
    parser.add_argument("--gold", type=Path, help="one run: JSONL with id, summary by hand (default: the bundled ones)")
    parser.add_argument("--root", type=Path, default=Path(), help="the folder that holds data/, saves/ and results/")
    parser.add_argument("--matrix", type=Path, action="append", default=[], help="several: JSON of compare --matrix")
    parser.add_argument("--common", action="store_true", help="several: only the test rows that all have")


def report(args: Namespace) -> Result:
    """Build the report of one run, or that of several beside each other."""
    if len(args.run) == 1:
        from eval.report.build import build as build_one
        from eval.report.runs.inputs import folders_of

        if args.matrix or args.common:
            raise UsageError("--matrix, --common", "two runs or more", args.run[0], "name the other runs with --run")
        usual = folders_of(args.root, args.run[0])
        data, saves, out = args.data or usual.data, args.saves or usual.saves, args.out or usual.results
        built = build_one(args.run[0], data, saves, out, args.gold)
        return Result(built.lines, built.results)
    from eval.report.runs.build import build

    if args.data or args.saves or args.gold:
        then = "give --root: each run is found by its name in data/, saves/ and results/"
        raise UsageError("--data, --saves, --gold", "one run", f"{len(args.run)} runs", then)
    made = build(args.root, args.run, args.out or args.root / "results" / "compare", tuple(args.matrix), args.common)
    return Result(made.lines, made.results)


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
        "Write the report of a run, or of several compared: report.html in one self-contained file, report.md, JSON.",
        "python -m eval report --run nano --data data --saves saves/nano --out results/nano\n"
        "  python -m eval report --run nano --run study --run study-lora --out results/compare",
        report_arguments,
        report,
    ),
    *predict_verbs.VERBS,
    *compare_verbs.VERBS,
    *task_verbs.VERBS,
    *judge_verbs.VERBS,
)
