"""The verb `baselines`: models compared before and after fine-tuning.

python -m curriculum baselines --input news.jsonl --models distilgpt2,opt-350m,Qwen3-0.6B --run try
"""

import argparse
import sys
from pathlib import Path

from curriculum.asked import checked_name, number
from curriculum.comparison.play import play
from curriculum.comparison.prepare import prepare
from curriculum.comparison.report import lines_for_terminal, report_of, write_report
from curriculum.comparison.schema import Asked
from curriculum.comparison.score import NO_BERT, score_all
from curriculum.comparison.table import MODELS, chosen
from curriculum.plan_verbs import launchers
from data_builders.cli import Result
from data_builders.errors import OrderError, UsageError
from data_builders.recipes import PROFILES
from data_builders.verbs.curation import proof_line
from eval.schema import ROUGE_MODES


def baselines_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `baselines` takes, but for how jobs are started."""
    parser.add_argument("--input", type=Path, required=True, help="articles with summaries, Chinese or English")
    parser.add_argument("--test", type=Path, help="a test set of your own (default: a split by story)")
    parser.add_argument(
        "--models", default=",".join(MODELS), help=f"by commas, NAME or NAME=FOLDER, of {', '.join(MODELS)}"
    )
    parser.add_argument("--run", default="baselines", help="the run's name (default: %(default)s)")
    parser.add_argument(
        "--profile", choices=PROFILES, default="nano", help="nano: tiny stand-ins on a CPU; full: the models"
    )
    parser.add_argument("--rouge", choices=ROUGE_MODES, default="", help="ROUGE's mode (default: by the language)")
    parser.add_argument(
        "--bertscore", default="", help=f"BERTScore's model, or {NO_BERT} (default: by the language; nano: a stand-in)"
    )
    parser.add_argument("--max-steps", type=int, default=0, help="training steps (default: three epochs)")
    parser.add_argument("--max-new-tokens", type=int, default=0, help="of an answer (default: the model's)")
    parser.add_argument("--batch", type=int, default=8, help="rows answered at a time (default: %(default)s)")
    parser.add_argument("--seed", default="42", help="a whole number (default: 42)")


def asked_of(args: argparse.Namespace) -> Asked:
    """Return what the arguments ask for."""
    for name in ("max_steps", "max_new_tokens", "batch"):
        if getattr(args, name) < (1 if name == "batch" else 0):
            raise UsageError(f"--{name.replace('_', '-')}", "a number above 0", str(getattr(args, name)), "give more")
    return Asked(
        run=checked_name(args.run),
        profile=args.profile,
        models=chosen(args.models),
        source=args.input,
        test=args.test,
        rouge=args.rouge,
        bert=args.bertscore,
        max_steps=args.max_steps,
        new_tokens=args.max_new_tokens,
        batch=args.batch,
        seed=number(args.seed),
    )


def tell(line: str) -> None:
    """Say how far it is."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def baselines_verb(args: argparse.Namespace) -> Result:
    """Prepare, answer, train, answer again, score, and tell; exit code 1 where any side failed."""
    asked, start = asked_of(args), launchers(args)
    prepared = prepare(asked.source, asked.data, asked.test)
    tell(proof_line(prepared.certificate))
    played = {}
    for place, one in enumerate(asked.models, start=1):
        tell(f"[{place}/{len(asked.models)}] {one.name}")
        played[one.name] = play(asked, one, prepared, start, tell)
    answers = [answer for one in played.values() for answer in one.answers]
    if not answers:
        reason = next(failure.reason for one in played.values() for failure in one.failures)
        raise OrderError(asked.run, "a model that answers", f"none: {reason}", "mend that, then run it again")
    scored = score_all(asked, answers, prepared.articles, start[0])
    report = write_report(asked, report_of(asked, prepared, played, scored))
    return Result(lines_for_terminal(asked, report), report, exit_code=1 if report.failures else 0)
