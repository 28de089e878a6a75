import json
import os
import signal
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest
from builders_house import ROOT, Command

from data_builders import cli
from data_builders.cli import Result, Verb
from data_builders.errors import InputError, NewsLadderError, OrderError, TrainError, UsageError, WriteError
from data_builders.verbs import VERBS

NAMES = [verb.name for verb in VERBS]


def nothing(_: ArgumentParser) -> None:
    """A verb without arguments."""


def ends(action: BaseException) -> int:
    """The exit code of a verb that raises `action`."""

    def act(_: Namespace) -> Result:
        raise action

    return cli.run("toy", "A toy.", [Verb("do", "Do.", "toy do", nothing, act)], ["do"])


def test_an_error_is_one_line_of_four_parts() -> None:
    error = InputError("a.jsonl:7", "text", "fields id,\n title", "rename one")
    assert str(error) == "a.jsonl:7: expected text, found fields id, title. Next: rename one"
    assert (error.where, error.expected, error.found, error.then) == (
        "a.jsonl:7",
        "text",
        "fields id,\n title",
        "rename one",
    )


@pytest.mark.parametrize(
    ("kind", "code"), [(InputError, 1), (OrderError, 1), (WriteError, 1), (TrainError, 1), (UsageError, 2)]
)
def test_every_error_ends_with_its_exit_code_and_one_line(
    kind: type[NewsLadderError], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ends(kind("here", "this", "that", "mend it")) == code
    printed = capsys.readouterr()
    assert printed.err == "error: here: expected this, found that. Next: mend it\n"
    assert printed.out == ""


def test_an_interrupt_ends_with_130_and_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert ends(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err.splitlines() == [
        "interrupted: nothing that was finished is lost; run the same command again to go on"
    ]


def test_a_bug_is_not_dressed_up_as_bad_input() -> None:
    with pytest.raises(ZeroDivisionError):
        ends(ZeroDivisionError())


def test_a_check_that_did_not_pass_ends_with_the_code_it_names() -> None:
    toy = Verb("do", "Do.", "toy do", nothing, lambda _: Result(("bad",), None, exit_code=1))
    assert cli.run("toy", "A toy.", [toy], ["do"]) == 1


def test_a_result_is_lines_for_a_person_and_json_for_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    toy = Verb("do", "Do.", "toy do", nothing, lambda _: Result(("做好了", "第二行"), {"rows": 2, "名": "甲"}))
    assert cli.run("toy", "A toy.", [toy], ["do"]) == 0
    assert capsys.readouterr().out == "做好了\n第二行\n"
    assert cli.run("toy", "A toy.", [toy], ["do", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"rows": 2, "名": "甲"}


@pytest.mark.parametrize("name", NAMES)
def test_help_of_every_verb_shows_an_example_that_names_it(name: str, verb: Command) -> None:
    said = verb(name, "--help")
    assert said.code == 0
    example = said.out.rpartition("example:\n")[2]
    assert example.strip().startswith(f"python -m data_builders {name}")
    assert "--json" in said.out


def test_the_programs_help_lists_every_verb_with_what_it_does(program: Command) -> None:
    said = program("--help")
    assert (said.code, said.err) == (0, "")
    listed = " ".join(said.out.split())
    for verb in VERBS:
        assert f" {verb.name} {verb.summary} " in listed


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "the following arguments are required: VERB"),
        (["fly"], "invalid choice: 'fly'"),
        (["ingest", "a.csv"], "the following arguments are required: --out"),
        (["build", "--stage", "s9"], "argument --stage: invalid choice: 's9'"),
        (["build", "--stage", "s1", "--cutoff", "many"], "argument --cutoff: invalid int value: 'many'"),
        (["student", "--preset", "huge", "--out", "o"], "argument --preset: invalid choice: 'huge'"),
    ],
)
def test_bad_usage_ends_with_2_and_names_the_argument(words: list[str], complaint: str, verb: Command) -> None:
    said = verb(*words)
    assert said.code == 2
    assert complaint in said.err


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["build", "--stage", "s1", "--cutoff", "0"],
            "error: --cutoff: expected a number of tokens, found 0. Next: give 1 or more, or leave it out\n",
        ),
        (
            ["curate", "x", "--min-chars", "9", "--max-chars", "5"],
            (
                "error: --min-chars, --max-chars: expected 0 <= least <= most, found 9 and 5. "
                "Next: give bounds in that order\n"
            ),
        ),
    ],
)
def test_numbers_that_cannot_be_end_with_2(words: list[str], line: str, verb: Command) -> None:
    said = verb(*words)
    assert (said.code, said.err) == (2, line)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["ingest", "nope.csv", "--out", "o"],
            "error: nope.csv: expected a readable file, found no such file. Next: check the path\n",
        ),
        (
            ["curate", "nope"],
            (
                "error: nope: expected this file from an earlier step, found nothing. "
                "Next: python -m data_builders ingest FILE --out DIR\n"
            ),
        ),
        (
            ["teach"],
            (
                "error: data/articles/train.jsonl: expected curated articles, found nothing. "
                "Next: python -m data_builders curate FILE --out data/articles\n"
            ),
        ),
        (
            ["doctor"],
            "error: dataset_info.json: expected a readable file, found no such file. Next: check the path\n",
        ),
    ],
)
def test_bad_input_ends_the_program_with_1_one_line_and_the_next_command(
    words: list[str], line: str, program: Command
) -> None:
    said = program(*words)
    assert (said.code, said.out, said.err) == (1, "", line)


def start(folder: Path, *words: str, stdout: int) -> subprocess.Popen[bytes]:
    """Start the program in `folder`, its output buffered as usual."""
    command = [sys.executable, "-m", "data_builders", *words]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=stdout, stderr=subprocess.PIPE)


def test_control_c_in_the_middle_of_a_file_ends_the_program_with_130(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "slow.jsonl")
    process = start(tmp_path, "ingest", "slow.jsonl", "--out", "out", stdout=subprocess.PIPE)
    with (tmp_path / "slow.jsonl").open("wb"):  # returns when the program has begun to read
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.decode().splitlines() == [
        "interrupted: nothing that was finished is lost; run the same command again to go on"
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_behind_standard_output_is_one_line(house: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = start(house, "register", stdout=full.fileno())
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.decode() == (
        "error: standard output: expected to print the result, found No space left on device. "
        "Next: send the output elsewhere; the step itself is done\n"
    )


def test_a_reader_that_goes_away_is_no_traceback(house: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    process = start(house, "register", stdout=write)
    os.close(write)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (141, b"")
