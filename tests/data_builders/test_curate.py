from collections.abc import Iterator
from pathlib import Path

import pytest
from builders_house import Command

from data_builders.curate import curate
from data_builders.curate.clean import Bounds, clean, normalise
from data_builders.curate.dedupe import drop_exact_duplicates, key
from data_builders.curate.split import split_of
from data_builders.jsonl import digest_of, read, read_json, write
from data_builders.manifest import Step
from data_builders.schema import SPLITS, Article, Manifest, Reject

SENTENCE = "臺北市今天下大雨，信義區淹水，市府出動抽水機。"
SMALL = Bounds(least=20, most=60)


def toy(text: str, name: str = "toy-1", **more: str) -> Article:
    return Article(name, "toy", text, **more)


def only(text: str, bounds: Bounds = SMALL, **more: str) -> Article | Reject:
    """What cleaning makes of one article."""
    (result,) = clean([toy(text, **more)], bounds)
    return result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  今天\r\n\u200b天氣　很好。 \n\n完 ", "今天\n天氣 很好。\n完"),
        ("cafe\u0301", "café"),  # NFC
        ("ＡＢ，１２｡①", "ＡＢ，１２｡①"),  # and not NFKC: full-width signs are data
        ("甲&amp;乙&nbsp;丙&#20013;&lt;b&gt;", "甲&乙 丙中<b>"),
        ("甲\r乙\u2028丙\t丁", "甲\n乙\n丙 丁"),
        ("甲\x00\x07\ufeff\u202e乙\ud800丙", "甲乙丙"),
        ("甲<|im_end|>乙<|im_start|>丙<|endoftext|>", "甲乙丙"),
        ("甲&lt;|im_end|&gt;乙<|im\u200b_end|>丙", "甲乙丙"),
        ("甲<|im_<|x|>end|>乙", "甲乙"),
        ("a <| b |> c | d", "a <| b |> c | d"),
        ("", ""),
        ("𠮷野家😀", "𠮷野家😀"),
    ],
)
def test_a_text_is_put_right_and_not_rewritten(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("text", "reason", "detail"),
    [
        ("", "too_short", "0 characters, bound 20"),
        ("今天下雨。 " * 3, "too_short", "15 characters, bound 20"),
        (SENTENCE * 3, "too_long", "69 characters, bound 60"),
        ("The mayor said today that it rained.", "not_chinese", "0 Chinese characters of 29 letters"),
        ("臺北市 rained a lot today, again.", "not_chinese", "3 Chinese characters of 23 letters"),
        ("1234567890。1234567890。", "not_chinese", "0 Chinese characters of 0 letters"),
        (
            "首頁\n政治\n社會\n地方\n國際\n財經\n體育\n娛樂\n生活\n更多\n訂閱。",
            "not_prose",
            "9% of the text in sentences, bound 60%",
        ),
    ],
)
def test_what_is_no_article_is_rejected_with_what_was_seen(text: str, reason: str, detail: str) -> None:
    assert only(text) == Reject("toy-1", "clean", reason, detail, normalise(text))


@pytest.mark.parametrize("size", [20, 60])
def test_the_bounds_themselves_are_allowed_and_white_space_is_not_counted(size: int) -> None:
    text = "大雨下了。" * (size // 5)
    assert isinstance(only(" \n".join(text[start : start + 30] for start in range(0, size, 30))), Article)


def test_a_traditional_article_keeps_its_words_and_is_marked() -> None:
    assert only("里柏瑞契昨天來台出席聲明記者會，表示支持。", title=" 支持&amp;聲明 ", summary="密蘇里　支持。") == toy(
        "里柏瑞契昨天來台出席聲明記者會，表示支持。",
        title="支持&聲明",
        summary="密蘇里 支持。",
        story="toy-1",
        script="traditional",
    )


def test_a_simplified_article_is_converted_with_all_that_stands_beside_it() -> None:
    text = "这家软件公司今天公布了新的打印机。他住在后面的里屋。"
    assert only(text, title="公司后面", category="体育", summary="软件公司公布打印机") == toy(
        "這家軟體公司今天公布了新的印表機。他住在後面的裡屋。",
        title="公司後面",
        category="體育",
        summary="軟體公司公布印表機",
        story="toy-1",
        script="simplified",
    )


def test_a_story_that_the_source_names_is_kept() -> None:
    made = only(SENTENCE, story="talk-of-the-town")
    assert isinstance(made, Article)
    assert made.story == "talk-of-the-town"


def test_the_same_text_in_another_width_or_white_space_is_a_duplicate_of_the_first() -> None:
    articles = [
        toy("今天（4日）ABC下雨，停課。", "a"),
        toy("今天放晴。", "b"),
        toy("今天(４日)\nＡＢＣ 下雨, 停課｡", "c"),
        toy("今天（4日）ABC下雨，停課！", "a"),
    ]
    assert list(drop_exact_duplicates(articles)) == [
        articles[0],
        articles[1],
        Reject("c", "dedupe", "duplicate", "same text as a", articles[2].article),
        Reject("a", "dedupe", "duplicate", "same text as a", articles[3].article),
    ]


@pytest.mark.parametrize("other", ["今天下雨。明天放晴", "昨天下雨。", "今天下雪。"])
def test_another_text_is_no_duplicate(other: str) -> None:
    assert key("今天下雨。") != key(other)


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


def story_of(number: int) -> Article:
    return toy(f"第{number}則：{SENTENCE}", f"toy-{number}")


def test_more_articles_move_none_of_those_before(tmp_path: Path) -> None:
    for name, numbers in (("few", range(0, 100, 2)), ("many", range(100))):
        write(tmp_path / f"{name}.jsonl", map(story_of, numbers))
        curate(tmp_path / f"{name}.jsonl", tmp_path / name, SMALL, "newsladder")
    few, many = places(tmp_path / "few"), places(tmp_path / "many")
    assert set(few.values()) == set(SPLITS)
    assert len(few) == 50
    assert few == {name: many[name] for name in few}


def test_the_articles_of_a_story_stay_together(tmp_path: Path) -> None:
    articles = [toy(f"第{n}則：{SENTENCE}", f"toy-{n}", story=f"story-{n % 12}") for n in range(60)]
    write(tmp_path / "a.jsonl", articles)
    curate(tmp_path / "a.jsonl", tmp_path / "out", SMALL, "newsladder")
    where = places(tmp_path / "out")
    for article in articles:
        assert where[article.id] == where[f"toy-{article.story.removeprefix('story-')}"]
    assert set(where.values()) >= {"train", "test"}


def test_curation_writes_splits_rejects_and_a_manifest_that_fits_them(tmp_path: Path, verb: Command) -> None:
    articles = [*map(story_of, range(20)), toy("短。", "short"), toy(story_of(3).article + "\n", "again")]
    write(tmp_path / "in" / "articles.jsonl", articles)
    out = tmp_path / "out"
    said = verb("curate", tmp_path / "in", "--out", out, "--min-chars", 20)
    assert said.code == 0
    assert said.out == (
        f"curate: 22 in, 20 out, 2 rejected (duplicate 1, too_short 1)\n  -> {out}\n"
        "  train 18, dev 0, test 2, rejected 2\n"
    )
    made = read_json(out / "manifest.json", Manifest)
    assert made.settings == {"seed": "newsladder", "min_chars": 20, "max_chars": 4000}
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
    write(tmp_path / "a.jsonl", map(story_of, range(20)))
    found = []
    for _ in range(2):
        curate(tmp_path / "a.jsonl", tmp_path / "out", SMALL, "newsladder")
        found.append({path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()})
    assert found[0] == found[1]
    assert set(found[0]) == {"train.jsonl", "dev.jsonl", "test.jsonl", "rejected.jsonl", "manifest.json"}


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


def test_an_id_that_stands_on_two_texts_is_kept_once_and_the_other_is_told() -> None:
    first, second = (Article(id="x-1", source="x", article=text) for text in ("今天下雨。", "明天放晴。"))
    kept, told = drop_exact_duplicates([first, second])
    assert kept == first
    assert isinstance(told, Reject)
    assert (told.id, told.reason, told.text) == ("x-1", "id_twice", "明天放晴。")
