r"""Read a teacher's reply: what it says of each part, or why nobody can tell.

    >>> read_reply("核心要素：雨、路\n三元組：\n[雨 | 淹 | 路]\n生成摘要：下雨了，路淹了。")
    Reading(summary='下雨了，路淹了。', aspects=('雨', '路'), triples=(Triple(...),), doubts=())

One reader for text, markdown and JSON. It takes what a careful person would take: thinking, template tokens, greetings
before and notes after the answer are no part of it; a part said twice counts once if both say the same, if the second
says that it corrects the first, or if one holds all of the other; else the reply contradicts itself. Nothing moves from
one part to another: a missing head is a missing part. What was passed over stands in `doubts`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from data_builders.schema import Triple
from data_builders.teacher.heads import Section, answer_of, sections
from data_builders.teacher.items import Read, aspects_of, groups_of, triples_of
from data_builders.teacher.json_replies import from_json
from data_builders.teacher.junk import loop_in, unread_script
from data_builders.teacher.schema import Doubt
from data_builders.teacher.summaries import summary_of
from data_builders.teacher.wording import PARTS, Part

Item = TypeVar("Item")
THINKING = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
THOUGHT_END = re.compile(r"\A.*</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
THOUGHT_START = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
FORMATS: dict[str, tuple[Part, ...]] = {"v1": PARTS, "v2": PARTS, "v3": PARTS}
BROKEN_JSON = re.compile(r'\A\s*(?:```\w*\s*)?\{\s*["\']')
REFUSAL = re.compile(
    r"(?:很?抱歉|對不起|对不起|我(?:無法|无法|不能)|i['’]?m sorry|sorry|i can(?:not|['’]t))", re.IGNORECASE
)
BAR = re.compile(r"[|｜]")
ENDED = re.compile(r"(?:[。！？!?…]|(?<!\d)\.)[」』”’）)\"']*$")
MISSING = {"summary": "no_summary", "aspects": "no_aspects", "triples": "no_triples"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply says; a part that was not asked for may be empty."""

    summary: str
    aspects: tuple[str, ...]
    triples: tuple[Triple, ...]
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a reply cannot be read: a slug, and what was seen."""

    reason: str
    detail: str


class ContradictionError(Exception):
    """Two texts of one part that do not agree."""


def read_reply(text: str, wanted: Iterable[Part] = PARTS) -> Reading | Unread:
    """Return what a reply says of the wanted parts, or why it cannot be read."""
    asked = tuple(wanted)
    answer = thoughtless(text)
    if isinstance(answer, Unread):
        return answer
    answer = answer_of(answer).strip()
    if not answer:
        return Unread("empty", "the reply has no text")
    if loop := loop_in(answer):
        return Unread("repetition", loop)
    found = parts_of(answer, asked)
    if not found and BROKEN_JSON.search(answer):
        return Unread("truncated", f"JSON that does not end or cannot be read: …{answer[-20:]}")
    if not found and REFUSAL.match(answer):
        return Unread("refused", answer[:60])
    return reading(found, asked)


def parts_of(answer: str, asked: tuple[Part, ...]) -> tuple[Section, ...]:
    """Return a reply's parts: by its JSON, its heads, or, where only one thing can be meant, by their shape."""
    found = from_json(answer)
    if found is None:
        found = sections(answer, asked)
    if not found and len(asked) == 1 and not BROKEN_JSON.search(answer) and not REFUSAL.match(answer):
        return (Section(asked[0], without_greeting(answer), corrects=False),)
    if set(asked) == {"aspects", "triples"} and {section.part for section in found} <= {"triples"}:
        return (*by_shape(answer, whole=not found), *found)
    return found


def by_shape(answer: str, whole: bool) -> tuple[Section, ...]:
    """Return the parts of a reply without heads: brackets with bars are triples, brackets without are aspects."""
    lines = [line for line in answer.split("\n") if groups_of(line.strip())]
    barred = [line for line in lines if BAR.search(line)]
    plain = lines[: lines.index(barred[0])] if barred else []
    found = [Section("aspects", "\n".join(plain), corrects=False)] if plain else []
    if whole and plain:
        found.append(Section("triples", "\n".join(barred), corrects=False))
    return tuple(found)


def read_kept(text: str, form: str) -> Reading | Unread:
    """Return what one kept reply of a strategy says: V1 gives all parts; V3's two replies give their own."""
    if form == "v1":
        return read_reply(text)
    answer = answer_of(thoughtless_text(text))
    said = {section.part for section in parts_of(answer, ("aspects", "triples"))}
    if not said & {"aspects", "triples"}:
        return read_reply(text, ("summary",))
    return read_reply(text, PARTS if "summary" in said else ("aspects", "triples"))


def thoughtless(text: str) -> str | Unread:
    """Return a reply without the thinking before it; thinking that never ends is all there is."""
    rest = thoughtless_text(text)
    if THOUGHT_START.search(rest):
        return Unread("truncated", "the reply ends inside its thinking")
    return rest


def thoughtless_text(text: str) -> str:
    """Return a reply without its closed thinking."""
    return THOUGHT_END.sub("", THINKING.sub("", text))


def reading(found: Iterable[Section], asked: tuple[Part, ...]) -> Reading | Unread:
    """Return what the sections say, once for each part."""
    by_part: dict[Part, list[Section]] = {part: [] for part in PARTS}
    for section in found:
        by_part[section.part].append(section)
    doubts: list[Doubt] = []
    summaries = [summary_of(section.body) for section in by_part["summary"]]
    aspects = [aspects_of(section.body) for section in by_part["aspects"]]
    triples = [triples_of(section.body) for section in by_part["triples"]]
    try:
        summary = chosen(
            [(said.text,) if said.text else () for said in summaries], by_part["summary"], "summary", doubts
        )
        named = chosen([said.items for said in aspects], by_part["aspects"], "aspects", doubts)
        told = chosen([said.items for said in triples], by_part["triples"], "triples", doubts)
    except ContradictionError as error:
        return Unread("contradictory", str(error))
    for text in summaries:
        doubts.extend(Doubt("summary", reason, seen) for reason, seen in text.left)
    doubts.extend([*oddities("aspects", aspects), *oddities("triples", triples)])
    bad = [line for part in triples for line in part.bad]
    for part, value in (("aspects", named), ("triples", told), ("summary", summary)):
        if part in asked and not value:
            if part == "triples" and bad:
                return Unread("not_three_part", f"{len(bad)} of {len(bad)}: {bad[0][:60]}")
            return Unread(MISSING[part], headless(by_part, part))
    said = summary[0] if summary else ""
    fault = unread_summary(said) if said else None
    return fault or Reading(said, named, told, tuple(doubts))


def chosen(values: list[tuple[Item, ...]], said: list[Section], part: str, doubts: list[Doubt]) -> tuple[Item, ...]:
    """Return the one value of a part that was said once or more."""
    kept = [(value, section.corrects) for value, section in zip(values, said, strict=True) if value]
    if not kept:
        return ()
    distinct = list(dict.fromkeys(value for value, _ in kept))
    if len(distinct) == 1:
        return distinct[0]
    doubts.append(Doubt(part, "said_twice", f"{len(kept)} times"))
    if kept[-1][1]:
        return kept[-1][0]
    for value in distinct:
        if all(holds(value, other) for other in distinct):
            return value
    raise ContradictionError(f"{part}: {len(distinct)} answers that differ")


def holds(whole: tuple[Item, ...], other: tuple[Item, ...]) -> bool:
    """Tell whether one value says all that the other says."""
    if len(whole) == len(other) == 1 and isinstance(whole[0], str) and isinstance(other[0], str):
        return other[0].rstrip("。…") in whole[0]
    return set(other) <= set(whole)


def oddities(part: Part, read: Iterable[Read[str] | Read[Triple]]) -> Iterable[Doubt]:
    """Yield what of a part was passed over."""
    for said in read:
        if said.again:
            yield Doubt(part, "repeated_items", f"{said.again} said again")
        if said.bad:
            reason = "not_three_part" if part == "triples" else "unfinished_items"
            yield Doubt(part, reason, f"{len(said.bad)} left out: {said.bad[0][:60]}")


def headless(by_part: dict[Part, list[Section]], missing: Part) -> str:
    """Return what there was instead of a missing part."""
    there = [part for part in PARTS if any(section.body for section in by_part[part])]
    if by_part[missing]:
        return "its head stands there with nothing that can be read under it"
    return f"no head for it; found {', '.join(there) if there else 'no part'}"


def unread_summary(summary: str) -> Unread | None:
    """Return why a summary is none that a person could take: another language or script, or broken off."""
    if seen := unread_script(summary):
        return Unread("other_script", seen)
    if not ENDED.search(summary):
        return Unread("unfinished", f"ends with …{summary[-20:]}")
    return None


def without_greeting(text: str) -> str:
    """Return a reply that has no head without its opening line, when that only announces what follows."""
    first, _, rest = text.partition("\n")
    return rest.strip() if rest.strip() and first.rstrip().endswith(("：", ":")) else text
