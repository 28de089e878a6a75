"""Gates between stages, by file: what a stage must reach, and what happens when it does not.

    [[gate]]
    after = "s2"            # a rung, or "*" for every one
    metric = "aspects_f"    # dev_loss, dev_loss_change, rouge1_f, zhtw_share, aspects_f, triples_f … on the dev rows
    least = 0.10            # or most = 5.0
    otherwise = "back"      # stop: end the run here; back: the next stage starts from the one before; on: only say so

    >>> judged(Gate("s2", "dev_loss", "stop", most=5.0), 6.1)
    Verdict(gate='s2: dev_loss at most 5.0', value=6.1, passed=False, does='stop')

Losses are the trainer's own and cost nothing. The other metrics are eval's, on what the stage's model writes for the
dev rows of its stage: one prediction a gated rung, kept and taken for done as any job.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from curriculum.job import Job
from data_builders.errors import InputError
from data_builders.jsonl import read
from data_builders.schema import AlpacaRow

Does = Literal["stop", "back", "on"]
LOSSES = ("dev_loss", "dev_loss_change")
FAMILIES = {"rouge": "rouge", "zhtw": "zhtw", "aspects": "aspects", "triples": "triples"}


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate of the file."""

    after: str
    metric: str
    otherwise: Does
    least: float | None = None
    most: float | None = None

    @property
    def told(self) -> str:
        """The gate in words."""
        bounds = [f"at least {self.least}"] * (self.least is not None) + [f"at most {self.most}"] * (
            self.most is not None
        )
        return f"{self.after}: {self.metric} {' and '.join(bounds)}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate found and does; `on` when it passed."""

    gate: str
    value: float
    passed: bool
    does: Does


class File(msgspec.Struct, forbid_unknown_fields=True):
    """A file of gates."""

    gate: tuple[Gate, ...]


def read_gates(path: str, rungs: tuple[str, ...]) -> tuple[Gate, ...]:
    """Read a file of gates; all that is wrong with it is an InputError."""
    if not path:
        return ()
    then = "see python -m pydoc curriculum.gates"
    try:
        found = msgspec.convert(tomllib.loads(Path(path).read_text(encoding="utf-8")), File).gate
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(path, "a TOML file of [[gate]] tables", str(error), then) from error
    for number, gate in enumerate(found, start=1):
        where = f"{path}, gate {number}"
        if gate.after not in {*rungs, "*"}:
            raise InputError(where, f"after = one of {', '.join(rungs)}, or *", gate.after, then)
        if gate.metric not in LOSSES and family_of(gate.metric) is None:
            expected = f"a metric: {', '.join(LOSSES)}, or one of {', '.join(FAMILIES)} such as rouge1_f"
            raise InputError(where, expected, gate.metric, then)
        if gate.least is None and gate.most is None:
            raise InputError(where, "least or most, a bound", "neither", then)
    return found


def family_of(metric: str) -> str | None:
    """Return the metric of eval that a value belongs to."""
    return next((family for start, family in FAMILIES.items() if metric.startswith(start)), None)


def judged(gate: Gate, value: float) -> Verdict:
    """Hold a value against a gate."""
    passed = (gate.least is None or value >= gate.least) and (gate.most is None or value <= gate.most)
    return Verdict(gate.told, round(value, 6), passed, "on" if passed else gate.otherwise)


def verdicts(gates: tuple[Gate, ...], rung: str, loss: dict[str, float], predict: Callable[[], Job]) -> list[Verdict]:
    """Return what each gate after a rung found; `predict` answers the dev rows, and is called only when needed."""
    found = []
    scores: dict[str, dict[str, float]] = {}
    for gate in gates:
        if gate.after not in {rung, "*"}:
            continue
        if gate.metric in LOSSES:
            value = loss.get("after", 0.0) - (loss.get("before", 0.0) if gate.metric == "dev_loss_change" else 0.0)
            found.append(judged(gate, value))
            continue
        family = str(family_of(gate.metric))
        if family not in scores:
            scores[family] = scored(predict(), family)
        if gate.metric not in scores[family]:
            then = f"name one of {', '.join(scores[family])}"
            raise InputError(gate.told, f"a value of {family}", gate.metric, then)
        found.append(judged(gate, scores[family][gate.metric]))
    return found


def scored(job: Job, family: str) -> dict[str, float]:
    """Score what a model wrote for the rows of the job's one dataset."""
    from eval.metrics import score
    from eval.predictions import join

    rows = job.datasets[0]
    articles = {row.id: row.input for row in read(rows, AlpacaRow)}
    pairs = join(job.output / job.result, rows, articles)
    return {name: metric.value for name, metric in score(pairs, family).metrics.items()}


def decided(found: list[Verdict]) -> Does:
    """Return what all verdicts together do: the strictest of them."""
    does = {verdict.does for verdict in found}
    return "stop" if "stop" in does else "back" if "back" in does else "on"
