"""Read a plan's name: a published one, S0 before it, an order of one's own, stages or tasks mixed in one training.

    >>> [rung.name for rung in rungs_of("s0,4stage")]
    ['s0', 's2', 's3', 's4', 's5']
    >>> rungs_of("s2+s5")
    (Rung(name='s2+s5', stages=('s2', 's5')),)

    >>> rungs_of("3in1")[0].stages
    ('wmt', 'cnn_dailymail', 'squad2')

A rung holds stages or tasks, never both: they are asked in other words and trained by other settings. A stage named
twice gets a folder of its own each time: `s5,s2,s5` writes s5, s2, s5-2.
"""

from curriculum.schema import Rung
from data_builders.errors import UsageError
from data_builders.stages import S0
from data_builders.stages.table import STAGES
from data_builders.tasks.table import MIXES, TASKS

LADDER = tuple(STAGES)
NAMED = {"1stage": LADDER[-1:], "4stage": LADDER[1:], "5stage": LADDER}
NAMED |= {name: ("+".join(tasks),) for name, tasks in MIXES.items()}
EXPECTED = (
    "1stage, 4stage, 5stage, stages in an order of your own, such as s0,5stage or s2,s4+s5, "
    f"or tasks ({', '.join((*TASKS, *MIXES))}), mixed by +"
)


def rungs_of(text: str) -> tuple[Rung, ...]:
    """Return the rungs that a plan's name stands for; nonsense is a UsageError."""
    parts = [part for word in text.split(",") for part in NAMED.get(word.strip(), (word.strip(),))]
    rungs: list[Rung] = []
    for part in parts:
        stages = tuple(part.split("+"))
        known = any(all(stage in names for stage in stages) for names in (STAGES, TASKS))
        if (not known or len(set(stages)) < len(stages)) and stages != (S0,):
            raise UsageError("--plan", EXPECTED, text or "nothing", "name stages s1 to s5, s0 by itself, or tasks")
        if stages == (S0,) and rungs:
            raise UsageError("--plan", "S0 before all else", text, "pretraining draws new weights: put s0 first")
        times = sum(rung.stages == stages for rung in rungs)
        rungs.append(Rung(part if not times else f"{part}-{times + 1}", stages))
    if len({rung.stages[0] in TASKS for rung in rungs}) > 1:
        then = "train the one, then the other with --student saves/RUN/merged"
        raise UsageError("--plan", "rungs of stages alone, or of tasks alone", text, then)
    return tuple(rungs)
