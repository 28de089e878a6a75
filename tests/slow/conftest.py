import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root of its own: the project's recipes, and outputs that are nobody else's."""
    root = tmp_path_factory.mktemp("house")
    for name in ("yaml_recipes", "data_builders", "dataset_info.json"):
        (root / name).symlink_to(ROOT / name)
    return root


@pytest.fixture(scope="session")
def call(house: Path) -> Command:
    """Run a program of the environment in the house."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}

    def called(*words: str, code: int = 0, told: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        program = str(Path(sys.executable).parent / words[0])
        given = environment | (told or {})
        done = subprocess.run(
            [program, *words[1:]], cwd=house, env=given, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == code, done.stdout[-2000:] + done.stderr[-4000:]
        return done

    return called


@pytest.fixture(scope="session")
def data(house: Path, call: Command) -> Path:
    """Rows of all stages from forty articles of the sample, and a student for them."""
    articles = (ROOT / "data_builders/sample/news.jsonl").read_text(encoding="utf-8").splitlines()[:40]
    (house / "news.jsonl").write_text("\n".join(articles), encoding="utf-8")
    call("python", "-m", "data_builders", "ingest", "news.jsonl", "--out", "data/ingest")
    call("python", "-m", "data_builders", "curate", "data/ingest")
    call("python", "-m", "data_builders", "teach")
    student = ("student", "--preset", "nano", "--corpus", "data/articles", "--out", "saves/nano/student")
    call("python", "-m", "data_builders", *student)
    call("python", "-m", "data_builders", "build", "--stage", "all")
    return house / "data"


@pytest.fixture(scope="session")
def climbed(data: Path, call: Command) -> dict[str, dict[str, object]]:
    """The outcomes of S1 to S5 and both predictions, each in a fork of one warm process."""
    assert data.is_dir()
    jobs = ("s1", "s2", "s3", "s4", "s5", "predict", "predict_untrained")
    done = call("python", "-m", "curriculum", "run", *jobs, "--json")
    return {outcome["job"]: outcome for outcome in json.loads(done.stdout)}
