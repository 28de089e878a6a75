"""Follow a job through LLaMA-Factory's `trainer_log.jsonl` and say where it is.

    s3  step 24/57  loss 3.21  dev loss 4.51 -> 3.40  0:00:12, 0:00:17 left

The log is only read, from where the last look ended; on a terminal the line is rewritten in place, elsewhere one line
is printed for each look at the dev split.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import msgspec


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of trainer_log.jsonl, as far as it is shown."""

    current_steps: int = 0
    total_steps: int = 0
    loss: float | None = None
    eval_loss: float | None = None
    elapsed_time: str = ""
    remaining_time: str = ""


class Progress:
    """Reads the log of one job as it grows and keeps its dev losses, first to last."""

    def __init__(self, name: str, log: Path, screen: TextIO = sys.stderr) -> None:
        self.name, self.log, self.screen = name, log, screen
        self.read = 0
        self.losses: list[float] = []
        self.loss: float | None = None
        self.shown = False

    def look(self) -> None:
        """Read what is new and show it."""
        latest: LogLine | None = None
        for line in self.fresh():
            latest = line
            self.loss = line.loss if line.loss is not None else self.loss
            if line.eval_loss is not None:
                self.losses.append(line.eval_loss)
                if not self.screen.isatty():
                    self.show(line)
        if latest is not None and self.screen.isatty():
            self.show(latest)

    def fresh(self) -> list[LogLine]:
        """Return the whole lines that came since the last look."""
        try:
            with self.log.open("rb") as stream:
                stream.seek(self.read)
                block = stream.read()
        except FileNotFoundError:
            return []
        whole = block[: block.rfind(b"\n") + 1]
        self.read += len(whole)
        found = []
        for line in whole.splitlines():
            try:
                found.append(msgspec.json.decode(line, type=LogLine))
            except msgspec.DecodeError:
                continue  # not a line of ours to judge; the result decides
        return found

    def show(self, line: LogLine) -> None:
        """Show one line."""
        loss = f"  loss {self.loss:.3f}" if self.loss is not None else ""
        text = f"{self.name:<18} step {line.current_steps}/{line.total_steps}{loss}{self.dev()}"
        text += f"  {line.elapsed_time}" + (f", {line.remaining_time} left" if line.remaining_time else "")
        end = "" if self.screen.isatty() else "\n"
        self.screen.write(("\r\x1b[K" if self.screen.isatty() else "") + text + end)
        self.screen.flush()
        self.shown = self.screen.isatty()

    def dev(self) -> str:
        """Return the dev losses so far: the first and the last."""
        if not self.losses:
            return ""
        return f"  dev loss {self.losses[0]:.3f}" + (f" -> {self.losses[-1]:.3f}" if len(self.losses) > 1 else "")

    def clear(self) -> None:
        """Take a line that was rewritten in place off the screen."""
        if self.shown:
            self.screen.write("\r\x1b[K")
            self.screen.flush()
