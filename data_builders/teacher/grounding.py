"""How much of what a teacher says stands in the article, and which of several drafts stands on it best.

    >>> held("新北市金山警分局", Source("新北市金山警分局莊姓巡佐…"))
    1.0

An item's share is that of its pieces that the article holds: pairs of neighbouring characters, Latin words; script,
width and case do not count, figures are left to `numbers`.

Best of N follows TriSum (arXiv 2403.10351), which keeps the rationale with the best mix of a summary score and a
coherence score. There is no human summary here, so the first is how far each part is grounded and the second how far
aspects and triples tell what the summary tells (LDA topics there, pieces here):

    score = 0.6 · (held(aspects) + held(triples) + held(summary)) / 3 + 0.4 · told(summary by aspects and triples)
            - 0.05 · doubts (at most four count)
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from data_builders.schema import Article
from data_builders.teacher.schema import Draft
from data_builders.zhtw.convert import to_simplified

HAN_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff〇々]+")
LATIN_WORD = re.compile(r"[a-z\u00c0-\u024f]+(?:['’\-][a-z]+)*")
GROUNDED, COHERENT, DOUBTED, MOST_DOUBTS = 0.6, 0.4, 0.05, 4
# Numerals weigh nothing here: 十二萬 and 12萬 are the same, which only `numbers` knows.
NUMERAL = re.compile(r"[0-9〇零一二三四五六七八九十百千萬万億亿兆兩两]")


def plain(text: str) -> str:
    """Return a text as it is compared: one width, one case, one script, no white space."""
    return "".join(to_simplified(unicodedata.normalize("NFKC", text)).casefold().split())


@dataclass(frozen=True)
class Source:
    """An article's text, ready to be asked what it holds."""

    text: str

    @cached_property
    def plain(self) -> str:
        """The text as it is compared."""
        return plain(self.text)

    @cached_property
    def pieces(self) -> frozenset[str]:
        """Every piece of the text."""
        return frozenset(pieces_of(self.text))


@lru_cache(maxsize=64)
def source_of(text: str) -> Source:
    """Return the Source of a text, kept for the next question."""
    return Source(text)


def pieces_of(text: str) -> list[str]:
    """Return a text's pieces: pairs of characters, single ones that stand alone, Latin words."""
    shape = to_simplified(unicodedata.normalize("NFKC", text)).casefold()
    found = LATIN_WORD.findall(shape)
    for run in HAN_RUN.findall("".join(shape.split())):
        if len(run) == 1:
            found.append(run)
        found.extend(run[i : i + 2] for i in range(len(run) - 1))
    return [piece for piece in found if not NUMERAL.search(piece)]


def held(item: str, source: Source) -> float:
    """Return the share of an item's pieces that the source holds; 1 for what the source has to the letter."""
    if plain(item) in source.plain:
        return 1.0
    pieces = pieces_of(item)
    if not pieces:
        return 1.0
    return sum(piece in source.pieces or (len(piece) == 1 and piece in source.plain) for piece in pieces) / len(pieces)


def held_triple(cells: Sequence[str], source: Source) -> float:
    """Return how far the weaker of a triple's two entities is held; the relation is the teacher's own word."""
    return min(held(cells[0], source), held(cells[2], source))


@dataclass(frozen=True, slots=True)
class Score:
    """Why one draft is better grounded than another."""

    aspects: float
    triples: float
    summary: float
    told: float
    doubts: int

    @property
    def value(self) -> float:
        """The formula above."""
        grounded = (self.aspects + self.triples + self.summary) / 3
        return GROUNDED * grounded + COHERENT * self.told - DOUBTED * min(self.doubts, MOST_DOUBTS)


def score_of(draft: Draft, article: Article) -> Score:
    """Return a draft's score against its article."""
    source = source_of(article.article)
    cells = [(t.subject, t.relation, t.object) for t in draft.triples]
    told = set(pieces_of(" ".join((*draft.aspects, *(part for triple in cells for part in triple)))))
    pieces = pieces_of(draft.summary)
    return Score(
        aspects=mean(held(aspect, source) for aspect in draft.aspects),
        triples=mean(held_triple(triple, source) for triple in cells),
        summary=held(draft.summary, source),
        told=sum(piece in told for piece in pieces) / len(pieces) if pieces else 0.0,
        doubts=len(draft.doubts),
    )


def best_grounded(drafts: Sequence[Draft], article: Article) -> Draft:
    """Return the draft with the best score; of equals the first."""
    return max(drafts, key=lambda draft: score_of(draft, article).value)


def mean(values: Iterable[float]) -> float:
    """Return the mean, 0 of nothing."""
    known = list(values)
    return sum(known) / len(known) if known else 0.0
