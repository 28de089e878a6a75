"""What the gates catch and what they cry wolf at, on real articles with faults planted in real teacher summaries.

    python benchmarks/gates.py     needs ../shared/data/udn_news_196.jsonl, which is not part of the project

Each fault is planted in all 196 summaries that can hold it; "seen" is that the gate named beside it rejects. `as is`
is what the gates reject of the summaries as they came, each looked at by hand (benchmarks/README.md). `own sentence`
asks whether an article holds the numbers of its own sentences, in both scripts: a false alarm of the number gate.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from data_builders.ingest import ingest
from data_builders.schema import Article, Triple
from data_builders.teacher.gates import doubted
from data_builders.teacher.numbers import unsupported
from data_builders.teacher.schema import Draft
from data_builders.teacher.thresholds import gates_from
from data_builders.zhtw.convert import to_simplified

NEWS = Path(__file__).parents[1].parent / "shared" / "data" / "udn_news_196.jsonl"
FIGURE = re.compile(r"\d\d+(?:\.\d+)?|\d\.\d+")
SENTENCE = re.compile(r"(?<=[。\n])")
LEAD, OTHER = 240, 61


def rejected(summary: str, article: Article) -> set[str]:
    """Return the reasons for which a summary would be left out."""
    draft = Draft(article.id, "planted", "v1", summary, ("x",), (Triple("x", "y", "z"),))
    found = [doubt for doubt in doubted(draft, article) if doubt.part in {"summary", "reply"}]
    return {doubt.reason for doubt in found if gates_from(None).verdict(doubt.reason) == "reject"}


def planted(news: list[Article], rng: random.Random) -> Iterator[tuple[str, str, str, Article]]:
    """Yield (fault, reason, summary with the fault, article)."""
    for place, article in enumerate(news):
        summary = article.summary
        figures = list(FIGURE.finditer(summary))
        if figures:
            figure = rng.choice(figures)
            other = figure[0]
            while other == figure[0]:
                other = "".join(rng.choice("123456789") if sign.isdigit() else sign for sign in figure[0])
            changed = summary[: figure.start()] + other + summary[figure.end() :]
            yield "one figure changed", "number_not_held", changed, article
        yield "another article's summary", "not_grounded", news[(place + OTHER) % len(news)].summary, article
        yield "cut in the middle", "unfinished", summary[: len(summary) * 2 // 3].rstrip("。，"), article
        yield "in Simplified", "not_traditional", to_simplified(summary), article
        yield "the lead, copied", "copied", re.split(r"(?<=。)", article.article)[0][:LEAD], article
        yield "a sentence said twice", "repetition", summary + re.split(r"(?<=。)", summary)[0], article


def main() -> None:
    if not NEWS.is_file():
        print(f"{NEWS.name} is absent: nothing to measure")
        return
    news = [article for article in ingest(NEWS) if isinstance(article, Article)]
    seen: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for fault, reason, summary, article in planted(news, random.Random(3)):  # noqa: S311  # no secret is drawn
        count[fault] += 1
        seen[fault] += reason in rejected(summary, article)
    for article in news:
        count["as is"] += 1
        seen["as is"] += bool(rejected(article.summary, article))
        for sentence in SENTENCE.split(article.article):
            for fault, text in (("own sentence", sentence), ("own sentence in Simplified", to_simplified(sentence))):
                count[fault] += 1
                seen[fault] += bool(unsupported(text, article.article))
    for fault, total in count.items():
        print(f"{fault:28} {seen[fault]:5} / {total:<5} {seen[fault] / total:.3f}")


if __name__ == "__main__":
    main()
