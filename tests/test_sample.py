"""The bundled sample is what the documentation says: written for this project, varied, with known flaws."""

import json
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlparse

import pytest

from data_builders.curate import curate
from data_builders.curate.shingles import folded
from data_builders.ingest import ingest
from data_builders.jsonl import read, write
from data_builders.schema import SPLITS, Article, Reject
from data_builders.zhtw.detect import is_simplified, script

FOLDER = Path(__file__).parents[1] / "data_builders" / "sample"
NUMBER = re.compile(r"[0-9][0-9,.]*")
CATEGORIES = {"科技", "財經", "社會", "評論", "文化", "天氣", "地方", "體育", "政治", "生活", "國際"}


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [made for made in ingest(FOLDER / "news.jsonl") if isinstance(made, Article)]


@pytest.fixture(scope="module")
def gold() -> list[dict[str, object]]:
    return [json.loads(line) for line in (FOLDER / "gold.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def curated(articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write(folder / "articles.jsonl", articles)
    curate(folder / "articles.jsonl", folder / "out")
    return folder / "out"


def kept(folder: Path) -> dict[str, Article]:
    return {a.id: a for split in SPLITS for a in read(folder / f"{split}.jsonl", Article)}


def test_the_sample_has_111_articles_with_ids_of_their_own(articles: list[Article]) -> None:
    assert len(articles) == len({article.id for article in articles}) == 111


def test_most_articles_have_the_length_of_news(articles: list[Article]) -> None:
    sizes = sorted(len(article.article) for article in articles)
    assert sum(290 <= size <= 700 for size in sizes) >= 100
    assert sizes[-1] <= 700


def test_every_category_has_at_least_three_articles(curated: Path) -> None:
    counts = Counter(article.category for article in kept(curated).values())
    assert set(counts) == CATEGORIES
    assert min(counts.values()) >= 3


def test_every_article_has_a_title_a_date_and_an_address(articles: list[Article]) -> None:
    for article in articles:
        assert article.title, article.id
        assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", article.published), article.id
        assert article.url.startswith(f"https://{article.source}/"), article.id


def test_no_domain_in_the_sample_can_belong_to_anybody(articles: list[Article]) -> None:
    assert {urlparse(article.url).hostname for article in articles} == {
        "baodao-wire.example", "haixia-times.example", "lanyang.example",
    }  # fmt: skip
    text = (FOLDER / "news.jsonl").read_text(encoding="utf-8") + (FOLDER / "gold.jsonl").read_text(encoding="utf-8")
    domains = set(re.findall(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}", text))
    assert {domain for domain in domains if not domain.endswith(".example")} == set()


def test_some_articles_are_simplified(articles: list[Article]) -> None:
    assert sum(is_simplified(article.article) for article in articles) == 4


def test_curation_rejects_the_planted_junk_for_these_reasons(curated: Path) -> None:
    found = [(reject.id.partition("example-")[2], reject.reason) for reject in read(curated / "rejected.jsonl", Reject)]
    assert sorted(found) == [
        ("nl-516", "contained"),  # a follow-up, half of which stands in nl-515
        ("nl-581", "too_short"),  # captions
        ("nl-582", "too_short"),  # links to other news
        ("nl-583", "not_chinese"),
        ("nl-585", "too_short"),  # buttons
        ("nl-595", "near_duplicate"),  # nl-501 with a few words changed
        ("nl-596", "duplicate"),  # nl-502 in another width
        ("nl-597", "near_duplicate"),  # nl-503 rewritten by half
        ("nl-598", "paywall"),
        ("nl-599", "too_short"),  # a page that is not there
    ]


def test_curation_keeps_101_articles_in_taiwans_chinese(curated: Path) -> None:
    sizes = {split: len(list(read(curated / f"{split}.jsonl", Article))) for split in SPLITS}
    assert sizes == {"train": 72, "dev": 9, "test": 20}
    articles = kept(curated).values()
    assert Counter(article.script for article in articles) == {"traditional": 97, "simplified": 4}
    for article in articles:
        assert script(article.article) == "traditional" or article.script == "traditional", article.id
        assert not is_simplified(f"{article.title}{article.category}"), article.id


def test_follow_ups_and_near_copies_share_a_story_and_a_split(curated: Path) -> None:
    place = {a.id: split for split in SPLITS for a in read(curated / f"{split}.jsonl", Article)}
    stories: dict[str, list[str]] = {}
    for article in kept(curated).values():
        stories.setdefault(article.story, []).append(article.id)
    shared = [ids for ids in stories.values() if len(ids) > 1]
    assert len(shared) >= 9
    for ids in shared:
        assert len({place[name] for name in ids}) == 1, ids


def grams(text: str) -> set[str]:
    """The five-character stretches of a text's letters and digits."""
    letters = "".join(filter(str.isalnum, text))
    return {letters[start : start + 5] for start in range(len(letters) - 4)}


@pytest.mark.parametrize(("copy", "of", "share"), [("nl-595", "nl-501", 0.88), ("nl-597", "nl-503", 0.57)])
def test_near_copies_are_there_and_curation_says_whose_they_are(
    articles: list[Article], curated: Path, copy: str, of: str, share: float
) -> None:
    by_name = {article.id.partition("example-")[2]: article for article in articles}
    one, other = grams(by_name[copy].article), grams(by_name[of].article)
    assert len(one & other) / min(len(one), len(other)) == pytest.approx(share, abs=0.01)
    details = {reject.id: reject.detail for reject in read(curated / "rejected.jsonl", Reject)}
    assert details[by_name[copy].id].endswith(f" like {by_name[of].id}")


def test_the_exact_copy_differs_in_width_alone(articles: list[Article]) -> None:
    by_id = {article.id: article.article for article in articles}
    one, copy = by_id["haixia-times.example-nl-502"], by_id["baodao-wire.example-nl-596"]
    assert one != copy
    assert folded(one).tolist() == folded(copy).tolist()


def test_the_gold_has_twenty_rows_of_articles_that_are_kept(gold: list[dict[str, object]], curated: Path) -> None:
    ids = [row["id"] for row in gold]
    assert len(ids) == len(set(ids)) == 20
    assert set(ids) <= set(kept(curated))


def test_every_gold_row_is_whole(gold: list[dict[str, object]]) -> None:
    for row in gold:
        assert set(row) == {"id", "summary", "aspects", "triples"}
        assert 40 <= len(str(row["summary"])) <= 100, row["id"]
        assert str(row["summary"]).endswith("。"), row["id"]
        assert not is_simplified(json.dumps(row, ensure_ascii=False)), row["id"]
        assert isinstance(row["aspects"], list)
        assert isinstance(row["triples"], list)
        assert len(row["aspects"]) >= 3, row["id"]
        assert all(len(triple) == 3 and all(triple) for triple in row["triples"]), row["id"]


def test_every_number_in_the_gold_stands_in_its_article(gold: list[dict[str, object]], curated: Path) -> None:
    articles = kept(curated)
    for row in gold:
        known = set(NUMBER.findall(articles[str(row["id"])].article))
        said = set(NUMBER.findall(json.dumps([row["summary"], row["aspects"], row["triples"]], ensure_ascii=False)))
        assert said - {","} <= known, (row["id"], said - known)
