import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from builders_house import Command, toy_story, unlike_others

from data_builders.curate import Plan, curate
from data_builders.curate.clean import Bounds
from data_builders.curate.likeness import Likeness
from data_builders.curate.prepare import Recipe
from data_builders.curate.split import split_of
from data_builders.jsonl import digest_of, read, read_json, write
from data_builders.manifest import Step
from data_builders.schema import SPLITS, Article, Manifest, Reject

SMALL = Bounds(least=20, most=60)
PLAN = Plan(Recipe(SMALL))


def toy(text: str, name: str = "toy-1", **more: str) -> Article:
    return Article(name, "toy", text, **more)


@pytest.mark.parametrize(
    ("copies", "reason", "detail"),
    [
        (lambda text: text.replace("。", "。\n"), "duplicate", "same text as toy-1"),
        (lambda text: text.replace("臺", "台"), "duplicate", "same text as toy-1"),
        (lambda text: "快訊" + text[:100], "near_duplicate", "0.8"),
        (lambda text: text[:30], "contained", "1.00 like toy-1"),
    ],
)
def test_of_two_articles_that_repeat_each_other_the_first_stays(
    tmp_path: Path, copies: Callable[[str], str], reason: str, detail: str
) -> None:
    first = toy(unlike_others(1, 120))
    write(tmp_path / "a.jsonl", [toy_story(0), first, toy(copies(first.article), "again"), toy_story(2)])
    made = curate(tmp_path / "a.jsonl", tmp_path / "out", Plan(Recipe(Bounds(20, 200))))
    assert set(places(tmp_path / "out")) == {"toy-0", "toy-1", "toy-2"}
    (told,) = read(tmp_path / "out" / "rejected.jsonl", Reject)
    assert (told.id, told.step, told.reason) == ("again", "dedupe", reason)
    assert told.detail.startswith(detail)
    assert made.funnel == {"read": 4, "clean": 4, "no copies": 3, "no bridges": 3, "no leaks": 3}


IDS = [f"toy-{number}" for number in range(5000)]


def test_the_split_s_shares_are_as_stated() -> None:
    splits = [split_of(name, "newsladder") for name in IDS]
    shares = {split: splits.count(split) / len(IDS) for split in SPLITS}
    assert shares == pytest.approx({"train": 0.78, "dev": 0.06, "test": 0.16}, abs=0.015)


def test_the_split_hangs_on_story_and_seed_alone() -> None:
    # printf 'newsladder\ntoy-2' | sha256sum: its first 64 bits, as a share of 2^64, are 0.7765; so for the others.
    assert split_of("toy-2", "newsladder") == "train"
    assert split_of("toy-29", "newsladder") == "dev"  # 0.8062
    assert split_of("toy-12", "newsladder") == "test"  # 0.8967
    assert [split_of(name, "another") for name in IDS] != [split_of(name, "newsladder") for name in IDS]


def places(folder: Path) -> dict[str, str]:
    """Where curation put each article."""
    return {a.id: split for split in SPLITS for a in read(folder / f"{split}.jsonl", Article)}


def test_more_articles_move_none_of_those_before(tmp_path: Path) -> None:
    for name, numbers in (("few", range(0, 100, 2)), ("many", range(100))):
        write(tmp_path / f"{name}.jsonl", map(toy_story, numbers))
        curate(tmp_path / f"{name}.jsonl", tmp_path / name, PLAN)
    few, many = places(tmp_path / "few"), places(tmp_path / "many")
    assert set(few.values()) == set(SPLITS)
    assert len(few) == 50
    assert few == {name: many[name] for name in few}


def test_the_articles_of_a_story_stay_together(tmp_path: Path) -> None:
    articles = [toy_story(n, story=f"story-{n % 12}") for n in range(60)]
    write(tmp_path / "a.jsonl", articles)
    curate(tmp_path / "a.jsonl", tmp_path / "out", PLAN)
    where = places(tmp_path / "out")
    for article in articles:
        assert where[article.id] == where[f"toy-{article.story.removeprefix('story-')}"]
    assert set(where.values()) >= {"train", "test"}


def test_curation_writes_splits_rejects_and_a_manifest_that_fits_them(tmp_path: Path, verb: Command) -> None:
    articles = [*map(toy_story, range(20)), toy("短。", "short"), toy(toy_story(3).article + "\n", "again")]
    write(tmp_path / "in" / "articles.jsonl", articles)
    out = tmp_path / "out"
    said = verb("curate", tmp_path / "in", "--out", out, "--min-chars", 20)
    assert said.code == 0
    assert said.out == (
        f"curate: 22 in, 20 out, 2 rejected (duplicate 1, too_short 1)\n  -> {out}\n"
        "  read 22 -> clean 21 -> no copies 20 -> no bridges 20 -> no leaks 20\n"
        "  train 18, dev 0, test 2, rejected 2\n"
        "  no leaks in 36 pairs of texts (near 0.3, kept 0.5, contained 0.45, story 0.2, fresh 0.85)\n"
    )
    made = read_json(out / "manifest.json", Manifest)
    assert made.settings == {
        "seed": "newsladder",
        "min_chars": 20,
        "max_chars": 4000,
        "dev_share": 0.06,
        "test_share": 0.16,
        **asdict(Likeness()),
    }
    assert made.certificate
    assert (made.certificate.result, made.certificate.pairs) == ("clean", 18 * 2)
    assert made.certificate.train == {"train.jsonl": digest_of(out / "train.jsonl")}
    assert made.certificate.test == {name: digest_of(out / name) for name in ("dev.jsonl", "test.jsonl")}
    assert made.inputs == {"articles.jsonl": digest_of(tmp_path / "in" / "articles.jsonl")}
    for name, produced in made.outputs.items():
        assert produced.sha256 == digest_of(out / name)
        assert produced.rows == len((out / name).read_bytes().splitlines())
    assert sum(made.outputs[f"{split}.jsonl"].rows for split in SPLITS) == made.rows_out == 20
    assert [(r.id, r.step, r.reason) for r in read(out / "rejected.jsonl", Reject)] == [
        ("short", "clean", "too_short"),
        ("again", "dedupe", "duplicate"),
    ]


def test_curation_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", map(toy_story, range(20)))
    found = []
    for _ in range(2):
        curate(tmp_path / "a.jsonl", tmp_path / "out", PLAN)
        found.append({path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()})
    assert found[0] == found[1]
    assert set(found[0]) == {
        "train.jsonl",
        "dev.jsonl",
        "test.jsonl",
        "rejected.jsonl",
        "splits.jsonl",
        "manifest.json",
    }


def test_an_interrupted_rerun_leaves_no_manifest_of_the_run_before(tmp_path: Path) -> None:
    step = Step("curate", tmp_path, {})
    step.writes("train.jsonl", [])
    step.finish()
    assert (tmp_path / "manifest.json").is_file()

    again = Step("curate", tmp_path, {})
    with pytest.raises(KeyboardInterrupt):
        again.writes("train.jsonl", interrupted())
    assert (tmp_path / "manifest.json").is_file(), "nothing was replaced, so the old manifest is still true"
    again.writes("train.jsonl", [])
    assert not (tmp_path / "manifest.json").exists()


def interrupted() -> Iterator[Article]:
    raise KeyboardInterrupt
    yield


def test_an_id_that_stands_on_two_texts_is_kept_once_and_the_other_is_told(tmp_path: Path) -> None:
    first, second, third = (toy(unlike_others(number), "x-1") for number in (1, 2, 1))
    write(tmp_path / "a.jsonl", [first, second, third])
    curate(tmp_path / "a.jsonl", tmp_path / "out", PLAN)
    told = [(reject.id, reject.reason, reject.text) for reject in read(tmp_path / "out" / "rejected.jsonl", Reject)]
    assert told == [("x-1", "id_twice", second.article), ("x-1", "duplicate", first.article)]
    assert places(tmp_path / "out").keys() == {"x-1"}


def test_plain_rows_and_rows_without_text_are_taken_as_ingest_takes_them(tmp_path: Path) -> None:
    rows = [{"idx": 7, "content": unlike_others(7), "headline": "標題"}, {"idx": 8, "body": "無"}]
    write(tmp_path / "udn.jsonl", rows)
    curate(tmp_path / "udn.jsonl", tmp_path / "out", PLAN)
    assert places(tmp_path / "out").keys() == {"udn-7"}
    (told,) = read(tmp_path / "out" / "rejected.jsonl", Reject)
    assert (told.id, told.reason, told.detail) == ("udn-8", "no_text", "fields idx, body")


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        (
            "a.jsonl",
            '{"id": 1, "body": "無"}\n',
            "expected rows with text in article|content|text|news, found fields id, body",
        ),
        ("a.jsonl", '{"id": "x-1",\n', "a.jsonl:1: expected a JSON object, found Input data was truncated"),
        (
            "a.csv",
            "id,text\n",
            "expected news as JSONL, found .csv. Next: python -m data_builders ingest a.csv --out DIR",
        ),
    ],
)
def test_what_holds_no_news_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: Command, name: str, content: str, line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(content, encoding="utf-8")
    said = verb("curate", name, "--out", "out")
    assert (said.code, said.out) == (1, "")
    assert line in said.err
    assert said.err.count("\n") == 1


def test_what_a_killed_run_left_half_written_goes_with_the_next_run(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".train.jsonl.999999999.part").write_text("half", encoding="utf-8")
    mine = tmp_path / "out" / f".other.jsonl.{os.getpid()}.part"
    mine.write_text("another writer is at work", encoding="utf-8")
    write(tmp_path / "a.jsonl", map(toy_story, range(3)))
    curate(tmp_path / "a.jsonl", tmp_path / "out", PLAN)
    assert list((tmp_path / "out").glob(".*.part")) == [mine]


def test_explain_tells_the_way_of_one_article(tmp_path: Path, verb: Command) -> None:
    captioned = toy(unlike_others(1) + "\n▲校門口。（圖／讀者提供）", "toy-1", story="rain")
    again = toy(unlike_others(1), "again")
    write(tmp_path / "a.jsonl", [captioned, toy_story(2, story="rain"), again, toy("短。", "short")])
    command = ("curate", tmp_path / "a.jsonl", "--out", tmp_path / "out", "--min-chars", "20", "--explain")
    split = split_of("rain", "newsladder")
    assert verb(*command, "toy-1").out.splitlines() == [
        "toy-1",
        "  read    a.jsonl:1, 74 characters",
        "  clean   caption cut something (▲…, 圖／…, （記者…攝）)",
        "  clean   kept, 60 characters, already Traditional",
        "  copies  no copy of an article before it",
        "  story   rain, with toy-2",
        f"  split   {split}",
    ]
    assert verb(*command, "again").out.splitlines()[-1] == "  copies  left out, duplicate: same text as toy-1"
    assert verb(*command, "short").out.splitlines()[-1] == "  clean   left out, too_short: 2 characters, bound 20"
    said = verb(*command, "nobody")
    assert said.code == 1
    assert said.err.startswith("error: --explain nobody: expected the id of an article in a.jsonl, found no such id.")
