"""What the server answers and refuses; no socket is opened, the application is called as a server would call it."""

from dataclasses import replace
from pathlib import Path

import pytest
from review_house import WRONG_NUMBER, Browser, Clock, desk_over, draft, teach

from data_builders.errors import WriteError
from data_builders.review.desk import Desk
from data_builders.review.guard import MOST_TRIES, Guard
from data_builders.review.server import FILES, PAGE, app_of

HOME = "http://127.0.0.1:7860"
SECRET = b"s" * 32
PHRASE, ANOTHER = "一個夠長的密碼", "另一個夠長的密碼"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Three items; a is doubted."""
    data = teach(tmp_path, draft("a", WRONG_NUMBER), draft("b"), draft("c"))
    return desk_over(data, tmp_path / "r.sqlite3", 1.0, Clock())


def browser(desk: Desk, guard: Guard | None = None, home: str = HOME) -> Browser:
    return Browser(app_of(desk, guard or Guard(SECRET)), home)


def entered(desk: Desk, name: str = "小美", guard: Guard | None = None) -> Browser:
    client = browser(desk, guard)
    said = client.post("/api/enter", json={"name": name, "password": guard.password if guard else ""})
    assert said.status_code == 200, said.text
    client.headers["x-review-token"] = client.get("/api/me").json()["token"]
    return client


def body(item: dict[str, object], verdict: str, **more: object) -> dict[str, object]:
    return {"id": item["id"], "draft": item["draft"], "verdict": verdict, "content": item["start"], **more}


def test_accept_is_kept_at_once_and_the_next_item_comes(desk: Desk) -> None:
    client = entered(desk)
    first = client.get("/api/item?at=resume").json()["item"]
    assert first["doubts"] == [{"part": "summary", "reason": "number_not_in_article", "detail": "12萬"}]
    said = client.post("/api/decide", json=body(first, "accept")).json()
    assert (said["kept"]["reviewer"], said["kept"]["verdict"]) == ("小美", "accept")
    assert said["item"]["id"] != "a"
    assert [one.item for one in desk.store.standing()] == ["a"]


def test_fix_keeps_the_reviewers_words_tidied(desk: Desk) -> None:
    client = entered(desk)
    item = client.get("/api/item?at=this&id=a").json()["item"]
    better = {**item["start"], "summary": " 台北今天\u202e下大雨。\n"}
    assert client.post("/api/decide", json=body(item, "fix", content=better)).status_code == 200
    (kept,) = desk.store.standing()
    assert kept.content is not None
    assert (kept.verdict, kept.content.summary) == ("fix", "台北今天下大雨。")


@pytest.mark.parametrize(
    ("verdict", "more", "sentence"),
    [
        ("fix", {}, "內容沒有修改，請按「接受」。"),
        ("accept", {"content": {"summary": "別的。", "aspects": ["雨"], "triples": []}}, "至少要有一組三元組。"),
        ("reject", {}, "請選擇退回的理由。"),
        ("reject", {"reason": "<script>"}, "請選擇退回的理由。"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    desk: Desk, verdict: str, more: dict[str, object], sentence: str
) -> None:
    client = entered(desk)
    item = client.get("/api/item?at=this&id=a").json()["item"]
    said = client.post("/api/decide", json=body(item, verdict, **more))
    assert (said.status_code, said.json()["error"]) == (422, sentence)
    assert desk.store.standing() == ()


def test_accepting_what_was_changed_is_refused(desk: Desk) -> None:
    client = entered(desk)
    item = client.get("/api/item?at=this&id=a").json()["item"]
    said = client.post("/api/decide", json=body(item, "accept", content={**item["start"], "summary": "別的。"}))
    assert said.json()["error"] == "內容有修改，請按「儲存修改」。"


def test_a_draft_with_hidden_signs_cannot_be_accepted_unseen(desk: Desk) -> None:
    turned = replace(desk.items[0], content=replace(desk.items[0].content, summary="台北\u202e下大雨。"))
    client = entered(Desk((turned,), desk.store, 0.0))
    item = client.get("/api/item").json()["item"]
    assert item["start"]["summary"] == "台北下大雨。"
    asked = {"id": "a", "draft": item["draft"], "verdict": "accept"}
    assert client.post("/api/decide", json=asked).json()["error"] == "內容有修改，請按「儲存修改」。"
    assert client.post("/api/decide", json=body(item, "fix")).status_code == 200


def test_a_decision_over_a_draft_that_changed_meanwhile_is_refused(desk: Desk) -> None:
    client = entered(desk)
    item = client.get("/api/item?at=this&id=a").json()["item"]
    assert client.post("/api/decide", json=body(item, "accept") | {"draft": "older"}).status_code == 409


def test_undo_brings_the_item_back_until_there_is_nothing_left(desk: Desk) -> None:
    client = entered(desk)
    item = client.get("/api/item?at=this&id=b").json()["item"]
    client.post("/api/decide", json=body(item, "reject", reason="other", note="壞了"))
    said = client.post("/api/undo", json={}).json()
    assert (said["item"]["id"], said["item"]["mine"], said["progress"]["decided"]) == ("b", None, 0)
    assert client.post("/api/undo", json={}).json() == {"error": "沒有可以復原的決定。"}


def test_two_reviewers_do_not_see_each_others_decisions(desk: Desk) -> None:
    one, other = entered(desk, "小美"), entered(desk, "阿明")
    item = one.get("/api/item?at=this&id=a").json()["item"]
    one.post("/api/decide", json=body(item, "reject", reason="other", note="祕密"))
    assert one.get("/api/item?at=this&id=a").json()["item"]["mine"]["verdict"] == "reject"
    seen = other.get("/api/item?at=this&id=a")
    assert seen.json()["item"]["mine"] is None
    assert "祕密" not in seen.text
    assert other.post("/api/undo", json={}).status_code == 409


def test_a_full_disk_is_told_and_the_page_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = entered(desk)
    item = client.get("/api/item?at=this&id=a").json()["item"]

    def full(_: object) -> None:
        raise WriteError("r.sqlite3", "to keep the decision", "database or disk is full", "free some space")

    monkeypatch.setattr(desk.store, "decide", full)
    said = client.post("/api/decide", json=body(item, "accept"))
    assert said.status_code == 507
    assert "沒有存到磁碟，請再試一次。" in said.json()["error"]


def test_every_answer_carries_the_strict_headers(desk: Desk) -> None:
    for path in ("/", "/review.js", "/review.css", "/nothing", "/api/me", "/api/nothing"):
        headers = browser(desk).get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';"), path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_every_file_of_the_page_is_served_and_nothing_else(desk: Desk) -> None:
    client = browser(desk)
    assert {path.name for path in PAGE.iterdir()} == {name for name, _ in FILES.values()}
    for path, (name, kind) in FILES.items():
        said = client.get(f"/{path}")
        assert (said.content, said.headers["content-type"]) == ((PAGE / name).read_bytes(), f"{kind}; charset=utf-8")
    for path in ("/schema.py", "/..%2fserver.py", "/page/index.html", "/%2e%2e/server.py"):
        assert client.get(path).status_code == 404


def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline() -> None:
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    assert "http" not in page
    assert "style=" not in page
    scripts = "".join((PAGE / name).read_text(encoding="utf-8") for name, _ in FILES.values() if name.endswith(".js"))
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "http:"):
        assert sink not in scripts


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "10.0.0.5:7860", ""])
def test_a_name_that_is_not_ours_is_refused(desk: Desk, host: str) -> None:
    said = browser(desk).get("/", headers={"host": host})
    assert said.status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "[::1]:7860", "LOCALHOST"])
def test_the_names_of_this_machine_are_ours(desk: Desk, host: str) -> None:
    assert browser(desk).get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:9999", "http://127.0.0.1"])
def test_a_change_from_another_page_is_refused(desk: Desk, origin: str) -> None:
    client = entered(desk)
    item = client.get("/api/item?at=this&id=a").json()["item"]
    for path in ("/api/decide", "/api/undo", "/api/enter"):
        assert client.post(path, json=body(item, "accept"), headers={"origin": origin}).status_code == 403
    assert desk.store.standing() == ()


def test_a_change_without_the_token_or_with_anothers_is_refused(desk: Desk) -> None:
    one, other = entered(desk, "小美"), entered(desk, "阿明")
    item = one.get("/api/item?at=this&id=a").json()["item"]
    for token in ("", "é", other.headers["x-review-token"]):
        said = one.post("/api/decide", json=body(item, "accept"), headers={"x-review-token": token.encode()})
        assert said.status_code == 403, token


def test_a_form_of_another_page_is_no_json(desk: Desk) -> None:
    client = entered(desk)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        said = client.post("/api/decide", content=b"{}", headers={"content-type": kind})
        assert said.status_code == 415


@pytest.mark.parametrize(
    "sent", [b"", b"[]", b"{", b'{"id": 1}', b"\xff", b'{"id":"\\ud800","draft":"","verdict":"fix"}']
)
def test_what_is_no_decision_is_refused_in_one_line(desk: Desk, sent: bytes) -> None:
    said = entered(desk).post("/api/decide", content=sent, headers={"content-type": "application/json"})
    assert said.status_code == 400
    assert said.json()["error"].startswith("看不懂的內容")


def test_a_body_without_end_is_cut_off(desk: Desk) -> None:
    said = entered(desk).post("/api/decide", content=b" " * 300_000, headers={"content-type": "application/json"})
    assert said.status_code == 413


def test_without_a_session_nothing_is_told(desk: Desk) -> None:
    client = browser(desk)
    assert client.get("/api/item").status_code == 401
    assert client.get("/api/me").json() == {"error": "請先輸入名字。", "needs_password": False}
    assert client.post("/api/decide", json={"id": "a", "draft": "", "verdict": "accept"}).status_code == 401


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_pages(desk: Desk) -> None:
    cookie = browser(desk).post("/api/enter", json={"name": "小美"}).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_the_password_is_asked_for_and_a_new_one_ends_the_sessions(desk: Desk) -> None:
    guard = Guard(SECRET, password=PHRASE)
    client = browser(desk, guard)
    assert client.get("/api/me").json()["needs_password"] is True
    wrong = client.post("/api/enter", json={"name": "小美", "password": "不對"})
    assert (wrong.status_code, wrong.json()["error"]) == (403, "密碼不對。")
    inside = entered(desk, "小美", guard)
    assert inside.get("/api/item").status_code == 200
    guard.password = ANOTHER
    assert inside.get("/api/item").status_code == 401


def test_guessing_the_password_is_slowed_down(desk: Desk) -> None:
    client = browser(desk, Guard(SECRET, password=PHRASE))
    codes = [
        client.post("/api/enter", json={"name": "x", "password": f"{n}"}).status_code for n in range(MOST_TRIES + 2)
    ]
    assert codes == [403] * MOST_TRIES + [429] * 2


@pytest.mark.parametrize("name", ["", "   ", "長" * 41, "\u202e"])
def test_a_name_that_is_none_is_refused(desk: Desk, name: str) -> None:
    assert browser(desk).post("/api/enter", json={"name": name}).status_code == 400


def test_with_a_password_any_address_is_ours_but_no_strange_name(desk: Desk) -> None:
    guard = Guard(SECRET, frozenset({"news.lab.example"}), any_address=True, password=PHRASE)
    for host, code in (("192.168.1.7:7860", 200), ("news.lab.example", 200), ("evil.example", 421)):
        assert browser(desk, guard).get("/", headers={"host": host}).status_code == code
