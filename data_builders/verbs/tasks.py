"""The verb of the sibling tasks: `task <name>`.

python -m data_builders task wmt --input corpus.zh-en.tsv --out data/tasks --train 5897 --dev 990
"""

import argparse
from pathlib import Path

from data_builders.cli import Result, Verb
from data_builders.errors import InputError, UsageError
from data_builders.jsonl import unreadable
from data_builders.schema import SPLITS
from data_builders.tasks import build
from data_builders.tasks.schema import Asked, Sizes, Task
from data_builders.tasks.table import TASKS
from data_builders.verbs.told import RUN, told

SAMPLE = Path("data_builders/sample/tasks")


def task_arguments(parser: argparse.ArgumentParser) -> None:
    """Add a command for each task, with what all take and what is its own."""
    commands = parser.add_subparsers(dest="task", required=True, metavar="|".join(TASKS))
    for task in TASKS.values():
        command = commands.add_parser(task.name, help=task.learns, description=task.learns)
        shared_arguments(command, task)
        usual = set(vars(command.parse_args([])))
        task.arguments(command)
        own = set(vars(command.parse_args([]))) - usual
        command.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print the result as JSON")
        command.set_defaults(own=sorted(own))


def shared_arguments(parser: argparse.ArgumentParser, task: Task) -> None:
    """Add what every task takes."""
    parser.add_argument(
        "--input", type=Path, action="append", help=f"a file or folder, may be repeated (default: {SAMPLE}/{task.name})"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("data/tasks"), help="folder for the rows (default %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=Asked((), Path()).seed, help="decides the split and the samples")
    for split in SPLITS:
        most = getattr(task.sizes, split) or "all"
        parser.add_argument(
            f"--{split}", default=str(most), help=f"at most so many {split} rows, or all (default {most})"
        )
    parser.add_argument("--keywords", type=Path, help="a file of words, one a line: only rows that hold one of them")


def task_verb(args: argparse.Namespace) -> Result:
    """Build one task's rows."""
    task = TASKS[args.task]
    asked = Asked(
        inputs=tuple(args.input or [SAMPLE / task.name]),
        out=args.out,
        sizes=Sizes(*(size_of(getattr(args, split), split) for split in SPLITS)),
        seed=args.seed,
        keywords=words_of(args.keywords) if args.keywords else (),
        options={name: getattr(args, name) for name in args.own},
    )
    made = build(task, asked)
    result = told(made, args.out)
    sizes = ", ".join(f"{split} {made.outputs[f'{task.name}_{split}.jsonl'].rows}" for split in SPLITS)
    return Result((*result.lines, f"  {sizes}"), made)


def size_of(text: str, split: str) -> int:
    """Return how many rows of a split are asked for, 0 for all."""
    if text == "all":
        return 0
    if not text.isdecimal() or not int(text):
        raise UsageError(f"--{split}", "a number of rows above 0, or all", text, f"give for example --{split} 1000")
    return int(text)


def words_of(file: Path) -> tuple[str, ...]:
    """Return the words of a file, one a line; a line that begins with # is a remark."""
    try:
        found = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise unreadable(file, error) from error
    except UnicodeDecodeError as error:
        raise InputError(str(file), "UTF-8 text", str(error), "save the file as UTF-8") from error
    words = tuple(dict.fromkeys(word for line in found if (word := line.strip()) and not word.startswith("#")))
    if not words:
        raise InputError(str(file), "a word on a line", "none", "write the words, or leave --keywords out")
    return words


VERBS = (
    Verb(
        "task",
        "Build the rows of a sibling task: translation, question answering, English summaries.",
        f"{RUN} task wmt --input corpus.zh-en.tsv --out data/tasks --train 5897 --dev 990",
        task_arguments,
        task_verb,
    ),
)
