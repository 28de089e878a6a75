"""The strategies as plans that a run drives: what is asked, how it is judged, what the manifest says of both.

>>> plan_of("v2", best_of=1).settings["strategy_steps"]
'v2.aspects v2.triples v2.summary'
"""

from functools import partial
from pathlib import Path

from data_builders.errors import UsageError
from data_builders.jsonl import digest_of
from data_builders.schema import Article
from data_builders.teacher.gates import verdict_on
from data_builders.teacher.judging import Made, Verdict
from data_builders.teacher.schema import Asker, Draft
from data_builders.teacher.served import Plan
from data_builders.teacher.strategies import asked_of, chosen_of
from data_builders.teacher.thresholds import OURS, Gates, gates_from
from data_builders.teacher.wording import prompt_digest, steps

JUDGE_SECONDS = 0.005  # benchmarks/teacher.md


def plan_of(strategy: str, best_of: int, gates_file: Path | None = None) -> Plan:
    """Return the plan of a strategy that keeps the best of so many samples, judged by our gates or a user's."""
    if best_of < 1:
        raise UsageError("--best-of", "a number from 1", str(best_of), "give 1 for one reply")
    gates = gates_from(gates_file)

    async def ask(article: Article, asker: Asker) -> Made:
        return await asked_of(article, strategy, asker, best_of, gates)

    known = " ".join(step.name for step in steps(strategy))
    settings: dict[str, str | int | float | bool] = {
        "strategy_steps": known,
        "prompts": prompt_digest(strategy),
        "best_of": best_of,
        "gates": digest_of(gates_file or OURS)[:16],
    }
    return Plan(strategy, ask, partial(verdict_of, gates), settings, JUDGE_SECONDS)


def verdict_of(gates: Gates, article: Article, made: Made) -> Verdict:
    """Return the best of an article's samples and what of it is used."""
    draft = chosen_of(made, article, gates)
    return Verdict(draft, verdict_on(draft, draft.doubts, gates) if isinstance(draft, Draft) else draft)
