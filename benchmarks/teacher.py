"""Requests a second against one local mock: ours, the plain openai client, curator and distilabel, in one run.

    python -m benchmarks.teacher --curator VENV --distilabel VENV          50 ms a reply, as many slots as wanted
    python -m benchmarks.teacher --slots 64 --latency 1 --rows 3840        one second a reply, 64 slots

Each gets the same rows, most of them once, and its own mock in its own process. The rate is the mock's own count: from
the first request of the rows to the last reply, so that no start-up is in it; `seconds` is the whole program, and `CPU`
what it and its helpers used of the processors a row, start-up included: the figure that others on the machine disturb
least. `ours` is client, ledger, budget and retries behind a strategy that takes a reply as it is, as the others do;
`the whole command` also reads every reply and lets 30 gates judge it. Programs take turns, ratios are medians of pairs.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SENTENCES = (
    "臺中市政府今天宣布，社會住宅預算編列2億6,000萬元，將興建300戶住宅。", "市長林怡君表示，市府將補助青年家庭租金。",
    "市議員陳大文要求市府公開工程進度，並說明經費來源。", "都發局說，第一期工程明年三月動工，後年完工。",
    "地方居民樂見其成，但也擔心交通壅塞。", "交通局回應，已規畫兩條新公車路線。",
)  # fmt: skip


def rows_of(count: int) -> list[dict[str, str]]:
    """Return articles of about 600 characters, no two alike."""
    made = []
    for k in range(count):
        turned = SENTENCES[k % 6 :] + SENTENCES[: k % 6]
        made.append({"id": f"b-{k}", "source": "b", "article": f"第{k}則。" + "".join(turned) * 3})
    return made


@dataclass(frozen=True, slots=True)
class Measured:
    """One program's run: requests a second as the mock saw them, whole seconds, milliseconds of processor a row."""

    rate: float
    seconds: float
    cpu: float


def measured(command: Sequence[str], latency: float, rows: int, slots: int) -> Measured:
    """Run a program against a fresh mock."""
    words = [sys.executable, str(ROOT / "tests/teacher/mock_server.py"), f"--latency={latency}", f"--slots={slots}"]
    mock = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert mock.stdout is not None
    url = mock.stdout.readline().strip()
    try:
        start = time.monotonic()
        with tempfile.TemporaryFile() as said:
            words = [word.replace("URL", url) for word in command]
            program = subprocess.Popen(words, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
            _, status, used = os.wait4(program.pid, 0)
            program.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.monotonic() - start
            if status:
                said.seek(0)
                raise SystemExit(f"{command[0]}: {said.read()[-2000:].decode()}")
        with urllib.request.urlopen(url.removesuffix("/v1") + "/_stats") as reply:  # noqa: S310 - our own address
            stats = json.loads(reply.read())
    finally:
        mock.terminate()
        mock.wait()
        mock.stdout.close()
    times = sorted(stats["times"])[-rows:]  # what came before the rows are questions to the server
    assert len(times) == rows, stats["requests"]
    rate = rows / (times[-1] - times[0] + latency)
    return Measured(rate, seconds, 1000 * (used.ru_utime + used.ru_stime) / rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--slots", type=int, default=0, help="slots of server and client (default: as many as wanted)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--curator", help="virtual environment with bespokelabs-curator")
    parser.add_argument("--distilabel", help="virtual environment with distilabel[openai]")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        rows = rows_of(args.rows)
        articles, prompts = folder / "articles.jsonl", folder / "rows.jsonl"
        articles.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        asked = ({"id": row["id"], "text": "請整理這則新聞。\n" + row["article"]} for row in rows)
        prompts.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in asked), encoding="utf-8")
        ours = [sys.executable, "-m", "data_builders", "teach", "--articles", str(articles), "--teacher", "gpt-4o-mini"]
        ours += [
            "--base-url",
            "URL",
            "--out",
            str(folder / "out"),
            *(["--slots", str(args.slots)] if args.slots else []),
        ]
        alone = [sys.executable, "tests/teacher/stand_in.py", str(articles), "v1", "URL", str(folder / "out")]
        programs = {"ours": alone + (ours[-2:] if args.slots else []), "ours, the whole command": ours}
        for name in () if args.slots else ("plain", "curator", "distilabel"):
            venv = getattr(args, name, None)
            python = f"{venv}/bin/python" if venv else sys.executable
            if venv or name == "plain":
                script = f"benchmarks/teacher_{name}.py"
                programs[name] = [python, script, "URL", str(prompts), str(folder / "peer")]
        rates: dict[str, list[Measured]] = {name: [] for name in programs}
        for _ in range(args.rounds):
            for name, command in programs.items():
                for left in ("out", "peer"):
                    shutil.rmtree(folder / left, ignore_errors=True)
                one = measured(command, args.latency, args.rows, args.slots)
                rates[name].append(one)
                print(f"  {name}: {one.rate:.1f} requests/s, {one.seconds:.1f} s, CPU {one.cpu:.2f} ms", flush=True)
    for name, found in rates.items():
        tell(name, found, rates["ours"], args.slots / args.latency, args.rows)


def tell(name: str, found: Sequence[Measured], ours: Sequence[Measured], ideal: float, rows: int) -> None:
    """Print a program's medians, and how many times them ours is in the same round."""
    rate, seconds, cpu = (statistics.median(getattr(one, what) for one in found) for what in Measured.__slots__)
    pairs = list(zip(ours, found, strict=True))
    faster = statistics.median(mine.rate / other.rate for mine, other in pairs)
    sooner = statistics.median(other.seconds / mine.seconds for mine, other in pairs)
    cheaper = statistics.median(other.cpu / mine.cpu for mine, other in pairs)
    share = f" ({rate / ideal:.1%} of the ideal; with start-up {rows / seconds / ideal:.1%})" if ideal else ""
    print(
        f"{name}: {rate:.1f} requests/s{share}, whole program {seconds:.1f} s, CPU {cpu:.2f} ms a row; "
        f"ours: {faster:.2f} times the rate, {sooner:.2f} times sooner, {cheaper:.2f} times less CPU"
    )


if __name__ == "__main__":
    main()
