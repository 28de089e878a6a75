"""Corpora as people have them become the rows of a task: read, parted, sampled, kept apart."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from builders_house import ROOT, Command

from data_builders.doctor import examine
from data_builders.jsonl import read
from data_builders.schema import AlpacaRow
from data_builders.tasks.apart import HeldOut
from data_builders.tasks.schema import References, Sizes
from data_builders.tasks.sides import Sample, sides
from data_builders.tasks.sources import split_of
from data_builders.tasks.squad2 import answer

SHARED = ROOT.parent / "shared" / "data"
QWEN = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."
Pairs = list[tuple[str, str]]


def pairs(count: int) -> Pairs:
    """Pairs that are like no other: every token holds the pair's number."""
    return [(f"第{k}號船{k}今天{k}到港{k}。", f"Ship{k} reached{k} harbour{k} today{k}.") for k in range(count)]


def rows_of(folder: Path, task: str, split: str) -> list[AlpacaRow]:
    return list(read(folder / f"{task}_{split}.jsonl", AlpacaRow))


def moses(folder: Path, made: Pairs) -> Path:
    (folder / "c.zh").write_text("".join(zh + "\n" for zh, _ in made), encoding="utf-8")
    (folder / "c.en").write_text("".join(en + "\n" for _, en in made), encoding="utf-8")
    return folder / "c.zh"


def hub_jsonl(folder: Path, made: Pairs) -> Path:
    lines = [json.dumps({"translation": {"en": en, "zh": zh}}, ensure_ascii=False) for zh, en in made]
    (folder / "c.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder / "c.jsonl"


def bare_tsv(folder: Path, made: Pairs) -> Path:
    (folder / "c.tsv").write_text("".join(f"{en}\t{zh}\n" for zh, en in made), encoding="utf-8")
    return folder / "c.tsv"


def parquet(folder: Path, made: Pairs) -> Path:
    import pyarrow as pa
    from pyarrow import parquet as files

    files.write_table(pa.table({"translation": [{"zh": zh, "en": en} for zh, en in made]}), folder / "c.parquet")
    return folder / "c.parquet"


@pytest.mark.parametrize("form", [moses, hub_jsonl, bare_tsv, parquet])
def test_wmt_reads_every_form_that_people_have_to_the_same_rows(
    tmp_path: Path, verb: Command, form: Callable[[Path, Pairs], Path]
) -> None:
    said = verb("task", "wmt", "--input", form(tmp_path, pairs(40)), "--out", tmp_path / "out")
    assert said.code == 0, said.err
    assert said.out.splitlines()[-1].strip() == "train 32, dev 4, test 4"
    rows = [row for split in ("train", "dev", "test") for row in rows_of(tmp_path / "out", "wmt", split)]
    assert {(row.input, row.output) for row in rows} == set(pairs(40))
    assert {(row.system, row.instruction) for row in rows} == {(QWEN, "请把下面的句子翻译为英文：")}
    assert len({row.id for row in rows}) == 40


def test_pairs_that_are_none_are_rejects_with_their_reason(tmp_path: Path, verb: Command) -> None:
    made = [*pairs(20), ("", "Nothing."), ("長" * 4001, "Long."), ("same", "same")]
    said = verb("task", "wmt", "--input", moses(tmp_path, made), "--out", tmp_path / "out")
    assert "3 rejected (empty_side 1, same_text 1, too_long 1)" in said.out


def test_unequal_numbers_of_lines_are_one_error_line(tmp_path: Path, verb: Command) -> None:
    file = moses(tmp_path, pairs(5))
    (tmp_path / "c.en").write_text("One.\nTwo.\n", encoding="utf-8")
    said = verb("task", "wmt", "--input", file, "--out", tmp_path / "out")
    assert said.code == 1
    assert "c.en:3: expected as many lines as c.zh, found the end" in said.err
    assert not (tmp_path / "out" / "wmt_manifest.json").exists()


def test_the_same_input_gives_the_same_bytes_and_a_second_run_writes_nothing(tmp_path: Path, verb: Command) -> None:
    file = moses(tmp_path, pairs(50))
    for out in ("one", "two"):
        verb("task", "wmt", "--input", file, "--out", tmp_path / out)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names)
    before = {name: (tmp_path / "one" / name).stat().st_mtime_ns for name in names}
    verb("task", "wmt", "--input", file, "--out", tmp_path / "one")
    assert {name: (tmp_path / "one" / name).stat().st_mtime_ns for name in names} == before
    verb("task", "wmt", "--input", file, "--out", tmp_path / "one", "--seed", "7")
    assert (tmp_path / "one/wmt_test.jsonl").read_bytes() != (tmp_path / "two/wmt_test.jsonl").read_bytes()


def test_a_sample_has_the_sizes_that_are_asked_and_only_rows_with_a_keyword(tmp_path: Path, verb: Command) -> None:
    words = tmp_path / "words.txt"
    words.write_text("# ships\nSHIP1\n", encoding="utf-8")
    sizes = ("--train", "12", "--dev", "5", "--test", "6")
    said = verb(
        "task", "wmt", "--input", moses(tmp_path, pairs(200)), "--out", tmp_path / "out", "--keywords", words, *sizes
    )
    assert said.out.splitlines()[-1].strip() == "train 12, dev 5, test 6"
    rows = [row for split in ("train", "dev", "test") for row in rows_of(tmp_path / "out", "wmt", split)]
    assert all("ship1" in row.output.lower() for row in rows)
    words.write_text("zeppelin\n", encoding="utf-8")
    said = verb("task", "wmt", "--input", tmp_path / "c.zh", "--out", tmp_path / "none", "--keywords", words)
    assert said.code == 1
    assert said.err.count("\n") == 1


def test_all_translations_of_a_sentence_are_on_one_side_and_near_copies_leave_the_training_rows(
    tmp_path: Path, verb: Command
) -> None:
    twice = [(zh, f"{en} Again{k}.") for k, (zh, en) in enumerate(pairs(60))]
    said = verb(
        "task", "wmt", "--input", moses(tmp_path, [*pairs(60), *twice]), "--out", tmp_path / "out", "--train", "all"
    )
    assert said.code == 0
    sides = {
        split: {row.input for row in rows_of(tmp_path / "out", "wmt", split)} for split in ("train", "dev", "test")
    }
    assert not sides["train"] & (sides["dev"] | sides["test"])
    held = rows_of(tmp_path / "out", "wmt", "test")[0]
    near = moses(tmp_path, [*pairs(60), (f"另{held.input}", held.output)])
    said = verb("task", "wmt", "--input", near, "--out", tmp_path / "out")
    assert "like_held_out 1" in said.out


def test_likeness_is_of_words_in_english_and_of_characters_in_chinese() -> None:
    held = HeldOut(
        [("en", "The committee will meet again on Monday."), ("zh", "委員會將於星期一再次開會。"), ("short", "Yes.")]
    )
    found = {text: (alike.id if (alike := held.like(text)) else None) for text in (
        "He said the committee will meet again on Monday morning", "委員會將於星期一再次召開會議", "yes", "Yes sir",
        "The committee was dissolved on Monday.", "委員會已經解散。",
    )}  # fmt: skip
    assert list(found.values()) == ["en", "zh", "short", None, None, None]


def test_a_sample_takes_the_same_rows_in_whatever_order_they_come() -> None:
    rows = [(f"key {k}", k) for k in range(500)]
    one, other = (sorted(Sample[int](20, 42).take(some)) for some in (rows, rows[::-1]))
    assert one == other
    assert len(set(one)) == 20
    assert sorted(Sample[int](20, 43).take(rows)) != one
    assert list(Sample[int](3, 42).take([("same", 1), ("same", 2)])) == [1]


def test_a_held_out_split_takes_a_tenth_at_most_and_one_group_at_least() -> None:
    for count, expected in ((3, (1, 1)), (40, (4, 4)), (1000, (50, 20))):
        side = sides((f"g{k}" for k in range(count)), Sizes(0, 20, 50), 42, ("test", "dev"))
        told = [side(f"g{k}") for k in range(count)]
        assert (told.count("test"), told.count("dev")) == expected


def squad(count: int) -> dict[str, object]:
    paragraphs = [
        {
            "context": f"Tower{k} stands{k} beside{k} river{k}.",
            "qas": [
                {"id": f"{k}-a", "question": "Where?", "is_impossible": False,
                 "answers": [{"text": "beside", "answer_start": 0}, {"text": f"river{k}", "answer_start": 0},
                             {"text": f"river{k}", "answer_start": 0}]},
                {"id": f"{k}-n", "question": "Who?", "is_impossible": True, "answers": []},
            ],
        }
        for k in range(count)
    ]  # fmt: skip
    return {"version": "v2.0", "data": [{"title": "Towers", "paragraphs": paragraphs}]}


def test_squad_rows_say_title_context_and_question_and_unanswerable_ones_have_their_answer(
    tmp_path: Path, verb: Command
) -> None:
    (tmp_path / "train-v2.0.json").write_text(json.dumps(squad(30)), encoding="utf-8")
    assert verb("task", "squad2", "--input", tmp_path / "train-v2.0.json", "--out", tmp_path / "out").code == 0
    rows = {row.id: row for split in ("train", "dev", "test") for row in rows_of(tmp_path / "out", "squad2", split)}
    row = rows["squad-7-a"]
    assert row.input == "title: Towers\ncontext: Tower7 stands7 beside7 river7.\nquestion: Where?"
    assert row.output == "river7"  # two of three annotators
    assert rows["squad-7-n"].output == "unanswerable"
    assert row.instruction == (
        "Please answer the question in the context above, you only need to output the text of the answer, "
        "no explanation："
    )
    for split in ("train", "dev", "test"):  # a paragraph's questions are on one side
        held = {row.id for row in rows_of(tmp_path / "out", "squad2", split)}
        assert all({f"squad-{k}-a", f"squad-{k}-n"} <= held for k in {name.split("-")[1] for name in held})
    told = list(read(tmp_path / "out/squad2_test_references.jsonl", References))
    assert {one.references for one in told if one.id.endswith("-n")} == {()}
    assert all(len(one.references) == 3 for one in told if one.id.endswith("-a"))


def test_squad_reads_hugging_faces_rows_and_keeps_the_splits_that_they_bring(tmp_path: Path, verb: Command) -> None:
    folder = tmp_path / "squad_v2"
    folder.mkdir()
    for name, first, last in (("train", 0, 40), ("validation", 40, 45)):
        lines = [
            json.dumps({"id": f"{k}", "title": "T", "context": f"Mill{k} grinds{k} corn{k}.", "question": "What?",
                        "answers": {"text": [f"corn{k}"] if k % 2 else [], "answer_start": []}})
            for k in range(first, last)
        ]  # fmt: skip
        (folder / f"{name}-00000.jsonl").write_text("\n".join(lines), encoding="utf-8")
    said = verb("task", "squad2", "--input", folder, "--out", tmp_path / "out")
    assert said.out.splitlines()[-1].strip() == "train 36, dev 4, test 5"
    assert {row.id for row in rows_of(tmp_path / "out", "squad2", "test")} == {f"squad-{k}" for k in range(40, 45)}


@pytest.mark.parametrize(
    ("said", "meant"),
    [("Unanswerable.", ""), (" unanswerable\n", ""), (" France ", "France"), ("not unanswerable", "not unanswerable")],
)
def test_the_answer_of_an_unanswerable_question_is_squads_empty_one(said: str, meant: str) -> None:
    assert answer(said) == meant


def test_cnn_dailymail_reads_a_csv_and_rejects_what_is_no_summary(tmp_path: Path, verb: Command) -> None:
    lines = ["id,article,highlights"]
    lines += [f'a{k},"Fire{k} burnt{k} barn{k}, farmer{k} safe{k}.","Barn{k} burnt{k}."' for k in range(20)]
    lines += ['a20,"Short.","A summary that is longer."', 'a21,"Text without one.",""']
    (tmp_path / "stories.csv").write_text("\n".join(lines), encoding="utf-8")
    said = verb("task", "cnn_dailymail", "--input", tmp_path / "stories.csv", "--out", tmp_path / "out")
    assert "22 in, 20 out, 2 rejected (no_summary 1, summary_not_shorter 1)" in said.out
    (row,) = [row for row in rows_of(tmp_path / "out", "cnn_dailymail", "test") if row.id][:1]
    assert row.instruction == "Please generate an concise summarization for the following article："


def test_tasks_share_a_folder_whose_datasets_are_without_fault(tmp_path: Path, verb: Command, house: Path) -> None:
    assert house.is_dir()
    for task in ("squad2", "wmt", "cnn_dailymail"):  # each from its bundled sample
        assert verb("task", task, "--out", tmp_path / "out").code == 0
    found = examine(tmp_path / "out", None, None)
    assert {health.dataset: health.faults for health in found if health.faults} == {}
    assert len(found) == 10  # nine datasets, and whether an id is on two sides


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--train", "0"), 2, "--train: expected a number of rows above 0, or all"),
        (("--input", "absent.tsv"), 1, "expected a readable file, found no such file"),
        (("--input", "notes.md"), 1, "expected files ending in"),
        (("--input", "alone.zh"), 1, "expected alone.zh and alone.en"),
    ],
)
def test_what_cannot_be_built_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: Command, words: tuple[str, ...], code: int, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("notes.md", "alone.zh"):
        (tmp_path / name).write_text("x\n", encoding="utf-8")
    said = verb("task", "wmt", *words, "--out", "out")
    assert said.code == code
    assert told in said.err
    assert said.err.count("\n") == 1


def test_the_split_of_a_file_is_told_by_its_name_or_its_folders() -> None:
    told = {name: split_of(name) for name in (
        "train-00000-of-00013.parquet", "wmt19/validation/data.arrow", "dev-v2.0.json", "test.csv", "latest.csv",
        "test_runs/pairs.tsv",
    )}  # fmt: skip
    assert list(told.values()) == ["train", "dev", "dev", "test", None, None]


def test_the_real_corpora_are_read_whole(tmp_path: Path, verb: Command) -> None:
    if not SHARED.is_dir():
        pytest.skip("../shared/data is absent")
    said = verb("task", "squad2", "--input", SHARED / "squad2/dev_normans.json", "--out", tmp_path / "out")
    assert "208 in, 208 out, 0 rejected" in said.out
    said = verb("task", "wmt", "--input", SHARED / "translation/tatoeba.en-zh.zh", "--out", tmp_path / "out")
    assert "400 in" in said.out
