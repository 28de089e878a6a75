r"""Task wmt: Chinese sentences into English, as WMT19's zh-en pairs.

    {"translation": {"zh": "今天下雨。", "en": "It rains today."}}
    ->  instruction 请把下面的句子翻译为英文：, input 今天下雨。, output It rains today.

Read: Hugging Face's copy (Parquet, Arrow, JSON Lines with `translation`), tables with columns zh and en (JSON Lines,
CSV, TSV with a header), WMT's own TSV without one (English, then Chinese, or the other way round), and Moses pairs
(`name.zh` beside `name.en`). A pair with an empty side, or with a side over `MOST` characters, is a reject. All
translations of one source sentence are on one side of the split.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from data_builders.errors import InputError
from data_builders.importers import plain_file
from data_builders.importers.formats import text_lines
from data_builders.manifest import Step
from data_builders.schema import AlpacaRow, Reject
from data_builders.tasks.assemble import Example, assemble
from data_builders.tasks.multitask import SYSTEM
from data_builders.tasks.schema import Asked, Built
from data_builders.tasks.sources import ENDINGS, corpus_files, given_splits, splits_of, text_in

INSTRUCTION = "请把下面的句子翻译为英文："
SOURCE, TARGET = (".zh", ".zh_tw", ".zh_hant", ".zh_cn"), ".en"
ZH, EN = ("zh", "zh_tw", "chinese", "source", "src"), ("en", "english", "target", "tgt")
HAN = re.compile(r"[\u3400-\u9fff]")
MOST = 4000  # characters: what is longer is a document whose sentences were not parted
Pair = tuple[str, str, str]  # id, Chinese, English


def files(paths: Sequence[Path]) -> list[Path]:
    """Return the files of some paths; one half of a Moses pair brings the other, as does the pair's bare name."""
    made: list[Path] = []
    for path in paths:
        known = path.suffix.lower() in ENDINGS
        if known or (path.is_file() and path.suffix.lower() not in (*SOURCE, TARGET)):
            made += corpus_files([path])
        elif path.is_dir():
            moses = [file for file in sorted(path.rglob("*")) if file.suffix.lower() in SOURCE and english(file)]
            made += [half for file in moses for half in (file, file.with_suffix(TARGET))]
            made += corpus_files([path]) if not moses else []
        else:
            base = path.with_suffix("") if path.suffix.lower() in (*SOURCE, TARGET) else path
            found = [Path(f"{base}{ending}") for ending in SOURCE if Path(f"{base}{ending}").is_file()]
            halves = [*found[:1], Path(f"{base}{TARGET}")]
            if len(halves) == 1 or not halves[1].is_file():
                expected = f"{base.name}.zh and {base.name}.en, or a table with zh and en"
                raise InputError(str(path), expected, "not both", "check --input")
            made += halves
    return made


def english(file: Path) -> bool:
    """Whether the other half of a Moses pair is there."""
    return file.with_suffix(TARGET).is_file()


def build(asked: Asked, files: Sequence[Path], step: Step) -> Built:
    """Return the rows of the task."""
    sources = [file for file in files if file.suffix.lower() != TARGET]
    return assemble(lambda: examples(sources), given_splits(sources), asked, step)


def examples(sources: Sequence[Path]) -> Iterator[Example | Reject]:
    """Yield each pair as an example, or why it is none."""
    for file, split in splits_of(sources).items():
        for name, zh, en in pairs_of(file):
            reason = fault(zh, en)
            if reason:
                yield Reject(name, "task wmt", reason, text=f"{zh[:80]} ||| {en[:80]}")
            else:
                yield Example(AlpacaRow(name, SYSTEM, INSTRUCTION, zh, en), zh, (zh, en), split)


def fault(zh: str, en: str) -> str:
    """Return why a pair is no row, or ""."""
    if not zh or not en:
        return "empty_side"
    if len(zh) > MOST or len(en) > MOST:
        return "too_long"
    return "same_text" if zh == en else ""


def pairs_of(file: Path) -> Iterator[Pair]:
    """Yield the pairs of a file; an id is the row's own, or made of file and place."""
    place = place_of(file)
    if file.suffix.lower() in SOURCE:
        yield from moses(file, place)
    elif file.suffix.lower() == ".tsv" and not headed(file):
        yield from bare_tsv(file, place)
    elif file.suffix.lower() in ENDINGS:
        for number, (where, row) in enumerate(plain_file(file), start=1):
            held = row.get("translation")
            fields = held if isinstance(held, dict) else row
            name = row.get("id")
            own = str(name) if isinstance(name, str | int) else f"{place}-{number}"
            yield f"wmt-{own}", text_in(where, fields, ZH), text_in(where, fields, EN)


def place_of(file: Path) -> str:
    """Return a file's name as part of an id."""
    return re.sub(r"[^0-9A-Za-z]+", "-", file.stem).strip("-") or hashlib.sha256(file.stem.encode()).hexdigest()[:8]


def moses(file: Path, place: str) -> Iterator[Pair]:
    """Yield the pairs of two files, line by line; unequal numbers of lines are an InputError."""
    other = file.with_suffix(TARGET)
    for number, (zh, en) in enumerate(zip_longest(text_lines(file), text_lines(other)), start=1):
        if zh is None or en is None:
            short, longer = (file, other) if zh is None else (other, file)
            then = "get both files again: from some line on they would not belong together"
            raise InputError(f"{short}:{number}", f"as many lines as {longer.name}", "the end", then)
        yield f"wmt-{place}-{number}", zh[1].strip(), en[1].strip()


def headed(file: Path) -> bool:
    """Whether a TSV begins with the names of its columns."""
    _, first = next(iter(text_lines(file)), (1, ""))
    return {part.strip().lower() for part in first.split("\t")} & set(ZH) != set()


def bare_tsv(file: Path, place: str) -> Iterator[Pair]:
    """Yield the pairs of WMT's own TSV; the side with Han characters in the file's first lines is the Chinese one."""
    swapped: bool | None = None
    for number, line in text_lines(file):
        parts = line.rstrip("\r\n").split("\t")
        if len(parts) < 2:
            if line.strip():
                raise InputError(f"{file}:{number}", "two texts parted by a tab", "one", "mend that line")
            continue
        if swapped is None and HAN.search(line):
            swapped = not HAN.search(parts[0])
        zh, en = (parts[1], parts[0]) if swapped else (parts[0], parts[1])
        yield f"wmt-{place}-{number}", zh.strip(), en.strip()
