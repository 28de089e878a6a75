from pathlib import Path

from curriculum.pace import Pace, how, pace_of
from curriculum.schema import Cost, Cut, StageManifest
from data_builders.jsonl import write_json

COST = Cost("s5", 8, 800, 800, 3.0, 12, 100, 2000, 10.0, 10**9, Cut(8, 0, 0))


def manifest(folder: Path, seconds: float, settings: dict[str, object], taken_from: str = "") -> None:
    made = StageManifest(
        run="a", plan="1stage", rung="s5", strategy="full", seed=1, recipe="r", recipe_sha256="", settings=settings,
        parent="p", parent_sha256="", data={}, ledgers={}, result_sha256="", dev_loss={}, seconds=seconds, cost=COST,
        code="", environment={}, taken_from=taken_from,
    )  # fmt: skip
    write_json(folder / "manifest.json", made)


def test_an_estimate_takes_this_machines_pace_from_the_stages_that_it_has_trained(tmp_path: Path) -> None:
    assert pace_of("nano", tmp_path) == Pace(1.0, 0)
    for number, seconds in enumerate((20.0, 30.0, 90.0)):
        manifest(tmp_path / "a" / f"s{number}", seconds, {"use_cpu": True})
    manifest(tmp_path / "m" / "cell" / "seed1" / "s5", 400.0, {"use_cpu": True}, taken_from="saves/a/s1")
    manifest(tmp_path / "gpu" / "s5", 1000.0, {})
    found = pace_of("nano", tmp_path)
    assert found == Pace(3.0, 3), "the median; what was taken over, and what a GPU trained, say nothing"
    assert "times 3.00: so the newest 3 stages" in how("nano", found)
    assert pace_of("full", tmp_path) == Pace(100.0, 1)


def test_a_file_that_is_no_stages_manifest_is_passed_over(tmp_path: Path) -> None:
    write_json(tmp_path / "a" / "s5" / "manifest.json", {"run": "a"})
    assert pace_of("nano", tmp_path) == Pace()
    assert "times" not in how("nano", Pace())
