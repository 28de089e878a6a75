"""Which test articles a report shows, and what of them: the worst in every order that the page can sort by.

    >>> shown, orders = examples_of(scored)
    >>> shown[0].id, list(orders.values())[0]
    ('x-17', 'ROUGE-L，所有執行平均')

A page of everything would be hundreds of megabytes at 100 runs and 1,000 articles. So the page holds at most `MOST`
articles, `MOST_RUNS` answers of each and `MOST_CHARACTERS` of a text, and says so; the orders take their worst articles
turn by turn, so that each order begins with its true worst.
"""

from collections.abc import Iterable, Sequence
from itertools import islice, zip_longest
from statistics import fmean

from eval.report.runs.columns import SORTABLE, column
from eval.report.runs.marks import doubts_of, lacking_of, pieces_of
from eval.report.runs.schema import Answer, Shown
from eval.report.runs.scores import Scored
from eval.schema import Pair

MOST = 60
MOST_RUNS = 12
MOST_CHARACTERS = 2_000
MOST_OF_ARTICLE = 6_000
TITLE_CHARACTERS = 28
Order = tuple[str, dict[str, float]]


def examples_of(scored: Sequence[Scored]) -> tuple[tuple[Shown, ...], dict[str, str]]:
    """Return the shown articles, worst first in the first order, and the orders' names by key."""
    orders = {f"k{place}": order for place, order in enumerate(orders_of(scored))}
    pairs = {pair.id: pair for pair in scored[0].run.pairs}
    rankings = [sorted(values, key=lambda key: (values[key], key)) for _, values in orders.values()]
    turns = (key for turn in zip_longest(*rankings) for key in turn if key is not None)
    chosen = set(islice(dict.fromkeys(turns), MOST))
    first = rankings[0] if rankings else list(pairs)
    answers = [{pair.id: pair for pair in one.run.pairs} for one in scored[:MOST_RUNS]]
    shown = [
        example(
            pairs[key],
            [(one, known[key]) for one, known in zip(scored[:MOST_RUNS], answers, strict=True)],
            {name: values[key] for name, (_, values) in orders.items() if key in values},
        )
        for key in first
        if key in chosen
    ]
    return tuple(shown), {name: said for name, (said, _) in orders.items()}


def orders_of(scored: Sequence[Scored]) -> Iterable[Order]:
    """Yield what the examples can be sorted by: each metric over all runs, then run by run."""
    every = [values_of(one) for one in scored]
    for metric in SORTABLE:
        held = [values[metric] for values in every if values.get(metric)]
        if held:
            ids = set.intersection(*map(set, held))
            yield f"{column(metric).head}，所有執行平均", {key: fmean(one[key] for one in held) for key in ids}
    for one, values in list(zip(scored, every, strict=True))[:MOST_RUNS]:
        for metric in (name for name in SORTABLE if values.get(name)):
            yield f"{column(metric).head}，{one.run.name}", values[metric]


def values_of(scored: Scored) -> dict[str, dict[str, float]]:
    """Return a run's values by metric, the judge's among them."""
    return scored.system.values | (scored.run.judged.values if scored.run.judged else {})


def example(pair: Pair, answers: Sequence[tuple[Scored, Pair]], keys: dict[str, float]) -> Shown:
    """Return one article with its answers, every text cut to what a page can hold."""
    title = answers[0][0].run.titles.get(pair.id, "")
    opening = pair.article.strip()[:TITLE_CHARACTERS].replace("\n", " ")
    return Shown(
        id=pair.id,
        title=title or (f"{opening}…" if opening else pair.id),
        article=pair.article[:MOST_OF_ARTICLE],
        article_hidden=max(0, len(pair.article) - MOST_OF_ARTICLE),
        reference=pair.reference[:MOST_CHARACTERS],
        answers=tuple(answer(one, own) for one, own in answers),
        keys=keys,
    )


def answer(scored: Scored, pair: Pair) -> Answer:
    """Return one run's answer in pieces."""
    text, reference = pair.prediction[:MOST_CHARACTERS], pair.reference[:MOST_CHARACTERS]
    pieces = pieces_of(text, reference, pair.article)
    every = values_of(scored)
    return Answer(
        run=scored.run.name,
        pieces=pieces,
        lacking=lacking_of(text, reference),
        doubts=doubts_of(pieces),
        hidden=len(pair.prediction) - len(text),
        values={name: every[name][pair.id] for name in SORTABLE if pair.id in every.get(name, {})},
    )
