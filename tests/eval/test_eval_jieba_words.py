"""Our cut of words is jieba's, token by token."""

import logging
import random

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.jieba_words import cut

jieba.setLogLevel(logging.WARNING)
jieba.initialize()
NASTY = "臺台北里裏的了七八12.5%-_+#&@ \n\r\t\u3000。，「」『』……A中国龘𠮷\u0301é〇々ヶの한"


@pytest.mark.parametrize(
    "text",
    [
        "臺北市長蔣萬安今天出席2025智慧城市展。",
        "乒乓球拍卖完了，研究生命起源。",
        "A-B.c_d 3.14% iPhone17\r\n第二行",
        "",
        "龘" * 30,
        "……。。！？",
    ],
)
def test_a_text_is_cut_as_jieba_cuts_it(text: str) -> None:
    assert cut(text) == list(jieba.cut(text))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(st.one_of(st.sampled_from(NASTY), st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5))))
def test_any_text_is_cut_as_jieba_cuts_it(text: str) -> None:
    assert cut(text) == list(jieba.cut(text))


def test_words_of_the_dictionary_in_any_order_are_cut_as_jieba_cuts_them() -> None:
    chance = random.Random(5)  # noqa: S311 - toy data, not a secret
    words = sorted(word for word, count in jieba.dt.FREQ.items() if count)
    for _ in range(400):
        text = "".join(chance.choices(words, k=6))
        text = text[chance.randint(0, 3) :]
        assert cut(text) == list(jieba.cut(text))
