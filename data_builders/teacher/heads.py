r"""Find the heads of a reply and cut it into its parts, without ever giving one part's text to another.

    >>> [(s.part, s.body) for s in sections("核心要素：雨\n生成摘要：下雨了。", ("aspects", "summary"))]
    [('aspects', '雨'), ('summary', '下雨了。')]

Teachers write the same head in many ways: 核心要素：, 【關鍵要素】, **三元组**, ### 3. Summary, 三、摘要. A head is at
the start of a line and ends in a colon, with its line, or with its decoration. Strong heads name their part; weak ones
(要點, 結論) count only where the part has no strong one. Only when a part is still missing is a head looked for in a
line, and there it needs its colon.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from data_builders.teacher.wording import Part
from data_builders.zhtw.convert import to_simplified

Kind = Literal["summary", "aspects", "triples", "news"]

# All in Simplified: a line is compared in its Simplified shape, which has the same length.
STRONG: dict[Kind, str] = {
    "aspects": r"(?:新闻|文章|报道|本文|主要|提取|以下|的)*(?:核心|关键|重要|主要|必要|基本)性?的?"
    r"(?:要素|元素|要点|重点|面向|方面|信息|资讯|内容|事实|观点)(?:列表|清单|提取)?"
    r"|(?:(?:the|key|core|main|essential|critical|important|most)\s+)+(?:aspects?|elements?|points?|facts?)"
    r"|essential[_ ]?aspects?",
    "triples": r"(?:新闻|关系|知识|实体|核心|提取|主要|构成|摘要|以下|的)*三元组(?:列表|清单|提取)?"
    r"|(?:(?:the|relation(?:al|ship)?|knowledge|entity|key|semantic|extracted)\s+)*(?:triples?|triplets?)",
    "summary": r"(?:修正|修改|更正|更新|之?后|最终|最后|生成|新闻|文章|本文|内容|简短|精简|简要|简洁|综合|中文|繁体"
    r"|一百字|100\s*字|以?内|的)*(?:摘要|概要)(?:内容)?"
    r"|(?:(?:the|generated|final|news|article|short|concise|revised|corrected|brief)\s+)*summary",
    "news": r"(?:新闻|文章|报道)(?:内容|原文|全文)?|原文|article|news",
}
WEAK: dict[Kind, str] = {
    "aspects": r"要素|要点|重点|aspects?|elements?|key\s*points?",
    "triples": r"关系组?|实体关系|relations?",
    "summary": r"总结|概述|结论|conclusion|abstract",
}
CORRECTED = re.compile(r"修正|修改|更正|更新|revised|corrected", re.IGNORECASE)
OPENING = r"[\s#*_【\[〔《「『<＜\-•·●◆■▎=>]*"
CLOSING = r"[\s*_】\]〕》」』>＞]*"
NUMBER = (
    r"(?:(?:第[一二三123]\s*(?:部分|步|项)|步骤\s*[一二三123]|任务\s*[一二三123]|(?:step|part|task)\s*[123])\s*[:：.、，,)]?\s*"
    r"|[（(]?(?:[1-9]|[一二三四])[)）]?\s*[.．、:：)）]?\s*|[①②③④]\s*)?"
)
COLON = r"[:：︰﹕]"
# What a model writes once its answer is over: the next turn, the template's own tokens.
TURN = re.compile(
    r"<\|(?:im_end|endoftext|eot_id|end_of_text|end|im_start)\|>|<｜[^｜]{1,30}｜>|</s>|<eos>|<end_of_turn>|<start_of_turn>"
    r"|^\s*(?:user|assistant|human|system|使用者|用戶|用户|助手|助理)\s*[:：]?\s*$",
    re.IGNORECASE | re.MULTILINE,
)
TURN_OPENING = re.compile(
    r"\A\s*(?:<\|im_start\|>\s*(?:assistant)?|<｜Assistant｜>|<start_of_turn>\s*model|\s*assistant\s*[:：]?\s*$)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Section:
    """One part as the reply has it: whether its head says that it corrects an earlier one."""

    part: Part
    body: str
    corrects: bool


@dataclass(frozen=True, slots=True)
class Head:
    """A head found on a line: what it opens, where its body starts, how sure that is."""

    kind: Kind
    body: int
    strong: bool
    corrects: bool


def compiled(words: dict[Kind, str]) -> dict[Kind, re.Pattern[str]]:
    """Return the pattern of a head line for each kind."""
    line = rf"(?P<open>{OPENING}){NUMBER}(?P<open2>{OPENING})(?P<head>%s)(?P<note>\s*[（(][^（）()\n]{{0,30}}[)）])?"
    tail = rf"(?P<close>{CLOSING})(?P<colon>{COLON})?(?P<close2>[*_\s]*)"
    return {kind: re.compile(line % f"(?:{word})" + tail, re.IGNORECASE) for kind, word in words.items()}


LINES = ((True, compiled(STRONG)), (False, compiled(WEAK)))
INLINE = re.compile(
    rf"(?<=[\s。；;，,\]】)）])(?=(?:{STRONG['aspects']}|{STRONG['triples']}|{STRONG['summary']})\s*{COLON})",
    re.IGNORECASE,
)


def answer_of(text: str) -> str:
    """Return a reply without its template's tokens and without what follows the end of the assistant's turn."""
    text = TURN_OPENING.sub("", text.replace("\r\n", "\n"), count=1)
    end = TURN.search(text)
    return text[: end.start()] if end else text


def sections(text: str, wanted: Iterable[Part] = ("aspects", "triples", "summary")) -> tuple[Section, ...]:
    """Return the parts under their heads, in the reply's order; a second answer after the first is left out."""
    needed = set(wanted)
    found = split(text, needed)
    if needed - {section.part for section in found}:
        shape = to_simplified(text)
        places = [match.start() for match in INLINE.finditer(shape)]
        pieces = [text[i:j] for i, j in zip([0, *places], [*places, len(text)], strict=True)]
        if len(pieces) > 1:
            found = split("\n".join(pieces), needed)
    return found


def split(text: str, needed: set[Part]) -> tuple[Section, ...]:
    """Cut at the heads that stand at the start of a line."""
    lines = text.split("\n")
    heads = [head_of(line) for line in lines]
    strong = {head.kind for head in heads if head and head.strong}
    found: list[Section] = []
    body: list[str] = []
    opened: Head | None = None

    def close() -> None:
        if opened is not None and opened.kind != "news":
            found.append(Section(opened.kind, "\n".join(body).strip(), opened.corrects))

    for line, head in zip(lines, heads, strict=True):
        if head is None or (not head.strong and head.kind in strong):
            body.append(line)
            continue
        close()
        opened, body = head, [line[head.body :]]
        if head.kind == "news" and needed <= {section.part for section in found if section.body}:
            return tuple(found)  # the reply goes on with an article of its own
    close()
    return tuple(found)


def head_of(line: str) -> Head | None:
    """Return the head that a line starts with."""
    shape = to_simplified(line)
    for strong, patterns in LINES:
        for kind, pattern in patterns.items():
            match = pattern.match(shape)
            if match and closes(match, shape[match.end() :], strong and kind != "news"):
                return Head(kind, match.end(), strong, CORRECTED.search(match["head"]) is not None)
    return None


def closes(match: re.Match[str], rest: str, strong: bool) -> bool:
    """Tell whether a head ends where it was found: by a colon, with its line, or by its decoration."""
    if match["colon"]:
        return True
    if not rest.strip():
        return strong or any(mark in match["open"] + match["open2"] for mark in "#*【")
    decorated = ("【" in match["open"] + match["open2"] and "】" in match["close"]) or "**" in match["close"]
    return strong and decorated
