"""The verb `predict`: rows and a model in, pairs out.

python -m eval predict --rows data/stages/s5_test.jsonl --articles data/articles/test.jsonl \
    --model saves/nano/s5 --out results/nano/pairs.jsonl
python -m eval predict --rows … --articles … --model NAME --base-url http://127.0.0.1:8000/v1 --out …
"""

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.errors import UsageError
from data_builders.schema import Manifest
from data_builders.tasks.schema import Task
from data_builders.tasks.table import TASKS
from data_builders.verbs.served import settings_of
from data_builders.verbs.teach import ORDER as SERVED_OPTIONS
from eval.compare.matrix import lines_of
from eval.judge.verbs import SERVED
from eval.predict.local import model_of
from eval.predict.run import Asked, identity_of, predict
from eval.predict.schema import Answer, Generation
from eval.predict.served import served
from eval.predictions import read_rows
from eval.skills import skills


def predict_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `predict`."""
    usual = Generation()
    parser.add_argument("--rows", type=Path, required=True, help="the test rows, such as data/stages/s5_test.jsonl")
    parser.add_argument("--articles", type=Path, help="the articles of a stage's rows; a task's rows need none")
    parser.add_argument("--task", choices=tuple(TASKS), help="whose rows they are (default: what the file's name says)")
    parser.add_argument("--model", required=True, help="a model's folder, or a name on the hub")
    parser.add_argument("--adapter", default="", help="an adapter's folder (LoRA or a prefix), put on top of --model")
    parser.add_argument("--out", type=Path, required=True, help="where PAIRS.jsonl goes")
    said = f"(default: {usual.max_new_tokens}, or the task's)"
    parser.add_argument("--max-new-tokens", type=int, help=said)
    parser.add_argument("--repetition-penalty", type=float, default=usual.repetition_penalty, help="1.0 is none")
    parser.add_argument("--temperature", type=float, default=usual.temperature, help="0 is greedy (the default)")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--batch", type=int, default=usual.batch, help="rows at a time (default: %(default)s)")
    parser.add_argument("--served", action="store_true", help="--model is served: ask --base-url, or OPENAI_BASE_URL")
    for name, kind, default, choices, said in SERVED_OPTIONS:
        if name in SERVED:
            parser.add_argument(name, type=kind, default=default, choices=choices, help=said)
    parser.set_defaults(schema="no")


def predict_verb(args: Namespace) -> Result:
    """Have a model answer every test row."""
    task = task_of(args)
    most = args.max_new_tokens if args.max_new_tokens is not None else (task or Generation()).max_new_tokens
    how = Generation(most, args.repetition_penalty, args.temperature, args.seed, args.batch)
    if how.max_new_tokens < 1 or how.batch < 1 or how.repetition_penalty <= 0 or how.temperature < 0:
        raise UsageError("predict", "numbers above 0", str(how), "see python -m eval predict --help")
    if args.served or args.base_url:
        return served_verb(args, how, task)
    asked = Asked(args.model, identity_of(args.model, args.adapter), how)

    def load() -> Answer:
        return model_of(args.model, args.adapter, how)

    return told(predict(args.rows, args.articles, asked, load, args.out, tell, task), args.out)


def task_of(args: Namespace) -> Task | None:
    """Return the task whose rows are asked, None for a stage's rows, which come with their articles."""
    name = args.task or ("" if args.articles else args.rows.stem.removesuffix("_test"))
    if name in TASKS:
        return TASKS[name]
    if args.articles is None:
        then = f"give --articles for a stage's rows, or --task {'|'.join(TASKS)}"
        raise UsageError("predict", "--articles, or rows of a task", args.rows.name, then)
    return None


def served_verb(args: Namespace, how: Generation, task: Task | None) -> Result:
    """Have a served model answer every test row; all at once, so the server and the client find the pace."""
    if args.adapter or how.repetition_penalty != 1.0:
        found = "--adapter" if args.adapter else "--repetition-penalty"
        raise UsageError("--served", "what every server knows", found, "give it to the server, and leave it out here")
    settings = settings_of(Namespace(**{**vars(args), "teacher": args.model}))
    everything = replace(how, batch=len(read_rows(args.rows, headed=task is None)))
    asked = Asked(args.model, f"{args.model} at {settings.address.shown}", everything)
    ledger = args.ledger or args.out.with_name("predict_ledger.sqlite3")
    made = predict(args.rows, args.articles, asked, lambda: served(settings, ledger, everything), args.out, tell, task)
    return told(made, args.out)


def told(made: Manifest, out: Path) -> Result:
    """Say what was written, how many answers were cut and how many are empty."""
    cut, empty = made.settings["cut_by_length"], made.settings["empty"]
    said = f"{cut} answers were cut at {made.settings['max_new_tokens']} tokens, {empty} are empty"
    return Result((f"wrote {made.rows_out} pairs to {out}; {said}",), made)


def tell(line: str) -> None:
    """Say on standard error how far it is."""
    sys.stderr.write(line + "\n")


def skills_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `skills`."""
    parser.add_argument("--data", type=Path, default=Path("data"), help="the run's data folder (default: %(default)s)")
    parser.add_argument("--saves", type=Path, required=True, help="the run's folder with s1/ … s5/")
    parser.add_argument("--student", default="", help="what S1 started from (default: SAVES/student when it is there)")
    parser.add_argument("--out", type=Path, required=True, help="folder for pairs, scores and matrix.json")
    parser.add_argument("--max-new-tokens", type=int, default=128, help="(default: %(default)s)")
    parser.add_argument("--batch", type=int, default=Generation().batch, help="rows at a time (default: %(default)s)")


def skills_verb(args: Namespace) -> Result:
    """Have every checkpoint answer the test rows of every stage."""
    own = args.saves / "student"
    student = args.student or (str(own) if (own / "config.json").is_file() else "")
    how = Generation(max_new_tokens=args.max_new_tokens, batch=args.batch)
    matrix = skills(args.data, args.saves, student, how, args.out, tell)
    return Result((*lines_of(matrix), f"wrote {args.out / 'matrix.json'}"), matrix)


VERBS = (
    Verb(
        "predict",
        "Have a model answer the test rows: a checkpoint, an adapter, any model, a server.",
        "python -m eval predict --rows data/stages/s5_test.jsonl --articles data/articles/test.jsonl \\\n"
        "      --model saves/nano/s5 --out results/nano/pairs.jsonl",
        predict_arguments,
        predict_verb,
    ),
    Verb(
        "skills",
        "Have every checkpoint answer every stage's test rows: what each stage teaches, and what it forgets.",
        "python -m eval skills --data data --saves saves/nano --out results/nano/skills",
        skills_arguments,
        skills_verb,
    ),
)
