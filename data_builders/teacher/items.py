r"""Read the aspects and the triples out of a part's text, whatever list or bracket a teacher used.

    >>> aspects_of("[勝騎士]、[效力]、[統一獅隊]").items
    ('勝騎士', '效力', '統一獅隊')
    >>> triples_of("1. （甲；乙；丙）\n| 丁 | 戊 | 己 |").items
    (Triple(subject='甲', relation='乙', object='丙'), Triple(subject='丁', relation='戊', object='己'))

A line that is no triple is told in `bad` and never mended by guessing: of four parts nobody knows which two are one.
"""

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from data_builders.schema import Triple

Item = TypeVar("Item")
PAIRS = {"[": "]", "［": "］", "【": "】", "(": ")", "（": "）", "〔": "〕", "{": "}", "<": ">", "〈": "〉"}
QUOTES = {"「": "」", "『": "』", "“": "”", "《": "》"}
BULLET = re.compile(
    r"^\s*(?:[-*•·●◆■▪‧+–—]+\s+|[-•·●◆■▪]\s*|[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]\s*[.、]?\s*"
    r"|\d{1,2}\s*(?:[、．)）]\s*|\.(?!\d)\s*)|[一二三四五六七八九十]{1,3}、\s*|[①-⑳]\s*)(?=\S)"
)
RULE = re.compile(r"^[\s|:\-=*_~`—–]*$")
FENCE = re.compile(r"^\s*```\w*\s*$", re.MULTILINE)
ELLIPSIS = re.compile(r"^[.。…⋯\s、等]*$")
PLACEHOLDER = re.compile(
    r"^[\[（(]?(?:關鍵|关键|核心)?(?:要素|實體|实体|關係|关系|entity|relation)[\s_]*[\dA-Ca-c一二三]*(?:_\d)?[\])）]?$"
)
# The separators inside one triple, surest first: a bar can be nothing else, a comma can.
SEPARATORS = (
    re.compile(r"\s*[|｜∣│¦]\s*"),
    re.compile(r"\s*(?:→|->|=>|⟶|➝|—>|–>)\s*"),
    re.compile(r"\s*[；;]\s*"),
    re.compile(r"\t+"),
    re.compile(r"\s+[-–—]+\s+|\s*——\s*"),
    re.compile(r"\s*(?:，|,(?!\d{3}(?!\d)))\s*"),
    re.compile(r"\s*、\s*"),
)
SURE = 5  # the first so many also part a line that has no brackets
LABEL = re.compile(
    r"^(?:實體|实体|主體|主体|主詞|主词|主語|主语|關係|关系|謂語|谓语|動詞|动词|客體|客体|受詞|受词|賓語|宾语|subject|relation"
    r"|predicate|object|head|tail|entity)\s*[12一二AB]?\s*[:：=]\s*",
    re.IGNORECASE,
)
COLUMN = re.compile(LABEL.pattern.replace(r"\s*[:：=]\s*", r"$"), re.IGNORECASE)
COUNTING = re.compile(r"^(?:序號|序号|編號|编号|no\.?|#|\d{1,2})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read(Generic[Item]):
    """What was read, in order and once each; what could not be; how many were said again."""

    items: tuple[Item, ...]
    bad: tuple[str, ...] = ()
    again: int = 0


def aspects_of(body: str) -> Read[str]:
    """Return the aspects of a part's text."""
    lines = [line for line in FENCE.sub("", body).split("\n") if not RULE.match(line)]
    stated = sum(
        len(groups_of(line)) > 1 and " " in line and not re.search(r"[\]】]\s*[、，,；;]", line) for line in lines
    )
    found: list[str] = []
    bad: list[str] = []
    for line in lines:
        plain = BULLET.sub("", line.strip().strip("*"), count=1)
        groups = groups_of(plain)
        if groups and stated > 1 and len(groups) > 1:  # [主詞] [動詞] [受詞] on each line: one statement a line
            if all(group.strip() for group in groups):
                found.append(" ".join(group.strip() for group in groups))
            else:
                bad.append(line.strip())
        elif len(groups) == 1 and len(lines) == 1:
            found.extend(listed(groups[0]))
        elif groups:
            found.extend(groups)
        elif len(lines) == 1:
            found.extend(listed(plain))
        else:
            found.extend(parted(plain, "；;") if not BULLET.match(line) else [plain])
    cleaned = [clean(item) for item in found]
    kept = [item for item in cleaned if item and not PLACEHOLDER.match(item) and not ELLIPSIS.match(item)]
    return Read(tuple(dict.fromkeys(kept)), tuple(bad), len(kept) - len(set(kept)))


def listed(text: str) -> list[str]:
    """Part one line of aspects: by semicolons, else by sentences, else by commas; a sentence's commas are its own."""
    if found := whole(parted(text, "；;")):
        return found
    if text.rstrip().endswith("。"):
        return parted(text, "。")
    for marks in ("。", "，", "、", ",", "|｜", "/／"):
        if found := whole(parted(text, marks)):
            return found
    return [text]


def whole(found: list[str]) -> list[str]:
    """Return the parts when there is more than one."""
    return found if len(found) > 1 else []


def parted(text: str, marks: str) -> list[str]:
    """Part a text at marks that stand outside brackets and quotation marks; a comma between digits is no mark."""
    found: list[str] = []
    waiting: list[str] = []
    start = 0
    closing = PAIRS | QUOTES
    for place, sign in enumerate(text):
        if waiting and sign == waiting[-1]:
            waiting.pop()
        elif sign in closing and closing[sign] in text[place:]:
            waiting.append(closing[sign])
        elif sign in marks and not waiting and not text[place - 1 : place + 2 : 2].isdigit():
            found.append(text[start:place])
            start = place + 1
    return [part.strip() for part in (*found, text[start:]) if part.strip()]


def groups_of(text: str) -> list[str]:
    """Return what stands in the brackets of a line, when the line is nothing but brackets and what parts them."""
    found, place = [], 0
    while place < len(text):
        if text[place] in PAIRS:
            end = closing_of(text, place)
            if end < 0:
                return []
            found.append(text[place + 1 : end])
            place = end + 1
        elif text[place] in " \t　、，,；;。.-–—>→|和與与及":
            place += 1
        else:
            return []
    return found


def closing_of(text: str, start: int) -> int:
    """Return where the bracket that opens at `start` closes, or -1."""
    opening, closing, depth = text[start], PAIRS[text[start]], 0
    for place in range(start, len(text)):
        depth += (text[place] == opening) - (text[place] == closing)
        if depth == 0:
            return place
    return -1


def triples_of(body: str) -> Read[Triple]:
    """Return the triples of a part's text."""
    kept: list[Triple] = []
    bad: list[str] = []
    for line in labelled_together(FENCE.sub("", body)):
        for said in candidates(line):
            cells = cells_of(said)
            if is_head_row(cells) or all(ELLIPSIS.match(cell) for cell in cells):
                continue
            if len(cells) == 3 and all(cells):
                kept.append(Triple(*cells))
            else:
                bad.append(said.strip())
    return Read(tuple(dict.fromkeys(kept)), tuple(bad), len(kept) - len(set(kept)))


def labelled_together(body: str) -> list[str]:
    """Return the lines, with 主體：… 關係：… 客體：… on three lines put on one."""
    lines: list[str] = []
    run = 0
    for line in body.split("\n"):
        if RULE.match(line):
            continue
        plain = BULLET.sub("", line.strip(), count=1)
        labelled = bool(LABEL.match(plain)) and not SEPARATORS[0].search(plain)
        if labelled and 0 < run < 3:
            lines[-1] += f" | {plain.rstrip('，,；;。')}"
            run += 1
        else:
            lines.append(plain)
            run = 1 if labelled and len(LABEL.split(plain)) == 2 else 0
    return lines


def candidates(line: str) -> list[str]:
    """Return the texts on a line that each ought to be one triple."""
    text = line.strip().strip("*`").strip()
    groups = groups_of(text)
    if len(groups) == 1 and groups_of(groups[0]):  # [[甲, 乙, 丙], [丁, 戊, 己]]
        groups = groups_of(groups[0])
    if not groups:
        unclosed = text[1:] if text[:1] in PAIRS and closing_of(text, 0) < 0 else text
        bare = [text, unclosed.rstrip("]］】)）。，,、；;")][text[:1] in PAIRS]
        return [bare] if any(pattern.search(bare) for pattern in SEPARATORS[:SURE]) or text[:1] in PAIRS else []
    parted_inside = [any(pattern.search(group) for pattern in SEPARATORS) for group in groups]
    if len(groups) > 1 and not any(parted_inside):
        return ["|".join(groups)]  # [甲] [乙] [丙]
    return groups


def cells_of(text: str) -> list[str]:
    """Part one triple; a table's outer bars and its counting column are no parts."""
    text = text.strip()
    if SEPARATORS[0].search(text):
        outer = text.startswith(("|", "｜")) and text.endswith(("|", "｜"))
        cells = [clean(LABEL.sub("", cell.strip())) for cell in SEPARATORS[0].split(text[1:-1] if outer else text)]
        return cells[1:] if outer and len(cells) == 4 and COUNTING.match(cells[0]) else cells
    for pattern in SEPARATORS[1:]:
        cells = [clean(LABEL.sub("", cell.strip())) for cell in pattern.split(text)]
        if len(cells) == 3:
            return cells
    return [clean(text)]


def is_head_row(cells: list[str]) -> bool:
    """Tell whether these are a table's head or the prompt's own example."""
    return len(cells) >= 3 and all(
        PLACEHOLDER.match(cell) or COLUMN.match(cell) or COUNTING.match(cell) for cell in cells
    )


def clean(item: str) -> str:
    """Return an item without its bullet, emphasis, outer brackets or quotes, and trailing marks."""
    text = BULLET.sub("", item.strip(), count=1).strip("*_` \t　")
    while len(text) > 1 and text[0] in "[［【\"'" and text[-1] in "]］】\"'":
        text = text[1:-1].strip()
    return text.strip("\"' ").rstrip("；;，,、。 ").strip()
