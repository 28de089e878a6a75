"""The command line: status from outside, batch files out and in, usage errors."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from mock_server import MockServer, reply_to
from teachers_house import House, news

from data_builders import cli
from data_builders.teacher.standing import Standing
from data_builders.verbs import VERBS

network = pytest.mark.network
ROOT = Path(__file__).parents[2]


def verb(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    try:
        code = cli.run("python -m data_builders", "…", VERBS, [str(word) for word in words])
    except SystemExit as left:
        code = int(left.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


@network
def test_status_reads_from_outside_how_a_run_stands(
    mock: MockServer, house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    mock.set(latency=0.3)
    articles = house.articles(news(400))
    words = [
        "teach",
        "--articles",
        articles,
        "--teacher",
        "mock",
        "--base-url",
        mock.url,
        "--out",
        house.out,
        "--slots",
        8,
    ]
    program = [sys.executable, "-m", "data_builders", *map(str, words)]
    running = subprocess.Popen(program, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        seen: dict[str, object] = {}
        while time.monotonic() < until and not seen.get("replies"):
            time.sleep(0.2)
            code, out, _ = verb(capsys, "teach", "status", "--out", house.out, "--json")
            seen = json.loads(out) if code == 0 else {}
        assert (seen["state"], seen["articles"], seen["pid"]) == ("running", 400, running.pid)
        assert 0 < int(str(seen["at_once"])) <= 8
        assert float(str(seen["requests_per_second"])) > 0
    finally:
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130
    assert not (house.out / "manifest.json").exists()


def test_status_of_a_run_that_died_says_so(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.out.mkdir()
    dead = Standing(1, "m", "v1", "running", 10, done=3, updated_at=time.time() - 60)
    (house.out / "progress.json").write_bytes(msgspec.json.encode(dead))
    code, out, _ = verb(capsys, "teach", "status", "--out", house.out)
    assert (code, "gone after" in out, "m v1 3/10" in out) == (0, True, True)


def test_status_without_a_run_is_one_line(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = verb(capsys, "teach", "status", "--out", house.out)
    assert code == 1
    assert "expected a run of a served teacher, found nothing" in err


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["--slots", "0"], 2, "--slots: expected a number from 1, found 0"),
        (["--max-usd", "nan"], 2, "--max-usd: expected a number from 0, found nan"),
        (["--max-usd", "1"], 1, "expected a price for no-such-model, found none"),
        (["--best-of", "0"], 2, "--best-of: expected a number from 1"),
        (["--base-url", "me:pw@host"], 2, "--base-url: expected an http address"),
        (["--prices", "none.toml"], 1, "none.toml: expected a readable file"),
        (["--articles", "none"], 1, "expected curated articles, found nothing"),
    ],
)
def test_bad_usage_is_one_line(
    house: House, capsys: pytest.CaptureFixture[str], words: list[str], code: int, error: str
) -> None:
    known = ["teach", "--teacher", "no-such-model", "--base-url", "http://127.0.0.1:9/v1", "--out", house.out]
    articles = ["--articles", house.articles(news(1))]
    got, _, err = verb(capsys, *known, *articles, *words)
    assert (got, err.count("\n")) == (code, 1)
    assert error in err


def test_the_embedded_teacher_costs_nothing_to_estimate(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = verb(capsys, "teach", "estimate")
    assert code == 2
    assert "extractive, which costs nothing" in err


def answered(path: Path, broken: int = -1) -> Path:
    """Play the Batch API: answer a file's requests, in reverse; one fails."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines = []
    for place, row in enumerate(rows):
        assert (row["method"], row["url"]) == ("POST", "/v1/chat/completions")
        text = reply_to("\n".join(message["content"] for message in row["body"]["messages"]), None)
        message = {"role": "assistant", "content": text}
        usage = {"prompt_tokens": 9, "completion_tokens": 3}
        body = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage}
        response = {"status_code": 500 if place == broken else 200, "request_id": "r", "body": body}
        lines.append({"id": f"b{place}", "custom_id": row["custom_id"], "response": response, "error": None})
    back = path.with_name("back.jsonl")
    back.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in reversed(lines)), encoding="utf-8")
    return back


@network
def test_batch_files_go_out_and_come_back_and_nobody_is_called(
    mock: MockServer, house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    order = [
        "--articles",
        house.articles(news(12)),
        "--strategy",
        "v2",
        "--teacher",
        "mock",
        "--base-url",
        mock.url,
        "--out",
        house.out,
    ]
    wanted = []
    for turn in range(6):
        code, out, _ = verb(capsys, "teach", "batch-out", *order, "--json")
        said = json.loads(out)
        wanted.append(said["requests"])
        if not said["requests"]:
            break
        code, out, _ = verb(
            capsys,
            "teach",
            "batch-in",
            answered(house.out / "batch-1.jsonl", broken=3 if turn == 0 else -1),
            *order,
            "--json",
        )
        assert code == 0
    assert wanted == [12, 12, 12, 1, 0], "three steps; what failed in the first round is a round behind"
    code, out, err = verb(capsys, "teach", *order)
    assert code == 0, err
    assert "teach: 12 in" in out
    assert mock.stats().requests == 0
    assert not list(house.out.glob("batch-*.jsonl"))


def test_a_returned_file_of_somebody_else_is_told(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    (house.root / "b.jsonl").write_text('{"custom_id":"abc","response":null,"error":null}\n', encoding="utf-8")
    code, out, _ = verb(capsys, "teach", "batch-in", house.root / "b.jsonl", "--out", house.out)
    assert (code, out) == (1, "batch-in: 0 kept, 0 held before, 0 failed, 1 unknown\n")
