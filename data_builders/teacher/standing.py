r"""How a run of `teach` stands: one line on standard error, and `progress.json` that `teach status` reads from outside.

gpt-4o-mini v2 120/500 · kept 97 · over_length 23 · 41.3 requests/s · 64 at once · 210k tokens · $0.08 · 9 s left
"""

import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import msgspec

from data_builders.jsonl import encode, read_json, unwritable

PROGRESS = "progress.json"
EVERY_TERMINAL, EVERY_FILE = 0.2, 15.0
EVERY_SNAPSHOT = 1.0
RATE_WINDOW = 10.0
LOST_AFTER = 30.0


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a run at one moment; `usd` is None for a model without a price.

    `requests` counts what was sent, `replies` what was paid for in this run, `from_ledger` what was held already.
    """

    pid: int
    teacher: str
    strategy: str
    state: Literal["running", "finished", "stopped", "gone"]
    articles: int
    done: int = 0
    kept: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    replies: int = 0
    from_ledger: int = 0
    troubles: dict[str, int] = field(default_factory=dict)
    requests_per_second: float = 0.0
    at_once: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    usd: float | None = None
    seconds_left: float | None = None
    seconds: float = 0.0
    updated_at: float = 0.0

    def line(self) -> str:
        """Return it as one line."""
        said = [f"{self.teacher} {self.strategy} {self.done}/{self.articles}", f"kept {self.kept}"]
        said += [", ".join(f"{reason} {count}" for reason, count in sorted(self.failed.items()))] if self.failed else []
        said += [f"{self.requests_per_second:.1f} requests/s", f"{self.at_once} at once"]
        said += [f"{self.from_ledger} from the ledger"] if self.from_ledger else []
        said += [f"{short(self.prompt_tokens + self.completion_tokens)} tokens"]
        said += [f"${self.usd:.4f}"] if self.usd is not None else []
        if self.state == "running":
            return " · ".join([*said, left(self.seconds_left)])
        return " · ".join([*said, f"{self.state} after {self.seconds:.0f} s"])


class Counts:
    """What the client and the runner count while they work."""

    def __init__(self, teacher: str, strategy: str, articles: int) -> None:
        self.teacher, self.strategy, self.articles = teacher, strategy, articles
        self.done = self.kept = self.requests = self.replies = self.from_ledger = 0
        self.prompt_tokens = self.completion_tokens = self.at_once = 0
        self.usd: float | None = None
        self.failed: Counter[str] = Counter()
        self.troubles: Counter[str] = Counter()


class Progress:
    """Shows how it stands: on standard error, and in a file of the run's folder."""

    def __init__(self, counts: Counts, out: Path | None) -> None:
        self.counts, self.out = counts, out
        self.terminal = sys.stderr.isatty()
        self.begun = self.shown = time.monotonic()
        self.saved = 0.0
        self.past: list[tuple[float, int, int]] = [(self.begun, 0, 0)]

    def standing(self, state: Literal["running", "finished", "stopped"] = "running") -> Standing:
        """Return how it stands now; the rate is that of the last ten seconds."""
        now, counts = time.monotonic(), self.counts
        self.past = [point for point in self.past if now - point[0] <= RATE_WINDOW] or self.past[-1:]
        then, requests, done = self.past[0] if state == "running" else (self.begun, 0, 0)
        span = max(now - then, 1e-6)
        speed = (counts.done - done) / span
        return Standing(
            pid=os.getpid(),
            teacher=counts.teacher,
            strategy=counts.strategy,
            state=state,
            articles=counts.articles,
            done=counts.done,
            kept=counts.kept,
            failed=dict(counts.failed),
            requests=counts.requests,
            replies=counts.replies,
            from_ledger=counts.from_ledger,
            troubles=dict(counts.troubles),
            requests_per_second=(counts.requests - requests) / span,
            at_once=counts.at_once,
            prompt_tokens=counts.prompt_tokens,
            completion_tokens=counts.completion_tokens,
            usd=counts.usd,
            seconds_left=(counts.articles - counts.done) / speed if speed else None,
            seconds=now - self.begun,
            updated_at=time.time(),
        )

    def tick(self) -> None:
        """Show and save, when it is time to."""
        now = time.monotonic()
        if now - self.past[-1][0] >= EVERY_SNAPSHOT / 2:
            self.past.append((now, self.counts.requests, self.counts.done))
        if now - self.shown >= (EVERY_TERMINAL if self.terminal else EVERY_FILE):
            self.shown = now
            self.say(self.standing().line(), more=True)
        if now - self.saved >= EVERY_SNAPSHOT:
            self.save(self.standing())

    def end(self, state: Literal["finished", "stopped"]) -> Standing:
        """Show and save how it ended."""
        standing = self.standing(state)
        self.say(standing.line())
        self.save(standing)
        return standing

    def save(self, standing: Standing) -> None:
        """Write the file, whole for whoever reads it; nothing waits for the disk, as all calls would."""
        self.saved = time.monotonic()
        if self.out is not None:
            aside = self.out / f".{PROGRESS}.{os.getpid()}.part"
            try:
                self.out.mkdir(parents=True, exist_ok=True)
                aside.write_bytes(msgspec.json.format(encode(standing), indent=2))
                aside.replace(self.out / PROGRESS)
            except OSError as error:
                raise unwritable(self.out / PROGRESS, error) from error

    def say(self, line: str, more: bool = False) -> None:
        """Write a line; `more` lets the next one take its place on a terminal."""
        start = "\r\x1b[K" if self.terminal else ""
        sys.stderr.write(start + line + ("" if more and self.terminal else "\n"))
        sys.stderr.flush()


def read_standing(out: Path) -> Standing:
    """Return how the run of that folder stands; one whose process has not written for 30 s is gone."""
    standing = read_json(out / PROGRESS, Standing)
    quiet = time.time() - standing.updated_at > LOST_AFTER
    return replace(standing, state="gone") if standing.state == "running" and quiet else standing


def short(number: int) -> str:
    """Return a number as a person says it."""
    return f"{number / 1e6:.1f}M" if number >= 1e6 else f"{number / 1e3:.0f}k" if number >= 1e4 else str(number)


def left(seconds: float | None) -> str:
    """Return the time that is left."""
    if seconds is None:
        return "nothing done yet"
    return f"{seconds / 60:.0f} min left" if seconds >= 120 else f"{seconds:.0f} s left"
