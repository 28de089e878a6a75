"""The command line of every package here: verbs, `--json`, one error line, exit codes.

    def build(args: Namespace) -> Result: ...
    run("python -m data_builders", "Text in, datasets out.", [Verb("build", "…", "example", add_arguments, build)])

Exit codes: 0 done, 1 bad input, 2 bad usage, 130 interrupted. Errors go to standard error as one line. A verb returns
a `Result`: lines for a person, or one JSON value for a program that gave `--json`.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from data_builders.errors import NewsLadderError, WriteError
from data_builders.jsonl import encode


@dataclass(frozen=True, slots=True)
class Result:
    """What a verb has to say: `lines` to read, `value` for `--json`, `exit_code` when a check did not pass."""

    lines: tuple[str, ...]
    value: object
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: its name, one line of help, an example, what adds its arguments, what does it."""

    name: str
    summary: str
    example: str
    arguments: Callable[[argparse.ArgumentParser], None]
    action: Callable[[argparse.Namespace], Result]


def parser_of(program: str, about: str, verbs: Sequence[Verb]) -> argparse.ArgumentParser:
    """Return the parser; every verb has `--help` with its example, and `--json`."""
    parser = argparse.ArgumentParser(prog=program, description=about)
    commands = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb in verbs:
        command = commands.add_parser(
            verb.name,
            help=verb.summary,
            description=verb.summary,
            epilog=f"example:\n  {verb.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.arguments(command)
        command.add_argument("--json", action="store_true", help="print the result as JSON")
        command.set_defaults(action=verb.action)
    return parser


def run(program: str, about: str, verbs: Sequence[Verb], argv: Sequence[str] | None = None) -> int:
    """Parse, act, print, and return the exit code."""
    args = parser_of(program, about, verbs).parse_args(argv)
    try:
        result: Result = args.action(args)
        show(result, args.json)
    except NewsLadderError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(
            "interrupted: nothing that was finished is lost; run the same command again to go on",
            file=sys.stderr,
        )
        return 130
    except BrokenPipeError:
        silence()  # the reader went away (`… | head`)
        return 141
    return result.exit_code


def show(result: Result, as_json: bool) -> None:
    """Print what a verb has to say; a full disk behind standard output is a WriteError."""
    try:
        if as_json:
            print(msgspec.json.format(encode(result.value), indent=2).decode())
        else:
            for line in result.lines:
                print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence()
        then = "send the output elsewhere; the step itself is done"
        raise WriteError("standard output", "to print the result", error.strerror or str(error), then) from error


def silence() -> None:
    """Point standard output nowhere: Python would complain once more while it closes it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
