"""The embedded teacher: no model, the same answer every time, and every item stands in the article to the letter.

    >>> Extractive().teach(article).summary
    '基隆市議員莊詠筑的罷免案，提議人領銜人童書韋今（14）日上午率20多名志工，…'

What it is: TextRank over whole clauses, key phrases by TF-IDF, and triples by part-of-speech patterns. It understands
nothing, so it is also the baseline that every report shows beside the student: a student that is taught by it can at
best become as good as it, and one taught by a model ought to beat it.

The strategies differ as they do for a model, by what is found first and guides the rest: v1 finds aspects and summary
apart and prefers triples that the summary tells; v2 finds aspects, then triples about them, then a summary of the
sentences that tell both; v3 finds the summary, and then only aspects and triples that stand in it.
"""

import re
from collections.abc import Iterator

from data_builders.schema import Article, Rationale, Reject, Triple
from data_builders.teacher.phrases import Phrase, phrases
from data_builders.teacher.textrank import sentences_of, summarise
from data_builders.teacher.words import Word, words

EXTRACTIVE = "extractive"
STRATEGIES = ("v1", "v2", "v3")
MOST_SUMMARY = 100
MOST_ASPECTS, LEAST_ASPECTS = 6, 2
MOST_TRIPLES = 5
MOST_RELATION = 7
CLAUSE = re.compile(r"[^，；。！？：\n]+")
KIND_WEIGHT = {"name": 1.6, "title": 1.2, "noun": 1.0, "number": 0.7}
# Verbs that report speech or modality carry no relation between two things.
HOLLOW_VERBS = frozenset(
    {
        "說",
        "表示",
        "指出",
        "認為",
        "強調",
        "提到",
        "透露",
        "可以",
        "可能",
        "要",
        "會",
        "能",
        "應",
        "讓",
        "使",
        "來",
        "去",
        "進行",
        "包括",
        "希望",
        "需要",
    }
)


class Extractive:
    """The embedded teacher; `Teacher` says what it offers."""

    name = EXTRACTIVE

    def __init__(self, strategy: str = "v1") -> None:
        self.strategy = strategy
        self.settings: dict[str, str | int | float | bool] = {
            "most_summary_chars": MOST_SUMMARY,
            "most_aspects": MOST_ASPECTS,
            "most_triples": MOST_TRIPLES,
        }

    def teach(self, article: Article) -> Rationale | Reject:
        """Return the article's Rationale, or a Reject: `no_summary`, `no_aspects`, `no_triples`."""
        summary = summarise(article.article, MOST_SUMMARY)
        if not summary:
            return self.reject(article, "no_summary", "no clause fits the bound")
        body = "\n".join(sentence.text for sentence in sentences_of(article.article))
        tagged = words(body)
        aspects = essential_aspects(body, tagged, within=summary if self.strategy == "v3" else "")
        if len(aspects) < LEAST_ASPECTS:
            return self.reject(article, "no_aspects", f"{len(aspects)} found")
        guide = "、".join(aspects) if self.strategy == "v2" else summary
        triples = chosen_triples(body, tagged, guide, only=self.strategy == "v3")
        if not triples:
            return self.reject(article, "no_triples", "no subject, verb, object in one clause")
        if self.strategy == "v2":
            told = [*aspects, *(part for triple in triples for part in (triple.subject, triple.object))]
            summary = summarise(article.article, MOST_SUMMARY, told)
        return Rationale(article.id, self.name, self.strategy, summary, aspects, triples)

    @staticmethod
    def reject(article: Article, reason: str, detail: str) -> Reject:
        """Return the Reject of an article that cannot be taught."""
        return Reject(article.id, "teach", reason, detail, article.article)


def essential_aspects(text: str, tagged: list[Word], within: str = "") -> tuple[str, ...]:
    """Return the weightiest phrases in the order in which the article names them.

    With `within`, those that stand in that text; the rest only as far as there would be too few.
    """
    weights: dict[str, float] = {}
    first: dict[str, int] = {}
    for phrase in phrases(text, tagged):
        lead = 1 + 1 / (1 + phrase.start / 100)
        weights[phrase.text] = weights.get(phrase.text, 0.0) + phrase.weight * KIND_WEIGHT[phrase.kind] * lead
        first.setdefault(phrase.text, phrase.start)
    chosen: list[str] = []
    for candidate in sorted(weights, key=lambda text: (text not in (within or text), -weights[text], first[text])):
        if within and candidate not in within and len(chosen) >= LEAST_ASPECTS:
            break
        if not any(candidate in other or other in candidate for other in chosen):
            chosen.append(candidate)
        if len(chosen) == MOST_ASPECTS:
            break
    return tuple(sorted(chosen, key=first.__getitem__))


def chosen_triples(text: str, tagged: list[Word], guide: str, only: bool = False) -> tuple[Triple, ...]:
    """Return the best triples in the article's order: those that the guide tells first, then the weightiest.

    The guide is the summary, or the aspects. With `only`, two of a triple's parts must stand in the guide, unless
    no triple of the article has so many there.
    """
    scored: dict[Triple, tuple[float, int]] = {}
    told: dict[Triple, int] = {}
    for place, (triple, weight) in enumerate(found_triples(text, tagged)):
        told[triple] = sum(part in guide for part in (triple.subject, triple.relation, triple.object))
        scored.setdefault(triple, (weight * (1 + told[triple]), place))
    least = min(2, max(told.values(), default=0)) if only else 0
    fitting = [triple for triple in scored if told[triple] >= least]
    best = sorted(fitting, key=lambda triple: (-scored[triple][0], scored[triple][1]))[:MOST_TRIPLES]
    return tuple(sorted(best, key=lambda triple: scored[triple][1]))


def found_triples(text: str, tagged: list[Word]) -> Iterator[tuple[Triple, float]]:
    """Yield (triple, weight) for each clause that says who does what; a sentence's subject carries on."""
    subject: Phrase | None = None
    known = phrases(text, tagged)
    for clause in CLAUSE.finditer(text):
        if clause.start() and text[clause.start() - 1] in "。！？\n":
            subject = None
        inside = [p for p in known if clause.start() <= p.start and p.end <= clause.end()]
        verbs = [
            w
            for w in tagged
            if clause.start() <= w.start < clause.end() and w.tag in {"v", "vg"} and w.text not in HOLLOW_VERBS
        ]
        for verb in verbs:
            before = [p for p in inside if p.end <= verb.start and p.kind != "number"]
            after = [p for p in inside if p.start >= verb.end]
            doer = before[-1] if before else subject
            if doer is None or not after:
                continue
            done = after[0]
            gap = text[verb.start : done.start].rstrip("「『《〈（")
            relation = gap if len(gap) <= MOST_RELATION and gap.isalnum() else verb.text
            if doer.text not in {done.text, relation} and done.start - verb.end <= MOST_RELATION:
                yield Triple(doer.text, relation, done.text), doer.weight + done.weight
                break
        if inside and inside[0].kind in {"name", "noun"} and subject is None:
            subject = inside[0]
