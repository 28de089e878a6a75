"""What each gate looks at: a function from a case to what it saw, "" for nothing.

    >>> unfinished(case)
    'ends with …總統府今天宣布將在'

Thresholds are in `gates.toml`; which reason rejects and which is a doubt, too. A number or name is looked for in the
article (and its title) only: a teacher that knows more than the news is not asked here.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from data_builders.schema import Article
from data_builders.teacher.grounding import Source, held, held_triple, plain, source_of
from data_builders.teacher.junk import foreign_letters, loop_in, unread_script
from data_builders.teacher.numbers import unsupported
from data_builders.teacher.schema import Draft
from data_builders.teacher.summaries import STOPPED
from data_builders.teacher.thresholds import Gates
from data_builders.teacher.words import words
from data_builders.zhtw.detect import evidence

SENTENCE_END = re.compile(r"(?<=[。！？!?])")
QUOTED = re.compile(r"[「『《“]([^「」『』《》“”]{2,20})[」』》”]")
NAME_TAGS = ("nr", "ns", "nt")
TITLES = ("先生", "女士", "小姐")
# jieba takes too many words of two characters (惠及, 廉政, 山區) for names.
LEAST_NAME, UNHELD_NAME = 3, 0.5


@dataclass(frozen=True)
class Case:
    """A draft beside its article and the thresholds."""

    draft: Draft
    article: Article
    gates: Gates

    @cached_property
    def source(self) -> Source:
        """The article, its title included, ready to be asked what it holds."""
        return source_of(f"{self.article.title}\n{self.article.article}")

    @cached_property
    def everything(self) -> str:
        """All that the draft says."""
        cells = [cell for t in self.draft.triples for cell in (t.subject, t.relation, t.object)]
        return "\n".join((self.draft.summary, *self.draft.aspects, *cells))


@dataclass(frozen=True, slots=True)
class Check:
    """One gate: the part it looks at, its reason, the check, and what it looks for in a few words."""

    part: str
    reason: str
    see: Callable[[Case], str]
    looks: str


def no_summary(case: Case) -> str:
    """Return what is wrong when there is no summary."""
    return "" if case.draft.summary.strip() else "empty"


def too_short(case: Case) -> str:
    """Return the length of a summary that says next to nothing."""
    size = len(case.draft.summary)
    return f"{size}" if size < case.gates.summary_least_chars else ""


def over_length(case: Case) -> str:
    """Return the length of a summary that is far over what was asked for."""
    size = len(case.draft.summary)
    return f"{size}" if size > case.gates.summary_most_chars else ""


def long_summary(case: Case) -> str:
    """Return the length of a summary that is rather long."""
    size = len(case.draft.summary)
    return f"{size}" if case.gates.summary_long_chars < size <= case.gates.summary_most_chars else ""


def unfinished(case: Case) -> str:
    """Return the end of a summary that stops in the middle."""
    text = case.draft.summary.rstrip()
    return "" if not text or STOPPED.search(text) else f"ends with …{text[-20:]}"


def other_script(case: Case) -> str:
    """Return letters of scripts that the article does not use."""
    foreign = [sign for sign in foreign_letters(case.everything) if sign not in case.article.article]
    if len(foreign) > case.gates.summary_most_foreign:
        return "".join(foreign[:20])
    return unread_script(case.draft.summary)


def repetition(case: Case) -> str:
    """Return what is said over and over in the summary."""
    text = case.draft.summary
    sentences = [part.strip() for part in SENTENCE_END.split(text) if len(part.strip()) > 5]
    twice = next((part for part in sentences if sentences.count(part) > 1), "")
    return loop_in(text) or (f"{twice[:20]} twice" if twice else "")


def junk_ending(case: Case) -> str:
    """Return what no summary holds: a notice, a template's mark, what a model says of itself."""
    text = case.draft.summary.casefold()
    return next((mark for mark in case.gates.summary_junk if mark.casefold() in text), "")


def simplified_left(case: Case) -> str:
    """Return the Simplified characters that are left after conversion and that the article does not write."""
    return "".join(sign for sign in evidence(case.everything, "simplified") if sign not in case.article.article)


def not_traditional(case: Case) -> str:
    """Return the Simplified characters that are left, when there are too many."""
    left = simplified_left(case)
    return left[:20] if len(left) > case.gates.summary_most_simplified else ""


def some_simplified(case: Case) -> str:
    """Return the Simplified characters that are left, when there are few."""
    left = simplified_left(case)
    return left if len(left) <= case.gates.summary_most_simplified else ""


def copied_share(case: Case) -> float:
    """Return the longest run of the summary that stands in the article, as a share of the summary."""
    text, source = plain(case.draft.summary), case.source.plain
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if any(text[i : i + middle] in source for i in range(len(text) - middle + 1)):
            low = middle
        else:
            high = middle - 1
    return low / len(text) if text else 0.0


def sentences_copied(case: Case) -> bool:
    """Tell whether every sentence of the summary stands in the article to the letter."""
    sentences = [plain(part) for part in SENTENCE_END.split(case.draft.summary) if part.strip()]
    return bool(sentences) and all(sentence in case.source.plain for sentence in sentences)


def copied(case: Case) -> str:
    """Return how much of a summary is copied, when that is all of it."""
    share = copied_share(case)
    return f"{share:.2f}" if share > case.gates.summary_most_copied or sentences_copied(case) else ""


def partly_copied(case: Case) -> str:
    """Return how much of a summary is copied, when that is much of it."""
    share = copied_share(case)
    return f"{share:.2f}" if case.gates.summary_doubted_copied < share <= case.gates.summary_most_copied else ""


def not_grounded(case: Case) -> str:
    """Return how little of a summary the article holds, when it tells of something else."""
    share = held(case.draft.summary, case.source)
    return f"{share:.2f}" if share < case.gates.summary_least_held else ""


def loosely_grounded(case: Case) -> str:
    """Return how little of a summary the article holds, when that is little."""
    share = held(case.draft.summary, case.source)
    return f"{share:.2f}" if case.gates.summary_least_held <= share < case.gates.summary_doubted_held else ""


def number_not_held(case: Case) -> str:
    """Return the figures of the summary that the article does not hold, however it writes them."""
    missing = unsupported(case.draft.summary, case.source.text, case.article.published)
    return listed(quantity.text for quantity in missing if quantity.sure)


def number_unsure(case: Case) -> str:
    """Return the numbers of the summary that the article does not hold but that may be no figures."""
    missing = unsupported(case.draft.summary, case.source.text, case.article.published)
    return listed(quantity.text for quantity in missing if not quantity.sure)


def name_not_held(case: Case) -> str:
    """Return people, places and offices of the summary, as jieba tags them, that the article does not name."""
    tagged = words(case.draft.summary)
    names = [word.text for word in tagged if word.tag.startswith(NAME_TAGS)]
    known = [name for name in names if len(name) >= LEAST_NAME and not name.endswith(TITLES)]
    return listed(name for name in known if held(name, case.source) < UNHELD_NAME)


def quote_not_held(case: Case) -> str:
    """Return what the summary quotes or names as a title without the article saying so."""
    return listed(said for said in QUOTED.findall(case.draft.summary) if plain(said) not in case.source.plain)


def no_aspects(case: Case) -> str:
    """Return what is wrong when there are no aspects."""
    return "" if any(aspect.strip() for aspect in case.draft.aspects) else "none"


def many_aspects(case: Case) -> str:
    """Return how many aspects there are, when nothing was chosen."""
    count = len(case.draft.aspects)
    return f"{count}" if count > case.gates.aspects_most else ""


def long_aspect(case: Case) -> str:
    """Return aspects that are whole paragraphs."""
    return listed(aspect for aspect in case.draft.aspects if len(aspect) > case.gates.aspects_long_chars)


def unheld_aspects(case: Case) -> list[str]:
    """Return the aspects that the article does not hold."""
    return [aspect for aspect in case.draft.aspects if held(aspect, case.source) < case.gates.aspects_least_held]


def aspects_not_held(case: Case) -> str:
    """Return aspects that the article does not hold, when few others are left."""
    return too_many(unheld_aspects(case), len(case.draft.aspects), case.gates.aspects_least_share)


def aspect_not_held(case: Case) -> str:
    """Return single aspects that the article does not hold."""
    return "" if aspects_not_held(case) else listed(unheld_aspects(case))


def aspect_number(case: Case) -> str:
    """Return the figures in aspects that the article does not hold."""
    return listed(figures_not_held(case.draft.aspects, case))


def no_triples(case: Case) -> str:
    """Return what is wrong when there are no triples."""
    return "" if case.draft.triples else "none"


def many_triples(case: Case) -> str:
    """Return how many triples there are, when nothing was chosen."""
    count = len(case.draft.triples)
    return f"{count}" if count > case.gates.triples_most else ""


def not_three_part(case: Case) -> str:
    """Return triples with an empty part or with a bar inside one."""
    cells = [(t.subject, t.relation, t.object) for t in case.draft.triples]
    return listed(" | ".join(triple) for triple in cells if any(not cell.strip() or "|" in cell for cell in triple))


def unheld_triples(case: Case) -> list[str]:
    """Return the triples of which the article does not hold both entities."""
    cells = [(t.subject, t.relation, t.object) for t in case.draft.triples]
    least = case.gates.triples_least_held
    return [" | ".join(triple) for triple in cells if held_triple(triple, case.source) < least]


def triples_not_held(case: Case) -> str:
    """Return triples that the article does not hold, when few others are left."""
    return too_many(unheld_triples(case), len(case.draft.triples), case.gates.triples_least_share)


def triple_not_held(case: Case) -> str:
    """Return single triples that the article does not hold."""
    return "" if triples_not_held(case) else listed(unheld_triples(case))


def triple_number(case: Case) -> str:
    """Return the figures in triples that the article does not hold."""
    return listed(figures_not_held((f"{t.subject}，{t.relation}{t.object}" for t in case.draft.triples), case))


def figures_not_held(texts: Iterable[str], case: Case) -> list[str]:
    """Return the sure figures of some texts that the article does not hold."""
    missing = [q for text in texts for q in unsupported(text, case.source.text, case.article.published)]
    return [quantity.text for quantity in missing if quantity.sure]


def too_many(unheld: list[str], count: int, least_share: float) -> str:
    """Return the items that are not held, when the share of the others is below a bound."""
    return listed(unheld) if count and (count - len(unheld)) / count < least_share else ""


def listed(items: Iterable[str]) -> str:
    """Return the first few items on one line."""
    found = list(dict.fromkeys(items))
    return "、".join(found[:4]) + (f" and {len(found) - 4} more" if len(found) > 4 else "")
