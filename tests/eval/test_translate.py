"""The translator: from Python, from a pipe, at a prompt; the source's language told by its script or named."""

import io
import json
from argparse import Namespace
from pathlib import Path

import pytest

from data_builders.errors import UsageError
from data_builders.student import make_student
from eval.predict.schema import Answered
from eval.predict.translate import translator
from eval.predict.translate_verb import translate_verb


class Echo:
    """Says what it was asked, in brackets, and counts its batches."""

    def __init__(self):
        self.batches = []

    def __call__(self, prompts):
        self.batches.append(len(prompts))
        self.systems = {prompt.system for prompt in prompts}
        return [Answered("[" + prompt.user.replace("\n", " ") + "]", "stop") for prompt in prompts]


def echo(*_):
    return Echo()


def arguments(**given):
    usual = {"text": [], "model": "m", "adapter": "", "to": "zh_TW", "source": "", "max_new_tokens": 9, "json": False}
    return Namespace(**(usual | given))


def test_a_text_is_asked_with_the_tags_of_the_study_and_its_language_told_by_script():
    made = translator("m", to="zh-tw", load=echo)
    assert made("Good morning.") == "[<en> <zh_TW> Good morning.]"
    assert made("おはよう。") == "[<ja> <zh_TW> おはよう。]"
    assert made.answer.systems == {"You are a precise and helpful multilingual translation assistant."}
    assert translator("m", to="en", source="ja", load=echo)("東京") == "[<ja> <en> 東京]"


def test_lines_stay_in_order_empty_ones_stay_and_so_does_what_is_in_the_language_already():
    made = translator("m", to="zh_TW", load=echo)
    assert made("A.\n\n早安。\nB.") == "[<en> <zh_TW> A.]\n\n早安。\n[<en> <zh_TW> B.]"
    assert len(made.many(["A."] * 20)) == 20
    assert made.answer.batches[-3:] == [8, 8, 4]


def test_unknown_languages_and_one_language_twice_are_told():
    with pytest.raises(UsageError, match="--to: expected en, ja, zh_TW, found fr"):
        translator("m", to="fr", load=echo)
    with pytest.raises(UsageError, match="two languages"):
        translator("m", to="en", source="en", load=echo)


def test_the_verb_takes_words_or_a_pipe(monkeypatch):
    assert translate_verb(arguments(text=["Hi."]), echo).lines == ("[<en> <zh_TW> Hi.]",)
    monkeypatch.setattr("sys.stdin", io.StringIO("A.\nB.\n"))
    assert translate_verb(arguments(), echo).lines == ("[<en> <zh_TW> A.]", "[<en> <zh_TW> B.]")


def test_at_a_terminal_each_line_is_answered_at_once_and_ctrl_d_ends(monkeypatch, capsys):
    typed = io.StringIO("A.\n\nB.\n")
    typed.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", typed)
    assert translate_verb(arguments(), echo).lines == ()
    said = capsys.readouterr()
    assert said.out == "[<en> <zh_TW> A.]\n[<en> <zh_TW> B.]\n"
    assert "Ctrl-D ends" in said.err


@pytest.mark.slow  # a minute of imports on a loaded machine
def test_the_example_runs_on_a_tiny_model(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    corpus = ["早安。今天天氣很好。", "Good morning. The weather is fine today.", "おはよう。今日はいい天気です。"] * 40
    make_student(corpus, "nano", tmp_path / "student", 7)
    translate = translator(str(tmp_path / "student"), to="zh_TW", max_new_tokens=4)
    first = translate("Good morning.")
    assert isinstance(first, str)
    assert translate.many(["Good morning.", "おはよう。"])[0] == first, "greedy: the same text again is the same answer"
    json.dumps(first)
