from pathlib import Path

import pytest
from nltk.metrics.agreement import AnnotationTask
from review_house import WRONG_NUMBER, Clock, desk_over, draft, teach

from data_builders.errors import InputError
from data_builders.review.agreement import kappa
from data_builders.review.desk import Desk, picked
from data_builders.review.schema import Decision, Verdict


def desk_of(folder: Path, *ids: str, double: float = 0.0, clock: Clock | None = None) -> Desk:
    """A desk whose queue is in the order of the ids: each is doubted less than the one before."""
    drafts = [draft(one, *[WRONG_NUMBER] * (len(ids) - place)) for place, one in enumerate(ids)]
    return desk_over(teach(folder, *drafts), folder / "r.sqlite3", double, clock)


def decide(desk: Desk, reviewer: str, item_id: str, verdict: Verdict = "accept") -> None:
    item = desk.item(item_id)
    content = None if verdict == "reject" else item.content
    desk.store.decide(Decision(item_id, item.draft, reviewer, verdict, content))


def open_next(desk: Desk, reviewer: str) -> str:
    item = desk.resume(reviewer)
    return desk.view(reviewer, item).id if item else ""


def test_the_queue_is_worked_off_in_its_order(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "a", "b", "c")
    seen = []
    while found := open_next(desk, "小美"):
        seen.append(found)
        decide(desk, "小美", found)
    assert seen == ["a", "b", "c"]


def test_a_reviewer_goes_on_with_the_item_that_was_open(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "a", "b", "c")
    desk.view("小美", desk.item("b"))
    again = desk_over(tmp_path, tmp_path / "r.sqlite3")
    assert open_next(again, "小美") == "b"
    decide(again, "小美", "b")
    assert open_next(again, "小美") == "a"


def test_nobody_is_handed_what_another_has_open_or_decided(tmp_path: Path) -> None:
    clock = Clock()
    desk = desk_of(tmp_path, "a", "b", "c", clock=clock)
    assert open_next(desk, "小美") == "a"
    assert open_next(desk, "阿明") == "b"
    decide(desk, "阿明", "b")
    assert open_next(desk, "阿明") == "c"
    clock.turn(minutes=31)  # 小美 went to lunch
    decide(desk, "阿明", "c")
    assert open_next(desk, "阿明") == "a"


def test_a_share_is_given_to_two_who_do_not_see_each_other(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "a", "b", double=1.0)
    assert open_next(desk, "小美") == "a"
    decide(desk, "小美", "a", "reject")
    assert open_next(desk, "阿明") == "a"
    assert desk.view("阿明", desk.item("a")).mine is None
    decide(desk, "阿明", "a")
    assert open_next(desk, "阿花") == "b"  # two opinions on a are enough
    assert desk.progress("小美").second == 1
    assert desk.progress("小美").second_wanted == 2


def test_the_share_depends_on_the_ids_alone_and_is_about_what_was_asked() -> None:
    ids = [f"udn-{number}" for number in range(2000)]
    assert 150 < sum(picked(one, 0.1) for one in ids) < 250
    assert not any(picked(one, 0.0) for one in ids)
    assert all(picked(one, 1.0) for one in ids)
    assert {one for one in ids if picked(one, 0.1)} < {one for one in ids if picked(one, 0.2)}


def test_next_and_previous_walk_over_what_is_mine_and_what_waits(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "a", "b", "c", "d")
    decide(desk, "小美", "a")
    decide(desk, "阿明", "b")

    def beside(item_id: str, step: int) -> str:
        found = desk.beside("小美", item_id, step)
        return found.id if found else ""

    assert (beside("c", -1), beside("a", 1), beside("c", 1), beside("a", -1), beside("d", 1)) == ("a", "c", "d", "", "")


def test_after_the_last_item_the_skipped_ones_come_again(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "a", "b", "c")
    decide(desk, "小美", "c")
    again = desk.after("小美", "c")
    assert again is not None
    assert again.id == "a"


def test_a_decision_over_an_older_draft_does_not_count(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "a")
    decide(desk, "小美", "a")
    assert desk.progress("小美").decided == 1
    newer = desk_over(teach(tmp_path, draft("a", summary="高雄下大雨。")), tmp_path / "r.sqlite3")
    assert newer.progress("小美").decided == 0
    assert open_next(newer, "小美") == "a"


def test_progress_counts_items_once_and_names_the_pair(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "a", "b", "c", double=1.0)
    for item_id, one, other in (("a", "accept", "accept"), ("b", "accept", "fix"), ("c", "reject", "reject")):
        decide(desk, "小美", item_id, one)  # type: ignore[arg-type]
        decide(desk, "阿明", item_id, other)  # type: ignore[arg-type]
    found = desk.progress("小美")
    assert (found.items, found.decided, found.mine, found.left, found.reviewers) == (3, 3, 3, 0, 2)
    assert found.verdicts == {"accept": 1, "fix": 1, "reject": 1}
    (pair,) = found.agreement
    assert (pair.one, pair.other, pair.items, pair.same) == ("小美", "阿明", 3, 2)


def test_an_address_is_a_link_only_when_it_is_http(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "a")
    assert desk.view("小美", desk.item("a")).url == ""
    with pytest.raises(InputError, match="no such id"):
        desk.item("stranger")


@pytest.mark.parametrize(
    ("one", "other"), [("aafr", "afff"), ("aaaa", "affa"), ("afrafrafr", "aararffrr"), ("af", "fa")]
)
def test_kappa_is_what_nltk_says(one: str, other: str) -> None:
    labels = [("1", str(n), v) for n, v in enumerate(one)] + [("2", str(n), v) for n, v in enumerate(other)]
    assert kappa(list(zip(one, other, strict=True))) == pytest.approx(AnnotationTask(labels).kappa(), abs=1e-12)


def test_kappa_is_unknown_where_both_know_one_verdict_only() -> None:
    assert kappa([("accept", "accept")] * 5) is None
