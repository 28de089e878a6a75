"""What the tests of `data_builders` share: its command line, the bundled sample, the real articles, one student."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from builders_house import REAL, ROOT, SAMPLE, Command, Said

from data_builders import cli
from data_builders.curate.clean import Bounds, clean, normalise
from data_builders.ingest import ingest
from data_builders.schema import Article
from data_builders.student import MadeStudent, make_student
from data_builders.verbs import VERBS
from data_builders.verbs.told import RUN

os.environ["HF_HUB_OFFLINE"] = "1"  # a student that is no folder must not be looked for on the hub


@pytest.fixture
def verb(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `python -m data_builders …` in this process."""

    def called(*words: object) -> Said:
        try:
            code = cli.run(RUN, "Text in, datasets out.", VERBS, [str(word) for word in words])
        except SystemExit as left:  # argparse: help, or bad usage
            code = int(left.code or 0)
        printed = capsys.readouterr()
        return Said(code, printed.out, printed.err)

    return called


@pytest.fixture
def program(tmp_path: Path) -> Command:
    """Run `python -m data_builders …` as a program of its own, standing in the test's folder."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}

    def called(*words: object) -> Said:
        command = [sys.executable, "-m", "data_builders", *map(str, words)]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return called


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root of its own with the project's recipes and sample; the test stands in it."""
    for name in ("yaml_recipes", "data_builders", "requirements.lock"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def sample() -> list[Article]:
    """The articles of the bundled sample that curation keeps, junk and Simplified script done with."""
    return [article for article in clean(ingest(SAMPLE), Bounds()) if isinstance(article, Article)]


@pytest.fixture(scope="session")
def real() -> list[Article]:
    """Real articles, their white space put right and nothing else; they are not part of the project."""
    if not REAL.is_file():
        pytest.skip("../shared/data/udn_news_196.jsonl is absent: the real articles are not part of the project")
    return [replace(a, article=normalise(a.article)) for a in ingest(REAL) if isinstance(a, Article)]


@pytest.fixture(scope="session")
def student(sample: list[Article], tmp_path_factory: pytest.TempPathFactory) -> MadeStudent:
    """The nano student of the sample, seed 7; the only one that loads torch."""
    return make_student((a.article for a in sample), "nano", tmp_path_factory.mktemp("saves") / "student", seed=7)
