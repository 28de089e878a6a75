"""Two gloo processes on a CPU, by torchrun or by Ray, learn what one learns when a step reads the same rows."""

import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

pytestmark = pytest.mark.slow
Command = Callable[..., CompletedProcess[str]]
# Measured: the dev losses of one and two processes (6.3404 after 13 steps) differ by 5e-7; by 0.4 when each process
# reads the whole batch. Sums of floating-point numbers go in another order, which training makes larger.
TOLERANCE = 1e-3
PLAN = ("run", "--plan", "s1", "--data", "data/two")


@pytest.fixture(scope="module")
def rows(data: Path) -> Path:
    """26 rows to learn from and 8 to watch: whole steps and a whole block, so that no process repeats a row."""
    two = data / "two"
    two.mkdir()
    lines = [(data / f"stages/s1_{name}.jsonl").read_text("utf-8").splitlines() for name in ("train", "test", "dev")]
    held = [line for part in lines for line in part]
    registered = json.loads((data.parent / "dataset_info.json").read_text(encoding="utf-8"))
    for name, some in (("s1_train", held[:26]), ("s1_dev", held[-8:])):
        (two / f"{name}.jsonl").write_text("\n".join(some) + "\n", encoding="utf-8")
        registered[name] |= {"file_name": f"{name}.jsonl"}
    (two / "dataset_info.json").write_text(json.dumps(registered), encoding="utf-8")
    return two


def losses(folder: Path) -> list[tuple[int, float]]:
    """The dev losses of a run, with their steps."""
    lines = [json.loads(line) for line in (folder / "trainer_log.jsonl").read_text(encoding="utf-8").splitlines()]
    return [(line["current_steps"], line["eval_loss"]) for line in lines if "eval_loss" in line]


@pytest.fixture(scope="module")
def one(rows: Path, call: Command) -> list[tuple[int, float]]:
    """The dev losses of one process."""
    call("python", "-m", "curriculum", *PLAN, "--run", "one", "--cold")
    return losses(rows.parents[1] / "saves/one/s1")


def test_two_processes_have_the_dev_loss_of_one_at_the_same_rows_a_step(
    one: list[tuple[int, float]], rows: Path, call: Command
) -> None:
    shared = (*PLAN, "--run", "two", "--processes", "2")
    call("python", "-m", "curriculum", *shared)
    stage = rows.parents[1] / "saves/two/s1"
    two = losses(stage)
    assert [step for step, _ in two] == [step for step, _ in one] == [0, 13, 26, 39]
    apart = [abs(mine - other) for (_, mine), (_, other) in zip(one, two, strict=True)]
    assert max(apart) < TOLERANCE, (one, two)
    assert "Initializing 2 distributed tasks" in (stage / "train.log").read_text(encoding="utf-8", errors="replace")
    manifest = json.loads((stage.parent / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["plan"]["processes"] == 2
    again = call("python", "-m", "curriculum", *shared, "--json")
    assert json.loads(again.stdout)[0]["standing"] == "done", "marked as any stage is"


def test_the_stock_command_with_the_whole_batch_in_each_process_does_not(
    one: list[tuple[int, float]], rows: Path, call: Command
) -> None:
    told = {"FORCE_TORCHRUN": "1", "NPROC_PER_NODE": "2", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    stock = ("yaml_recipes/nano/s1.yaml", "dataset_dir=data/two", "output_dir=saves/stock_two/s1", "ddp_backend=gloo")
    call("llamafactory-cli", "train", *stock, "per_device_eval_batch_size=4", told=told)
    unshared = losses(rows.parents[1] / "saves/stock_two/s1")
    assert unshared[-1][0] == 21, "a step read four rows, not two"
    assert unshared[0][1] == pytest.approx(one[0][1], abs=TOLERANCE), "the same student, before it learns"
    assert abs(unshared[-1][1] - one[-1][1]) > 10 * TOLERANCE


@pytest.fixture
def growing(house: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A Ray cluster of two processors on this machine, started in the house, which this process looks into."""
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ray
        from ray.cluster_utils import Cluster

        monkeypatch.chdir(house)  # workers work where the cluster was started
        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "num_gpus": 0})
        ray.init(address=made.address, log_to_driver=False)
        yield made
        ray.shutdown()
        made.shutdown()


def groups() -> list[tuple[str, str]]:
    """The placement groups that the cluster is asked for: their state, and what the scheduler says."""
    from ray.util.placement_group import placement_group_table

    return [(group["state"], group["stats"]["scheduling_state"]) for group in placement_group_table().values()]


@pytest.mark.filterwarnings("ignore")
def test_ray_mode_waits_on_two_processors_and_has_the_dev_loss_of_one_process_once_the_cluster_has_grown(
    growing: Any, one: list[tuple[int, float]], rows: Path
) -> None:
    house = rows.parents[1]
    address = str(growing.address)
    words = (
        "yaml_recipes/nano/s1.yaml", "dataset_dir=data/two", "output_dir=saves/ray/s1", "per_device_train_batch_size=1",
        "per_device_eval_batch_size=4", "ddp_backend=gloo", "ray_num_workers=2", f"master_addr={address.split(':')[0]}",
        "ray_init_kwargs=" + json.dumps({"address": address}),
    )  # fmt: skip
    environment = os.environ | {"USE_RAY": "1", "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
    program = str(Path(sys.executable).parent / "llamafactory-cli")
    told = house / "ray.log"
    with told.open("wb") as log:
        training = subprocess.Popen([program, "train", *words], cwd=house, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 300
        while not (asked := groups()):
            assert training.poll() is None, told.read_bytes()[-2000:].decode("utf-8", "replace")
            assert time.monotonic() < deadline
            time.sleep(0.5)
        assert asked == [("PENDING", "INFEASIBLE")], "two processors, and ten asked for beside each"
        growing.add_node(num_cpus=20, num_gpus=0)
        assert training.wait(timeout=300) == 0, told.read_bytes()[-2000:].decode("utf-8", "replace")
    finally:
        training.kill()
        training.wait()
    learned = losses(house / "saves/ray/s1")
    assert [step for step, _ in learned] == [step for step, _ in one]
    assert max(abs(mine - other) for (_, mine), (_, other) in zip(learned, one, strict=True)) < TOLERANCE, learned
