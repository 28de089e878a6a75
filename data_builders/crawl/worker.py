"""The process that reads pages, apart from the crawl: whatever a page does to it, the crawl goes on.

`python -m data_builders.crawl.worker` answers one Story for each Job, both as MessagePack behind eight bytes of length.
Its memory is bounded, and `Extractor`, which starts it, bounds its time.
"""

import resource
import sys
from typing import BinaryIO

import msgspec

from data_builders.crawl.decode import decode
from data_builders.crawl.extract import extract
from data_builders.crawl.extractor import Job
from data_builders.crawl.schema import Story
from data_builders.crawl.sources import SOURCES

MEMORY = 2 << 30


def read(stream: BinaryIO) -> bytes:
    """Read one message; empty when the crawl is gone."""
    size = int.from_bytes(stream.read(8), "big")
    return stream.read(size) if size else b""


def main() -> None:
    """Answer jobs until the crawl closes the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    decoder = msgspec.msgpack.Decoder(Job)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while message := read(source):
        job = decoder.decode(message)
        try:
            story = extract(SOURCES.get(job.source), decode(job.body, job.kind), job.url)
        except (RecursionError, MemoryError):
            story = Story()
        answer = msgspec.msgpack.encode(story)
        sink.write(len(answer).to_bytes(8, "big") + answer)
        sink.flush()


if __name__ == "__main__":
    main()
