import json
from collections.abc import Callable
from pathlib import Path

import pytest
from builders_house import Command

from data_builders import doctor
from data_builders.doctor import Health, examine
from data_builders.errors import InputError

Row = dict[str, object]
ALPACA = {"prompt": "instruction", "query": "input", "response": "output", "system": "system"}
GOOD: Row = {"id": "toy-1", "system": "甲", "instruction": "乙", "input": "丙", "output": "丁"}


def plant(folder: Path, *rows: Row | str, name: str = "s5_train", file: str | None = None, **entry: object) -> Path:
    """Register one more dataset with these rows; a text is a line as it stands."""
    info = folder / "dataset_info.json"
    registered = json.loads(info.read_text(encoding="utf-8")) if info.exists() else {}
    file = file or f"{name}.jsonl"
    registered[name] = {"file_name": file, "formatting": "alpaca", "columns": ALPACA, **entry}
    info.write_text(json.dumps({key: value for key, value in registered.items() if value}), encoding="utf-8")
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (folder / file).write_text("\n".join(lines), encoding="utf-8")
    return folder / file


def faults(folder: Path, name: str = "s5_train") -> tuple[str, ...]:
    """What the doctor finds in one dataset."""
    (health,) = examine(folder, name, None)
    return health.faults


def test_a_dataset_in_good_health_has_no_faults(tmp_path: Path) -> None:
    plant(tmp_path, GOOD, GOOD | {"id": "toy-2", "input": "", "system": ""})
    assert examine(tmp_path, "s5_train", None) == [Health("s5_train", 2, ())]
    assert examine(tmp_path, None, None) == [Health("s5_train", 2, ()), Health("split", 0, ())]


def test_an_unknown_dataset_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    plant(tmp_path, GOOD)
    plant(tmp_path, GOOD, name="s5_test")
    with pytest.raises(InputError) as caught:
        examine(tmp_path, "s6_train", None)
    assert str(caught.value) == (
        f"s6_train: expected a dataset that {tmp_path}/dataset_info.json registers (s5_test, s5_train), "
        "found no such name. Next: name one of them"
    )


def without(field: str) -> Row:
    return {key: value for key, value in GOOD.items() if key != field}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (without("input"), "no field input (the query); every row needs it, empty if need be"),
        (without("system"), "no field system (the system); every row needs it, empty if need be"),
        (GOOD | {"output": 5}, "field output is int, expected text"),
        (GOOD | {"output": None}, "field output is NoneType, expected text"),
        (GOOD | {"output": " \n"}, "field output is empty; such a row trains the student to say nothing"),
        (GOOD | {"instruction": ""}, "field instruction is empty; such a row trains the student to say nothing"),
        (GOOD | {"id": 7}, "field id is no text; ids are strings throughout"),
    ],
)
def test_a_row_with_a_fault_is_named_by_file_and_line(tmp_path: Path, row: Row, fault: str) -> None:
    path = plant(tmp_path, row)
    assert faults(tmp_path) == (f"{path}:1: {fault}",)


def test_rows_that_use_llama_factorys_own_names_need_no_columns(tmp_path: Path) -> None:
    plant(tmp_path, without("system"), columns=None)
    assert faults(tmp_path) == ()
    path = plant(tmp_path, without("input"), columns=None)
    assert faults(tmp_path) == (f"{path}:1: no field input (the query); every row needs it, empty if need be",)


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (
            {"file_sha1": "x", "num_sample": 3},
            "unknown key file_sha1, num_sample: LLaMA-Factory ignores it silently; remove it or spell it right",
        ),
        (
            {"columns": {"prompt": "instruction", "response": "output"}},
            "columns leaves out query: a map is all or nothing, name every column",
        ),
    ],
)
def test_an_entry_that_llama_factory_reads_otherwise_is_told(tmp_path: Path, entry: Row, fault: str) -> None:
    plant(tmp_path, GOOD, **entry)
    assert faults(tmp_path) == (fault,)


def test_provenance_may_stand_in_an_entry(tmp_path: Path) -> None:
    plant(tmp_path, GOOD, file_sha256="x", description="y", licence="z", num_samples=3)
    assert faults(tmp_path) == ()


def test_a_file_that_is_not_there_names_the_command(tmp_path: Path) -> None:
    path = plant(tmp_path, GOOD)
    path.unlink()
    assert faults(tmp_path) == (f"{path}: no such file; run `make data`, or python -m data_builders build --stage all",)


def test_a_stage_that_nobody_built_is_no_fault_and_one_that_lost_a_split_is(tmp_path: Path) -> None:
    for name in ("s0_train", "s0_test", "s5_test"):
        plant(tmp_path, GOOD, name=name).unlink()
    plant(tmp_path, GOOD, name="s5_train")
    found = {health.dataset: (health.built, len(health.faults)) for health in examine(tmp_path, None, None)}
    assert found == {
        "s0_train": (False, 0), "s0_test": (False, 0), "s5_test": (True, 1), "s5_train": (True, 0), "split": (True, 0),
    }  # fmt: skip
    assert len(faults(tmp_path, "s0_train")) == 1, "asked for by name, it should be there"
    (tmp_path / "s5_train.jsonl").unlink()
    assert all(health.faults for health in examine(tmp_path, None, None)[:-1]), "nothing built at all is a fault"


def test_a_file_without_rows_is_told(tmp_path: Path) -> None:
    path = plant(tmp_path)
    assert faults(tmp_path) == (
        f"{path}: no rows; LLaMA-Factory needs at least one, so give more articles or a wider bound",
    )


def test_an_ending_that_llama_factory_does_not_read_is_told(tmp_path: Path) -> None:
    path = plant(tmp_path, GOOD, file="s5_train.tsv")
    assert faults(tmp_path) == (
        f"{path}: LLaMA-Factory reads .json, .jsonl, .csv, .parquet, .arrow, .txt, found .tsv; write it as .jsonl",
    )


def test_a_line_that_is_no_object_is_told(tmp_path: Path) -> None:
    path = plant(tmp_path, GOOD, '{"id": ')
    assert faults(tmp_path) == (
        f"{path}:2: expected a JSON object, found Input data was truncated. Next: build the dataset again",
    )


def test_a_field_that_changes_its_type_is_told_once_with_both_places(tmp_path: Path) -> None:
    ids = [{"id": f"toy-{number}"} for number in range(4)]
    plant(tmp_path, *(GOOD | own | {"note": note} for own, note in zip(ids, [None, "x", 1, 2], strict=True)))
    path = tmp_path / "s5_train.jsonl"
    assert faults(tmp_path) == (
        f"{path}:3: field note is int, but str at {path}:2; Arrow needs one type, make it text",
    )


def test_an_id_that_stands_twice_is_told_with_both_places(tmp_path: Path) -> None:
    path = plant(tmp_path, GOOD, GOOD | {"id": "toy-2"}, GOOD)
    assert faults(tmp_path) == (f"{path}:3: id toy-1 stands already at {path}:1; build the dataset again",)


def test_of_many_rows_with_a_fault_five_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    path = plant(tmp_path, *(GOOD | {"id": f"toy-{number}", "output": ""} for number in range(9)))
    assert [fault.partition(": ")[0] for fault in faults(tmp_path)] == [
        *(f"{path}:{n}" for n in range(1, 6)),
        str(path),
    ]
    assert faults(tmp_path)[-1] == f"{path}: 4 more rows like these"


def test_all_faults_of_a_dataset_are_told_together(tmp_path: Path) -> None:
    plant(tmp_path, GOOD | {"output": ""}, GOOD | {"input": 5}, kind="x")
    assert len(faults(tmp_path)) == 5  # the entry, two rows, a type that changes, a doubled id


@pytest.mark.parametrize("held_out", ["s2_test", "s2_dev"])
def test_an_article_that_one_stage_trains_on_and_another_holds_out_is_a_leak(tmp_path: Path, held_out: str) -> None:
    plant(tmp_path, GOOD, name="s1_train")
    plant(tmp_path, GOOD | {"id": "toy-2"}, name="s1_test")
    assert examine(tmp_path, None, None)[-1] == Health("split", 1, ())
    plant(tmp_path, GOOD, name=held_out)
    assert examine(tmp_path, None, None)[-1].faults == (
        f"id toy-1 is trained on in s1_train and held out in {held_out}; curate and build again",
    )


def test_rows_without_an_id_are_no_leak(tmp_path: Path) -> None:
    plant(tmp_path, without("id"), name="s1_train")
    plant(tmp_path, without("id"), name="s1_test")
    assert [health.faults for health in examine(tmp_path, None, None)] == [(), (), ()]


def counter(_: str) -> object:
    """A counter for which a token is a character of the output."""

    class Characters:
        count: Callable[..., int] = staticmethod(lambda row: len(row.output))

    return Characters()


def test_a_row_that_reaches_the_smallest_cutoff_of_its_stages_recipes_is_told(
    tmp_path: Path, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert house == tmp_path  # the doctor stands among the recipes
    monkeypatch.setattr(doctor, "TokenCounter", counter)
    path = plant(tmp_path, GOOD | {"output": "字" * 2047}, GOOD | {"id": "toy-2", "output": "字" * 2048})
    (health,) = examine(tmp_path, "s5_train", "student")
    assert health.faults == (
        f"{path}:2: 2048 tokens reach the recipe's cutoff_len 2048; LLaMA-Factory would cut the prompt's end",
    )


def test_the_verb_ends_with_1_when_there_is_a_fault(tmp_path: Path, verb: Command) -> None:
    path = plant(tmp_path, GOOD)
    said = verb("doctor", "--dir", tmp_path)
    assert (said.code, said.out) == (0, "s5_train: 1 rows, ok\nsplit: 0 rows, ok\n")
    path.unlink()
    said = verb("doctor", "s5_train", "--dir", tmp_path)
    assert (said.code, said.out.splitlines()[0]) == (1, "s5_train: 0 rows, 1 faults")
    said = verb("doctor", "s5_train", "--dir", tmp_path, "--json")
    assert (said.code, json.loads(said.out)[0]["dataset"]) == (1, "s5_train")
