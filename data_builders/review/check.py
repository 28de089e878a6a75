r"""What a person wrote, tidied, and what is still wrong with it, in the words of the page.

    >>> tidy(Content(" 台北\u202e下雨。\n", ("雨 ", ""), (Triple("台北", "下", "雨"),))).summary
    '台北下雨。'
    >>> faults(Content("台北下雨。", ("雨",), (Triple("台北", "下", ""),)))
    ('第 1 組三元組有空白的欄位。',)

Hidden signs (marks that turn the direction of writing, zero-width ones, control characters) come out without asking:
nobody can see them, so nobody can have meant them. A stage writes a triple as `[a | r | b]` on one line, so those
signs cannot stand inside a part.
"""

import re
import unicodedata
from collections.abc import Iterator

from data_builders.review.schema import Content
from data_builders.schema import Triple

BREAK = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")
FENCES = re.compile(r"[|｜\[\]［］]")
HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
MOST_CHARS, MOST_PARTS = 2_000, 100


def tidy(content: Content) -> Content:
    """Return the content without hidden signs, line breaks, outer white space, and aspects or triples left empty."""
    triples = (Triple(line(one.subject), line(one.relation), line(one.object)) for one in content.triples)
    return Content(
        summary=line(content.summary),
        aspects=tuple(found for one in content.aspects if (found := line(one))),
        triples=tuple(one for one in triples if one != Triple("", "", "")),
    )


def line(text: str) -> str:
    """Return a text as one line that shows all it holds."""
    joined = BREAK.sub("", text.strip()).replace("\t", " ")
    return "".join(sign for sign in joined if unicodedata.category(sign) not in HIDDEN).strip()


def faults(content: Content) -> tuple[str, ...]:
    """Return what keeps a tidied content out of the training data, as sentences for the reviewer."""
    return tuple(every_fault(content))


def every_fault(content: Content) -> Iterator[str]:
    """Yield each fault."""
    if not content.summary:
        yield "摘要是空的。"
    if not content.aspects:
        yield "至少要有一個核心要素。"
    if not content.triples:
        yield "至少要有一組三元組。"
    for number, one in enumerate(content.triples, start=1):
        parts = (one.subject, one.relation, one.object)
        if not all(parts):
            yield f"第 {number} 組三元組有空白的欄位。"
        if any(FENCES.search(part) for part in parts):
            yield f"第 {number} 組三元組不能含有 | [ ] 這些符號。"
    texts = (
        content.summary,
        *content.aspects,
        *(p for t in content.triples for p in (t.subject, t.relation, t.object)),
    )
    if max(map(len, texts)) > MOST_CHARS:
        yield f"有欄位超過 {MOST_CHARS} 個字。"
    if len(content.aspects) > MOST_PARTS or len(content.triples) > MOST_PARTS:
        yield f"核心要素與三元組各不能超過 {MOST_PARTS} 項。"
