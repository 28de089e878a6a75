r"""The file formats that only one corpus has, and the mapping of a corpus's row to ours.

    >>> joined("今 天 天 氣 好 。")
    '今天天氣好。'

LCSTS: `<doc id=0> <summary> … </summary> <short_text> … </short_text> </doc>`; CLTS: a text a line in `train.src`, its
summary in the same line of `train.tgt`; CNN/DailyMail: a file a story, the summary behind `@highlight`s.
"""

import hashlib
import html
import re
from collections.abc import Iterator
from pathlib import Path

from data_builders.errors import InputError
from data_builders.jsonl import unreadable

Raw = tuple[str, dict[str, object]]
DOC = re.compile(r"<doc\s+id\s*=\s*[\"']?(\d+)[\"']?\s*>")
FIELD = "<{0}>(.*?)</{0}>"
CUT = re.compile(r"(?<=[^\x00-\x7f])[ \u3000]+|[ \u3000]+(?=[^\x00-\x7f])")
NEIGHBOURS = re.compile(r"(?<=[\u2e80-\uffef])([ \u3000]*)(?=[\u2e80-\uffef])")
# Share of neighbouring Chinese signs with a space between them: a headline has at most one or two, Chinese words have
# 1.6 to 2 signs on average, so that a text cut into words has 0.45 and more. Spaces around Latin words do not count.
LEAST_CUTS = 0.3
ALL_CUTS = 0.9
ALONE = re.compile(r"(?<=(?<!\S)[0-9A-Za-z.%+-]) (?=[0-9A-Za-z.%+-](?!\S))")
LARGEST_DOC = 1_000_000
IDS = ("id", "idx", "guid", "dataId", "uniqueKey")


def read_lcsts(path: Path) -> Iterator[Raw]:
    """Yield LCSTS's documents; `human_label` is kept as the category."""
    start, doc = 1, ""
    for number, line in text_lines(path):
        if not doc.strip():
            start, doc = number, ""
        doc += line
        if "</doc>" in line:
            yield f"{path}:{start}", lcsts_row(path, start, doc)
            doc = ""
        if len(doc) > LARGEST_DOC:
            break
    if doc.strip():
        raise InputError(f"{path}:{start}", "</doc>", "none", "check that it is LCSTS's own file, or get it again")


def lcsts_row(path: Path, line: int, doc: str) -> dict[str, object]:
    """Return one document's fields."""
    found = DOC.search(doc)
    parts = {name: re.search(FIELD.format(name), doc, re.DOTALL) for name in ("summary", "short_text", "human_label")}
    text, summary, label = parts["short_text"], parts["summary"], parts["human_label"]
    if found is None or text is None or summary is None:
        raise InputError(f"{path}:{line}", "<doc id=…> with <summary> and <short_text>", doc[:60], "mend that document")
    return {
        "id": found.group(1),
        "short_text": html.unescape(text.group(1)).strip(),
        "summary": html.unescape(summary.group(1)).strip(),
        "category": f"human_label {label.group(1).strip()}" if label else "",
    }


def is_lcsts(path: Path) -> bool:
    """Whether a text file begins as LCSTS's do."""
    try:
        with path.open("rb") as stream:
            return re.search(rb"<doc\s+id\s*=", stream.read(500)) is not None
    except OSError:
        return False


def read_clts(path: Path) -> Iterator[Raw]:
    """Yield CLTS's pairs of lines; the two files must be equally long."""
    other = path.with_suffix(".tgt")
    summaries = text_lines(other)
    number = 0
    for number, text in text_lines(path):
        summary = next(summaries, None)
        if summary is None:
            raise InputError(f"{other}:{number}", f"as many lines as {path.name}", "the end", "get both files again")
        yield f"{path}:{number}", {"id": str(number - 1), "document": joined(text), "summary": joined(summary[1])}
    if next(summaries, None) is not None:
        raise InputError(f"{other}:{number + 1}", f"as many lines as {path.name}", "more", "get both files again")


def read_story(path: Path) -> Iterator[Raw]:
    """Yield one CNN or Daily Mail story."""
    body, *highlights = "".join(line for _, line in text_lines(path)).split("@highlight")
    paragraphs = (part.strip() for part in body.split("\n\n"))
    row: dict[str, object] = {
        "id": path.stem,
        "article": "\n".join(part for part in paragraphs if part),
        "highlights": "\n".join(part.strip() for part in highlights if part.strip()),
    }
    yield str(path), row


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number from 1, line with its end) of a UTF-8 text file."""
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as stream:
            yield from enumerate(stream, start=1)
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise InputError(str(path), "UTF-8 text", str(error), "save the file as UTF-8") from error


def joined(text: str) -> str:
    """Return a text that was cut into words or signs with spaces as it was written; other texts stay."""
    text = text.strip()
    if not is_cut(text):
        return text
    # Where every sign stands alone, so do the letters and digits of Latin words: "2 0 2 5 年".
    return CUT.sub("", ALONE.sub("", text) if share_cut(text) > ALL_CUTS else text)


def is_cut(text: str) -> bool:
    """Whether the spaces between Chinese signs are word cuts."""
    return share_cut(text) > LEAST_CUTS


def share_cut(text: str) -> float:
    """Return the share of neighbouring Chinese signs that have a space between them."""
    between = NEIGHBOURS.findall(text)
    return sum(map(bool, between)) / max(len(between), 1)


def mapped(
    name: str, fields: tuple[tuple[str, tuple[str, ...]], ...], row: dict[str, object], licence: str, part: str
) -> dict[str, object]:
    """Return a corpus's row in our field names; `part` keeps the ids of several files apart."""
    ours: dict[str, object] = dict.fromkeys(("title", "url", "published", "category"), "")
    ours |= {field: row[field] for field in ours if isinstance(row.get(field), str)}
    if any("title" in theirs for field, theirs in fields if field == "summary"):
        ours["title"] = ""
    for field, theirs in fields:
        ours[field] = as_text(next((row[key] for key in theirs if row.get(key)), ""))
    if name == "firefly" and not ours["article"] and row.get("input"):  # its instruction files: question and answer
        ours["article"] = f"{as_text(row['input'])}\n{as_text(row.get('target'))}".strip()
    own = next((str(row[key]) for key in IDS if row.get(key) not in (None, "")), "") or digest(str(ours["article"]))
    return {**ours, "id": f"{part}-{own}" if part else own, "source": name, "licence": licence}


def placed(row: dict[str, object], part: str, number: int) -> dict[str, object]:
    """Return a row of a folder's file under an id that no other file's row has."""
    own = next(
        (str(row[key]) for key in ("id", "idx", "news_id", "article_id") if row.get(key) is not None), str(number)
    )
    return {**row, "id": f"{part}-{own}"}


def place(file: Path, path: Path) -> str:
    """Return a file's place below a folder as part of an id: `train-data-00000-of-00002`."""
    inner = file.relative_to(path) if path.is_dir() else Path(file.name)
    return re.sub(r"[^0-9A-Za-z\u4e00-\u9fff]+", "-", inner.with_suffix("").as_posix()).strip("-")


def digest(text: str) -> str:
    """Return the name of a text without an id."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def as_text(value: object) -> str:
    """Return text, a list of sentences, or a list of sentences' words, as one text."""
    if isinstance(value, list | tuple):
        pieces = [" ".join(map(str, item)) if isinstance(item, list | tuple) else str(item) for item in value]
        spaced = " ".join(pieces)
        if is_cut(spaced):
            return joined(spaced)
        return ("" if NEIGHBOURS.search(spaced) else " ").join(piece.strip() for piece in pieces)
    return joined(value) if isinstance(value, str) else ""
