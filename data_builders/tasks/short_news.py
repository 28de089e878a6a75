"""Task short_news: a short text -> its summary, for the encoder-decoders and for P-tuning.

    {"id": "w-1", "document": "本文總結了十個可穿戴產品的設計原則…", "summary": "可穿戴技術十大設計原則"}
    ->  instruction 本文總結了十個可穿戴產品的設計原則…  output 可穿戴技術十大設計原則

The study kept texts of at most 256, at least as long as their summaries, and split them 0.78 / 0.06 / 0.16: of 94 rows
73, 6 and 15. Lengths are counted in characters here (the study does not say in what): no token of the three models'
tokenizers is shorter than a character, so what passes fits their 256 tokens. A story, and texts of one wording, stay on
one side; a row like a held-out one by half of its runs of three characters is left out. The models read the bare text,
without an instruction, as in the study.

Read: JSON Lines, CSV, Parquet or Arrow with a text and a summary under their usual names, LCSTS and CLTS among them.
"""

import argparse
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from data_builders.curate.split import Cutting, Shares, Undecided, filled, wanted
from data_builders.errors import InputError
from data_builders.manifest import Step
from data_builders.schema import SPLITS, AlpacaRow, Reject, Split
from data_builders.tasks.apart import HeldOut
from data_builders.tasks.assemble import Example, apart, key_of, named
from data_builders.tasks.schema import Asked, Built
from data_builders.tasks.sides import Sample
from data_builders.tasks.sources import raw_rows, text_in

MOST = 256
SHARES = Shares(dev=0.06, test=0.16)
TEXT = ("article", "document", "text", "short_text", "content")
SUMMARY = ("summary", "target", "highlights", "title")
SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+|[^。！？!?\n]+")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this task alone takes."""
    parser.add_argument("--most", type=int, default=MOST, help=f"characters of a text at most (default {MOST})")
    parser.add_argument("--opening", action="store_true", help="of a longer text take the first sentences that fit")


def build(asked: Asked, files: Sequence[Path], step: Step) -> Built:
    """Return the rows of the task."""
    most, opening = int(asked.options.get("most", MOST)), bool(asked.options.get("opening", False))
    if most < 1:
        raise InputError("--most", "a number of characters above 0", str(most), f"give for example --most {MOST}")
    rejects: list[Reject] = []
    examples: list[Example] = []
    for one in chosen(read(files, asked.keywords), most, opening):
        (rejects if isinstance(one, Reject) else examples).append(one)  # type: ignore[arg-type]
    step.rows_in = len(examples) + len(rejects)
    sides = split(examples, str(asked.seed))
    held: dict[Split, list[Example]] = {name: [] for name in SPLITS}
    for one in examples:
        held[sides[one.group]].append(one)
    for name in SPLITS:
        drawn = Sample[Example](getattr(asked.sizes, name), asked.seed)
        held[name] = list(drawn.take((key_of(one), one) for one in held[name]))
    dev, like_test = apart(held["dev"], HeldOut(named(held["test"])), step.name)
    train, like_held = apart(held["train"], HeldOut(named([*held["test"], *dev])), step.name)
    rows = [one.row for one in train]
    return Built([*rejects, *like_test, *like_held, *rows], [one.row for one in dev], [one.row for one in held["test"]])


def read(files: Sequence[Path], keywords: tuple[str, ...] = ()) -> Iterator[tuple[str, str, str, str]]:
    """Yield id, story, text and summary of each row that holds a keyword, where some are asked for."""
    for _, (where, row) in raw_rows(files):
        text, summary = text_in(where, row, TEXT), text_in(where, row, SUMMARY)
        if keywords and not any(word.casefold() in text.casefold() for word in keywords):
            continue
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
        own = row.get("id")
        name = f"short-{digest if own in {None, ''} else own}"
        yield name, str(row.get("story") or digest), text, summary


def chosen(
    rows: Iterable[tuple[str, str, str, str]], most: int = MOST, opening: bool = False
) -> Iterator[Example | Reject]:
    """Yield each row as an example, or why it is none; ids are unique and no text comes twice."""
    ids: Counter[str] = Counter()
    seen: set[str] = set()
    for name, story, found, summary in rows:
        text = opening_of(found, most) if opening else found
        ids[name] += 1
        own = name if ids[name] == 1 else f"{name}-{ids[name]}"
        reason = "same_text" if text in seen else fault(text, summary, most)
        seen.add(text)
        if reason:
            yield Reject(own, "task short_news", reason, f"text {len(text)}, summary {len(summary)}", found[:80])
        else:
            yield Example(AlpacaRow(own, "", text, "", summary), story, (text,))


def fault(text: str, summary: str, most: int = MOST) -> str:
    """Return why a text and its summary are no row, or "".

    >>> fault("颱風明天登陸", "颱風明天登陸東部")
    'summary_longer_than_text'
    """
    if not text:
        return "no_text"
    if not summary:
        return "no_summary"
    if len(text) > most:
        return "text_too_long"
    return "summary_longer_than_text" if len(summary) > len(text) else ""


def opening_of(text: str, most: int) -> str:
    """Return the first whole sentences of a text that are together no longer than `most`; the text if none fits."""
    end = 0
    for sentence in SENTENCE.finditer(text):
        if len(text[: sentence.end()].rstrip()) > most:
            break
        end = sentence.end()
    return text[:end].rstrip() or text


def split(examples: Sequence[Example], seed: str) -> dict[str, Split]:
    """Return the side of each story: shares of the rows, rounded as the study's 73 / 6 / 15, at least one row each."""
    sizes = Counter(one.group for one in examples)
    if len(sizes) < len(SPLITS):
        found = f"{len(sizes)} of 256 characters or less that have a summary"
        raise InputError("--input", "three different texts or more to part", found, "give more rows, or --opening")
    stories = [Undecided(story, count, "") for story, count in sizes.items()]
    fair = wanted(stories, Cutting(shares=SHARES), {})
    counts: tuple[tuple[Split, int], ...] = (("test", max(fair["test"], 1)), ("dev", max(fair["dev"], 1)))
    return filled(stories, Cutting(seed=seed, counts=counts), {})
