"""Reads pages in a process of their own, which is killed when one takes too long.

    >>> with Extractor(seconds=20) as extractor:
    ...     extractor.read("udn", page.body, page.kind, page.url).title
    '北市今停水'

One process serves a whole crawl, one page at a time whichever thread asks; after a kill or a crash the next page gets a
new one.
"""

import os
import selectors
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import msgspec

from data_builders.crawl.schema import Story, Trouble

ROOT = Path(__file__).resolve().parents[2]
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Job:
    """One page to read: `source` is a newspaper's name, or `auto`."""

    source: str
    url: str
    kind: str
    body: bytes


class Extractor:
    """Starts the worker when the first page comes."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.process: subprocess.Popen[bytes] | None = None
        self.turn = threading.Lock()

    def __enter__(self) -> "Extractor":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def read(self, source: str, body: bytes, kind: str = "", url: str = "") -> Story | Trouble:
        """Return what a page holds; a Trouble for one that the worker did not survive, or that holds no article."""
        with self.turn:
            return self.read_alone(Job(source, url, kind, body))

    def read_alone(self, job: Job) -> Story | Trouble:
        """Return what a page holds, while no other thread asks."""
        process = self.process or self.start()
        message = msgspec.msgpack.encode(job)
        try:
            assert process.stdin is not None  # noqa: S101 - it was opened with a pipe
            process.stdin.write(len(message).to_bytes(8, "big") + message)
            process.stdin.flush()
            story = msgspec.msgpack.decode(self.answer(process), type=Story)
        except TimeoutError:
            self.stop()
            return Trouble("parse_too_slow", f"more than {self.seconds:.0f} s")
        except (OSError, EOFError, msgspec.DecodeError):
            self.stop()
            return Trouble("parse_crashed", "the page ended the process that read it")
        if not story.paragraphs:
            return Trouble("no_article", "no paragraphs found")
        return story

    def answer(self, process: "subprocess.Popen[bytes]") -> bytes:
        """Read one answer within the time."""
        assert process.stdout is not None  # noqa: S101 - it was opened with a pipe
        end = time.monotonic() + self.seconds
        data = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while len(data) < 8 or len(data) < 8 + int.from_bytes(data[:8], "big"):
                if not selector.select(max(0.0, end - time.monotonic())):
                    raise TimeoutError
                piece = os.read(process.stdout.fileno(), 1 << 20)
                if not piece:
                    raise EOFError
                data += piece
        return bytes(data[8:])

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the worker."""
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "data_builders.crawl.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
        return self.process

    def stop(self) -> None:
        """End the worker."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except OSError:
                        continue  # what was still to be written has no reader
            self.process = None
