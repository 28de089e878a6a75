"""Copies: what is folded away, what is found of what was planted, and what never changes."""

import os
import pickle
import random
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from benchmarks.duplicates import score, texts_of
from benchmarks.duplicates_peers import ours_with_ties
from benchmarks.planted import WAYS, forms, plant
from benchmarks.synthetic import articles
from data_builders.curate.copies import Copy, find_copies, join
from data_builders.curate.likeness import Likeness, judge, traits
from data_builders.curate.neighbours import neighbours
from data_builders.curate.shelf import Shelf
from data_builders.curate.shingles import folded
from data_builders.curate.sketch import CROWD, sketch_of
from data_builders.errors import WriteError

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data_builders" / "sample" / "news.jsonl"
REAL = ROOT / ".." / "shared" / "data" / "udn_news_196.jsonl"
RAIN = "台北市今天下大雨，信義區有三處路口淹水，市府出動抽水機，並宣布傍晚起停班停課。氣象專家說明天雨勢會變小。"
FIRE = "高雄港昨晚一艘漁船起火，消防隊花了兩個小時撲滅，船長和四名船員都平安，起火原因還要再查，碼頭今早已恢復作業。"
BALL = "職棒總冠軍賽第三戰延長到十二局，客隊靠著代打的再見全壘打逆轉獲勝，三千名球迷冒雨留到最後一刻才離開球場。"


def chance_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - test data, not a secret


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("臺北市，３６度", "台北市36度"),
        ("后来发现这里的计划", "後來發現這裡的計畫"),
        ("著作裏說", "着作里说"),
        ("Ｃａｆé", "CAFE\u0301"),
        ("「今天。」\r\n　　明天", "今天明天"),
        ("ABC１２３", "abc 1-2-3"),
    ],
)
def test_width_wrapping_signs_case_and_script_make_no_difference(one: str, other: str) -> None:
    assert folded(one).tolist() == folded(other).tolist()


@pytest.mark.parametrize(
    ("one", "other"), [("今天", "明天"), ("12", "21"), ("𠮷野家", "吉野家"), ("한국", "하구"), ("é", "f")]
)
def test_other_letters_do(one: str, other: str) -> None:
    assert folded(one).tolist() != folded(other).tolist()


@pytest.mark.parametrize("path", [SAMPLE, REAL], ids=["sample", "real"])
@pytest.mark.parametrize("way", list(WAYS))
def test_of_what_was_planted_at_least_95_percent_are_found_and_hardly_anything_else(path: Path, way: str) -> None:
    if not path.exists():
        pytest.skip(f"{path} is absent")
    chance = chance_of(11)
    texts = texts_of(path)
    chance.shuffle(texts)
    originals, donors = texts[: len(texts) // 2], texts[len(texts) // 2 :]
    planted = [one for one in plant(originals, donors, chance) if one.way == way]
    corpus = [(f"o{place}", text) for place, text in enumerate(originals)]
    corpus += [(f"form {place}", text) for place, (_, text) in enumerate(forms(5, chance))]
    recall, precision = score(ours_with_ties, corpus, planted)
    assert len(planted) >= 45
    assert recall >= 0.95
    assert precision >= 0.95


def test_a_form_with_other_figures_is_other_news_but_for_few() -> None:
    filled = forms(20, chance_of(8))
    found = find_copies((str(place), text) for place, (_, text) in enumerate(filled))
    assert len(filled) == 140
    assert len(found.copies) <= 7, "at most one in twenty is taken for a copy of one of the nineteen others"


def test_the_sampled_search_finds_what_comparing_all_pairs_finds() -> None:
    texts = texts_of(SAMPLE)[:40]
    planted = plant(texts[:20], texts[20:], chance_of(5))[::3]
    corpus = [*((f"o{place}", text) for place, text in enumerate(texts[:20])), *((one.id, one.text) for one in planted)]
    looks = {name: traits(folded(text)) for name, text in corpus}
    kept: list[str] = []
    dropped = set()
    for name, look in looks.items():
        verdicts = {other: judge(looks[other], look, Likeness(fresh=1.0)) for other in kept}
        (dropped.add if any(v.kind not in {"", "story"} for v in verdicts.values()) else kept.append)(name)
    found = {copy.id for copy in find_copies(corpus, Likeness(fresh=1.0)).copies}
    assert len(dropped) > 70
    assert len(found ^ dropped) <= 0.02 * len(corpus)


def test_which_of_two_is_asked_first_makes_no_difference_to_the_verdict() -> None:
    looks = [traits(folded(text)) for text in (RAIN, RAIN + FIRE, FIRE[:30] + BALL, RAIN.replace("今天", "昨天"))]
    for one, other in combinations(looks, 2):
        assert judge(one, other, Likeness()) == judge(other, one, Likeness())


def test_a_copy_is_named_with_what_it_repeats_and_the_first_stays() -> None:
    said = find_copies([("a", RAIN), ("b", FIRE), ("c", RAIN.replace("，", "\n ,")), ("d", BALL + RAIN)])
    assert said.copies == [Copy("c", "a", "exact", 1.0), Copy("d", "a", "near", pytest.approx(0.49, abs=0.05))]
    assert said.ties == []


def test_a_copy_of_a_copy_is_named_after_the_one_that_stays() -> None:
    later = RAIN + "里長說水已經退了。"
    said = find_copies([("a", RAIN), ("b", later), ("c", later)])
    assert [(copy.id, copy.of) for copy in said.copies] == [("b", "a"), ("c", "a")]


def test_a_follow_up_that_is_nearly_all_new_stays_and_is_tied() -> None:
    long = "".join(texts_of(SAMPLE)[:2])
    said = find_copies([("a", RAIN), ("b", long + RAIN)])
    assert said.copies == []
    assert said.ties == [("b", "a", 1.0)]
    assert [copy.kind for copy in find_copies([("a", RAIN), ("b", long + RAIN)], Likeness(fresh=1.0)).copies] == [
        "contained"
    ]


def test_more_articles_change_nothing_that_was_decided() -> None:
    corpus = [(one.id, one.text) for one in articles(400)]
    few, many = find_copies(corpus[:250]), find_copies(corpus)
    before = {name for name, _ in corpus[:250]}
    assert few.copies
    assert few.copies == [copy for copy in many.copies if copy.id in before]
    assert few.ties == [tie for tie in many.ties if tie[0] in before]


def test_a_hundred_rewritten_copies_of_one_article_are_all_found() -> None:
    texts = texts_of(SAMPLE)
    chance = chance_of(3)
    way = WAYS["rewritten 30 % of clauses"]
    corpus = [("a", texts[0]), *((str(n), way(texts[0], chance.choice(texts[1:]), chance)) for n in range(100))]
    assert len(find_copies(corpus).copies) == 100 > 3 * CROWD


def test_a_house_s_closing_lines_tie_no_stories() -> None:
    tail = (
        "本報提醒您：訂閱我們的頻道就能每天收到最新的消息，追蹤粉絲專頁還可以參加抽獎活動，未經同意不得轉載本文內容。"
    )
    texts = [one.text[:140] for one in articles(200) if not one.of]
    assert find_copies([("x", texts[0] + tail), ("y", texts[1] + tail)]).ties, "two articles could be one story"
    said = find_copies((str(n), text + tail) for n, text in enumerate(texts))
    assert said.copies == []
    late = {name for name, _, _ in said.ties if int(name) > 2 * CROWD}
    assert len(late) <= 2, "of the hundred that come when the tail is known, hardly one"


def test_sketches_made_elsewhere_give_the_same() -> None:
    corpus = [(one.id, one.text) for one in articles(60)]
    sent = [(name, pickle.loads(pickle.dumps(sketch_of(text)))) for name, text in corpus]  # noqa: S301 - our own
    assert join(sent, lambda place: folded(corpus[place][1])) == find_copies(iter(corpus))


def test_the_hash_seed_of_python_has_no_part_in_it() -> None:
    code = (
        "from benchmarks.synthetic import articles\nfrom data_builders.curate.copies import find_copies\n"
        "from data_builders.curate.sketch import sketch_of\n"
        "print(find_copies((a.id, a.text) for a in articles(40)), sketch_of('今天下大雨明天放晴'))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert "exact" in said.pop()


@pytest.mark.parametrize("text", ["", "。。。", "雨", "大雨"])
def test_texts_too_short_to_compare_are_copies_only_of_the_very_same(text: str) -> None:
    said = find_copies([("a", text), ("b", text), ("c", RAIN)])
    assert [copy.kind for copy in said.copies] == (["exact"] if folded(text).size else [])


def test_a_test_text_is_found_in_whatever_training_text_holds_it() -> None:
    simplified = WAYS["to Simplified (t2s)"](RAIN, "", chance_of(1))
    train = [("same", RAIN), ("prompt", f"請摘要以下新聞：\n{simplified}\n\n核心要素：大雨"), ("other", FIRE)]
    long = ("long", "".join(texts_of(SAMPLE)[:5]) + RAIN)
    found = list(neighbours(iter([*train, long]), iter([("t", RAIN), ("u", BALL)])))
    assert [(one.id, one.of, one.kind) for one in found] == [
        ("t", "same", "exact"),
        ("t", "prompt", "near"),
        ("t", "long", "contained"),
    ]


def test_what_find_copies_leaves_in_two_parts_has_no_neighbours_across_them_but_its_ties() -> None:
    texts = texts_of(SAMPLE)
    corpus = [(one.id, one.text) for one in plant(texts[:12], texts[12:], chance_of(2))]
    said = find_copies(corpus)
    dropped = {copy.id for copy in said.copies}
    left = [(name, text) for name, text in corpus if name not in dropped]
    tied = {frozenset(tie[:2]) for tie in said.ties}
    across = {frozenset((one.id, one.of)) for one in neighbours(left[::2], left[1::2])}
    assert across <= tied


def test_thresholds_are_obeyed() -> None:
    later = RAIN.replace("信義區", "文山區")
    likeness = judge(traits(folded(RAIN)), traits(folded(later)), Likeness()).likeness
    assert 0.7 < likeness < 0.9
    assert find_copies([("a", RAIN), ("b", later)], Likeness(near=likeness)).copies
    strict = Likeness(near=likeness + 0.01, kept=1.0, contained=1.0)
    assert find_copies([("a", RAIN), ("b", later)], strict).copies == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with Shelf() as shelf, Path("/dev/full").open("wb", buffering=0) as full, monkeypatch.context() as patch:
        patch.setattr(shelf, "file", full)
        with pytest.raises(WriteError, match=r"temporary file: expected room .*No space left on device.*TMPDIR"):
            shelf.put(np.ones(9, dtype=np.uint16))
