"""The manifest of a step: digests of what it read, counts by reason, digests of what it wrote.

    {"step": "curate", "version": "0.1.0", "settings": {"seed": "newsladder"}, "inputs": {"news.jsonl": "9f…"},
     "rows_in": 106, "rows_out": 99, "rejected": {"too_short": 3, …}, "outputs": {"train.jsonl": {"rows": 77, …}}}

`Step` collects it while the step streams; `finish` writes it after everything else.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from msgspec import UNSET

from data_builders import VERSION
from data_builders.jsonl import digest_of, write, write_json
from data_builders.schema import Certificate, Manifest, Produced, Reject

Record = TypeVar("Record")


class Step:
    """Collects rejects, counts and digests of one step, and writes the manifest last.

    `prefix` tells apart the rejects and manifests of steps that share a folder. The manifest of an
    earlier run goes when the first new file takes its place, so that it never stands beside files it does not describe.
    """

    def __init__(self, name: str, out: Path, settings: dict[str, str | int | float | bool], prefix: str = "") -> None:
        self.name, self.out, self.settings = name, out, settings
        self.rejected, self.manifest = f"{prefix}rejected.jsonl", out / f"{prefix}manifest.json"
        self.rejects: list[Reject] = []
        self.rows_in = 0
        self.inputs: dict[str, str] = {}
        self.outputs: dict[str, Produced] = {}
        self.uncounted: set[str] = set()
        self.edited: Counter[str] = Counter()
        self.funnel: dict[str, int] = {}
        self.certificate: Certificate | None = None

    def reads(self, path: Path) -> Path:
        """Note a file that the step reads, with its digest, and hand the path back."""
        self.inputs[path.name] = digest_of(path)
        return path

    def keep(self, results: Iterable[Record | Reject]) -> Iterator[Record]:
        """Pass records on and put rejects aside."""
        for result in results:
            if isinstance(result, Reject):
                self.rejects.append(result)
            else:
                yield result

    def writes(self, name: str, records: Iterable[object], counted: bool = True) -> Produced:
        """Write one output file of the step and note its rows and digest; `counted` rows are what the step gives."""
        produced = write(self.out / name, records, supersedes=self.manifest)
        self.outputs[name] = produced
        if not counted:
            self.uncounted.add(name)
        return produced

    def finish(self, rejects: Iterable[Reject] | None = None) -> Manifest:
        """Write the rejects (those put aside, or a stream of them), then the manifest."""
        kept = sum(produced.rows for name, produced in self.outputs.items() if name not in self.uncounted)
        counts: Counter[str] = Counter()

        def told() -> Iterator[Reject]:
            for reject in self.rejects if rejects is None else rejects:
                counts[reject.reason] += 1
                yield reject

        self.writes(self.rejected, told())
        record = Manifest(
            step=self.name,
            version=VERSION,
            settings=self.settings,
            inputs=self.inputs,
            rows_in=self.rows_in,
            rows_out=kept,
            rejected=dict(sorted(counts.items())),
            outputs=self.outputs,
            edited=dict(sorted(self.edited.items())) or UNSET,
            funnel=self.funnel or UNSET,
            certificate=self.certificate or UNSET,
        )
        write_json(self.manifest, record)
        return record
