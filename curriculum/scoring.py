"""Score what a run's model wrote for the test rows, and bring several seeds of one cell together.

    results/try/5stage-full-v1/seed1/scores.json     one run: each article's values
    results/try/5stage-full-v1/scores.json           the cell: each article's values, the mean over its seeds

Both are eval's own files. The intervals of the second are over articles; `spread` gives those over seeds and articles
together: seeds and articles are drawn anew, 10,000 times, each draw's mean taken (a crossed bootstrap; Owen 2007, "The
pigeonhole bootstrap"). Drawing from k seeds shows only (k-1)/k of their variance, so their distances from the mean are
stretched to make that up. With two seeds the interval stays rough, and with one it is the articles' alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from curriculum.job import Job
from data_builders.errors import InputError
from data_builders.jsonl import digest_of, read, write, write_json
from data_builders.schema import AlpacaRow
from eval.metrics import score
from eval.predictions import HEAD_STRIPPED, article_texts, join
from eval.schema import Scores
from eval.signature import mean_of

FAMILIES = ("rouge", "zhtw")
SHOWN = ("rouge1_f", "rouge2_f", "rougeL_f", "zhtw_share")
SEED, DRAWS, LEVEL = 20_250_101, 10_000, 0.05


@dataclass(frozen=True, slots=True)
class Spread:
    """A mean with its 95 % interval over seeds and articles, and the mean of each seed alone."""

    mean: float
    low: float
    high: float
    seeds: tuple[float, ...]


def score_run(job: Job, data: Path, out: Path) -> Path:
    """Join a run's predictions to the test rows, score them, and return the file of scores; what is there stays."""
    scores, predicted = out / "scores.json", job.output / job.result
    made_of = out / "made_of.json"
    digests = {"predictions": digest_of(predicted), "rows": digest_of(job.datasets[0])}
    if scores.is_file() and made_of.is_file() and made_of.read_bytes() == rendered(digests):
        return scores
    pairs = join(predicted, job.datasets[0], texts_of(data, job.datasets[0]))
    write(out / "pairs.jsonl", pairs)
    made = [score(pairs, family, note=HEAD_STRIPPED) for family in FAMILIES]
    metrics = {name: metric for one in made for name, metric in one.metrics.items()}
    values = {pair.id: {name: v for one in made for name, v in one.pairs[pair.id].items()} for pair in pairs}
    write_json(scores, Scores(metrics, values))
    write_json(made_of, digests)
    return scores


def rendered(digests: Mapping[str, str]) -> bytes:
    """Return the digests as `write_json` writes them."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(digests), indent=2) + b"\n"


def texts_of(data: Path, rows: Path) -> dict[str, str]:
    """Return the articles' texts by id: of the data folder, of the one that it shares, or else the rows' own input."""
    for folder in (data, data.parent):
        file = folder / "articles" / "test.jsonl"
        if file.is_file():
            return article_texts(file)
    return {row.id: row.input for row in read(rows, AlpacaRow)}


def cell_scores(runs: Sequence[Scores], where: str) -> Scores:
    """Return one cell's scores: each article's mean over the seeds."""
    ids = [set(run.pairs) for run in runs]
    if any(other != ids[0] for other in ids):
        raise InputError(where, "the same test rows for every seed", "other ids", "predict all seeds again")
    names = [name for name in runs[0].metrics if all(name in run.metrics for run in runs)]
    pairs = {
        key: {name: fmean(run.pairs[key][name] for run in runs if name in run.pairs[key]) for name in names}
        for key in runs[0].pairs
    }
    metrics = {}
    for name in names:
        parts = runs[0].metrics[name].signature.split("|")[1:]
        how = "|".join(part for part in parts if not part.startswith(("impl:", "n:", "ids:")))
        metrics[name] = mean_of([one[name] for one in pairs.values()], name, how, pairs)
    return Scores(metrics, pairs)


def table_of(runs: Sequence[Scores], metric: str) -> NDArray[np.float64]:
    """Return one metric's values, seeds by articles."""
    ids = sorted(runs[0].pairs)
    return np.array([[run.pairs[key][metric] for key in ids] for run in runs])


def means_drawn(values: NDArray[np.float64], stream: int) -> NDArray[np.float64]:
    """Return the means of seeds and articles drawn anew; every table draws the same articles, `stream` its seeds."""
    seeds, articles = values.shape
    chosen = np.random.default_rng(SEED).integers(0, articles, size=(DRAWS, articles))
    runs = np.random.default_rng((SEED, stream)).integers(0, seeds, size=(DRAWS, seeds))
    weights = np.zeros((DRAWS, seeds))
    np.add.at(weights, (np.arange(DRAWS)[:, None], runs), 1.0 / seeds)
    a_seed = np.stack([row[chosen].mean(axis=1) for row in values], axis=1)
    middle = a_seed.mean(axis=1, keepdims=True)
    stretched = middle + (a_seed - middle) * (seeds / max(seeds - 1, 1)) ** 0.5
    drawn: NDArray[np.float64] = (weights * stretched).sum(axis=1)
    return drawn


def spread_of(values: NDArray[np.float64], stream: int) -> Spread:
    """Return the mean of a table of seeds by articles, shares from 0 to 1, with an interval of shares."""
    ends = np.percentile(means_drawn(values, stream), [100 * LEVEL / 2, 100 * (1 - LEVEL / 2)])
    low, high = np.clip(ends, 0.0, 1.0)  # stretched for few seeds, it would leave what a share can be
    return Spread(float(values.mean()), float(low), float(high), tuple(float(one) for one in values.mean(axis=1)))


def difference_of(ours: NDArray[np.float64], others: NDArray[np.float64]) -> Spread:
    """Return ours minus the others' over the same articles, seeds drawn apart."""
    drawn = means_drawn(ours, 1) - means_drawn(others, 2)
    low, high = np.percentile(drawn, [100 * LEVEL / 2, 100 * (1 - LEVEL / 2)])
    return Spread(float(ours.mean() - others.mean()), float(low), float(high), ())
