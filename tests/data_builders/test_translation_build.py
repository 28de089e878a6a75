"""The public verb: corpora in, rows of both directions out, in either format, with counts, reasons and a proof."""

import json
from pathlib import Path

import pytest

from data_builders import cli
from data_builders.doctor import examine
from data_builders.jsonl import read_json
from data_builders.schema import Manifest
from data_builders.tasks.arrow import read_rows
from data_builders.tasks.translation.proof import leaks
from data_builders.verbs import VERBS

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "translation"


def build(out: Path, *more: str) -> Manifest:
    assert cli.run("data_builders", "", VERBS, ["task", "translation", "--out", str(out), "--jobs", "1", *more]) == 0
    return read_json(out / "translation_manifest.json", Manifest)


def test_the_sample_becomes_rows_of_six_directions_and_its_three_bad_lines_go_with_reasons(tmp_path, capsys):
    made = build(tmp_path)
    assert made.rejected == {"copy": 3, "empty": 3, "same_text": 3}
    assert "proof: 0 leaks" in capsys.readouterr().out
    assert made.certificate.leaks == 0
    assert made.certificate.pairs > 10_000
    rows = {split: list(read_rows(tmp_path / f"translation_{split}.jsonl")) for split in ("train", "dev", "test")}
    assert {split: len(some) for split, some in rows.items()} == {"train": 288, "dev": 36, "test": 36}
    assert {row.instruction for row in rows["train"]} == {
        "<en> <zh_TW>", "<zh_TW> <en>", "<en> <ja>", "<ja> <en>", "<ja> <zh_TW>", "<zh_TW> <ja>",
    }  # fmt: skip
    lines = {split: {row.id.split("-")[1] for row in some} for split, some in rows.items()}
    assert not lines["train"] & lines["test"], "three bitexts share each sentence: its six rows stay together"
    row = next(row for row in rows["train"] if row.id.endswith("-zh_TW-en"))
    assert row.system == "You are a precise and helpful multilingual translation assistant."
    assert row.input
    assert row.output.isascii()
    assert not [fault for health in examine(tmp_path, None, None) for fault in health.faults]


def test_arrow_holds_the_same_rows_and_datasets_loads_it_as_llamafactory_would(tmp_path):
    build(tmp_path / "a")
    made = build(tmp_path / "b", "--format", "arrow")
    info = json.loads((tmp_path / "b" / "dataset_info.json").read_text())
    file = tmp_path / "b" / info["translation_train"]["file_name"]
    assert file.suffix == ".arrow"
    assert list(read_rows(file)) == list(read_rows(tmp_path / "a" / "translation_train.jsonl"))
    assert made.certificate.leaks == 0
    datasets = pytest.importorskip("datasets")
    loaded = datasets.load_dataset(
        "arrow", data_files=[str(file)], split="train", cache_dir=str(tmp_path / "cache"), keep_in_memory=True
    )
    assert loaded.num_rows == made.outputs["translation_train.arrow"].rows
    assert loaded[0]["input"] == next(read_rows(file)).input


def test_two_processes_write_what_one_writes(tmp_path):
    one, two = build(tmp_path / "a"), build(tmp_path / "b", "--jobs", "2")
    assert one == two


def test_bad_corpora_are_one_clear_error_line(tmp_path, capsys):
    (tmp_path / "news.en").write_text("a\nb\n")
    (tmp_path / "news.ja").write_text("あ\n")
    arguments = ["task", "translation", "--input", str(tmp_path), "--out", str(tmp_path / "out")]
    assert cli.run("data_builders", "", VERBS, arguments) == 1
    assert "2 lines in news.en and 1 lines in news.ja" in capsys.readouterr().err
    assert cli.run("data_builders", "", VERBS, [*arguments, "--max-ratio", "0"]) in {1, 2}
    assert not (tmp_path / "out").exists()


def test_a_corpus_of_nothing_usable_is_an_error_and_leaves_no_rows(tmp_path, capsys):
    (tmp_path / "news.en").write_text("a\n\n")
    (tmp_path / "news.ja").write_text("\n?\n")
    arguments = ["task", "translation", "--input", str(tmp_path), "--out", str(tmp_path / "out"), "--jobs", "1"]
    assert cli.run("data_builders", "", VERBS, arguments) == 1
    assert "at least one pair that can be used" in capsys.readouterr().err


def test_a_test_split_into_which_no_group_fits_is_told_with_the_size_that_would_do(tmp_path, capsys):
    arguments = ["task", "translation", "--out", str(tmp_path / "out"), "--jobs", "1", "--test", "4"]
    assert cli.run("data_builders", "", VERBS, arguments) == 1
    assert "give --test 6 or more" in capsys.readouterr().err, "the sample's sentences stand in three languages"


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data/translation is absent")
def test_real_corpora_become_rows_without_a_leak(tmp_path):
    made = build(tmp_path, "--input", str(SHARED))
    assert made.rows_in == 600
    assert made.funnel["files_without_a_partner"] == 6
    train, test = tmp_path / "translation_train.jsonl", tmp_path / "translation_test.jsonl"
    assert leaks([train], [test], map).rows == 0
    texts = [row.output for row in read_rows(train) if row.id.endswith("-zh_TW")]
    assert len(texts) > 200
    assert not any("们" in text or "这" in text for text in texts), "Simplified was put into Taiwan's Chinese"
    subset = build(tmp_path / "subset", "--input", str(SHARED), "--subset", "50")
    assert subset.outputs["translation_train.jsonl"].rows == 100
    assert subset.outputs["translation_test.jsonl"] == made.outputs["translation_test.jsonl"]
