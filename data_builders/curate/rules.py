r"""The rules that cut what is no part of an article, and those that drop what is none: one function, one table row.

    >>> cut("市府今天宣布停課。\n▲校門口。（圖／讀者提供）\n延伸閱讀\n寒流來襲　菜價漲兩成")
    ('市府今天宣布停課。', ('links', 'caption'))

A rule works on normalised text: lines, none of them empty. A cut is counted in the manifest as an edit under the rule's
slug; a drop is the reason of a Reject. What stands in the middle of a sentence is never touched: a rule looks at the
head or the end of a line, and asks for two signs (a mark *and* what such notices say) where one could be prose.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from data_builders.curate.signs import (
    ASSISTANT,
    BRACKETED,
    CAPTION,
    CREDIT,
    HEADLINE,
    JUNK_END,
    JUNK_LINE,
    LINKS,
    MARKED,
    NOTICE,
    PAYWALL,
    PROMOTION,
    RIGHTS,
    SIGNED,
    STUB,
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A rule that cuts: `slug` counts its edits, `hints` are strings without one of which it has nothing to do."""

    slug: str
    says: str
    hints: tuple[str, ...]
    apply: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Drop:
    """A rule that drops: `apply` says what was seen, or "" to keep."""

    slug: str
    says: str
    apply: Callable[[str], str]


def links(text: str) -> str:
    """Cut a heading such as 延伸閱讀 and the headlines below it, up to the next line of prose."""
    kept: list[str] = []
    inside = False
    for line in text.split("\n"):
        inside = bool(LINKS.match(line)) or (inside and bool(HEADLINE.match(line)))
        if not inside:
            kept.append(line)
    return "\n".join(kept)


def captions(text: str) -> str:
    """Cut lines that a triangle marks, picture credits in brackets, and credits with the sentence they belong to."""
    text = BRACKETED.sub("", MARKED.sub("", text))
    return "\n".join(without_credits(line) for line in text.split("\n") if line.strip())


def without_credits(line: str) -> str:
    """Cut what stands between two credits, and before the first one its last sentence: those are captions."""
    marks = list(CREDIT.finditer(line)) if "／" in line or "/" in line else []
    if not marks:
        return line
    before = line[: marks[0].start()]
    tail = line[marks[-1].end() :]
    return (CAPTION.sub("", before) + tail).strip()


def lines_like(pattern: re.Pattern[str]) -> Callable[[str], str]:
    """Return what cuts whatever `pattern` matches."""
    return lambda text: pattern.sub("", text)


def junk_ending(text: str) -> str:
    """Cut what a language model leaves at the end: heads without a body, good wishes, marks of its template."""
    lines = text.split("\n")
    while len(lines) > 1 and JUNK_LINE.match(lines[-1]):
        lines.pop()
    lines[-1] = JUNK_END.sub("", lines[-1])
    return "\n".join(lines)


def paywall(text: str) -> str:
    """Say by what the last line shows that the rest is for members only."""
    last = text[text.rfind("\n") + 1 :][-160:]
    found = PAYWALL.search(last)
    if found and (len(last) < 80 or STUB.search(last) or found.end() > len(last) - 12):
        return f"ends with {last[max(0, found.start() - 12) : found.end() + 12]}"
    return f"breaks off: {text[-16:]}" if STUB.search(text, len(text) - 24) and "全文" in text[-12:] else ""


def repeated_tail(text: str) -> str:
    """Say what a text that ends in a loop repeats: the same six to eighty characters, three times or more."""
    last = text[-6:]
    for width in range(6, 81) if last in text[-86:-6] else ():
        tail = text[-width:]
        if text.endswith(tail * 3) and len(set(tail)) > 2:
            return f"ends in {tail[:24]} three times"
    return ""


def assistant(text: str) -> str:
    """Say by what words an assistant speaks of itself."""
    found = ASSISTANT.search(text) if "AI" in text or "人工智" in text else None
    return f"says {found.group()}" if found else ""


CUTS = (
    Cut(
        "links",
        "headings such as 延伸閱讀, and the headlines below",
        (),
        links,
    ),
    Cut(
        "notice",
        "※提醒您…, warnings, disclaimers",
        (),
        lines_like(NOTICE),
    ),
    Cut(
        "copyright",
        "who owns the text, and that nobody may copy it",
        ("轉載", "抄襲", "作權所有", "版權所有", "未經", "ights", "opyright", "©", "授權", "刊載於", "出處", "出自"),
        lines_like(RIGHTS),
    ),
    Cut("signature", "（編輯：…）1130101", ("編輯", "编辑", "（編譯", "（譯者", "審稿", "核稿"), lines_like(SIGNED)),
    Cut(
        "caption",
        "▲…, 圖／…, （記者…攝）",
        ("／", "/", "（", "(", "▲", "△", "▼", "▽", "↑", "↓", "▶", "圖說", "說明：", "圖為"),
        captions,
    ),
    Cut(
        "promotion",
        "join us, follow us, load the app",
        (),
        lines_like(PROMOTION),
    ),
    Cut("teacher_junk", "prompt heads and good wishes at the end", (), junk_ending),
)
DROPS = (
    Drop("paywall", "a stub that ends where members read on", paywall),
    Drop("repeated_tail", "an end in a loop, as models write it", repeated_tail),
    Drop("teacher_voice", "a model that speaks of itself", assistant),
)


def cut(text: str) -> tuple[str, tuple[str, ...]]:
    """Apply the cutting rules in their order; return the text and the slugs of those that changed it."""
    edits: list[str] = []
    for rule in CUTS:
        if rule.hints and not any(map(text.__contains__, rule.hints)):
            continue
        after = rule.apply(text)
        if after != text:
            edits.append(rule.slug)
            text = "\n".join(filter(str.strip, after.split("\n")))
    return text, tuple(edits)


def dropped(text: str) -> tuple[str, str]:
    """Return (slug, what was seen) of the first rule that drops the text, or two empty strings."""
    for rule in DROPS:
        seen = rule.apply(text)
        if seen:
            return rule.slug, seen
    return "", ""
