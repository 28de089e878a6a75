"""The strategies: what is asked of a teacher in which order, and what is made of its replies.

    >>> draft = await draft_of(article, "v3", asker)
    >>> judged(draft, article)  # data_builders.teacher.gates
    Rationale(id='udn-1', teacher='Qwen2.5-32B-Instruct', strategy='v3', …)

V1 asks once for aspects, triples and summary; V2 for one after the other, each seeing the earlier; V3 for the summary
first and then for what it is made of. A reply that cannot be read, is far too long or holds triples that are not
three-part is asked for once more with what was wrong (`v1.repair`); the second is taken only when it is better.
"""

import asyncio
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache

from data_builders.schema import Article, Reject, Triple
from data_builders.teacher.gates import doubted, verdict_on
from data_builders.teacher.grounding import best_grounded
from data_builders.teacher.replies import Reading, Unread, read_reply
from data_builders.teacher.schema import Answer, Ask, Asker, Doubt, Draft, Message
from data_builders.teacher.taiwan import in_taiwan, triple_in_taiwan
from data_builders.teacher.thresholds import Gates, gates_from
from data_builders.teacher.wording import FOLDER, Shown, Step, messages, repair_messages, schema_of, steps

SAMPLED_TEMPERATURE, SAMPLED_TOP_P = 0.7, 0.95
MENDABLE = frozenset({"not_three_part", "over_length"})


@dataclass(frozen=True, slots=True)
class Lesson:
    """One asking of one strategy about one article: who is asked, and which sample it is."""

    article: Article
    strategy: str
    asker: Asker
    sample: int
    gates: Gates


async def draft_of(
    article: Article, strategy: str, asker: Asker, best_of: int = 1, gates: Gates | None = None
) -> Draft | Reject:
    """Return what the teacher says of an article, doubts beside it, or why it says nothing that can be read.

    Of `best_of` samples the best-grounded is kept; the first is the one that `best_of=1` asks for, greedy.
    """
    return chosen_of(await asked_of(article, strategy, asker, best_of, gates), article, gates)


async def asked_of(
    article: Article, strategy: str, asker: Asker, best_of: int = 1, gates: Gates | None = None
) -> tuple[Draft | Reject, ...]:
    """Return what the teacher says of an article, a Draft or a Reject for each sample, before the gates."""
    taken = gates or gates_from(None)
    lessons = [Lesson(article, strategy, asker, sample, taken) for sample in range(best_of)]
    return tuple(await asyncio.gather(*map(one_draft, lessons)))


def chosen_of(made: tuple[Draft | Reject, ...], article: Article, gates: Gates | None = None) -> Draft | Reject:
    """Return the best-grounded sample of those that the gates let pass, else of all, with what the gates doubt."""
    taken = gates or gates_from(None)
    drafts = [replace(draft, doubts=doubted(draft, article, taken)) for draft in made if isinstance(draft, Draft)]
    if not drafts:
        return made[0]
    passing = [draft for draft in drafts if not isinstance(verdict_on(draft, draft.doubts, taken), Reject)]
    return best_grounded(passing or drafts, article) if len(drafts) > 1 else drafts[0]


async def one_draft(lesson: Lesson) -> Draft | Reject:
    """Ask every step of the strategy once and return the Draft, or the Reject of the first that failed."""
    shown: dict[Shown, str] = {"article": lesson.article.article}
    draft = Draft(lesson.article.id, lesson.asker.model, lesson.strategy, "", (), ())
    for step in steps(lesson.strategy):
        said = await said_at(step, shown, lesson)
        if isinstance(said, Reject):
            return said
        draft = replace(
            draft,
            summary=said.summary or draft.summary,
            aspects=said.aspects or draft.aspects,
            triples=said.triples or draft.triples,
            doubts=(*draft.doubts, *said.doubts),
        )
        shown |= {
            "summary": draft.summary,
            "aspects": "、".join(f"[{aspect}]" for aspect in draft.aspects),
            "triples": "\n".join(map(triple_text, draft.triples)),
        }
    return draft


async def said_at(step: Step, shown: dict[Shown, str], lesson: Lesson) -> Reading | Reject:
    """Return what one step's reply says, asked once more when that can help."""
    asked = messages(step, shown, lesson.asker.speaks_schema)
    first = await lesson.asker.ask(ask_of(step.name, asked, step, lesson))
    if first.reason:
        return refused(lesson, first)
    read = read_of(first, step, lesson)
    fault = fault_of(read, lesson.gates)
    if fault is None:
        return as_said(read)
    again = repair_messages(asked, first.text, told(fault))
    second = await lesson.asker.ask(ask_of(f"{lesson.strategy}.repair", again, step, lesson))
    if not second.reason:
        mended = read_of(second, step, lesson)
        if isinstance(mended, Reading) and (isinstance(read, Unread) or fault_of(mended, lesson.gates) is None):
            return mended
    if isinstance(read, Unread):
        return Reject(lesson.article.id, "teach", read.reason, read.detail, first.text)
    return read


def ask_of(name: str, asked: tuple[Message, ...], step: Step, lesson: Lesson) -> Ask:
    """Return the request of one step; samples after the first are drawn, not greedy."""
    params = step.params
    if lesson.sample:
        params = replace(params, temperature=SAMPLED_TEMPERATURE, top_p=SAMPLED_TOP_P)
    schema = schema_of(step.gives) if lesson.asker.speaks_schema else ""
    return Ask(lesson.article.id, name, asked, params, lesson.sample, schema)


def read_of(answer: Answer, step: Step, lesson: Lesson) -> Reading | Unread:
    """Return what an answer says of the step's parts and nothing else, in the Chinese of Taiwan."""
    read = read_reply(answer.text, step.gives)
    if isinstance(read, Unread):
        return read
    article = lesson.article
    return Reading(
        summary=in_taiwan(read.summary, article) if "summary" in step.gives else "",
        aspects=tuple(in_taiwan(aspect, article) for aspect in read.aspects) if "aspects" in step.gives else (),
        triples=tuple(triple_in_taiwan(triple, article) for triple in read.triples) if "triples" in step.gives else (),
        doubts=read.doubts,
    )


def fault_of(read: Reading | Unread, gates: Gates) -> Doubt | None:
    """Return what of a reply is worth asking for once more."""
    if isinstance(read, Unread):
        return Doubt("reply", read.reason, read.detail)
    if len(read.summary) > gates.summary_most_chars:
        return Doubt("summary", "over_length", f"{len(read.summary)} 字")
    return next((doubt for doubt in read.doubts if doubt.reason in MENDABLE), None)


def as_said(read: Reading | Unread) -> Reading:
    """Return a reading that is known to be one."""
    if isinstance(read, Unread):
        raise TypeError(read.reason)
    return read


def refused(lesson: Lesson, answer: Answer) -> Reject:
    """Return the Reject of an answer that the client could not get whole."""
    return Reject(lesson.article.id, "teach", answer.reason, answer.detail, answer.text)


@cache
def faults() -> dict[str, str]:
    """Return how each reason is told to a teacher."""
    return {key: str(text) for key, text in tomllib.loads((FOLDER / "faults.toml").read_text("utf-8")).items()}


def told(fault: Doubt) -> str:
    """Return a fault as the repair prompt says it; what was seen is cut to a line of plain text."""
    seen = re.sub(r"\s+", " ", fault.detail)[:80]
    return faults().get(fault.reason, "格式不對，讀不出來").replace("{detail}", seen)


def triple_text(triple: Triple) -> str:
    """Return a triple as the prompts write it."""
    return f"[{triple.subject} | {triple.relation} | {triple.object}]"
