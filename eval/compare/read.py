"""Score files -> Systems: our own SCORES.json, judge results with their replies, or bare lines of judge replies.

    >>> read_system(Path("results/a/scores.json")).how["rouge1_f"]["mode"]
    'rouge_chinese-jieba'

Where a file carries the judge's replies, they are read again here: a score that its own reply does not state is a fault
of the file, whoever wrote it.
"""

from pathlib import Path

import msgspec

from data_builders.errors import InputError
from data_builders.jsonl import lines, unreadable
from eval.compare.schema import System
from eval.judge.parse import MOST, read_reply
from eval.schema import Metric

NOT_HOW = frozenset({"n", "ids"})
SHOWN = 3
HUNDRED = 100


class ScoresFile(msgspec.Struct):
    """SCORES.json as it stands in the file."""

    metrics: dict[str, Metric]
    pairs: dict[str, dict[str, float]]
    replies: dict[str, list[str]] = {}


class ReplyLine(msgspec.Struct):
    """One line of a file of judge replies, as published runs keep them."""

    id: str | int
    reply: str
    score: float | None = None


def read_systems(paths: list[Path]) -> list[System]:
    """Read every file; names are the shortest tails of the paths that tell them apart."""
    return [read_system(path, name) for path, name in zip(paths, names_of(paths), strict=True)]


def names_of(paths: list[Path]) -> list[str]:
    """Return a name for each file: its folder or stem, with more of the path where two would be equal."""
    parts = [(*path.resolve().parent.parts[1:], path.stem) for path in paths]
    for tails in (1, 2, 3, 4):
        names = ["/".join(part[-tails:]) for part in parts]
        if len(set(names)) == len(names):
            if tails == 2 and len({part[-1] for part in parts}) == 1:
                return [part[-2] for part in parts]
            return names
    return [str(path) for path in paths]


def read_system(path: Path, name: str = "") -> System:
    """Read one file of scores."""
    name = name or path.stem
    return of_replies(path, name) if path.suffix == ".jsonl" else of_scores(path, name)


def of_scores(path: Path, name: str) -> System:
    """Read a SCORES.json."""
    then = "make it with: python -m eval score --pairs PAIRS.jsonl --out " + path.name
    try:
        found = msgspec.json.decode(path.read_bytes(), type=ScoresFile)
    except OSError as error:
        raise unreadable(path, error) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(str(path), "scores with metrics and pairs", str(error), then) from error
    values: dict[str, dict[str, float]] = {}
    for key, one in found.pairs.items():
        for metric, value in one.items():
            values.setdefault(metric, {})[key] = value
    how = {metric: how_of(one.signature) for metric, one in found.metrics.items() if metric in values}
    faults = [
        f"{metric} is of {one.n} pairs, the file holds {len(values.get(metric, {}))} values"
        for metric, one in found.metrics.items()
        if metric in values and one.n != len(values[metric])
    ]
    said = {key: [verdict.score for verdict in map(read_reply, replies)] for key, replies in found.replies.items()}
    faults += unlike_replies(values.get("judge", {}), said)
    shares = {key: scaled(values[key], how[key].get("scale", "")) for key in how}
    counts = {key: held for key, held in values.items() if key not in how}
    return System(name, str(path), shares, how, tuple(faults), counts=counts)


def scaled(values: dict[str, float], scale: str) -> dict[str, float]:
    """Return values as shares in 0..1, whatever their signature's scale."""
    return {key: value / HUNDRED for key, value in values.items()} if scale == str(HUNDRED) else values


def of_replies(path: Path, name: str) -> System:
    """Read lines of `id`, `reply` and perhaps `score`: the score counts when its own reply states it."""
    decoder = msgspec.json.Decoder(ReplyLine)
    stated: dict[str, float] = {}
    seen: set[str] = set()
    unparsed: dict[str, list[str]] = {}
    unlike: list[str] = []
    for number, line in lines(path):
        try:
            row = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            expected = "a JSON object with id and reply"
            raise InputError(f"{path}:{number}", expected, str(error), "mend that line") from error
        key = str(row.id)
        if key in seen:
            raise InputError(f"{path}:{number}", "an id that no other line has", key, "leave out one of the two lines")
        seen.add(key)
        verdict = read_reply(row.reply)
        if verdict.score is None:
            unparsed.setdefault(verdict.reason, []).append(key)
        elif row.score is not None and row.score != verdict.score:
            unlike.append(key)
        else:
            stated[key] = verdict.score / MOST
    missing = tuple(f"{len(keys)} judge replies are {reason} ({shown(keys)})" for reason, keys in unparsed.items())
    faults = (f"{len(unlike)} judge scores that their replies do not state ({shown(unlike)})",) if unlike else ()
    if not stated:
        raise InputError(str(path), "a judge reply that states one score", "none", "ask the judge again")
    return System(
        name, str(path), {"judge": stated}, {"judge": {"metric": "judge", "judge": "not said"}}, faults, missing
    )


def unlike_replies(values: dict[str, float], said: dict[str, list[int | None]]) -> list[str]:
    """Return a fault for judge values that none of their pair's replies states."""
    wrong = [
        key
        for key, value in values.items()
        if key in said and not any(s is not None and abs(s / MOST - value) < 1e-9 for s in said[key])
        and not is_mean(value, said[key])
    ]  # fmt: skip
    return [f"{len(wrong)} judge scores that their replies do not state ({shown(wrong)})"] if wrong else []


def is_mean(value: float, said: list[int | None]) -> bool:
    """Whether a value is the mean of the scores that its pair's replies state."""
    known = [score for score in said if score is not None]
    return bool(known) and abs(sum(known) / len(known) / MOST - value) < 1e-9


def how_of(signature: str) -> dict[str, str]:
    """Return a signature's parts by name, without n and ids: they are compared as what they are."""
    metric, *parts = signature.split("|")
    pairs = (part.partition(":") for part in parts)
    return {"metric": metric} | {key: value for key, _, value in pairs if key not in NOT_HOW}


def shown(keys: list[str]) -> str:
    """Return the first ids of a list, for a message."""
    return ", ".join(keys[:SHOWN]) + (" …" if len(keys) > SHOWN else "")
