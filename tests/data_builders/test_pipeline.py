"""The whole way from the bundled sample to checked datasets, through the command line alone."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from builders_house import Command, unlike_others

from data_builders import dataset_info
from data_builders.jsonl import digest_of, write
from data_builders.schema import Article
from data_builders.stages import NAMES
from data_builders.student import MadeStudent
from data_builders.verbs import articles, datasets, school
from data_builders.verbs import house as house_verbs

OFFLINE = (*articles.VERBS, *school.VERBS, *datasets.VERBS, *house_verbs.VERBS)
SENTENCES = ("臺北市今天下大雨，信義區淹水。", "市府出動抽水機，市長林怡君要求公開進度。")


@pytest.fixture
def news(house: Path) -> Path:
    """Sixty short articles."""
    made = [Article(f"toy-{n}", "toy", unlike_others(n, 200) + "".join(SENTENCES)) for n in range(60)]
    write(house / "news.jsonl", made)
    return house / "news.jsonl"


def pipeline(student: MadeStudent) -> list[tuple[str, ...]]:
    """Every verb but `student`, in order; the student is there already."""
    return [
        ("ingest", "news.jsonl", "--out", "data/ingest"),
        ("curate", "data/ingest", "--min-chars", "20"),
        ("leaks", "--train", "data/articles/train.jsonl", "--test", "data/articles/test.jsonl"),
        ("teach",),
        ("build", "--stage", "all", "--student", student.out),
        ("register",),
        ("doctor", "--student", student.out),
        ("environment",),
    ]


def test_every_verb_of_the_pipeline_gives_json(
    news: Path, student: MadeStudent, verb: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert news.is_file()

    def made(_: Iterable[str], preset: str, out: Path, seed: int) -> MadeStudent:
        return MadeStudent(str(out), preset, seed, 1, 2)

    monkeypatch.setattr(school, "make_student", made)
    steps = [*pipeline(student), ("student", "--preset", "nano", "--corpus", "news.jsonl", "--out", "saves/student")]
    assert {step[0] for step in steps} == {one.name for one in OFFLINE}
    found = {}
    for step in steps:
        said = verb(*step, "--json")
        assert (said.code, said.err) == (0, ""), step
        found[step[0]] = json.loads(said.out)
    assert found["curate"]["rows_out"] == found["teach"]["rows_in"] == 60
    assert [made["step"] for made in found["build"]] == [f"build {name}" for name in NAMES]
    assert [health["dataset"] for health in found["doctor"]] == [*dataset_info.entries(Path()), "split"]
    assert all(health["faults"] == [] for health in found["doctor"])
    assert found["register"] == "dataset_info.json"
    assert found["student"] == {"out": "saves/student", "preset": "nano", "seed": 42, "parameters": 1, "vocabulary": 2}
    assert found["environment"]["versions"]["llamafactory"] == "0.9.5"


def test_the_pipeline_run_twice_gives_the_same_bytes(news: Path, student: MadeStudent, verb: Command) -> None:
    found = []
    for _ in range(2):
        for step in pipeline(student)[:-1]:
            assert verb(*step).code == 0
        found.append({str(path): digest_of(path) for path in (news.parent / "data").rglob("*") if path.is_file()})
    assert found[0] == found[1]
    assert len(found[0]) == 3 + 6 + 3 + 5 * len(NAMES) + 1
    text = "".join(path.read_text(encoding="utf-8") for path in (news.parent / "data").rglob("*.json"))
    assert str(news.parent) not in text  # no manifest names the machine's folders
