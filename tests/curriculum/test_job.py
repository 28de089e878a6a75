from pathlib import Path

import pytest

from curriculum.job import Run, job_of
from data_builders.errors import InputError, UsageError


@pytest.mark.usefixtures("house")
def test_the_default_run_is_the_stock_command_without_overrides(nano: Run) -> None:
    assert job_of("s2", nano).command == ("llamafactory-cli", "train", "yaml_recipes/nano/s2.yaml")


@pytest.mark.usefixtures("house")
def test_a_named_run_moves_only_model_output_and_data() -> None:
    job = job_of("s2", Run("udn", "nano", Path("data/udn"), "saves/udn/student"))
    assert job.overrides == (
        "model_name_or_path=saves/udn/s1",
        "output_dir=saves/udn/s2",
        "dataset_dir=data/udn",
    )
    assert job.datasets == (Path("data/udn/stages/s2_train.jsonl"), Path("data/udn/stages/s2_dev.jsonl"))


@pytest.mark.usefixtures("house")
def test_the_first_stage_starts_from_the_student_that_was_named() -> None:
    job = job_of("s1", Run("nano", "nano", Path("data"), "some/hub-name"))
    assert job.overrides == ("model_name_or_path=some/hub-name",)


@pytest.mark.usefixtures("house")
def test_an_unknown_job_is_bad_usage(nano: Run) -> None:
    with pytest.raises(UsageError, match=r"expected s0\|s1") as error:
        job_of("s9", nano)
    assert error.value.exit_code == 2


@pytest.mark.usefixtures("house")
def test_a_dataset_that_is_not_registered_is_named(nano: Run) -> None:
    Path("dataset_info.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"dataset_info\.json: expected datasets s1_train, s1_dev, found no s1_train"):
        job_of("s1", nano)
