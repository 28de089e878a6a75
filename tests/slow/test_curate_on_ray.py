"""Ray Data on a local cluster of two workers writes what the local engine writes, to the byte."""

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_builders.curate import Plan, curate
from data_builders.curate.on_ray import load_ray, prepared_on_ray, ranges
from data_builders.curate.prepare import Recipe, local
from data_builders.errors import InputError, OrderError

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data_builders" / "sample" / "news.jsonl"


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """A head without a processor, and two workers with one each."""
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ray
        from ray.cluster_utils import Cluster

        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
        for _ in range(2):
            made.add_node(num_cpus=1)
        ray.init(address=made.address, log_to_driver=False)
        yield
        ray.shutdown()
        made.shutdown()


@pytest.mark.slow
@pytest.mark.usefixtures("cluster")
@pytest.mark.filterwarnings("ignore")
def test_two_workers_write_the_bytes_of_the_local_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_builders.curate.on_ray.RANGE", 4096)
    monkeypatch.setattr("data_builders.curate.on_ray.ranges.__defaults__", (4096,))
    import ray

    assert len([node for node in ray.nodes() if node["Resources"].get("CPU")]) == 2
    assert len(list(ranges(SAMPLE))) > 10
    for engine in ("local", "ray"):
        curate(SAMPLE, tmp_path / engine, Plan(engine="ray" if engine == "ray" else "local"))
    one, other = (
        {path.name: path.read_bytes() for path in (tmp_path / engine).iterdir()} for engine in ("local", "ray")
    )
    assert one == other
    assert len(one) == 6


@pytest.mark.slow
@pytest.mark.usefixtures("cluster")
@pytest.mark.filterwarnings("ignore")
def test_bad_input_on_a_worker_is_the_error_that_the_local_engine_gives(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "x-1", "text": "今天下雨。"}\n{"id": "x-2"\n', encoding="utf-8")
    said = []
    for engine in (local, prepared_on_ray):
        with pytest.raises(InputError) as caught:
            list(engine(tmp_path / "a.jsonl", "a", Recipe()))
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert said[0].startswith("a.jsonl:2: expected a JSON object")


def test_ranges_are_whole_lines_with_their_numbers_whatever_their_size(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one\n\nthree\nfour")
    for size in (1, 3, 7, 100):
        found = list(ranges(tmp_path / "a.txt", size))
        assert found[0].start == 0
        assert found[-1].end == 15
        text = (tmp_path / "a.txt").read_bytes()
        for stretch in found:
            assert stretch.line == text[: stretch.start].count(b"\n") + 1
            assert stretch.start in {0, 4, 5, 11}


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(OrderError, match=r"--engine ray: expected the package ray, found no such package.*ray\[data\]"):
        load_ray()
