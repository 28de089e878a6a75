"""Score every run with every CPU metric, beside the start of each article at the length of the run's own answer.

    >>> scored = scored_run(run)
    >>> scored.system.values["rouge1_f"]["x-1"], scored.numbers["rouge1_f"].low
    (0.41, 0.38)

A value is in 0..1 or has its unit in the signature. BLEU and chrF of a corpus are not means of pairs: `corpus` holds
them without interval, and the pairs' own values are the metrics `bleu_pair` and `chrf_pair`, which can be tested.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np

from data_builders.errors import InputError
from eval.baselines import lead_like
from eval.compare.paired import bounds, resampled
from eval.compare.read import how_of, shown
from eval.compare.schema import System
from eval.metrics import score
from eval.predictions import HEAD_STRIPPED
from eval.report.runs.schema import Number, RunInputs, RunScores
from eval.schema import Metric, Pair
from eval.signature import signed

# What is scored against the reference, and what of the answer alone.
BESIDE_REFERENCE = (("rouge", "rouge_chinese-jieba"), ("bleu", "auto"), ("chrf", "chrf"))
ALONE = (("faithfulness", "grounded"), ("zhtw", "detect"), ("shape", "char"))
NEEDS_ARTICLE = {"faithfulness"}
CORPUS = ("bleu", "chrf")


@dataclass(frozen=True, slots=True)
class Scored:
    """A run's values by metric and pair, with its numbers; `lead` are those of the article's start at like length."""

    run: RunInputs
    system: System
    lead: System | None
    corpus: dict[str, Metric]


def alike(runs: Sequence[RunInputs], common: bool) -> tuple[tuple[RunInputs, ...], dict[str, int]]:
    """Return the runs over the pairs that may be compared, and how many fell out of each.

    Other ids are an InputError unless `common`; another article or reference under one id always is.
    """
    shared = set.intersection(*({pair.id for pair in run.pairs} for run in runs))
    fell_out = {run.name: len(run.pairs) - len(shared) for run in runs}
    names = " and ".join(run.name for run in runs[:4]) + (" …" if len(runs) > 4 else "")
    if not shared or (not common and any(fell_out.values())):
        then = "predict the same test rows with each" + (
            "" if common else ", or give --common for the pairs they share"
        )
        raise InputError(names, "answers to the same test rows", unlike_ids(runs, shared), then)
    kept = tuple(replace(run, pairs=tuple(pair for pair in run.pairs if pair.id in shared)) for run in runs)
    first = {pair.id: pair for pair in kept[0].pairs}
    for run in kept[1:]:
        for what in ("reference", "article"):
            other = [pair.id for pair in run.pairs if getattr(pair, what) != getattr(first[pair.id], what)]
            if other:
                found = f"another {what} for {len(other)} ids ({shown(other)}) in {run.name} than in {kept[0].name}"
                then = "compare runs that were tested on the same rows, by the same teacher"
                raise InputError(names, f"one {what} for each id", found, then)
    order = [pair.id for pair in kept[0].pairs]
    by_id = [{pair.id: pair for pair in run.pairs} for run in kept]
    return tuple(
        replace(run, pairs=tuple(known[key] for key in order)) for run, known in zip(kept, by_id, strict=True)
    ), fell_out


def unlike_ids(runs: Sequence[RunInputs], shared: set[str]) -> str:
    """Say how the runs' ids differ."""
    told = []
    for run in runs:
        own = sorted(pair.id for pair in run.pairs if pair.id not in shared)
        if own:
            told.append(f"{len(own)} ids of {run.name} that not all have ({shown(own)})")
    return "; ".join(told[:4]) + (f"; and {len(told) - 4} more runs" if len(told) > 4 else "")


def scored_run(run: RunInputs) -> Scored:
    """Score one run and its lead baseline."""
    note = f"ref:{run.teacher or 'unrecorded'}|texts:{digest_of_texts(run.pairs)}|{HEAD_STRIPPED}"
    with_articles = all(pair.article.strip() for pair in run.pairs)
    system, corpus = scored_pairs(run.name, run.pairs, note, (*BESIDE_REFERENCE, *ALONE), with_articles)
    values, how = dict(system.values), dict(system.how)
    for other in run.others:
        values |= only(other.values, {pair.id for pair in run.pairs})
        how |= other.how
    lead = None
    if with_articles:
        starts = lead_like(run.pairs)
        lead, _ = scored_pairs(f"{run.name}, lead", starts, f"{note}|lead:like-length", BESIDE_REFERENCE, True)
    return Scored(run, replace(system, values=values, how=how), lead, corpus)


def only(values: Mapping[str, Mapping[str, float]], ids: set[str]) -> dict[str, dict[str, float]]:
    """Return values of some pairs."""
    return {metric: {key: value for key, value in one.items() if key in ids} for metric, one in values.items()}


def scored_pairs(
    name: str, pairs: Sequence[Pair], note: str, measures: Sequence[tuple[str, str]], with_articles: bool
) -> tuple[System, dict[str, Metric]]:
    """Score pairs with some metrics: every pair's values with how they came about, and the corpus's own numbers."""
    values: dict[str, dict[str, float]] = {}
    how: dict[str, dict[str, str]] = {}
    corpus: dict[str, Metric] = {}
    for metric, mode in measures:
        if metric in NEEDS_ARTICLE and not with_articles:
            continue
        made = score(pairs, metric, mode, note)
        for key, one in made.metrics.items():
            if key in CORPUS:
                corpus[key] = Metric(one.value / 100, one.signature.replace("scale:100", "scale:1"), one.n)
                values[f"{key}_pair"] = {pair: row[key] / 100 for pair, row in made.pairs.items()}
                parts = how_of(one.signature) | {"metric": f"{key}_pair", "avg": "pair", "scale": "1"}
                how[f"{key}_pair"] = parts
            elif any(key in row for row in made.pairs.values()):  # not what only a corpus has, such as a penalty
                values[key] = {pair: row[key] for pair, row in made.pairs.items() if key in row}
                how[key] = how_of(one.signature)
    return System(name, name, values, how), corpus


def run_scores(scored: Sequence[Scored], metrics: Sequence[str]) -> tuple[RunScores, ...]:
    """Return every run's numbers with their intervals; runs over the same pairs share one draw."""
    systems = [one.system for one in scored]
    leads = [one.lead for one in scored if one.lead is not None]
    numbers = {metric: numbers_of(systems, metric) for metric in metrics}
    lead = {metric: numbers_of(leads, metric) for metric in metrics}
    return tuple(
        RunScores(
            one.run.name,
            {metric: made[one.system.name] for metric, made in numbers.items() if one.system.name in made},
            {metric: made[one.lead.name] for metric, made in lead.items() if one.lead and one.lead.name in made},
            {name: Number(m.value, m.value, m.value, m.n, m.signature) for name, m in one.corpus.items()},
        )
        for one in scored
    )


def numbers_of(systems: Sequence[System], metric: str) -> dict[str, Number]:
    """Return one metric of every system that has it."""
    groups: dict[tuple[str, ...], list[System]] = {}
    for one in systems:
        if one.values.get(metric):
            groups.setdefault(tuple(sorted(one.values[metric])), []).append(one)
    made: dict[str, Number] = {}
    for ids, same in groups.items():
        matrix = np.array([[one.values[metric][key] for key in ids] for one in same]).T
        means = resampled(matrix)
        for place, one in enumerate(same):
            made[one.name] = Number(
                fmean(matrix[:, place]), *bounds(means[:, place]), len(ids), signature_of(one, metric, ids)
            )
    return made


def signature_of(system: System, metric: str, ids: Sequence[str]) -> str:
    """Return a metric's whole signature over some pairs."""
    how = "|".join(f"{key}:{value}" if value else key for key, value in system.how[metric].items() if key not in SKIP)
    return signed(metric, how, ids)


SKIP = frozenset({"metric", "impl"})


def digest_of_texts(pairs: Sequence[Pair]) -> str:
    """Return 12 digits that stand for all articles and references: equal for the same test."""
    digest = hashlib.sha256()
    for pair in sorted(pairs, key=lambda one: one.id):
        digest.update("\0".join((pair.id, pair.article, *pair.references, "")).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:12]
