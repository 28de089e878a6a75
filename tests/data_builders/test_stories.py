"""Stories and splits: decided once, never moved, whatever comes later and wherever it stands."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from builders_house import Command, toy_story, unlike_others

from data_builders.curate import MEMORY, Plan, curate
from data_builders.curate.clean import Bounds
from data_builders.curate.prepare import Recipe
from data_builders.curate.split import Cutting, Shares, Undecided, counts_of, filled, shares_of, split_of
from data_builders.curate.stories import Stories, Told
from data_builders.errors import UsageError
from data_builders.jsonl import read, write
from data_builders.schema import SPLITS, Article, Placed, Reject

BOUNDS = Bounds(least=20, most=400)
PLAN = Plan(Recipe(BOUNDS))


def named(split: str) -> str:
    """A story whose hash puts it into that split."""
    return next(f"story-{n}" for n in range(999) if split_of(f"story-{n}", "newsladder") == split)


def test_an_article_joins_the_story_of_its_earliest_neighbour() -> None:
    stories = Stories(Cutting())
    assert stories.add(Told("a", "a", ""), ()) == ""
    assert stories.add(Told("b", "b", ""), ("a",)) == ""
    assert stories.add(Told("c", "c", ""), ("b", "a")) == ""
    assert {stories.story(name) for name in "abc"} == {"a"}
    assert stories.split("c") == split_of("a", "newsladder")


def test_the_story_that_a_source_gives_goes_on_with_the_one_it_is_tied_to() -> None:
    stories = Stories(Cutting())
    stories.add(Told("a", "a", ""), ())
    stories.add(Told("b", "rain", ""), ("a",))
    stories.add(Told("c", "rain", ""), ())
    assert stories.story("c") == "a"


def test_the_story_of_a_copy_that_is_left_out_goes_on_with_what_it_repeats() -> None:
    stories = Stories(Cutting())
    stories.add(Told("a", "a", ""), ())
    stories.follow(Told("copy", "rain", ""), "a")
    stories.add(Told("c", "rain", ""), ())
    assert stories.story("c") == "a"


def test_an_article_that_ties_stories_of_two_splits_is_not_taken_and_moves_neither() -> None:
    train, test = named("train"), named("test")
    stories = Stories(Cutting())
    stories.add(Told("a", train, ""), ())
    stories.add(Told("b", test, ""), ())
    assert stories.add(Told("c", "c", ""), ("a", "b")) == f"ties {train} (train) and {test} (test)"
    assert (stories.split("a"), stories.split("b")) == ("train", "test")
    assert "c" not in stories.member


def follow_up(number: int, of: int, share: float = 0.5) -> Article:
    """An article that tells on: `share` of another toy's text, and as much again of its own, twice as long."""
    old = unlike_others(of, 120)
    taken = old[: int(len(old) * share)]
    return Article(f"toy-{number}", "toy", taken + unlike_others(number, 240))


def corpus(size: int, seed: int) -> list[Article]:
    """Articles of which some follow up on others, some repeat them, and some name a story."""
    chosen = random.Random(seed)  # noqa: S311 - no secret hangs on it
    made: list[Article] = []
    for number in range(size):
        kind = chosen.random()
        if number > 5 and kind < 0.25:
            made.append(follow_up(number, chosen.randrange(number)))
        elif number > 5 and kind < 0.35:
            made.append(replace(chosen.choice(made), id=f"toy-{number}"))
        elif kind < 0.45:
            made.append(Article(f"toy-{number}", "toy", unlike_others(number, 120), story=f"s-{number % 7}"))
        else:
            made.append(Article(f"toy-{number}", "toy", unlike_others(number, 120)))
    return made


def placed(folder: Path, articles: Sequence[Article], plan: Plan = PLAN, out: str = "out") -> dict[str, str]:
    """Where curation puts the articles."""
    write(folder / "a.jsonl", articles)
    curate(folder / "a.jsonl", folder / out, plan)
    return {a.id: split for split in SPLITS for a in read(folder / out / f"{split}.jsonl", Article)}


CUTTINGS = {
    "shares": Cutting(),
    "counts": Cutting(counts=(("test", 12), ("dev", 6))),
    "time": Cutting(by_time=True),
}


@pytest.mark.parametrize("seed", range(3))
def test_articles_added_at_the_end_move_none_even_without_a_memory(tmp_path: Path, seed: int) -> None:
    everything = corpus(90, seed)
    before = placed(tmp_path, everything[:60], out="before")
    after = placed(tmp_path, everything, out="after")
    assert {name: after.get(name) for name in before} == before
    assert len(set(before.values())) == 3


@pytest.mark.parametrize("cutting", CUTTINGS)
@pytest.mark.parametrize("seed", range(3))
def test_articles_added_anywhere_move_none_of_the_run_before(tmp_path: Path, seed: int, cutting: str) -> None:
    plan = replace(PLAN, cutting=CUTTINGS[cutting])
    everything = [replace(a, published=f"2026-01-{n % 28 + 1:02d}") for n, a in enumerate(corpus(90, seed))]
    before = placed(tmp_path, everything[::2], plan)
    random.Random(seed).shuffle(everything)  # noqa: S311 - no secret hangs on it
    after = placed(tmp_path, everything, plan)
    assert {name: after.get(name) for name in before} == before
    assert len(after) > len(before)
    again = (tmp_path / "out" / MEMORY).read_bytes()
    assert placed(tmp_path, everything, plan) == after
    assert (tmp_path / "out" / MEMORY).read_bytes() == again, "a run that changes nothing writes the same memory"


def test_another_folder_goes_by_the_previous_one_that_is_named(tmp_path: Path) -> None:
    everything = corpus(80, 5)
    before = placed(tmp_path, everything[40:], out="before")
    after = placed(tmp_path, everything, replace(PLAN, previous=tmp_path / "before"), out="after")
    assert {name: after.get(name) for name in before} == before


def test_the_memory_keeps_the_place_of_an_article_that_is_not_in_the_input_this_time(tmp_path: Path) -> None:
    everything = [toy_story(n, story=f"s-{n % 5}") for n in range(20)]
    before = placed(tmp_path, everything)
    placed(tmp_path, everything[10:])
    assert placed(tmp_path, everything) == before


def test_other_settings_make_another_split_and_do_not_read_the_old_memory(tmp_path: Path) -> None:
    everything = [toy_story(n) for n in range(60)]
    first = placed(tmp_path, everything)
    other = placed(tmp_path, everything, replace(PLAN, cutting=Cutting(seed="another")))
    assert other != first
    assert placed(tmp_path, everything) == first


def test_what_ties_two_splits_is_left_out_with_both_named(tmp_path: Path) -> None:
    train, test = named("train"), named("test")
    one, two = unlike_others(1, 120), unlike_others(2, 120)
    bridge = Article("bridge", "toy", one[:40] + two[:40] + unlike_others(3, 150))
    articles = [Article("a", "toy", one, story=train), Article("b", "toy", two, story=test), bridge]
    assert placed(tmp_path, articles) == {"a": "train", "b": "test"}
    (told,) = read(tmp_path / "out" / "rejected.jsonl", Reject)
    assert (told.id, told.step, told.reason) == ("bridge", "split", "bridges_splits")
    assert told.detail == f"ties {train} (train) and {test} (test)"
    memory = list(read(tmp_path / "out" / MEMORY, Placed))
    assert [(one.id, one.story, one.split) for one in memory] == [
        ("a", train, "train"),
        ("b", test, "test"),
        ("bridge", "bridge", ""),
    ]


def test_counts_are_met_to_the_article_and_hold_as_the_corpus_grows(tmp_path: Path) -> None:
    plan = replace(PLAN, cutting=Cutting(counts=counts_of("test=7,dev=5")))
    first = placed(tmp_path, [toy_story(n) for n in range(40)], plan)
    assert [list(first.values()).count(split) for split in ("train", "dev", "test")] == [28, 5, 7]
    more = placed(tmp_path, [toy_story(n) for n in range(60)], plan)
    assert [list(more.values()).count(split) for split in ("train", "dev", "test")] == [48, 5, 7]


def test_by_time_the_newest_stories_are_tested_on() -> None:
    stories = [Undecided(f"s-{day}", 1, f"2026/1/{day} 08:00") for day in range(1, 11)] + [Undecided("undated", 1, "")]
    made = filled(stories, Cutting(by_time=True, counts=(("test", 2), ("dev", 1))), {})
    assert [made[f"s-{day}"] for day in (10, 9, 8, 7)] == ["test", "test", "dev", "train"]
    assert made["undated"] == "train"


def test_a_story_that_does_not_fit_is_passed_over_whole() -> None:
    stories = [Undecided("big", 5, "2026-01-03"), Undecided("small", 1, "2026-01-02")]
    cutting = Cutting(by_time=True, counts=(("test", 2), ("dev", 0)))
    assert filled(stories, cutting, {}) == {"big": "train", "small": "test"}
    assert filled(stories, cutting, {"test": 2}) == {"big": "train", "small": "train"}


def test_ratios_and_counts_are_read_or_refused(verb: Command, tmp_path: Path) -> None:
    assert shares_of("80/10/10") == Shares(dev=0.1, test=0.1)
    for option, value in (("--ratios", "80/10"), ("--ratios", "80/10/20"), ("--counts", "test=many")):
        said = verb("curate", tmp_path, "--out", tmp_path, option, value)
        assert said.code == 2
        assert f"error: {option}: expected " in said.err
        assert f"found {value}" in said.err
    with pytest.raises(UsageError):
        counts_of("train=3")
