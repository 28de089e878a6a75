"""Rows of a comparison: articles are shortened and never prompts, and a test text that is trained on is refused."""

import json

import pytest

from data_builders import baselines
from data_builders.baselines import Fit, apart, build, row_of, rows_file, user_text
from data_builders.curate import curate
from data_builders.curate.likeness import Likeness
from data_builders.errors import InputError
from data_builders.hub import refusal
from data_builders.jsonl import read, write
from data_builders.schema import AlpacaRow, Article

LETTERS = "天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往秋收冬藏閏餘成歲律呂調陽雲騰致雨露結為霜金生麗水玉出崑岡"
FIT = Fit("toy", "default", cutoff=200, new_tokens=20)


class Letters:
    """One token a character; the end sign is one more."""

    bos_token_id, eos_token_id, bos_token, eos_token = None, 0, None, "。"

    def encode(self, text, add_special_tokens=True):  # noqa: ARG002 - there are none
        return [ord(sign) for sign in text]


@pytest.fixture(autouse=True)
def letters(monkeypatch):
    monkeypatch.setattr(baselines, "tokenizer_of", lambda _: Letters())


def article(number, length=60):
    words = "".join(LETTERS[(number * 7 + place * (number % 5 + 1)) % len(LETTERS)] for place in range(length - 1))
    return Article(f"x-{number}", "x", f"{words}。", summary=f"第{number}則摘要。", story=f"x-{number}")


@pytest.fixture
def articles(tmp_path):
    folder = tmp_path / "articles"
    write(folder / "train.jsonl", [article(1), article(2, 400)])
    write(folder / "dev.jsonl", [article(3)])
    write(folder / "test.jsonl", [article(4, 500), article(6)])
    return folder


def test_a_prompt_that_does_not_fit_loses_the_articles_end_and_nothing_else(articles, tmp_path):
    made = build(articles, tmp_path / "m", FIT)
    rows = list(read(tmp_path / "m" / rows_file("test"), AlpacaRow))
    template = "Human: 請為新聞生成摘要：\n新聞：\n{}\nAssistant:"
    room = FIT.cutoff - FIT.new_tokens - 1
    assert len(template.format(rows[0].input.partition("\n")[2])) + 1 - 2 <= room
    assert article(4, 500).article.startswith(rows[0].input.partition("\n")[2])
    assert len(rows[0].input) > 100, "no more is taken than has to be"
    assert (rows[0].instruction, rows[0].output) == ("請為新聞生成摘要：", "第4則摘要。")
    assert rows[1].input == f"新聞：\n{article(6).article}", "what fits is left alone"
    assert made.edited == {"shortened_test": 1, "shortened_train": 1}
    assert made.certificate.result == "clean"


def test_every_model_has_the_same_test_ids_whatever_its_context(articles, tmp_path):
    for cutoff in (100, 5000):
        build(articles, tmp_path / str(cutoff), Fit("toy", "zephyr", cutoff, 20))
    ids = [[row.id for row in read(tmp_path / name / rows_file("test"), AlpacaRow)] for name in ("100", "5000")]
    assert ids[0] == ids[1] == ["x-4", "x-6"]


def test_an_article_is_cut_at_a_sentences_end_where_one_is_near():
    told = Article("x-1", "x", f"{'天' * 80}。{'地' * 60}。", summary="天地")
    row = baselines.fitted(told, row_of(told, told.article), baselines.Counter(FIT), 130)
    assert row.input == f"新聞：\n{'天' * 80}。", "the 7 characters behind it are not worth a broken sentence"
    far = Article("x-2", "x", f"{'天' * 20}。{'地' * 120}。", summary="天地")
    assert "地" in baselines.fitted(far, row_of(far, far.article), baselines.Counter(FIT), 130).input


def test_an_answer_that_leaves_no_room_is_a_row_less_with_its_reason(articles, tmp_path):
    long = Article("x-9", "x", article(9).article, summary="長" * 150)
    write(articles / "train.jsonl", [article(1), long])
    made = build(articles, tmp_path / "m", FIT)
    assert made.rejected == {"answer_too_long": 1}
    assert "x-9" not in (tmp_path / "m" / rows_file("train")).read_text(encoding="utf-8")


def test_no_room_for_an_article_is_one_line(articles, tmp_path):
    with pytest.raises(InputError, match=r"expected a prompt of at most 9 tokens, found no room for one character"):
        build(articles, tmp_path / "m", Fit("toy", "default", 30, 20))


def test_english_is_asked_in_english_and_chinese_in_chinese():
    english = Article("e", "x", "The storm hit Taipei on Monday. Schools were closed.", summary="A storm.")
    assert user_text(row_of(english, english.article)) == f"Summarize the following news article:\n{english.article}"
    assert row_of(article(1), "天地").input == "新聞：\n天地"


def test_the_published_leak_is_refused_a_test_text_planted_into_the_train_set(articles):
    planted = Article("leak", "x", f"{LETTERS[:20]}{article(4, 500).article}", summary="第4則摘要。")
    write(articles / "train.jsonl", [article(1), article(2, 400), planted])
    with pytest.raises(InputError) as caught:
        apart([articles / "train.jsonl", articles / "dev.jsonl"], articles / "test.jsonl", Likeness())
    assert "expected no text that is tested on, found 1 of them, the first x-4 (" in str(caught.value)
    assert ") in leak. Next: leave --test out" in str(caught.value)


def test_a_row_that_became_like_a_test_article_is_a_row_less(articles, tmp_path):
    tail = Article("long", "x", f"{article(4, 500).article[:170]}{article(8, 900).article}", summary="甲")
    write(articles / "train.jsonl", [article(1), tail])
    made = build(articles, tmp_path / "m", FIT)
    assert made.rejected == {"like_test": 1}
    assert (made.certificate.result, made.certificate.pairs) == ("clean", 4)


def test_a_second_build_of_the_same_makes_nothing_anew(articles, tmp_path, monkeypatch):
    first = build(articles, tmp_path / "m", FIT)
    monkeypatch.setattr(baselines, "tokenizer_of", lambda _: pytest.fail("made anew"))
    assert build(articles, tmp_path / "m", FIT) == first
    (tmp_path / "m" / rows_file("test")).write_text("", encoding="utf-8")
    with pytest.raises(pytest.fail.Exception, match="made anew"):
        build(articles, tmp_path / "m", FIT)


def test_a_licence_gate_is_told_as_what_it_is():
    cause = OSError("401 Client Error: Cannot access gated repo for url …")
    error = OSError("You are trying to access a gated repo.\nMake sure to have access to it")
    error.__cause__ = cause
    assert str(refusal("google/gemma-3-1b-it", error, "other")) == (
        "google/gemma-3-1b-it: expected a licence that you have accepted, found a gate (401). Next: accept it at "
        "https://huggingface.co/google/gemma-3-1b-it, then hf auth login; or name a folder that holds it"
    )
    assert "Next: other" in str(refusal("saves/none", OSError("no such folder"), "other"))


def test_curation_keeps_english_where_it_is_asked_for(tmp_path):
    from data_builders.curate import Plan
    from data_builders.curate.prepare import Recipe

    english = "The storm hit Taipei on Monday, and schools were closed. Power was out in 300 homes. " * 3
    write(tmp_path / "news.jsonl", [Article("e-1", "x", english), Article("z-1", "x", article(1, 200).article)])
    for languages, kept in ((("zh",), {"z-1"}), (("zh", "en"), {"z-1", "e-1"}), (("en",), {"e-1"})):
        out = tmp_path / "-".join(languages)
        made = curate(tmp_path / "news.jsonl", out, Plan(Recipe(languages=languages)))
        lines = [json.loads(line) for split in ("train", "dev", "test")
                 for line in (out / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()]  # fmt: skip
        assert {line["id"] for line in lines} == kept, made.rejected
        assert all(line["script"] == ("latin" if line["id"] == "e-1" else "traditional") for line in lines)
