"""The one table of the five stages: what each is called, told, shown and asked to answer.

    >>> STAGES["s3"].instruction
    '請根據提供的核心要素，提取新聞中的三元組：'

The wording of instructions and heads is the published study's. A row's input is the news and whatever earlier stages
found; its output is what this stage learns.
"""

from dataclasses import dataclass
from typing import Literal

from data_builders.schema import AlpacaRow, Article, Rationale

Part = Literal["news", "aspects", "triples", "summary"]

SYSTEM = "你是臺灣的新聞編輯，請使用臺灣的繁體中文回答。"
HEADS: dict[Part, str] = {"news": "新聞：", "aspects": "核心要素：", "triples": "三元組：", "summary": "新聞摘要："}


@dataclass(frozen=True, slots=True)
class Stage:
    """One rung: its name, what it learns, the instruction, the parts shown, the part asked for."""

    name: str
    learns: str
    instruction: str
    shown: tuple[Part, ...]
    asked: Part


STAGES: dict[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage("s1", "Traditional Chinese", "請為新聞生成摘要：", ("news",), "summary"),
        Stage("s2", "essential aspects", "請提取新聞中的核心要素：", ("news",), "aspects"),
        Stage("s3", "triples", "請根據提供的核心要素，提取新聞中的三元組：", ("news", "aspects"), "triples"),
        Stage(
            "s4",
            "guided summary",
            "請根據提供的核心要素和三元組，為新聞生成摘要：",
            ("news", "aspects", "triples"),
            "summary",
        ),
        Stage("s5", "direct summary", "請為新聞生成摘要：", ("news",), "summary"),
    )
}


def parts_of(article: Article, rationale: Rationale) -> dict[Part, str]:
    """Return the text of every part: aspects one a line, triples as `[a | r | b]` one a line."""
    return {
        "news": article.article,
        "aspects": "\n".join(rationale.aspects),
        "triples": "\n".join(f"[{t.subject} | {t.relation} | {t.object}]" for t in rationale.triples),
        "summary": rationale.summary,
    }


def row_of(stage: Stage, row_id: str, parts: dict[Part, str]) -> AlpacaRow:
    """Return the stage's row from the parts' texts."""
    shown = "\n\n".join(f"{HEADS[part]}\n{parts[part]}" for part in stage.shown)
    return AlpacaRow(row_id, SYSTEM, stage.instruction, shown, f"{HEADS[stage.asked]}\n{parts[stage.asked]}")
