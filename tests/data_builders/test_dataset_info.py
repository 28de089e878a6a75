import json
from pathlib import Path

import pytest
from builders_house import ROOT, Command

from data_builders.dataset_info import entries, write_for, write_root
from data_builders.jsonl import read_json

ALPACA = {"prompt": "instruction", "query": "input", "response": "output", "system": "system"}


def test_the_committed_file_is_what_the_table_of_stages_makes(tmp_path: Path) -> None:
    write_root(tmp_path)
    made, committed = (folder / "dataset_info.json" for folder in (tmp_path, ROOT))
    assert made.read_bytes() == committed.read_bytes(), "run: python -m data_builders register"


def test_every_stage_and_split_is_registered() -> None:
    assert list(entries(Path("x"))) == [
        "s0_train", "s0_dev", "s0_test", "s1_train", "s1_dev", "s1_test", "s2_train", "s2_dev", "s2_test",
        "s3_train", "s3_dev", "s3_test", "s4_train", "s4_dev", "s4_test", "s5_train", "s5_dev", "s5_test",
    ]  # fmt: skip


def test_a_columns_map_names_every_column() -> None:
    made = entries(Path("data/stages"))
    assert made["s3_dev"] == {"file_name": "data/stages/s3_dev.jsonl", "formatting": "alpaca", "columns": ALPACA}
    assert made["s0_train"]["columns"] == {"prompt": "text"}


def test_a_data_folders_own_file_is_relative_to_it(tmp_path: Path) -> None:
    write_for(tmp_path)
    made = read_json(tmp_path / "dataset_info.json", dict[str, dict[str, object]])
    assert made["s5_test"]["file_name"] == "stages/s5_test.jsonl"


def test_a_file_that_was_edited_by_hand_fails_the_check_and_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: Command
) -> None:
    monkeypatch.chdir(tmp_path)
    assert verb("register").out == "dataset_info.json: written from the table of stages\n"
    assert verb("register", "--check").out == "dataset_info.json: up to date\n"
    made = json.loads(Path("dataset_info.json").read_text(encoding="utf-8"))
    del made["s5_test"]
    Path("dataset_info.json").write_text(json.dumps(made), encoding="utf-8")
    said = verb("register", "--check")
    assert said.code == 1
    assert said.err == (
        "error: dataset_info.json: expected what the table of stages makes, found something else. "
        "Next: python -m data_builders register\n"
    )
