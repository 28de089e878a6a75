r"""Read the summary out of its part: the prose, without the notes that teachers add under it.

>>> summary_of("下雨了。\n\n文章授權轉自《某報》").text
'下雨了。'
"""

import re
from dataclasses import dataclass

NOTE = re.compile(
    r"^[\s（(\[【*※>#_-]*(?:註|注[：:]|備註|备注|說明|说明|請注意|请注意|以上|希望|字數|字数|共?\s*\d+\s*字|本文[內内]容|文章授[權权]"
    r"|未[經经]同意|版[權权]|責任編輯|责任编辑|延伸閱讀|延伸阅读|資料來源|资料来源|如需|如果您|如有|若您|若需|您|[這这此該该][段份篇個个則则]?摘要"
    r"|上述|note\b|p\.?s\.?\b|please\b|this summary|i hope|let me know)",
    re.IGNORECASE,
)
COUNTED = re.compile(r"\s*[（(]\s*(?:字[數数]\s*[：:]?|全文|[共約约])*\s*\d+\s*個?字\s*[)）]\s*$")
PLACEHOLDER = re.compile(
    r"^[（(\[]?\s*(?:一段|生成的?|此處填?寫?|[這这]裡是?)?摘要(?:[內内]容)?\s*[)）\]]?$|^[.。…\s]*$"
)
RULE = re.compile(r"^[\s\-=*_~`#|]*$")
FENCE = re.compile(r"^\s*```\w*\s*$", re.MULTILINE)
STOPPED = re.compile(r"[。！？!?…][」』”’）)\"']*$")
LAST_STOP = re.compile(r".*[。！？][」』”’）)]*", re.DOTALL)
HAN = re.compile(r"[\u3400-\u9fff]")
MOST_CAPTION = 30
QUOTED = {"「": "」", "“": "”", '"': '"', "'": "'", "『": "』"}


@dataclass(frozen=True, slots=True)
class Summary:
    """The prose, and what was left: (reason, what was seen)."""

    text: str
    left: tuple[tuple[str, str], ...] = ()


def summary_of(body: str) -> Summary:
    """Return the summary that stands in a part's text."""
    left: list[tuple[str, str]] = []
    paragraphs = [line.strip() for line in FENCE.sub("", body).split("\n") if not RULE.match(line)]
    taken: list[str] = []
    for paragraph in paragraphs:
        if taken and STOPPED.search(taken[-1]) and is_note(paragraph):
            left.append(("note_left_out", paragraph[:40]))
            break
        taken.append(paragraph.replace("**", ""))
    if len(taken) > 1:
        left.append(("paragraphs", f"{len(taken)} of them"))
    text = unquoted(COUNTED.sub("", "\n".join(taken)).strip())
    if PLACEHOLDER.match(text):
        return Summary("", tuple(left))
    ended = LAST_STOP.match(text)
    if ended and text[ended.end() :].strip() and not HAN.search(text[ended.end() :]):
        left.append(("tail_left_out", text[ended.end() :].strip()[:40]))
        text = ended[0]
    return Summary(text.strip(), tuple(left))


def is_note(paragraph: str) -> bool:
    """Tell whether a paragraph after a finished one is a note, a source line or what a model says to its user."""
    if NOTE.match(paragraph) or not HAN.search(paragraph):
        return True
    return len(paragraph) <= MOST_CAPTION and not STOPPED.search(paragraph)


def unquoted(text: str) -> str:
    """Return a text without the quotation marks that hold all of it."""
    closing = QUOTED.get(text[:1])
    inside = text[1:-1]
    return inside.strip() if closing and text.endswith(closing) and closing not in inside and len(text) > 2 else text
