import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from review_house import RAIN, Clock

from data_builders.errors import InputError, WriteError
from data_builders.review.schema import Content, Decision, Verdict
from data_builders.review.store import Store

CONTENT = Content("台北下大雨。", ("台北",), RAIN)
ROOT = Path(__file__).parents[2]


def said(item: str, verdict: Verdict, reviewer: str = "小美", draft: str = "d1") -> Decision:
    content = None if verdict == "reject" else CONTENT
    return Decision(item, draft, reviewer, verdict, content, "other" if verdict == "reject" else "")


def test_a_decision_is_kept_with_who_and_when_and_outlives_the_program(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite3", Clock()) as store:
        store.decide(said("a", "accept"))
    with Store(tmp_path / "r.sqlite3") as store:
        assert store.standing() == (
            Decision("a", "d1", "小美", "accept", CONTENT, at="2026-01-02T03:04:05+00:00", number=1),
        )


def test_the_latest_decision_stands_and_the_history_keeps_all(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite3") as store:
        for verdict in ("accept", "reject", "fix"):
            store.decide(said("a", verdict))
        assert [one.verdict for one in store.standing()] == ["fix"]
        assert [one.verdict for one, undone in store.history("a") if not undone] == ["accept", "reject", "fix"]


def test_undo_takes_back_one_after_the_other_and_forgets_nothing(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite3", Clock()) as store:
        store.decide(said("a", "accept"))
        store.decide(said("a", "reject"))
        store.decide(said("b", "accept", "阿明"))
        assert [one.verdict for one in [store.undo("小美")] if one] == ["reject"]
        assert [(one.item, one.verdict) for one in store.standing()] == [("a", "accept"), ("b", "accept")]
        store.undo("小美")
        assert store.undo("小美") is None
        assert [one.item for one in store.standing()] == ["b"]
        assert [undone for _, undone in store.history("a")] == ["2026-01-02T03:04:05+00:00"] * 2


def test_each_reviewer_and_each_draft_has_a_decision_of_its_own(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite3") as store:
        for reviewer, draft in (("小美", "d1"), ("阿明", "d1"), ("小美", "d2")):
            store.decide(said("a", "accept", reviewer, draft))
        assert [(one.reviewer, one.draft) for one in store.standing()] == [
            ("小美", "d1"),
            ("阿明", "d1"),
            ("小美", "d2"),
        ]


def test_a_place_is_remembered_and_blocks_others_for_a_while_only(tmp_path: Path) -> None:
    clock = Clock()
    with Store(tmp_path / "r.sqlite3", clock) as store:
        store.move("小美", "a")
        assert store.places(timedelta(minutes=30)) == {"小美": "a"}
        clock.turn(minutes=31)
        assert store.places(timedelta(minutes=30)) == {}
        assert store.place("小美") == "a"


def test_what_another_program_decides_is_seen_at_once(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite3") as one, Store(tmp_path / "r.sqlite3") as other:
        for number in range(3):
            one.decide(said(f"one{number}", "accept"))
            other.decide(said(f"other{number}", "accept", "阿明"))
            assert [mark.item for mark in one.marks()] == [mark.item for mark in other.marks()]
            assert len(one.marks()) == 2 * number + 2
        other.undo("小美")
        assert "one2" not in {mark.item for mark in one.marks()}
        assert [(m.item, m.verdict) for m in one.marks()] == [(d.item, d.verdict) for d in one.standing()]


def test_the_secret_is_made_once(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite3") as store:
        first = store.secret()
        assert store.secret() == first
    with Store(tmp_path / "r.sqlite3") as store:
        assert (store.secret(), len(first)) == (first, 32)


def test_a_file_that_is_no_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.sqlite3").write_text("no database" * 100, encoding="utf-8")
    with pytest.raises(InputError, match=r"r\.sqlite3: expected a review's store"):
        Store(tmp_path / "r.sqlite3")


def test_a_write_that_fails_is_told_and_leaves_what_was_kept(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite3") as store:
        store.decide(said("a", "accept"))
        pages = store.db.execute("PRAGMA page_count").fetchone()[0]
        store.db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(WriteError, match="what was kept stays"):
            store.decide(Decision("b", "d1", "小美", "reject", None, "other", "長" * 100_000))
        assert [one.item for one in store.standing()] == ["a"]


WRITER = """
import sys
from pathlib import Path
from data_builders.review.schema import Content, Decision
from data_builders.review.store import Store
with Store(Path(sys.argv[1])) as store:
    for number in range(100_000):
        kept = store.decide(Decision(f"n{number}", "d", "小美", "accept", Content("雨。", ("雨",), ())))
        print(kept.number, flush=True)
"""


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for _ in range(3):
        command = [sys.executable, "-c", WRITER, str(tmp_path / "r.sqlite3")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as writer:
            assert writer.stdout is not None
            answered = int(writer.stdout.readline())
            time.sleep(0.05)
            writer.send_signal(signal.SIGKILL)
            answered = max([answered, *(int(line) for line in writer.stdout if line.endswith("\n"))])
        with sqlite3.connect(tmp_path / "r.sqlite3") as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert db.execute("SELECT MAX(number) FROM decisions").fetchone()[0] >= answered
        db.close()
