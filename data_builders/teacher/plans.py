"""The strategies as plans that a run drives: what is asked, how it is judged, what the manifest says of both.

>>> plan_of("v2", best_of=1).settings["strategy_steps"]
'v2.aspects v2.triples v2.summary'
"""

from pathlib import Path

from data_builders.errors import UsageError
from data_builders.jsonl import digest_of
from data_builders.schema import Article, Rationale, Reject
from data_builders.teacher.gates import judged
from data_builders.teacher.schema import Asker, Draft
from data_builders.teacher.served import Plan
from data_builders.teacher.strategies import draft_of
from data_builders.teacher.thresholds import OURS, gates_from
from data_builders.teacher.wording import prompt_digest, steps


def plan_of(strategy: str, best_of: int, gates_file: Path | None = None) -> Plan:
    """Return the plan of a strategy that keeps the best of so many samples, judged by our gates or a user's."""
    if best_of < 1:
        raise UsageError("--best-of", "a number from 1", str(best_of), "give 1 for one reply")
    gates = gates_from(gates_file)

    async def draft(article: Article, asker: Asker) -> Draft | Reject:
        return await draft_of(article, strategy, asker, best_of, gates)

    def judge(draft: Draft, article: Article) -> Rationale | Reject:
        return judged(draft, article, gates)

    known = " ".join(step.name for step in steps(strategy))
    settings: dict[str, str | int | float | bool] = {
        "strategy_steps": known,
        "prompts": prompt_digest(strategy),
        "best_of": best_of,
        "gates": digest_of(gates_file or OURS)[:16],
    }
    return Plan(strategy, draft, judge, settings)
