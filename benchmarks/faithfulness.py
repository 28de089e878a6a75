"""How well faithfulness without a reference tells planted errors from the summary they were planted in: AUROC.

    python -m benchmarks.faithfulness
    python -m benchmarks.faithfulness --articles ../shared/data/udn_news_196.jsonl

Each summary stands beside one copy for each kind of error that could be planted in it, from a fixed seed:

    number     one figure gets another value, which the article does not hold
    entity     one name gives way to another of its kind, from another article; names are found by jieba.posseg, not by us
    phrase     as entity, with the subjects and objects of the bundled triples (only on the bundled sample)
    negation   a 不, 未 or 沒有 is put before a verb, or taken away
    role       two names of the summary change places: every word still stands in the article

AUROC is over all originals against all copies of a kind, unpaired; "paired" is the share of copies below their own
original, ties counting a half. Without --articles it uses the bundled sample and its summaries by hand.
"""

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data_builders.teacher.grounding import plain
from data_builders.teacher.words import words
from data_builders.zhtw.convert import to_simplified
from eval.faithfulness.score import values_of

SAMPLE = Path(__file__).parents[1] / "data_builders" / "sample"
DIGITS = re.compile(r"(?<![\d.,A-Za-z])\d+(?:\\.\d+)?(?![\d.,]*\d)")
NEGATIVE = re.compile("不(?![同僅但只過])|未(?!來)|沒有|沒")
TAGS = ("nr", "ns", "nt", "nz")
COMMON = 100  # of 60 million


@dataclass(frozen=True, slots=True)
class Case:
    """A summary with its article, and what triples name in it."""

    summary: str
    article: str
    phrases: tuple[str, ...] = ()


Planter = Callable[[random.Random, Case, Sequence[Case]], str]


def sample() -> list[Case]:
    """Return the bundled articles that have a summary by hand."""
    texts = {}
    for line in (SAMPLE / "news.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        texts[f"{one.get('source', '')}-{one['id']}"] = texts[str(one["id"])] = one.get("article") or one["content"]
    cases = []
    for line in (SAMPLE / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        named = tuple(dict.fromkeys(part for triple in gold["triples"] for part in (triple[0], triple[2])))
        article = texts.get(gold["id"]) or next(text for key, text in texts.items() if gold["id"].endswith(key))
        cases.append(Case(gold["summary"], article, named))
    return cases


def real(path: Path) -> list[Case]:
    """Return articles with their summaries."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Case(row["summary"], row["article"]) for row in rows]


def names_of(text: str) -> list[tuple[str, str]]:
    """Return (name, tag) of a text by jieba.posseg.

    Its dictionary tags 修正, 關懷 and 智慧 as persons too: words that it counts often are left out unless they are places.
    """
    counts = jieba_counts()
    return [
        (word.text, word.tag[:2])
        for word in words(text)
        if word.tag.startswith(TAGS)
        and len(word.text) > 1
        and (word.tag.startswith("ns") or counts.get(to_simplified(word.text), 0) < COMMON)
    ]


@cache
def jieba_counts() -> dict[str, int]:
    """Return how often jieba's dictionary counted each word."""
    import jieba

    jieba.initialize()
    counts: dict[str, int] = jieba.dt.FREQ
    return counts


def number(chance: random.Random, case: Case, _: Sequence[Case]) -> str:
    """Give one figure another value."""
    found = list(DIGITS.finditer(case.summary))
    if not found:
        return ""
    match = chance.choice(found)
    for _try in range(50):
        digits = [str(chance.randint(1, 9)) if one.isdigit() else one for one in match[0]]
        made = "".join(digits)
        if made not in case.article and made not in case.summary:
            return case.summary[: match.start()] + made + case.summary[match.end() :]
    return ""


def entity(chance: random.Random, case: Case, others: Sequence[Case]) -> str:
    """Put a name of another article in the place of one."""
    ours = [(name, tag) for name, tag in names_of(case.summary) if name in case.article]
    if not ours:
        return ""
    name, tag = chance.choice(ours)
    for _try in range(50):
        theirs = [other for other, kind in names_of(chance.choice(others).summary) if kind == tag]
        other = chance.choice(theirs) if theirs else ""
        if other and plain(other) not in plain(case.article):
            return case.summary.replace(name, other)
    return ""


def phrase(chance: random.Random, case: Case, others: Sequence[Case]) -> str:
    """Put what another article's triples name in the place of what this one's name."""
    ours = [one for one in case.phrases if one in case.summary]
    for _try in range(50 if ours else 0):
        other = chance.choice(chance.choice(others).phrases)
        if plain(other) not in plain(case.article):
            return case.summary.replace(chance.choice(ours), other)
    return ""


def negation(chance: random.Random, case: Case, _: Sequence[Case]) -> str:
    """Negate a verb, or take a negation away."""
    held = list(NEGATIVE.finditer(case.summary))
    if held and chance.random() < 0.5:
        match = chance.choice(held)
        return case.summary[: match.start()] + case.summary[match.end() :]
    verbs = [word for word in words(case.summary) if word.tag == "v" and len(word.text) > 1]
    if not verbs:
        return ""
    start = chance.choice(verbs).start
    return case.summary[:start] + chance.choice(["不", "未", "沒有"]) + case.summary[start:]


def role(chance: random.Random, case: Case, _: Sequence[Case]) -> str:
    """Let two names of the summary change places."""
    ours = list(dict.fromkeys(name for name, _ in names_of(case.summary) if name in case.article))
    if len(ours) < 2:
        return ""
    one, other = chance.sample(ours, 2)
    if one in other or other in one:
        return ""
    return other.join(part.replace(other, one) for part in case.summary.split(one))


PLANTERS: dict[str, Planter] = {
    "number": number,
    "entity": entity,
    "phrase": phrase,
    "negation": negation,
    "role": role,
}


def auroc(good: Sequence[float], bad: Sequence[float]) -> float:
    """Return the chance that a good one is above a bad one, ties counting a half."""
    return sum((one > other) + (one == other) / 2 for one in good for other in bad) / (len(good) * len(bad))


def table(cases: Sequence[Case], seed: int) -> Iterator[str]:
    """Yield a line for each kind of error."""
    score = [values_of(case.summary, case.article)["faithfulness"] for case in cases]
    yield f"{len(cases)} summaries, mean faithfulness {sum(score) / len(score):.3f}"
    yield f"{'error':10}{'planted':>8}{'AUROC':>8}{'paired':>8}"
    for name, planter in PLANTERS.items():
        chance = random.Random(f"{seed}-{name}")  # noqa: S311 - a benchmark's data, not a secret
        bad: list[float] = []
        paired: list[float] = []
        for case, original in zip(cases, score, strict=True):
            if name == "phrase" and not case.phrases:
                continue
            made = planter(chance, case, cases)
            if made and made != case.summary:
                bad.append(values_of(made, case.article)["faithfulness"])
                paired.append((original > bad[-1]) + (original == bad[-1]) / 2)
        if bad:
            yield f"{name:10}{len(bad):8}{auroc(score, bad):8.3f}{sum(paired) / len(paired):8.3f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="AUROC of faithfulness on planted errors.")
    parser.add_argument("--articles", type=Path, help="JSONL with summary and article (default: the bundled sample)")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    for line in table(real(args.articles) if args.articles else sample(), args.seed):
        print(line)


if __name__ == "__main__":
    main()
