"""A crawl of a local site: what it keeps, what it asks for again, what it does when the site misbehaves."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from local_site import page

from data_builders import cli
from data_builders.crawl.run import crawl, reparse
from data_builders.crawl.schema import Limits, Manners, Order
from data_builders.errors import InputError
from data_builders.verbs import VERBS


def without_time(records):
    return [replace(r, fetched_at="", provenance=replace(r.provenance, fetched_at="")) for r in records]


def test_a_crawl_keeps_each_article_with_where_it_is_from(site, run, records):
    site.articles(12)
    tally = run(limit=5)
    assert (tally.fetched, tally.failed, tally.records, tally.stopped) == (5, 0, 5, "")
    first = records()[0]
    assert (first.id, first.url) == ("udn-7-100", "https://udn.com/news/story/7/100")
    assert (
        first.article == "第100則：市府今天說明公車改道的原因與時間。\n改道從下周一開始，為期17天，請民眾留意站牌公告。"
    )
    assert first.authors == ("林小樹",)
    assert first.licence == first.provenance.licence
    assert "udn.com" in str(first.licence)
    assert first.provenance.url == first.url
    assert str(first.fetched_at).endswith("+08:00")
    assert len(first.provenance.sha256) == 64


def test_a_second_crawl_asks_only_for_what_is_new(site, run, records):
    numbers = site.articles(8)
    run(limit=8)
    site.log.clear()
    site.route("/news/story/7/500", page(500))
    site.lists([500, *numbers])
    tally = run(limit=8)
    assert site.asked("/news/story") == ["/news/story/7/500"]
    assert (tally.fetched, tally.held, len(records())) == (1, 7, 9)


def test_one_story_filed_twice_is_fetched_once(site, run, records):
    site.route("/news/story/1/7", page(7))
    site.route("/news/story/2/7", page(7))
    site.route("/api/more", json.dumps({"lists": [{"u": "/news/story/1/7"}, {"u": "/news/story/2/7"}]}))
    run()
    assert [record.id for record in records()] == ["udn-1-7"]


def test_a_listing_that_repeats_itself_ends_the_walk(site, run):
    site.articles(3)
    site.answers["/api/more"] = []
    site.route("/api/more", json.dumps({"lists": [{"u": "/news/story/7/100"}]}))
    assert run(limit=50).fetched == 1
    assert len(site.asked("/api/more")) == 2


def test_a_failure_is_kept_with_its_reason_and_not_asked_again_at_once(site, run, tmp_path):
    site.lists([1, 2, 3])
    site.route("/news/story/7/1", page(1))
    site.route("/news/story/7/2", status=500)
    site.route("/news/story/7/3", "<html><body><nav>選單</nav></body></html>")
    tally = run()
    assert (tally.fetched, tally.failed) == (1, 2)
    rejected = (tmp_path / "out/rejected.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["reason"] for line in rejected.splitlines()] == ["http_500", "no_article"]
    with closing(sqlite3.connect(tmp_path / "out/crawl.sqlite3", isolation_level=None)) as db:
        due = dict(db.execute("SELECT reason, next_try IS NOT NULL FROM stories WHERE state = 'failed'"))
    assert due == {"http_500": 1, "no_article": 0}
    site.log.clear()
    run()
    assert site.asked("/news/story") == []


def test_a_page_is_asked_for_with_its_etag_and_kept_when_unchanged(site, run, records):
    site.lists([1])
    site.route("/news/story/7/1", page(1), headers={"ETag": '"one"', "Last-Modified": "Mon, 03 Mar 2025 00:00:00 GMT"})
    run()
    before = records()
    site.log.clear()
    assert run(refresh=True).fetched == 1
    asked = next(headers for _, path, headers in site.log if path.startswith("/news"))
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == ('"one"', "Mon, 03 Mar 2025 00:00:00 GMT")
    assert records() == before


def test_the_cache_is_read_anew_without_the_net(site, run, records, tmp_path):
    site.articles(3)
    run()
    before = records()
    site.log.clear()
    assert reparse(Order(source="udn", limit=1), tmp_path / "out").records == 3
    assert records() == before
    assert site.log == []


def test_a_dry_run_walks_the_listing_and_fetches_no_article(site, run, tmp_path):
    site.articles(15)
    tally = run(limit=12, dry_run=True)
    assert len(tally.would_fetch) == 12
    assert site.asked("/news/story") == []
    assert not (tmp_path / "out/articles.jsonl").exists()


def test_a_folder_serves_one_crawl_at_a_time(site, run, tmp_path):
    site.articles(1)
    run()
    other = sqlite3.connect(tmp_path / "out/crawl.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(InputError, match="no other crawl"):
        run()
    other.close()


def test_a_file_that_is_no_state_is_an_error_that_says_so(run, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/crawl.sqlite3").write_bytes(b"not a database at all" * 100)
    with pytest.raises(InputError, match="move it away"):
        run()


def test_the_listing_by_category_and_by_keyword(site, run):
    site.articles(1)
    run(category="7225")
    run(keyword="公車 改道")
    first, second = site.asked("/api/more")[0], site.asked("/api/more")[-1]
    assert "cate_id=7225" in first
    assert "id=search:%E5%85%AC%E8%BB%8A%20%E6%94%B9%E9%81%93" in second


@pytest.mark.parametrize(
    "feed",
    [
        (
            '<?xml version="1.0"?><rss><channel><item><link>{0}/a/1</link></item>'
            "<item><link>{0}/a/2</link></item></channel></rss>"
        ),
        (
            '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="{0}/a/1"/></entry>'
            '<entry><link href="/a/2"/></entry></feed>'
        ),
        (
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{0}/a/1</loc></url>'
            "<url><loc>{0}/a/2</loc></url></urlset>"
        ),
    ],
    ids=["rss", "atom", "sitemap"],
)
def test_any_site_is_crawled_by_its_feed_or_sitemap(site, run, records, feed):
    site.route("/feed.xml", feed.format(site.url), kind="application/xml")
    for number in (1, 2):
        site.route(f"/a/{number}", page(number).replace("https://udn.com", site.url))
    tally = run(source="generic", base_url="", start=f"{site.url}/feed.xml")
    assert (tally.fetched, tally.failed) == (2, 0)
    assert {record.source for record in records()} == {"generic"}


def test_a_sitemap_of_sitemaps_is_opened_as_deep_as_the_limit(site, run):
    nest = "<sitemapindex><sitemap><loc>{0}</loc></sitemap></sitemapindex>"
    site.route("/s.xml", nest.format(f"{site.url}/s.xml"), kind="text/xml")
    assert run(source="generic", base_url="", start=f"{site.url}/s.xml", limits=Limits(sitemap_depth=3)).listed == 0
    assert len(site.asked("/s.xml")) == 4


def test_a_file_of_addresses_is_a_listing(site, run, tmp_path):
    site.route("/a/1", page(1))
    (tmp_path / "urls.txt").write_text(f"# mine\n{site.url}/a/1\nfile:///etc/passwd\n", encoding="utf-8")
    assert run(source="generic", base_url="", start=str(tmp_path / "urls.txt")).fetched == 1


def test_a_crawl_that_was_interrupted_between_page_and_record_reads_the_page_it_has(site, run, tmp_path):
    site.articles(2)
    run(limit=2)
    with closing(sqlite3.connect(tmp_path / "out/crawl.sqlite3", isolation_level=None)) as db:
        db.execute("DELETE FROM stories WHERE key = 'udn-101'")
    site.log.clear()
    assert run(limit=2).fetched == 1
    assert site.asked("/news/story") == []


def test_the_command_line_says_what_was_done(site, tmp_path, capsys):
    site.articles(2)
    command = ["crawl", "--source", "udn", "--limit", "2", "--out", str(tmp_path), "--base-url", site.url]
    assert cli.run("p", "a", VERBS, [*command, "--allow-private", "--delay", "0"]) == 0
    assert "2 fetched, 0 held before, 0 failed" in capsys.readouterr().out
    assert cli.run("p", "a", VERBS, ["crawl", "--source", "times", "--out", str(tmp_path)]) == 2
    assert "one of udn, cna" in capsys.readouterr().err


def test_parse_prints_an_article_with_its_paragraphs(capsys):
    file = Path(__file__).parent / "pages/udn_2020.html"
    assert cli.run("p", "a", VERBS, ["crawl", "parse", "--source", "auto", str(file), "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    wanted = ["id", "source", "url", "title", "published", "authors", "category", "tags", "paragraphs", "article"]
    assert set(wanted) <= set(value)
    assert (value["id"], value["article"]) == ("udn-7321-8800001", "\n".join(value["paragraphs"]))


def test_parse_says_when_a_page_holds_no_article(tmp_path, capsys):
    (tmp_path / "empty.html").write_text("<html></html>")
    assert cli.run("p", "a", VERBS, ["crawl", "parse", "--source", "udn", str(tmp_path / "empty.html")]) == 1
    assert "no_article" in capsys.readouterr().err


def test_a_crawl_without_allow_private_does_not_reach_a_local_site(site, run):
    site.articles(1)
    tally = run(allow_private=False)
    assert tally.stopped
    assert site.log == []


def test_the_same_site_gives_the_same_records(site, run, records, tmp_path):
    site.articles(6)
    run(limit=6)
    first = without_time(records())
    order = Order("udn", 6, base_url=site.url, allow_private=True, manners=Manners(delay=0.0))
    crawl(order, tmp_path / "again")
    assert (tmp_path / "again/articles.jsonl").read_text().count("\n") == len(first) == 6
