"""A house for tests of the served teacher: a folder with articles, a ledger, and what was taught from a mock server."""

import json
from collections.abc import Sequence
from pathlib import Path

from mock_server import MockServer
from stand_in import plan_of, settings_of

from data_builders.errors import NewsLadderError
from data_builders.jsonl import read, write
from data_builders.schema import Article, Manifest, Rationale, Reject
from data_builders.teacher.served import teach_served

TEXT = "臺中市政府今天宣布，社會住宅預算編列2億6,000萬元，將興建300戶住宅。市長林怡君表示，市府將補助青年家庭租金。"


def news(count: int, faults: dict[int, str] | None = None, times: int = 2) -> list[Article]:
    """Articles x-0, x-1 …; `faults` puts a mark into some, which the mock obeys."""
    marks = faults or {}
    return [Article(f"x-{k}", "x", f"第{k}則。{TEXT * (times + k % 3)}{marks.get(k, '')}") for k in range(count)]


class House:
    """A folder with articles, a ledger and what was taught."""

    def __init__(self, root: Path) -> None:
        self.root, self.out, self.ledger = root, root / "out", root / "ledger.sqlite3"

    def articles(self, articles: Sequence[Article]) -> Path:
        write(self.root / "articles.jsonl", articles)
        return self.root / "articles.jsonl"

    def teach(
        self, mock: MockServer, articles: Sequence[Article], strategy: str = "v1", *, best_of: int = 1,
        prompts: dict[str, str] | None = None, **changes: object,
    ) -> Manifest | NewsLadderError:  # fmt: skip
        plan = plan_of(strategy, best_of, prompts)
        try:
            return teach_served(self.articles(articles), plan, settings_of(mock.url, **changes), self.ledger, self.out)
        except NewsLadderError as error:
            return error

    def kept(self) -> list[str]:
        return [one.id for one in read(self.out / "rationales.jsonl", Rationale)]

    def reasons(self) -> dict[str, str]:
        return {one.id: one.reason for one in read(self.out / "rejected.jsonl", Reject)}

    def everything(self) -> bytes:
        return b"\n".join(path.read_bytes() for path in sorted(self.root.rglob("*")) if path.is_file())

    def standing(self) -> dict[str, object]:
        return json.loads((self.out / "progress.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]
