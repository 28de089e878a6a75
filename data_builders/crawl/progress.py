r"""The one line that tells how a crawl goes: done, of how many, how fast, how long yet; on standard error.

udn 37/500 · 2 failed · 24.1 a minute · 19 min left
"""

import sys
import time


class Progress:
    """Rewrites its line on a terminal, and writes one every half minute into a file."""

    def __init__(self, name: str, total: int) -> None:
        self.name, self.total = name, total
        self.begun = self.shown = time.monotonic()
        self.fetched = 0
        self.terminal = sys.stderr.isatty()

    def step(self, done: int, failed: int, fetched: int) -> None:
        """Tell how many articles are held, failed, and fetched by this crawl."""
        now = time.monotonic()
        if now - self.shown < (0.2 if self.terminal else 30.0) and done < self.total:
            return
        self.shown = now
        self.say(f"{self.name} {done}/{self.total} · {failed} failed · {self.pace(done, fetched, now)}", more=True)

    def pace(self, done: int, fetched: int, now: float) -> str:
        """Return the rate and the time that is left at that rate."""
        rate = fetched / max(now - self.begun, 1e-6)
        if not fetched:
            return "nothing fetched yet" if done < self.total else "all held before"
        left = (self.total - done) / rate
        return f"{rate * 60:.1f} a minute · " + (f"{left / 60:.0f} min left" if left >= 60 else f"{left:.0f} s left")

    def say(self, line: str, more: bool = False) -> None:
        """Write a line; `more` lets the next one take its place on a terminal."""
        start = "\r\x1b[K" if self.terminal else ""
        end = "" if more and self.terminal else "\n"
        sys.stderr.write(start + line + end)
        sys.stderr.flush()
