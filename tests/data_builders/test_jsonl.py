import errno
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders_house import ROOT

from data_builders.errors import InputError, OrderError, WriteError
from data_builders.jsonl import digest_of, need, read, read_json, write, write_json, write_text
from data_builders.schema import Article, Produced, Triple

OLD = b'{"id":"old"}\n'
TOY = Article("toy-1", "toy", "臺北「𠮷野家」下雨😀")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that stands already, alone in its folder."""
    path = tmp_path / "articles.jsonl"
    path.write_bytes(OLD)
    return path


def stands_alone(path: Path) -> bool:
    """Whether the old file is as it was, and nothing half-written lies beside it."""
    return path.read_bytes() == OLD and [child.name for child in path.parent.iterdir()] == [path.name]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    made = write(tmp_path / "new" / "a.jsonl", [TOY])
    assert list(read(tmp_path / "new" / "a.jsonl", Article)) == [TOY]
    assert made == Produced(1, digest_of(tmp_path / "new" / "a.jsonl"))


def test_chinese_stands_in_the_file_as_itself(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", [Triple("臺北", "下", "雨😀")])
    assert (tmp_path / "a.jsonl").read_bytes() == '{"subject":"臺北","relation":"下","object":"雨😀"}\n'.encode()


def test_json_is_indented_and_ends_with_a_newline(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"名": [1]})
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == '{\n  "名": [\n    1\n  ]\n}\n'


def failing(error: BaseException) -> Iterator[Article]:
    """A stream of articles that breaks after the first."""
    yield TOY
    raise error


@pytest.mark.parametrize("error", [InputError("source", "a", "b", "c"), KeyboardInterrupt(), ZeroDivisionError()])
def test_an_error_in_the_stream_leaves_the_old_file_and_nothing_beside_it(file: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        write(file, failing(error))
    assert stands_alone(file)


def test_the_file_changes_only_when_the_last_record_is_written(file: Path) -> None:
    def watched() -> Iterator[Article]:
        yield TOY
        assert file.read_bytes() == OLD

    write(file, watched())
    assert next(read(file, Article)) == TOY


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_says_so_and_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def full(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError) as caught:
        write(file, [TOY])
    assert str(caught.value) == (
        f"{file}: expected to write the file, found no space left on the disk. Next: free some space and run the same "
        "command again; what stood there before is unharmed"
    )
    assert stands_alone(file)


def test_a_really_full_disk_ends_the_program_with_one_line(tmp_path: Path) -> None:
    # A tmpfs of 64 KiB that holds the old file; only a mount namespace of one's own can have it.
    (tmp_path / "disk").mkdir()
    (tmp_path / "news.jsonl").write_text(f'{{"article": "{"雨" * 40_000}"}}\n', encoding="utf-8")
    steps = (
        "mount -t tmpfs -o size=64k none disk && printf old > disk/articles.jsonl || exit 77",
        f"{sys.executable} -m data_builders ingest news.jsonl --out disk; echo $?; ls -A disk; cat disk/*",
    )
    if shutil.which("unshare") is None:
        pytest.skip("no unshare: a full disk cannot be made here")
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", "\n".join(steps)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 77 or "unshare:" in done.stderr:
        pytest.skip("mounting is not allowed: a full disk cannot be made here")
    assert done.stderr == (
        "error: disk/articles.jsonl: expected to write the file, found no space left on the disk. "
        "Next: free some space and run the same command again; what stood there before is unharmed\n"
    )
    assert done.stdout == "1\narticles.jsonl\nold"


def test_a_write_that_the_system_refuses_in_the_middle_leaves_the_old_file(file: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(WriteError, match="found File too large"):
            write(file, (TOY for _ in range(10_000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert stands_alone(file)


@pytest.mark.parametrize(
    ("place", "found"),
    [("file/a.jsonl", "File exists"), ("file/x/a.jsonl", "Not a directory"), ("n" * 250, "File name too long")],
)
def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path, place: str, found: str) -> None:
    (tmp_path / "file").write_bytes(OLD)
    with pytest.raises(WriteError, match=f"expected to write the file, found {found}. Next: check the folder"):
        write(tmp_path / place, [TOY])


def test_a_lone_surrogate_names_the_record_and_leaves_the_old_file(file: Path) -> None:
    with pytest.raises(InputError) as caught:
        write(file, [TOY, Article("toy-2", "toy", "壞\ud800字")])
    assert str(caught.value) == (
        "toy-2: expected text that UTF-8 can hold, found a lone surrogate. Next: clean the text first"
    )
    assert stands_alone(file)


def test_a_byte_order_mark_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf\r\n{"subject":"a","relation":"b","object":"c"}\r\n\n  \n')
    assert list(read(path, Triple)) == [Triple("a", "b", "c")]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b'{"id": 7, "source": "x", "article": "y"}', "Expected `str`, got `int` - at `$.id`"),
        (b'{"id": "7", "source": "x"}', "Object missing required field `article`"),
        (b'{"id": "7", "sour', "Input data was truncated"),
        (b'["7"]', "Expected `object`, got `array`"),
        ('{"id": "7", "source": "x", "article": "台'.encode("big5") + b'"}', "'utf-8' codec can't decode byte 0xa5"),
        (b'{"a": ' + b"[" * 100_000, "maximum recursion depth exceeded"),
    ],
)
def test_a_line_that_is_no_record_is_named_by_file_and_line(tmp_path: Path, line: bytes, found: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id":"1","source":"x","article":"y"}\n\n' + line + b"\n")
    with pytest.raises(InputError) as caught:
        list(read(path, Article))
    assert str(caught.value).startswith(f"{path}:3: expected a JSON Article, found {found}")
    assert str(caught.value).endswith("Next: mend that line, or make the file again")


def test_a_json_file_that_is_not_what_it_should_be_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_text(path, '{"subject": 1}')
    with pytest.raises(InputError, match=re.escape(f"{path}: expected a JSON Triple, found Expected `str`, got `int`")):
        read_json(path, Triple)
    with pytest.raises(InputError, match=r"nope\.json: expected a readable file, found no such file"):
        read_json(tmp_path / "nope.json", Triple)


def test_a_folder_is_no_readable_file(tmp_path: Path) -> None:
    for reader in (lambda path: list(read(path, Triple)), digest_of):
        with pytest.raises(InputError, match="expected a readable file, found Is a directory"):
            reader(tmp_path)


def test_a_file_of_an_earlier_step_that_is_missing_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(OrderError) as caught:
        need(tmp_path / "a.jsonl", "make data")
    path = tmp_path / "a.jsonl"
    assert str(caught.value) == f"{path}: expected this file from an earlier step, found nothing. Next: make data"
    path.write_bytes(OLD)
    assert need(path, "make data") == path
