"""Strategies as simple as can be, to test what drives them: V1 asks once, V2 thrice, V3 twice, always with the article.

python tests/teacher/stand_in.py ARTICLES v2 URL OUT [LEDGER]      a run of its own, to kill
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from data_builders.schema import Article, Rationale, Reject, Triple
from data_builders.teacher.address import address_of
from data_builders.teacher.budget import Price
from data_builders.teacher.client import Settings
from data_builders.teacher.judging import Made, Verdict
from data_builders.teacher.schema import Answer, Ask, Asker, Doubt, Draft, Message, Params
from data_builders.teacher.served import Plan, teach_served

STEPS = {"v1": ("v1",), "v2": ("v2.aspects", "v2.triples", "v2.summary"), "v3": ("v3.summary", "v3.rationale")}
PRICE = Price(1.0, 4.0)


def ask_of(article: Article, step: str, earlier: str = "", sample: int = 0, prompt: str = "請整理這則新聞。") -> Ask:
    shown = f"{prompt}\n{step}\n{earlier}\n<新聞>\n{article.article}\n</新聞>"
    return Ask(article.id, step, (Message("user", shown),), Params(max_tokens=200), sample)


def plan_of(strategy: str, best_of: int = 1, prompts: dict[str, str] | None = None) -> Plan:
    async def ask(article: Article, asker: Asker) -> Made:
        answer = Answer("")
        for step in STEPS[strategy]:
            for sample in range(best_of):
                prompt = (prompts or {}).get(step, "請整理這則新聞。")
                answer = await asker.ask(ask_of(article, step, answer.text, sample, prompt))
                if answer.reason:
                    return (Reject(article.id, "teach", answer.reason, answer.detail, answer.text),)
        parts = (("甲", "乙"), (Triple("甲", "是", "乙"),), doubts(answer))
        return (Draft(article.id, asker.model, strategy, answer.text, *parts),)

    return Plan(strategy, ask, judge, {"best_of": best_of})


def doubts(answer: Answer) -> tuple[Doubt, ...]:
    return (Doubt("summary", "doubtful", "…"),) if "可疑" in answer.text else ()


def judge(article: Article, made: Made) -> Verdict:
    draft = made[0]
    if isinstance(draft, Reject):
        return Verdict(draft, draft)
    if draft.doubts:
        return Verdict(
            draft, Reject(article.id, "teach", draft.doubts[0].reason, draft.doubts[0].detail, draft.summary)
        )
    used = Rationale(draft.id, draft.teacher, draft.strategy, draft.summary, draft.aspects, draft.triples)
    return Verdict(draft, used)


def settings_of(url: str, **changes: object) -> Settings:
    known = {"model": "mock", "address": address_of(url, {}), "schema": "no", "price": PRICE, "first_pause": 0.02}
    return Settings(**(known | changes))  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("articles", "strategy", "url", "out"):
        parser.add_argument(name)
    parser.add_argument("ledger", nargs="?")
    parser.add_argument("--slots", type=int, default=512)
    args = parser.parse_args()
    out = Path(args.out)
    ledger = Path(args.ledger) if args.ledger else out / "ledger.sqlite3"
    teach_served(Path(args.articles), plan_of(args.strategy), settings_of(args.url, slots=args.slots), ledger, out)


if __name__ == "__main__":
    main()
