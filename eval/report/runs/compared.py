"""Which runs really differ, from each other and from the article's own start.

    >>> against_lead(scored, "rougeL_f")[0].difference.differs
    True

Judges are compared apart, over the pairs that every judge's reply could be read for: what is unlike there is said on
the page and does not stop the rest.
"""

from collections.abc import Sequence

import numpy as np

from data_builders.errors import InputError
from eval.compare.paired import LEVEL, as_far, bounds, effect_of, flipped, holm, resampled, wins_of
from eval.compare.schema import Compared, Difference
from eval.compare.table import compare_all
from eval.report.runs.columns import MAIN, TESTED
from eval.report.runs.schema import AgainstLead
from eval.report.runs.scores import Scored


def compared_runs(scored: Sequence[Scored]) -> Compared:
    """Compare the runs in every tested metric that all of them have, over all pairs."""
    systems = [one.system for one in scored]
    wanted = [name for name in TESTED if all(name in one.values for one in systems)]
    return compare_all(systems, wanted, common=False)


def compared_judges(scored: Sequence[Scored]) -> tuple[Compared | None, str]:
    """Return the judges' comparison, or why there is none ("" where no two runs were judged)."""
    systems = [one.run.judged for one in scored if one.run.judged is not None]
    if len(systems) < 2:
        return None, ""
    try:
        return compare_all(systems, ["judge"], common=True), ""
    except InputError as error:
        return None, error.found


def against_lead(scored: Sequence[Scored], metric: str = MAIN) -> tuple[AgainstLead, ...]:
    """Test each run against the article's start at the length of its answers, corrected over the runs."""
    both = [(one, one.lead) for one in scored if one.lead is not None and metric in one.lead.values]
    if not both:
        return ()
    ids = sorted(both[0][0].system.values[metric])
    deltas = np.array(
        [[one.system.values[metric][key] - lead.values[metric][key] for key in ids] for one, lead in both]
    ).T
    means, flips = resampled(deltas), flipped(deltas)
    seen = [float(deltas[:, place].mean()) for place in range(len(both))]
    p_values = [as_far(flips[:, place], seen[place], len(ids)) for place in range(len(both))]
    return tuple(
        AgainstLead(
            one.run.name,
            metric,
            Difference(
                one.run.name, lead.name, seen[place], *bounds(means[:, place]), p_values[place], adjusted,
                effect_of(deltas[:, place]), wins_of(deltas[:, place]), differs=adjusted < LEVEL,
            ),
        )
        for place, ((one, lead), adjusted) in enumerate(zip(both, holm(p_values), strict=True))
    )  # fmt: skip
