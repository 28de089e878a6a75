"""Rows of the task short_news: what is left out, how it is split, what is held apart."""

import json
from pathlib import Path

import pytest
from builders_house import ROOT, Command, unlike_others

from data_builders.jsonl import digest_of, read
from data_builders.schema import SPLITS, AlpacaRow, Reject
from data_builders.tasks.assemble import Example
from data_builders.tasks.short_news import chosen, fault, opening_of, split
from data_builders.tasks.short_news import read as read_rows

LCSTS = ROOT.parent / "shared/data/summarization/lcsts_110.jsonl"


def file_of(folder: Path, rows: list[dict[str, object]]) -> Path:
    path = folder / "news.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def toy(number: int, **more: object) -> dict[str, object]:
    return {"id": number, "document": unlike_others(number), "summary": unlike_others(number, 12), **more}


def example(number: int, story: str = "") -> Example:
    return Example(AlpacaRow(f"x-{number}", "", "甲", "", "乙"), story or str(number), ("甲",))


@pytest.mark.parametrize(
    ("text", "summary", "reason"),
    [
        ("字" * 256, "字" * 256, ""),
        ("字" * 257, "字", "text_too_long"),
        ("字" * 3, "字" * 4, "summary_longer_than_text"),
        ("", "字", "no_text"),
        ("字", "", "no_summary"),
    ],
)
def test_a_text_has_at_most_256_characters_and_is_no_shorter_than_its_summary(
    text: str, summary: str, reason: str
) -> None:
    assert fault(text, summary) == reason


def test_ninety_four_stories_are_split_as_the_study_s() -> None:
    sides = list(split([example(number) for number in range(94)], "42").values())
    assert [sides.count(side) for side in ("train", "dev", "test")] == [73, 6, 15]


def test_the_rows_of_a_story_stay_on_one_side_and_another_seed_splits_otherwise() -> None:
    rows = [example(number, f"story {number // 4}") for number in range(80)]
    sides = split(rows, "42")
    assert set(sides) == {f"story {number}" for number in range(20)}
    assert sides != split(rows, "43")
    assert sides == split(list(reversed(rows)), "42")


def test_few_rows_fill_every_side() -> None:
    assert sorted(split([example(number) for number in range(3)], "42").values()) == ["dev", "test", "train"]


def test_a_text_that_comes_again_is_left_out_and_ids_are_unique() -> None:
    rows = [("short-1", "a", "颱風明天登陸", "颱風"), ("short-1", "b", "颱風今天登陸", "颱風")]
    made = list(chosen([*rows, ("short-2", "c", "颱風明天登陸", "登陸")]))
    assert [one.row.id for one in made if isinstance(one, Example)] == ["short-1", "short-1-2"]
    assert [one.reason for one in made if isinstance(one, Reject)] == ["same_text"]


def test_the_opening_of_a_longer_text_is_whole_sentences() -> None:
    assert opening_of("第一句。第二句很長很長。\n第三句。", 5) == "第一句。"
    assert opening_of("第一句。", 256) == "第一句。"
    assert opening_of("沒有句號的很長的一句話", 5) == "沒有句號的很長的一句話", "it is then too long, and left out"


def test_the_model_reads_the_bare_text(verb: Command, tmp_path: Path) -> None:
    source = file_of(tmp_path, [toy(number) for number in range(20)])
    said = verb("task", "short_news", "--input", source, "--out", tmp_path / "out")
    assert said.code == 0, said.err
    rows = {split: list(read(tmp_path / f"out/short_news_{split}.jsonl", AlpacaRow)) for split in SPLITS}
    assert {split: len(found) for split, found in rows.items()} == {"train": 16, "dev": 1, "test": 3}
    assert {row.instruction for found in rows.values() for row in found} == {unlike_others(n) for n in range(20)}
    assert {(row.system, row.input) for found in rows.values() for row in found} == {("", "")}


def test_a_training_row_like_a_held_out_one_is_left_out(verb: Command, tmp_path: Path) -> None:
    rows = [toy(number) for number in range(20)]
    near = [toy(number + 20, document=f"{unlike_others(number)}又及") for number in range(20)]
    said = verb("task", "short_news", "--input", file_of(tmp_path, rows + near), "--out", tmp_path / "out")
    assert said.code == 0, said.err
    assert "like_held_out" in said.out
    held = {row.instruction[:30] for split in ("dev", "test")
            for row in read(tmp_path / f"out/short_news_{split}.jsonl", AlpacaRow)}  # fmt: skip
    trained = {row.instruction[:30] for row in read(tmp_path / "out/short_news_train.jsonl", AlpacaRow)}
    assert not held & trained


def test_two_rows_cannot_be_parted_and_a_bad_bound_is_told(verb: Command, tmp_path: Path) -> None:
    source = file_of(tmp_path, [toy(1), toy(2)])
    said = verb("task", "short_news", "--input", source, "--out", tmp_path / "out")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "three different texts or more" in said.err
    assert verb("task", "short_news", "--input", source, "--most", "0", "--out", tmp_path / "out").code == 1


def test_equal_input_gives_equal_bytes(verb: Command, tmp_path: Path) -> None:
    source = file_of(tmp_path, [toy(number) for number in range(12)])
    for out in ("one", "other"):
        assert verb("task", "short_news", "--input", source, "--out", tmp_path / out).code == 0
    names = sorted(file.name for file in (tmp_path / "one").iterdir())
    assert [digest_of(tmp_path / "one" / name) for name in names] == [
        digest_of(tmp_path / "other" / name) for name in names
    ]


def test_real_lcsts_rows_are_all_short_enough() -> None:
    if not LCSTS.is_file():
        pytest.skip("../shared/data/summarization/lcsts_110.jsonl is absent")
    made = list(chosen(read_rows([LCSTS])))
    assert len(made) == 111
    assert not any(isinstance(one, Reject) for one in made)
