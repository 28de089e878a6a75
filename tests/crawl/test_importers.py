"""Known corpora and folders become Articles with where they are from; the plain files' flow stays as it was."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from data_builders import cli, jsonl
from data_builders.errors import InputError
from data_builders.importers import CORPORA, recognised
from data_builders.importers.formats import joined
from data_builders.ingest import ingest
from data_builders.schema import Article, Collected
from data_builders.verbs import VERBS

LCSTS = """<doc id=0>
    <summary>
        可穿戴技術設計原則
    </summary>
    <short_text>
        本文總結了十個產品的設計原則。
    </short_text>
</doc>
<doc id=1>
    <human_label>5</human_label>
    <summary>
        第二則 A &amp; B
    </summary>
    <short_text>
        第二則的正文。
    </short_text>
</doc>
"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def first(path: Path, layout: str = "auto") -> Article:
    article = next(iter(ingest(path, layout=layout)))
    assert isinstance(article, Article)
    return article


def lines(*rows: dict[str, object]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_lcsts_in_its_own_format(tmp_path):
    file = write(tmp_path / "PART_II.txt", LCSTS)
    one, two = ingest(file)
    assert (one.id, one.article, one.summary) == ("lcsts-0", "本文總結了十個產品的設計原則。", "可穿戴技術設計原則")
    assert (two.summary, two.category) == ("第二則 A & B", "human_label 5")
    assert one.licence == CORPORA["lcsts"].licence


def test_lcsts_that_breaks_off_says_where(tmp_path):
    file = write(tmp_path / "PART_I.txt", LCSTS.rpartition("</doc>")[0])
    with pytest.raises(InputError, match=r"PART_I.txt:9: expected </doc>"):
        list(ingest(file, layout="lcsts"))


def test_clts_in_pairs_of_lines(tmp_path):
    write(tmp_path / "clts/train.src", "今 天 天 氣 好 。 Apple 發 表 新 機 。\n第 二 篇 。\n")
    write(tmp_path / "clts/train.tgt", "天 氣 好 。\n二 。\n")
    one, two = ingest(tmp_path / "clts")
    assert (one.article, one.summary, two.id) == ("今天天氣好。Apple發表新機。", "天氣好。", "clts-1")
    write(tmp_path / "clts/train.tgt", "天 氣 好 。\n")
    with pytest.raises(InputError, match=r"as many lines as train\.src"):
        list(ingest(tmp_path / "clts"))


def test_cnewsum_with_its_lists_of_sentences(tmp_path):
    row = {"id": 3, "article": ["第一句話 說 公車 。", "第二句 。"], "summary": "摘要", "label": [0]}
    article = first(write(tmp_path / "cnewsum.jsonl", lines(row)))
    assert (article.id, article.article, article.summary) == ("cnewsum-3", "第一句話說公車。第二句。", "摘要")


def test_xlsum_keeps_title_and_address(tmp_path):
    row = {"id": "5", "url": "https://bbc.example/5", "title": "題", "summary": "要", "text": "正文。"}
    article = first(write(tmp_path / "any.jsonl", lines(row)), "xlsum")
    assert (article.id, article.title, article.url, article.article) == (
        "xlsum-5",
        "題",
        "https://bbc.example/5",
        "正文。",
    )
    assert "CC BY-NC-SA" in str(article.licence)


def test_cnn_dailymail_as_stories_and_as_csv(tmp_path):
    story = write(
        tmp_path / "s/ab12.story", "LONDON (CNN) -- One.\n\nTwo.\n\n@highlight\n\nFirst\n\n@highlight\n\nSecond\n"
    )
    article = first(story.parent)
    assert (article.id, article.article) == ("cnn_dailymail-ab12", "LONDON (CNN) -- One.\nTwo.")
    assert article.summary == "First\nSecond"
    table = write(tmp_path / "test.csv", 'id,article,highlights\nx1,"One. Two.",First\n')
    assert first(table, "cnn_dailymail").summary == "First"


@pytest.mark.parametrize(
    "row", [{"text": "一篇文字。"}, {"title": "題", "content": "一篇文字。"}, {"input": "一篇", "target": "文字。"}]
)
def test_firefly_rows_are_texts_for_s0(tmp_path, row):
    article = first(write(tmp_path / "firefly-pretrain.jsonl", lines(row)))
    assert article.article.replace("\n", "") == "一篇文字。"
    assert (article.source, article.summary) == ("firefly", "")


def saved(folder: Path, rows: list[dict[str, object]], packed: bool = False) -> None:
    folder.mkdir(parents=True)
    table = pa.Table.from_pylist(rows)
    opener = pa.ipc.new_file if packed else pa.ipc.new_stream
    with pa.OSFile(str(folder / "data-00000-of-00001.arrow"), "wb") as sink, opener(sink, table.schema) as writer:
        writer.write_table(table)
    (folder / "dataset_info.json").write_text("{}")
    (folder / "state.json").write_text("{}")


@pytest.mark.parametrize("packed", [False, True], ids=["stream", "file"])
def test_a_hugging_face_dataset_on_disk_keeps_the_splits_apart(tmp_path, packed):
    for split in ("train", "test"):
        saved(tmp_path / "news" / split, [{"id": "1", "text": f"{split} 的正文。", "title": "題"}], packed)
    ids = {article.id for article in ingest(tmp_path / "news")}
    assert ids == {"news-train-data-00000-of-00001-1", "news-test-data-00000-of-00001-1"}


def test_a_broken_arrow_file_is_an_error_that_names_it(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d/data.arrow").write_bytes(b"nothing of the kind")
    with pytest.raises(InputError, match=r"data\.arrow"):
        list(ingest(tmp_path / "d"))


def test_damaged_parquet_and_arrow_files_are_errors_that_say_so(tmp_path):
    saved(tmp_path / "d", [{"id": str(n), "text": f"第{n}則的正文。"} for n in range(50)])
    whole = (tmp_path / "d/data-00000-of-00001.arrow").read_bytes()
    (tmp_path / "d/data-00000-of-00001.arrow").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="an Arrow file of a saved dataset"):
        list(ingest(tmp_path / "d"))
    file = tmp_path / "news.parquet"
    parquet.write_table(pa.Table.from_pylist([{"text": f"第{n}則的正文。"} for n in range(50)]), file)
    body = bytearray(file.read_bytes())
    for name, content in {"cut": body[:-20], "flipped": body[:40] + b"X" * 60 + body[100:]}.items():
        (tmp_path / f"{name}.parquet").write_bytes(content)
        with pytest.raises(InputError, match=rf"{name}\.parquet: expected a Parquet file"):
            list(ingest(tmp_path / f"{name}.parquet"))


def test_lcsts_as_its_copies_have_it(tmp_path):
    rows = [{"summary": "改道公告", "text": "市府今天說公車改道。"}, {"summary": "二", "text": "第二則。"}]
    for name, text in {
        "lcsts_train.json": json.dumps(rows, ensure_ascii=False),
        "LCSTS.jsonl": lines(*rows),
        "lcsts_lines.json": lines(*rows),  # JSON Lines under the wrong ending, as many copies have it
        "lcsts_nested.json": json.dumps({"version": 1, "data": rows}, ensure_ascii=False),
        "lcsts.csv": "title,content\n改道公告,市府今天說公車改道。\n",
    }.items():
        article = first(write(tmp_path / name, text))
        assert (article.source, article.summary, article.article) == ("lcsts", "改道公告", "市府今天說公車改道。"), name
        assert article.title == ""  # the headline is the summary: as a title it would give the answer away


def test_a_corpus_is_told_by_the_columns_that_only_it_has(tmp_path):
    for rows, name in {
        '{"id": "a", "article": "One.", "highlights": "H"}': "cnn_dailymail",
        '{"short_text": "正文。", "summary": "要"}': "lcsts",
        '{"id": 1, "article": ["一句。", "二句。"], "summary": "要", "label": [0]}': "cnewsum",
        '{"id": "1", "url": "https://www.bbc.com/zhongwen/1", "title": "題", "summary": "要", "text": "文"}': "xlsum",
        '{"id": "1", "url": "https://a.example/1", "title": "題", "summary": "要", "text": "文"}': "",
    }.items():
        assert recognised(write(tmp_path / "train.jsonl", rows + "\n")) == name
    saved(tmp_path / "d/train", [{"id": "a", "article": "One.", "highlights": "H"}])
    assert recognised(tmp_path / "d") == "cnn_dailymail"


def test_a_dataset_that_the_library_itself_saved_is_read(tmp_path):
    datasets = pytest.importorskip("datasets")
    rows = [{"id": str(n), "text": f"第{n}則的正文。", "title": "題"} for n in range(4)]
    datasets.Dataset.from_list(rows).save_to_disk(tmp_path / "one", num_shards=2)
    datasets.DatasetDict(train=datasets.Dataset.from_list(rows), test=datasets.Dataset.from_list(rows)).save_to_disk(
        tmp_path / "two"
    )
    assert [article.article for article in ingest(tmp_path / "one")] == [row["text"] for row in rows]
    assert len({article.id for article in ingest(tmp_path / "two")}) == 8


def test_a_folder_without_news_says_what_it_wants(tmp_path):
    with pytest.raises(InputError, match="saved dataset"):
        list(ingest(tmp_path))
    with pytest.raises(InputError, match="no such file"):
        list(ingest(tmp_path / "none"))
    with pytest.raises(InputError, match="a file of lcsts"):
        list(ingest(tmp_path, layout="lcsts"))


def test_a_name_tells_the_corpus_only_when_it_is_clear(tmp_path):
    assert recognised(write(tmp_path / "lcsts_110.jsonl", "")) == "lcsts"
    assert recognised(write(tmp_path / "lcsts_and_clts.jsonl", "")) == ""
    assert recognised(write(tmp_path / "news.jsonl", "")) == ""


def test_every_record_says_where_it_is_from(tmp_path):
    row = {
        "id": 1,
        "text": "正文。",
        "url": "https://a.tw/1",
        "license": "CC BY",
        "fetched_at": "2025-01-01",
        "author": "林, 陳",
    }
    file = write(tmp_path / "news.jsonl", lines(row, {"id": 2, "text": "只有正文。"}))
    assert cli.run("p", "a", VERBS, ["ingest", str(file), "--out", str(tmp_path / "out")]) == 0
    one, two = jsonl.read(tmp_path / "out/articles.jsonl", Collected)
    origin = one.provenance
    assert (origin.source, origin.url, origin.fetched_at, origin.licence) == (
        "news",
        "https://a.tw/1",
        "2025-01-01",
        "CC BY",
    )
    assert (one.authors, len(two.provenance.sha256)) == (("林", "陳"), 64)
    raw = json.loads((tmp_path / "out/articles.jsonl").read_text(encoding="utf-8").splitlines()[1])
    assert set(raw["provenance"]) == {"source", "url", "fetched_at", "licence", "sha256"}


def test_what_nobody_said_adds_nothing_to_the_article_that_is_curated(tmp_path):
    file = write(tmp_path / "news.jsonl", lines({"id": 2, "text": "只有正文。"}))
    cli.run("p", "a", VERBS, ["ingest", str(file), "--out", str(tmp_path / "out")])
    (article,) = jsonl.read(tmp_path / "out/articles.jsonl", Article)
    assert not {b"authors", b"tags", b"licence", b"fetched_at", b"provenance"} & set(json.loads(jsonl.encode(article)))


def test_texts_cut_into_words_are_joined_and_others_stay():
    assert joined("今 天 天 氣 好 。") == "今天天氣好。"
    assert joined("買 iPhone 15 的人變多，因為 AI 功能受到歡迎。") == "買 iPhone 15 的人變多，因為 AI 功能受到歡迎。"
    assert joined("二 〇 二 五 年 ， 共 1 2 . 5 % 。") == "二〇二五年，共12.5%。"
    assert joined("市府 今天 發表 iPhone 15 的 公告") == "市府今天發表iPhone 15的公告"
    assert joined("民進黨 賴清德當選總統 得票過半") == "民進黨 賴清德當選總統 得票過半"
    assert joined("An English text stays.") == "An English text stays."
