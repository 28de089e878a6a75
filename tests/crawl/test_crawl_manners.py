"""robots.txt, delays, refusals: what a polite crawler does, shown on a server that asks for it."""

import itertools
import time
from email.utils import formatdate

import pytest

from data_builders.crawl.progress import Progress
from data_builders.crawl.robots import rules_of
from data_builders.crawl.schema import Limits, Manners, Reply, Trouble


def test_robots_without_a_file_allows_and_is_asked_once(site, run):
    site.articles(3)
    assert run(limit=3).fetched == 3
    assert len(site.asked("/robots.txt")) == 1


@pytest.mark.parametrize("status", [500, 503, 429, 403, 401])
def test_robots_that_the_server_cannot_or_will_not_give_closes_the_site(site, run, status):
    site.articles(3)
    site.route("/robots.txt", status=status)
    tally = run()
    assert f"robots.txt answered {status}" in tally.stopped
    assert {path for _, path, _ in site.log} == {"/robots.txt"}


def test_robots_that_breaks_off_closes_the_site(site, run):
    site.articles(3)
    site.route("/robots.txt", "User-agent: *\nAllow: /\n" * 50, cut=10)
    assert "robots_closed" in run().stopped
    assert site.asked("/api") == []


def test_robots_that_does_not_come_in_time_closes_the_site(site, run):
    site.articles(1)
    site.route("/robots.txt", "User-agent: *\nAllow: /\n", pause=3.0)
    tally = run(limits=Limits(seconds=0.5))
    assert "robots.txt gave too_slow" in tally.stopped
    assert site.asked("/api") + site.asked("/news") == []


def test_robots_that_turns_in_circles_closes_the_site(site, run):
    site.articles(1)
    site.route("/robots.txt", status=302, headers={"Location": "/robots.txt"})
    assert "robots.txt gave redirect_loop" in run().stopped
    assert site.asked("/api") == []


def test_robots_rules_are_kept_with_wildcards_and_the_longest_match(site, run):
    site.articles(3)
    site.route("/robots.txt", "User-agent: *\nDisallow: /news/\nAllow: /news/story/*/101$\n", kind="text/plain")
    tally = run()
    assert (tally.fetched, tally.failed) == (1, 2)
    assert site.asked("/news") == ["/news/story/7/101"]


def test_a_rule_for_our_own_name_counts(site, run):
    site.articles(1)
    site.route("/robots.txt", "User-agent: *\nAllow: /\n\nUser-agent: NewsLadder\nDisallow: /\n", kind="text/plain")
    assert "robots" in run().stopped
    assert site.asked("/news") == []


def test_the_crawl_delay_is_a_floor_for_our_own(site, run):
    site.articles(2)
    site.route("/robots.txt", "User-agent: *\nCrawl-delay: 0.3\n", kind="text/plain")
    run(limit=2, manners=Manners(delay=0.05))
    assert min(site.gaps()) >= 0.29


def test_our_own_delay_holds_where_the_site_asks_for_none(site, run):
    site.articles(2)
    run(limit=2, manners=Manners(delay=0.2))
    assert min(site.gaps()) >= 0.19


def test_who_we_are_and_how_to_reach_us_is_in_every_request(site, run):
    site.articles(1)
    run(limit=1, manners=Manners(delay=0.0, contact="lab@example.edu"))
    agents = {headers["User-Agent"] for _, _, headers in site.log}
    assert agents == {"NewsLadder/0.1 (research crawler for Chinese news summaries; lab@example.edu)"}


def test_a_429_is_waited_out_as_long_as_it_says(site, run):
    site.articles(1)
    site.answers["/news/story/7/100"].insert(
        0, site.answers["/news/story/7/100"][0].__class__(429, b"", {"Retry-After": "1"}, times=1)
    )
    began = time.monotonic()
    assert run(limit=1).fetched == 1
    assert time.monotonic() - began >= 1.0


def test_a_503_may_name_the_moment_to_come_back(site, run):
    site.articles(1)
    later = formatdate(time.time() + 2.5, usegmt=True)
    site.answers["/news/story/7/100"].insert(
        0, site.answers["/news/story/7/100"][0].__class__(503, b"", {"Retry-After": later}, times=1)
    )
    began = time.monotonic()
    assert run(limit=1).fetched == 1
    assert 1.0 <= time.monotonic() - began < 6.0


def test_a_503_that_names_no_time_is_waited_for_twice_as_long_each_time(site, run, monkeypatch):
    site.articles(1)
    site.answers["/news/story/7/100"] = []
    site.route("/news/story/7/100", status=503)
    naps: list[float] = []
    monkeypatch.setattr("data_builders.crawl.visit.time.sleep", naps.append)
    assert run(limit=1, manners=Manners(delay=0.0, tries=4, refusals=9)).failed == 1
    assert [nap for nap in naps if nap >= 1] == [2.0, 4.0, 8.0]


def test_a_wait_that_is_too_long_ends_the_crawl(site, run):
    site.articles(1)
    site.answers["/news/story/7/100"] = []
    site.route("/news/story/7/100", status=503, headers={"Retry-After": "86400"})
    assert "86400 s" in run(limit=1).stopped


def test_repeated_refusals_stop_the_crawl_and_keep_what_it_has(site, run, records):
    numbers = site.articles(20)
    for number in numbers[2:]:
        site.answers[f"/news/story/7/{number}"] = []
        site.route(f"/news/story/7/{number}", status=403)
    tally = run(limit=20, manners=Manners(delay=0.0, refusals=3))
    assert "3 refusals in a row, the last with 403" in tally.stopped
    assert len(site.asked("/news/story")) == 5
    assert len(records()) == 2


def test_requests_never_overlap(site, run):
    numbers = site.articles(4)
    for number in numbers:
        site.answers[f"/news/story/7/{number}"][0].pause = 0.1
    run(limit=4)
    moments = [moment for moment, path, _ in site.log if path.startswith("/news/story")]
    assert all(later - earlier >= 0.1 for earlier, later in itertools.pairwise(moments))


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (Reply("u", 200, b"User-agent: *\nDisallow: /x"), True),
        (Reply("u", 200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /"), False),
        (Reply("u", 404), True),
        (Reply("u", 410), True),
        (Reply("u", 502), False),
        (Reply("u", 304), False),
        (Trouble("too_slow"), False),
        (Reply("u", 200, b"\x00\xff garbage <html>"), True),
    ],
)
def test_what_an_answer_for_robots_means(answer, allowed):
    assert rules_of(answer, "NewsLadder").allows("https://a.tw/news/1") is allowed


def test_how_it_goes_is_told_with_rate_and_time_left(capsys, monkeypatch):
    clock = iter([0.0, 10.0, 60.0, 61.0])
    monkeypatch.setattr("data_builders.crawl.progress.time.monotonic", lambda: next(clock))
    progress = Progress("udn", 500)
    progress.step(done=2, failed=0, fetched=2)  # within the half minute: a log is not filled
    progress.step(done=30, failed=2, fetched=20)
    assert capsys.readouterr().err == "udn 30/500 · 2 failed · 20.0 a minute · 24 min left\n"
    progress.step(done=500, failed=2, fetched=0)
    assert capsys.readouterr().err == "udn 500/500 · 2 failed · all held before\n"
