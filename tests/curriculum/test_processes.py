"""Several processes share one batch: the recipe, the marker and the environment say so, and nothing is forked."""

import json
import sys
from pathlib import Path

import plan_house
import pytest
from plan_house import planned

from curriculum.job import Job, Run, job_of
from curriculum.ladder import steps_of
from curriculum.launch import Cold, Warm
from curriculum.marker import same, wanted
from curriculum.processes import asked_processes, environment_of, per_process
from curriculum.runner import launcher_of, run_one
from curriculum.weigh import weigh
from data_builders.errors import UsageError

TORCHRUN = {"FORCE_TORCHRUN": "1", "NPROC_PER_NODE": "2"}
# Plays llamafactory-cli: writes what it was told into weights and log.
PROGRAM = """#!{python}
import json, os, pathlib, sys
names = ("FORCE_TORCHRUN", "NPROC_PER_NODE", "CUDA_VISIBLE_DEVICES")
out = pathlib.Path("saves/try/s5")
(out / "model.safetensors").write_text(json.dumps({{name: os.environ.get(name) for name in names}}))
(out / "trainer_log.jsonl").write_text(json.dumps({{"current_steps": 1, "eval_loss": 2.0}}) + "\\n")
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_TORCHRUN", "NPROC_PER_NODE", "NNODES", "USE_RAY", "CUDA_VISIBLE_DEVICES"):
        monkeypatch.delenv(name, raising=False)
    plan_house.build()
    return tmp_path


def job(*words: str) -> Job:
    return steps_of(weigh(planned(*words)))[0].job


def test_a_batch_is_shared_evenly_or_refused() -> None:
    assert [per_process(8, processes) for processes in (1, 2, 4, 8)] == [8, 4, 2, 1]
    for processes in (0, 3, 16):
        with pytest.raises(UsageError, match=r"a divisor of the batch 8: 1, 2, 4, 8, found"):
            per_process(8, processes)


@pytest.mark.usefixtures("house")
def test_two_processes_read_the_rows_of_one_and_are_another_training() -> None:
    one, two = job(), job("--processes", "2")
    batches = [[j.settings[f"per_device_{kind}_batch_size"] for kind in ("train", "eval")] for j in (one, two)]
    assert batches == [[2, 8], [1, 4]]
    assert (two.settings["ddp_backend"], two.settings["processes"]) == ("gloo", 2)
    assert "ddp_backend" not in one.settings
    assert "processes" not in one.settings
    assert not same(wanted(one), wanted(two)), "sums of floating-point numbers go in another order"
    assert [cost.steps for cost in weigh(planned("--processes", "2")).costs] == [6], "as with one"


@pytest.mark.usefixtures("house")
def test_single_jobs_are_shared_by_overrides_and_predicting_is_not_shared() -> None:
    recipes = Path(__file__).parents[2] / "yaml_recipes"
    Path("yaml_recipes").symlink_to(recipes)
    run = Run("try", "nano", Path("data"), "saves/nano/student", processes=2)
    assert set(job_of("s1", run).overrides) >= {
        "per_device_train_batch_size=1", "per_device_eval_batch_size=4", "ddp_backend=gloo",
    }  # fmt: skip
    assert job_of("s1", run).processes == 2
    assert job_of("predict", run).processes == 1
    assert not any("batch" in override for override in job_of("predict", run).overrides)


@pytest.mark.usefixtures("house")
def test_llamafactorys_own_variables_mean_the_same_and_bad_ones_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TORCHRUN.items():
        monkeypatch.setenv(name, value)
    assert planned().processes == 2
    assert asked_processes(4, TORCHRUN | {"NPROC_PER_NODE": ""}) == 4
    assert asked_processes(None, {"FORCE_TORCHRUN": "0", "NPROC_PER_NODE": "2"}) == 1
    with pytest.raises(UsageError, match=r"NPROC_PER_NODE: expected a number of processes .*found nothing"):
        asked_processes(None, {"FORCE_TORCHRUN": "1"})
    with pytest.raises(UsageError, match=r"NNODES: expected 1.*found 2.*docs/cluster\.md"):
        asked_processes(None, TORCHRUN | {"NNODES": "2"})
    with pytest.raises(UsageError, match="USE_RAY: expected unset"):
        asked_processes(None, {"USE_RAY": "1"})


@pytest.mark.usefixtures("house")
def test_several_processes_are_never_forked_from_a_warm_parent() -> None:
    warm = Warm()
    assert launcher_of(job(), warm, None) is warm
    several = launcher_of(job("--processes", "2"), warm, warm)
    assert isinstance(several, Cold)
    assert several.told == TORCHRUN


def test_a_job_of_one_process_is_shown_one_gpu_whatever_the_environment_says() -> None:
    assert environment_of(1, {}) == {"FORCE_TORCHRUN": "0", "CUDA_VISIBLE_DEVICES": "0"}
    assert environment_of(1, TORCHRUN | {"CUDA_VISIBLE_DEVICES": "2,3"})["CUDA_VISIBLE_DEVICES"] == "2"
    assert environment_of(2, {"CUDA_VISIBLE_DEVICES": "2,3"}) == TORCHRUN, "all that are shown stay so"


def test_the_program_is_started_with_its_variables_and_marked_as_any_job(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = house / "bin/llamafactory-cli"
    program.parent.mkdir()
    program.write_text(PROGRAM.format(python=sys.executable), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("curriculum.launch.sys.executable", str(house / "bin/python"))
    outcome = run_one(job("--processes", "2"), Warm())
    assert outcome.dev_loss == {"before": 2.0, "after": 2.0}
    told = json.loads((house / "saves/try/s5/model.safetensors").read_text(encoding="utf-8"))
    assert (told["FORCE_TORCHRUN"], told["NPROC_PER_NODE"]) == ("1", "2")
    assert run_one(job("--processes", "2"), Warm()).standing == "done"
