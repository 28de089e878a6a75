import argparse
import json
from pathlib import Path

import pytest
from review_house import RAIN, WRONG_NUMBER, desk_over, draft, teach

from data_builders.errors import OrderError, UsageError
from data_builders.jsonl import read
from data_builders.review.desk import Desk
from data_builders.review.export import export
from data_builders.review.schema import Content, Decision
from data_builders.schema import Manifest, Rationale, Reject
from data_builders.verbs.review import VERBS

BETTER = Content("台北今天下大雨。", ("台北", "大雨"), RAIN)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Five drafts: two that the gates refused, three that passed."""
    drafts = (draft("a", WRONG_NUMBER), draft("b", WRONG_NUMBER), draft("c"), draft("d"), draft("e"))
    return desk_over(teach(tmp_path / "data", *drafts), tmp_path / "r.sqlite3")


def fix(desk: Desk, item: str, reviewer: str = "小美") -> None:
    desk.store.decide(Decision(item, desk.item(item).draft, reviewer, "fix", BETTER))


def accept(desk: Desk, item: str, reviewer: str = "小美") -> None:
    desk.store.decide(Decision(item, desk.item(item).draft, reviewer, "accept", desk.item(item).content))


def reject(desk: Desk, item: str, reviewer: str = "小美") -> None:
    desk.store.decide(Decision(item, desk.item(item).draft, reviewer, "reject", None, "unfaithful", "數字不對"))


def written(desk: Desk, out: Path, unreviewed: str = "keep", on_disagreement: str = "latest") -> Manifest:
    data = desk.store.path.parent / "data"
    sources = (data / "articles", data / "rationales")
    return export(desk.items, desk.store.standing(), sources, out, unreviewed, on_disagreement)  # type: ignore[arg-type]


def strategies(out: Path) -> dict[str, str]:
    return {one.id: one.strategy for one in read(out / "rationales.jsonl", Rationale)}


def reasons(out: Path) -> dict[str, str]:
    return {one.id: one.reason for one in read(out / "rejected.jsonl", Reject)}


def test_decided_rows_are_v4_and_rows_that_nobody_saw_say_so(desk: Desk, tmp_path: Path) -> None:
    fix(desk, "a")
    accept(desk, "c")
    reject(desk, "d")
    made = written(desk, tmp_path / "v4")
    assert strategies(tmp_path / "v4") == {"a": "v4", "c": "v4", "e": "v3"}
    assert reasons(tmp_path / "v4") == {"b": "not_reviewed", "d": "rejected_by_reviewer"}
    assert made.rejected == {"not_reviewed": 1, "rejected_by_reviewer": 1}
    assert (made.rows_in, made.rows_out) == (5, 3)


def test_the_reviewers_words_and_reason_are_what_is_written(desk: Desk, tmp_path: Path) -> None:
    fix(desk, "a")
    reject(desk, "b")
    written(desk, tmp_path / "v4")
    first = next(read(tmp_path / "v4" / "rationales.jsonl", Rationale))
    assert (first.summary, first.aspects, first.triples, first.teacher) == (*vars_of(BETTER), "mock-32b")
    details = {one.id: (one.reason, one.detail) for one in read(tmp_path / "v4" / "rejected.jsonl", Reject)}
    assert details["b"] == ("rejected_by_reviewer", "unfaithful: 數字不對")


def vars_of(content: Content) -> tuple[object, ...]:
    return content.summary, content.aspects, content.triples


def test_drop_leaves_only_what_a_person_saw(desk: Desk, tmp_path: Path) -> None:
    accept(desk, "c")
    written(desk, tmp_path / "v4", unreviewed="drop")
    assert strategies(tmp_path / "v4") == {"c": "v4"}
    assert set(reasons(tmp_path / "v4").values()) == {"not_reviewed"}


def test_what_the_gates_refused_and_nobody_saw_never_goes_in(desk: Desk, tmp_path: Path) -> None:
    written(desk, tmp_path / "v4", unreviewed="keep")
    assert set(strategies(tmp_path / "v4")) == {"c", "d", "e"}
    details = {one.id: one.detail for one in read(tmp_path / "v4" / "rejected.jsonl", Reject)}
    assert details == {"a": "summary number_not_in_article", "b": "summary number_not_in_article"}


def test_where_two_disagree_the_latest_wins_or_the_row_goes(desk: Desk, tmp_path: Path) -> None:
    reject(desk, "c")
    fix(desk, "c", "阿明")
    accept(desk, "d")
    accept(desk, "d", "阿明")
    written(desk, tmp_path / "latest")
    written(desk, tmp_path / "drop", on_disagreement="drop")
    assert strategies(tmp_path / "latest")["c"] == "v4"
    assert reasons(tmp_path / "drop")["c"] == "reviewers_disagree"
    assert strategies(tmp_path / "drop")["d"] == "v4"


def test_an_undone_decision_is_no_decision(desk: Desk, tmp_path: Path) -> None:
    reject(desk, "c")
    desk.store.undo("小美")
    written(desk, tmp_path / "v4")
    assert strategies(tmp_path / "v4")["c"] == "v3"


def test_equal_decisions_give_equal_bytes_whoever_made_them_and_when(desk: Desk, tmp_path: Path) -> None:
    def bytes_of(folder: str) -> dict[str, bytes]:
        written(desk, tmp_path / folder)
        return {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()}

    fix(desk, "a")
    accept(desk, "c")
    first = bytes_of("first")
    desk.store.undo("小美")
    desk.store.undo("小美")
    accept(desk, "c", "阿明")
    fix(desk, "a", "阿明")
    assert bytes_of("second") == first
    reject(desk, "d")
    assert bytes_of("third")["manifest.json"] != first["manifest.json"]


def test_the_manifest_says_how_it_was_reviewed(desk: Desk, tmp_path: Path) -> None:
    fix(desk, "a")
    accept(desk, "c")
    reject(desk, "c", "阿明")
    said = written(desk, tmp_path / "v4").settings
    assert {name: said[name] for name in ("strategy", "teacher", "drafts_strategy", "unreviewed")} == {
        "strategy": "v4", "teacher": "mock-32b", "drafts_strategy": "v3", "unreviewed": "keep",
    }  # fmt: skip
    counts = [said[name] for name in ("reviewers", "reviewed", "accepted", "fixed", "rejected", "decisions")]
    assert counts == [2, 2, 0, 1, 1, 3]
    assert (said["second_opinions"], said["second_opinions_alike"]) == (1, 0)
    assert len(str(said["decisions_sha256"])) == 64


def test_a_decision_over_an_older_draft_is_counted_and_not_used(desk: Desk, tmp_path: Path) -> None:
    desk.store.decide(Decision("c", "another draft", "小美", "fix", BETTER))
    said = written(desk, tmp_path / "v4").settings
    assert (said["decisions"], said["decisions_on_other_drafts"]) == (0, 1)
    assert strategies(tmp_path / "v4")["c"] == "v3"


def call(*words: str) -> object:
    parser = argparse.ArgumentParser()
    VERBS[0].arguments(parser)
    return VERBS[0].action(parser.parse_args(words))


def test_export_before_review_names_the_command(desk: Desk, tmp_path: Path) -> None:
    assert desk.items
    with pytest.raises(OrderError, match="data_builders review serve"):
        call("export", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "v4"))


def test_export_does_not_write_over_the_drafts(desk: Desk, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with pytest.raises(UsageError, match="another folder than the drafts'"):
        call("export", "--data", str(data), "--store", str(desk.store.path), "--out", str(data / "rationales"))


def test_the_command_tells_what_became_of_the_rows(desk: Desk, tmp_path: Path) -> None:
    fix(desk, "a")
    result = call("export", "--data", str(tmp_path / "data"), "--store", str(tmp_path / "r.sqlite3"),
                  "--out", str(tmp_path / "v4"))  # fmt: skip
    assert getattr(result, "lines", ()) == (
        "review export: 5 in, 4 out, 1 rejected (not_reviewed 1)",
        f"  -> {tmp_path / 'v4'}",
        "  1 of 5 reviewed by 1: 0 accepted, 1 fixed, 0 rejected",
    )
    assert json.loads((tmp_path / "v4" / "manifest.json").read_text("utf-8"))["step"] == "review export"
