import errno
import fcntl
import json
import shutil
from pathlib import Path

import pytest
from fake_trainer import FakeTrainer, make_model

from curriculum.job import Run, job_of
from curriculum.marker import DONE, STARTED, Marker, standing, wanted
from curriculum.runner import Outcome, run_jobs
from data_builders.errors import InputError, OrderError, TrainError, WriteError
from data_builders.jsonl import read_json

pytestmark = pytest.mark.usefixtures("house")


def climb(trainer: FakeTrainer, run: Run, *names: str) -> list[Outcome]:
    return list(run_jobs(names or ("s1", "s2"), run, trainer))


def test_stages_run_in_order_and_are_marked_with_their_digests(nano: Run) -> None:
    trainer = FakeTrainer()
    outcomes = climb(trainer, nano)
    assert [outcome.standing for outcome in outcomes] == ["fresh", "fresh"]
    assert [command[2] for command in trainer.commands] == ["yaml_recipes/nano/s1.yaml", "yaml_recipes/nano/s2.yaml"]
    assert outcomes[0].dev_loss == {"before": 9.0, "after": 5.0}
    first, second = (read_json(Path(f"saves/nano/{name}") / DONE, Marker) for name in ("s1", "s2"))
    assert second.parent == first.result
    assert not Path("saves/nano/s1", STARTED).exists()


def test_a_second_run_trains_nothing(nano: Run) -> None:
    climb(FakeTrainer(), nano)
    again = FakeTrainer()
    assert [outcome.standing for outcome in climb(again, nano)] == ["done", "done"]
    assert again.commands == []


@pytest.mark.parametrize(
    ("changed", "rerun"),
    [
        ("data/stages/s1_train.jsonl", ["s1"]),
        ("data/stages/s2_dev.jsonl", ["s2"]),
        ("yaml_recipes/nano/s2.yaml", ["s2"]),
        ("saves/nano/student/model.safetensors", ["s1"]),
        ("saves/nano/s2/model.safetensors", ["s2"]),
    ],
)
def test_a_change_makes_stale_what_was_made_of_it(nano: Run, changed: str, rerun: list[str]) -> None:
    # The fake trainer writes the same weights whatever it reads, so a stage below a rerun one stays as it is.
    climb(FakeTrainer(), nano)
    path = Path(changed)
    row = {"id": "new", "system": "", "instruction": "甲", "input": "", "output": "丙"}
    text = json.dumps(row) + "\n" if path.suffix == ".jsonl" else path.read_text(encoding="utf-8") + "\nseed: 7\n"
    path.write_text(text, encoding="utf-8")
    again = FakeTrainer()
    climb(again, nano)
    assert [Path(command[2]).stem for command in again.commands] == rerun


def test_a_retrained_parent_makes_its_child_stale(nano: Run) -> None:
    climb(FakeTrainer(), nano)
    make_model(Path("saves/nano/s1"), "other weights")
    again = FakeTrainer()
    climb(again, nano, "s2")
    assert len(again.commands) == 1


def interrupted(output: Path) -> int:
    (output / "checkpoint-1").mkdir()
    (output / "checkpoint-1" / "trainer_state.json").write_text("{}", encoding="utf-8")
    raise KeyboardInterrupt


def test_an_interrupted_stage_goes_on_from_its_checkpoint(nano: Run) -> None:
    with pytest.raises(KeyboardInterrupt):
        climb(FakeTrainer(interrupted), nano, "s1")
    again = FakeTrainer()
    outcome = climb(again, nano, "s1")[0]
    assert outcome.standing == "resume"
    assert again.commands[0][-1] == "overwrite_output_dir=false"
    assert not Path("saves/nano/s1/checkpoint-1").exists()


def test_a_checkpoint_of_other_data_is_not_gone_on_from(nano: Run) -> None:
    with pytest.raises(KeyboardInterrupt):
        climb(FakeTrainer(interrupted), nano, "s1")
    row = {"id": "new", "system": "", "instruction": "甲", "input": "", "output": "丙"}
    Path("data/stages/s1_train.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    again = FakeTrainer()
    assert climb(again, nano, "s1")[0].standing == "fresh"
    assert again.commands[0][-1] == "yaml_recipes/nano/s1.yaml"


def test_a_stage_out_of_order_says_which_comes_first(nano: Run) -> None:
    with pytest.raises(OrderError, match=r"saves/nano/s1: expected the model .*found no such folder.*make stage1"):
        climb(FakeTrainer(), nano, "s2")


def test_a_student_folder_that_is_no_model_is_refused(nano: Run) -> None:
    Path("saves/nano/student/model.safetensors").unlink()
    with pytest.raises(InputError, match=r"saves/nano/student: expected a model's folder, found no weights"):
        climb(FakeTrainer(), nano, "s1")
    shutil.rmtree("saves/nano/student")
    with pytest.raises(OrderError, match="data_builders student --preset nano"):
        climb(FakeTrainer(), nano, "s1")


def test_missing_and_empty_data_are_told_apart(nano: Run) -> None:
    Path("data/stages/s1_dev.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"s1_dev\.jsonl: expected at least one row, found an empty file"):
        climb(FakeTrainer(), nano, "s1")
    Path("data/stages/s1_dev.jsonl").unlink()
    with pytest.raises(OrderError, match=r"s1_dev\.jsonl.*make data"):
        climb(FakeTrainer(), nano, "s1")


def test_a_row_that_would_train_wrongly_stops_the_stage_before_it_starts(nano: Run) -> None:
    Path("data/stages/s1_train.jsonl").write_text(
        '{"id": "x", "instruction": "甲", "output": "乙"}\n', encoding="utf-8"
    )
    trainer = FakeTrainer()
    with pytest.raises(InputError, match="no field input"):
        climb(trainer, nano, "s1")
    assert trainer.commands == []


def test_a_failed_stage_names_its_log_and_keeps_what_was_done(nano: Run) -> None:
    climb(FakeTrainer(), nano, "s1")
    with pytest.raises(TrainError, match=r"s2: .*1: RuntimeError: out of luck.*saves/nano/s2/train\.log"):
        climb(FakeTrainer(lambda _: 1), nano)
    assert standing(job_of("s1", nano), wanted(job_of("s1", nano))) == "done"
    assert not Path("saves/nano/s2", DONE).exists()


def test_success_without_weights_is_not_taken_for_success(nano: Run) -> None:
    with pytest.raises(InputError, match="exit code 0 but nothing written"):
        climb(FakeTrainer(lambda _: 0), nano, "s1")


def test_a_full_disk_is_said_in_one_line(nano: Run) -> None:
    def full(_: Path) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(WriteError, match="no space left on the disk"):
        climb(FakeTrainer(full), nano, "s1")


def test_two_jobs_never_write_one_folder(nano: Run) -> None:
    Path("saves/nano/s1").mkdir(parents=True)
    with Path("saves/nano/s1/.lock").open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        trainer = FakeTrainer()
        with pytest.raises(OrderError, match="no job is writing, found another job at work"):
            climb(trainer, nano, "s1")
        assert trainer.commands == []
    assert climb(FakeTrainer(), nano, "s1")[0].standing == "fresh"
