"""What a reader's words mean in Taiwan's news: 英偉達 (or 英伟达) is 輝達 there, and both are looked for.

    >>> forms("英偉達 財報")
    ('輝達 財報', '英偉達 財報')
    >>> matches(plain("輝達（NVIDIA）公布財報"), forms("英伟达 财报"))
    True

The words are those of `zhtw/wording.tsv`. Papers are asked in Taiwan's words first. What is held here is matched in any
form, in one script, width and case; the words of one form must all be there.
"""

from collections.abc import Iterable
from functools import cache
from itertools import product

from data_builders.teacher.grounding import plain
from data_builders.zhtw.convert import to_taiwan
from data_builders.zhtw.tables import rows
from data_builders.zhtw.wording import lint

__all__ = ["forms", "matches", "plain"]

MOST_QUERY = 60
MOST_FORMS = 4


def forms(query: str) -> tuple[str, ...]:
    """Return a query in the words to look for, Taiwan's first; () for one that says nothing."""
    given = " ".join(query.split())[:MOST_QUERY].strip()
    if not given:
        return ()
    found = [to_taiwan(form) for form in in_taiwans_words(given)]
    found += [given, *in_other_words(found[0])]
    return tuple({plain(form): form for form in reversed(found)}[key] for key in dict.fromkeys(map(plain, found)))[
        :MOST_FORMS
    ]


def in_taiwans_words(given: str) -> Iterable[str]:
    """Yield the query with each word of the Mainland replaced by what Taiwan writes, in every combination."""
    parts: list[tuple[str, ...]] = []
    done = 0
    for advice in lint(given):
        parts += [(given[done : advice.start],), advice.suggestions]
        done = advice.end
    return map("".join, product(*parts, (given[done:],)))


def in_other_words(form: str) -> Iterable[str]:
    """Yield the form with a word of Taiwan's replaced by the Mainland's, which some papers quote."""
    words = form.split()
    for place, word in enumerate(words):
        for other in elsewhere().get(word, ()):
            yield " ".join([*words[:place], other, *words[place + 1 :]])


@cache
def elsewhere() -> dict[str, tuple[str, ...]]:
    """Return {Taiwan's word: the Mainland's words for it}."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows("wording.tsv"):
        for own in row[1].split("/"):
            found[own] = (*found.get(own, ()), row[0])
    return found


def matches(text: str, wanted: Iterable[str]) -> bool:
    """Tell whether a text in `plain` shape holds all words of one form."""
    return any(all(plain(word) in text for word in form.split()) for form in wanted)
