"""What a plan, its costs, its runs and their standing look like on a terminal.

rung  rows   tokens  in the loss  epochs  steps  longest  trained   time   memory  cut
s2      75  153,210      153,210     3.0    114      902    1.9 M   22 s  1.4 GiB    0
"""

from collections.abc import Sequence

from curriculum.gates import Verdict
from curriculum.ladder import Step
from curriculum.pace import Pace, how
from curriculum.runner import Outcome
from curriculum.schema import Cost, Plan
from curriculum.weigh import Weighed

HEAD = ("rung", "rows", "tokens", "in the loss", "epochs", "steps", "longest", "trained", "time", "memory", "cut")
MINUTE, HOUR = 60, 3600


def plan_lines(weighed: Weighed, steps: Sequence[Step], recipes: bool, pace: Pace) -> list[str]:
    """Return a plan for a terminal: every recipe as it will be written, then the costs and how they were found."""
    plan = weighed.plan
    lines = [title(plan)]
    if recipes:
        for step in steps:
            lines += [f"--- {step.job.recipe.path.as_posix()}", *step.text.splitlines()]
    return [*lines, *cost_lines(weighed.costs, pace), f"estimated: {how(plan.profile, pace)}; memory by counting"]


def title(plan: Plan) -> str:
    """Return one line on a plan."""
    control = "" if plan.control == "none" else f", as its control by {plan.control}"
    data = f"{plan.data_strategy} in {plan.folder}" if plan.data_strategy else plan.folder.as_posix()
    return (
        f"plan {plan.name}{control}: {' -> '.join(rung.name for rung in plan.rungs)}; strategy {plan.strategy.name}, "
        f"data {data}, student {plan.student}, profile {plan.profile}, seed {plan.seed} -> saves/{plan.run}"
    )


def cost_lines(costs: Sequence[Cost], pace: Pace) -> list[str]:
    """Return the costs as a table with its sum."""
    rows = [HEAD, *(cells(cost, pace) for cost in costs)]
    whole = sum(cost.seconds for cost in costs) * pace.factor
    largest = max((cost.memory for cost in costs), default=0)
    steps, tokens = sum(cost.steps for cost in costs), sum(cost.tokens for cost in costs)
    learned = sum(cost.learned for cost in costs)
    rows.append(("all", "", f"{tokens:,}", f"{learned:,}", "", str(steps), "", "", clock(whole), gib(largest), ""))
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def cells(cost: Cost, pace: Pace) -> tuple[str, ...]:
    """Return one row of the table."""
    cut = f"{cost.cut.prompts_cut}+{cost.cut.answers_cut}" if cost.cut.share else "0"
    numbers = (f"{cost.tokens:,}", f"{cost.learned:,}", f"{cost.epochs:g}", str(cost.steps), str(cost.longest))
    sizes = (f"{cost.trainable / 1e6:.1f} M", clock(cost.seconds * pace.factor), gib(cost.memory), cut)
    return (cost.rung, str(cost.rows), *numbers, *sizes)


def clock(seconds: float) -> str:
    """Return a duration."""
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < HOUR else f"{seconds / HOUR:.1f} h"


def gib(count: int) -> str:
    """Return a size in memory."""
    return f"{count / 2**30:.1f} GiB"


def event_line(event: Outcome | Verdict) -> str:
    """Return the line that tells how a job went, or what a gate found."""
    if isinstance(event, Verdict):
        went = "passed" if event.passed else {"stop": "stops", "back": "sends back", "on": "goes on"}[event.does]
        return f"  gate {event.gate}: {event.value:.4f}, {went}"
    if event.taken_from:
        return f"{event.job:<18} is that of {event.taken_from} -> {event.output}"
    if event.standing == "done":
        return f"{event.job:<18} is done -> {event.output}"
    loss = event.dev_loss
    dev = f"  dev loss {loss['before']:.3f} -> {loss['after']:.3f}" if loss else ""
    went = "went on, " if event.standing == "resume" else ""
    return f"{event.job:<18} {went}{event.seconds:.0f} s{dev} -> {event.output}"
