"""Addresses, redirects, sizes, times, encodings, and pages made to harm whoever reads them."""

import gzip
import time
import zlib
from ipaddress import ip_address

import pytest

from data_builders.crawl.address import allowed, refusal
from data_builders.crawl.decode import decode
from data_builders.crawl.extractor import Extractor
from data_builders.crawl.fetch import Fetcher, ascii_url, seconds_of
from data_builders.crawl.schema import Limits, Reply, Story, Trouble

TEXT = "台北市政府今天宣布，明天上午停止上班上課，請民眾注意安全。"


@pytest.fixture
def fetcher():
    with Fetcher("test/1", Limits(bytes=200_000, seconds=1.0), allow_private=True) as made:
        yield made


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a.tw/x", "javascript:alert(1)", "data:text/html,x", "gopher://a.tw", "//a.tw/x", "/x",
     "http://", "http://a.tw:99999/", "http://u:p@a.tw/", "http://a .tw/", "http://a.tw/\r\nX: y", "http://[::1", ""],
)  # fmt: skip
def test_an_address_that_is_no_plain_http_is_refused(url):
    assert refusal(url, allow_private=True)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "::1", "fe80::1",  # noqa: S104 - judged, not bound
     "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "255.255.255.255"],
)  # fmt: skip
def test_no_address_that_is_not_public_is_dialled(address):
    assert not allowed(ip_address(address), allow_private=False)


def test_link_local_addresses_stay_refused_when_private_ones_are_allowed():
    assert allowed(ip_address("127.0.0.1"), allow_private=True)
    assert not allowed(ip_address("169.254.169.254"), allow_private=True)
    assert not allowed(ip_address("::ffff:169.254.169.254"), allow_private=True)


def test_a_name_that_resolves_to_loopback_is_refused_when_it_is_dialled(site):
    with Fetcher("test/1", Limits(seconds=2), allow_private=False) as fetcher:
        answer = fetcher.get(f"http://localhost:{site.port}/")
    assert isinstance(answer, Trouble)
    assert answer.reason == "refused_address"
    assert site.log == []


def test_a_name_with_one_private_address_among_its_public_ones_is_refused(monkeypatch):
    found = [(2, 1, 6, "", ("1.1.1.1", 80)), (2, 1, 6, "", ("127.0.0.1", 80))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    with Fetcher("test/1", Limits(seconds=2), allow_private=False) as fetcher:
        answer = fetcher.get("http://rebound.example/")
    assert answer == Trouble("refused_address", "rebound.example is at 127.0.0.1")


def test_the_connection_goes_to_the_address_that_was_judged(site, monkeypatch):
    answers, asked = iter(["127.0.0.1", "10.0.0.1"]), []  # a name that answers otherwise a moment later

    def resolve(host, port, *_, **__):
        asked.append(host)
        address = next(answers) if host == "rebound.example" else host
        return [(2, 1, 6, "", (address, port))]

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    site.route("/", "here")
    with Fetcher("test/1", Limits(seconds=2), allow_private=True) as fetcher:
        assert fetcher.get(f"http://rebound.example:{site.port}/").body == b"here"
    assert asked.count("rebound.example") == 1
    assert site.log[0][2]["Host"] == f"rebound.example:{site.port}"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data", "refused_redirect"),
        ("file:///etc/passwd", "refused_redirect"),
        ("http://10.0.0.1/", "refused_redirect"),
        ("https://evil.example/", "refused_redirect"),
        ("/news/story/7/100", "redirect_loop"),
    ],
)
def test_a_redirect_is_judged_like_any_address(site, run, tmp_path, target, reason):
    site.lists([100])
    site.route("/news/story/7/100", status=302, headers={"Location": target})
    assert run().failed == 1
    assert f'"reason":"{reason}"' in (tmp_path / "out/rejected.jsonl").read_text()


def test_a_redirect_within_the_site_is_followed(site, run):
    site.lists([100])
    site.route("/news/story/7/100", status=301, headers={"Location": "https://udn.com/news/story/9/100"})
    numbers = site.articles(1)
    site.answers["/news/story/9/100"] = site.answers["/news/story/7/100"][1:]
    site.answers["/news/story/7/100"] = site.answers["/news/story/7/100"][:1]
    assert run(limit=1).fetched == len(numbers)


def test_a_redirect_into_what_robots_forbids_is_not_followed(site, run):
    site.lists([100])
    site.route("/robots.txt", "User-agent: *\nDisallow: /private\n", kind="text/plain")
    site.route("/news/story/7/100", status=302, headers={"Location": "/private/1"})
    assert run().failed == 1
    assert site.asked("/private") == []


def test_an_endless_chain_of_redirects_ends(site, fetcher):
    for number in range(12):
        site.route(f"/r/{number}", status=302, headers={"Location": f"/r/{number + 1}"})
    assert fetcher.get(site.url + "/r/0").reason == "too_many_redirects"


def test_a_page_of_ten_megabytes_is_not_read(site, fetcher):
    site.route("/large", b"x" * 10_000_000)
    assert fetcher.get(site.url + "/large").reason == "too_large"
    site.route("/larger", b"x" * 10_000_000, headers={"Content-Length": "100000000"}, cut=10_000_000)
    assert fetcher.get(site.url + "/larger").reason == "too_large"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_page_that_unpacks_to_more_than_the_limit_is_not_unpacked(site, fetcher, coding):
    pack = gzip.compress if coding == "gzip" else zlib.compress
    site.route("/bomb", pack(b"\0" * 30_000_000), headers={"Content-Encoding": coding})
    assert fetcher.get(site.url + "/bomb").reason == "too_large"
    site.route("/good", pack(TEXT.encode()), headers={"Content-Encoding": coding})
    assert fetcher.get(site.url + "/good").body == TEXT.encode()


@pytest.mark.parametrize(
    "answer",
    [
        {"body": gzip.compress(b"x" * 5000)[:-20], "headers": {"Content-Encoding": "gzip"}},
        {"body": b"not gzip", "headers": {"Content-Encoding": "gzip"}},
        {"body": b"x", "headers": {"Content-Encoding": "br"}},
        {"body": b"x" * 1000, "cut": 10},
    ],
    ids=["torn gzip", "no gzip", "an encoding not asked for", "torn body"],
)
def test_a_broken_reply_is_a_trouble_that_may_pass(site, fetcher, answer):
    site.route("/broken", **answer)
    found = fetcher.get(site.url + "/broken")
    assert isinstance(found, Trouble)
    assert (found.reason, found.again) == ("broken_reply", True)


def test_a_page_that_trickles_in_is_given_up_in_time(site, fetcher):
    site.route("/slow", b"x" * 1000, drip=0.05)
    began = time.monotonic()
    assert fetcher.get(site.url + "/slow").reason == "too_slow"
    assert time.monotonic() - began < 2.0


def test_a_server_that_never_answers_is_given_up_in_time(site, fetcher):
    site.route("/never", b"x", pause=3.0)
    began = time.monotonic()
    assert fetcher.get(site.url + "/never").reason == "too_slow"
    assert time.monotonic() - began < 2.0


def test_a_port_where_nobody_listens_is_a_trouble(fetcher):
    assert fetcher.get("http://127.0.0.1:9/").reason == "broken_reply"


def test_an_address_in_chinese_is_asked_for_encoded(site, fetcher):
    site.route("/%E6%96%B0%E8%81%9E?q=%E5%85%AC", b"ok")
    assert isinstance(fetcher.get(site.url + "/新聞?q=公"), Reply)
    assert ascii_url("http://中文.tw/a b%20c") == "http://xn--fiq228c.tw/a%20b%20c"


@pytest.mark.parametrize(("text", "seconds"), [("7", 7.0), ("", None), ("soon", None), ("-1", None)])
def test_retry_after_is_read(text, seconds):
    assert seconds_of(text) == seconds
    assert seconds_of("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


@pytest.mark.parametrize("name", ["utf-8", "big5", "big5hkscs", "utf-16"])
@pytest.mark.parametrize(
    "kind",
    ["", "text/html", "text/html; charset=utf-8", "text/html; charset=iso-8859-1", "text/html; charset=nonsense"],
)
def test_a_page_is_read_in_its_own_encoding_whatever_it_is_said_to_be(name, kind):
    assert decode(TEXT.encode(name), kind) == TEXT


def test_simplified_pages_are_read_in_gb18030():
    text = "北京市政府今天宣布，明天上午停止上课，请市民注意安全。𠮷"
    assert decode(text.encode("gb18030")) == text
    assert decode(f'<meta charset="gb2312"><p>{text}'.encode("gb18030")).endswith(text)


HOSTILE = {
    "deep": "<div>" * 200_000 + "字",
    "deep inline": "<b>" * 100_000 + "字",
    "unclosed": "<a href=x><p>" * 30_000,
    "tables": "<table><tr><td>" * 30_000,
    "attributes": "<p " + "a=1 " * 300_000 + ">字</p>",
    "one long attribute": '<p class="' + "a " * 1_000_000 + '">字</p>',
    "nulls": "\0" * 2_000_000,
    "entities": "&amp" * 1_000_000,
    "entity bomb": '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><p>&b;</p>',
    "deep json": '<script type="application/ld+json">' + "[" * 200_000 + "</script>",
    "surrogates": "<p>\\ud800 &#xD800; &#x110000; &#0;</p>",
    "many paragraphs": "<article>" + "<p>字。</p>" * 20_000 + "</article>",
    "long line": "<p>" + "（" * 500_000 + "</p>",
    "slashes": "<p>記者" + "／" * 200_000 + "</p>",
    "nothing": "",
    "markup only": "<" * 500_000,
    "comments": "<!--" * 200_000,
}


@pytest.fixture(scope="module")
def extractor():
    with Extractor(seconds=10) as made:
        yield made


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_neither_hangs_nor_ends_the_crawl(extractor, name):
    began = time.monotonic()
    answer = extractor.read("auto", HOSTILE[name].encode("utf-8", "surrogatepass"))
    assert isinstance(answer, Story | Trouble)
    assert time.monotonic() - began < 11
    good = f"<h1>停課</h1><section class='article-content__editor'><p>{TEXT}</p></section>".encode()
    assert extractor.read("udn", good).paragraphs == (TEXT,)


def test_a_page_that_takes_too_long_is_given_up_and_the_next_one_is_read():
    with Extractor(seconds=0.01) as extractor:
        answer = extractor.read("udn", b"<p>x")
        assert isinstance(answer, Trouble)
        assert answer.reason == "parse_too_slow"
        extractor.seconds = 10
        assert isinstance(
            extractor.read("udn", "<section class='article-content__editor'><p>好。</p></section>".encode()), Story
        )
