"""The tokenizer of T5-Pegasus and Randeng-Pegasus, against what the published classes do."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from data_builders.errors import InputError
from data_builders.jieba_tokenizer import joined, tokenizer_class, tokenizer_of, words

# BERT's layout: its special tokens first, then words, characters, pieces. 球星 is a word of jieba's that is no token.
TOKENS = [
    "[PAD]", "[unused1]", "[unused2]", "[unused3]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "今天", "下", "雨", "大雨",
    "下大雨", "球", "星", "nba", "i", "##phone", "15", "，", "。", "台灣", "台", "灣",
]  # fmt: skip


@pytest.fixture
def vocabulary(tmp_path: Path) -> Path:
    file = tmp_path / "vocab.txt"
    file.write_text("".join(f"{token}\n" for token in TOKENS), encoding="utf-8")
    return file


@pytest.fixture
def t5(vocabulary: Path) -> Any:
    return tokenizer_class()(str(vocabulary), kind="t5_pegasus")


@pytest.fixture
def randeng(vocabulary: Path) -> Any:
    return tokenizer_class()(str(vocabulary), kind="randeng_pegasus")


@cache
def own_jieba() -> Any:
    import jieba

    return jieba.Tokenizer()


def published(text: str, vocabulary: list[str]) -> list[str]:
    """What the published T5PegasusTokenizer gives: jieba without HMM, a word that is a token, else BertTokenizer."""
    from transformers import BertTokenizer

    bert = BertTokenizer(vocab={token: place for place, token in enumerate(vocabulary)}, do_lower_case=True)
    found: list[str] = []
    for word in own_jieba().cut(text, HMM=False):
        found += [word] if word in vocabulary else bert.tokenize(word)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "今天下大雨，NBA 球星", "iPhone15。", "今天　下雨\n", "", "😀台灣", "ｉ１５", "「今天」…", "今天今天[SEP]",
        "Café 球", "𠮷今天",
    ],
)  # fmt: skip
def test_tokens_are_those_of_the_published_class(t5: Any, text: str) -> None:
    assert t5.tokenize(text.replace("[SEP]", "")) == published(text.replace("[SEP]", ""), TOKENS)


def test_a_word_of_jieba_s_stays_whole_only_where_it_is_a_token(t5: Any) -> None:
    assert "球星" in words("今天球星")
    assert t5.tokenize("今天球星") == ["今天", "球", "星"]


def test_words_that_jieba_would_guess_are_left_apart() -> None:
    assert words("杭研大廈") == ["杭", "研", "大廈"] or words("杭研大廈") == ["杭", "研", "大", "廈"]


def test_t5_pegasus_writes_cls_and_sep_and_randeng_an_end(t5: Any, randeng: Any) -> None:
    assert t5.convert_ids_to_tokens(t5("今天")["input_ids"]) == ["[CLS]", "今天", "[SEP]"]
    assert randeng.convert_ids_to_tokens(randeng("今天")["input_ids"]) == ["今天", "</s>"]
    assert set(t5("今天")) == {"input_ids", "attention_mask"}, "an mT5 knows no token types"


def test_randeng_s_names_stand_at_bert_s_places(randeng: Any) -> None:
    names = ("<pad>", "</s>", "<mask_1>", "<mask_2>", "<unk>")
    assert randeng.convert_tokens_to_ids(list(names)) == [0, 1, 2, 3, 4]
    assert (randeng.pad_token_id, randeng.eos_token_id, randeng.unk_token_id) == (0, 1, 4)


def test_special_tokens_stay_whole_and_add_no_place(t5: Any) -> None:
    assert t5("今天[SEP]今天", add_special_tokens=False)["input_ids"] == [8, 6, 8]
    assert len(t5) == t5.vocab_size == len(TOKENS)


def test_an_unknown_character_is_unk(t5: Any) -> None:
    assert t5.convert_tokens_to_ids(t5.tokenize("鱻")) == [t5.unk_token_id]


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("今天下大雨，台灣。", "今天下大雨，台灣。"),
        ("NBA 15", "nba 15"),  # capitals do not come back, a space between Latin words does
        ("iPhone今天", "iphone今天"),
        ("今 天", "今天"),
    ],
)
def test_a_text_comes_back_as_far_as_bert_keeps_it(t5: Any, text: str, back: str) -> None:
    ids = t5(text)["input_ids"]
    if t5.unk_token_id not in ids:
        assert t5.decode(ids, skip_special_tokens=True) == back


def test_tokens_are_joined_as_chinese_is_written() -> None:
    assert joined(["蘋果", "iphone", "15", "##s", "上市", "。"]) == "蘋果iphone 15s上市。"


@pytest.mark.parametrize("kind", ["t5_pegasus", "randeng_pegasus"])
def test_what_is_saved_is_loaded_as_the_same(vocabulary: Path, tmp_path: Path, kind: str) -> None:
    made = tokenizer_class()(str(vocabulary), kind=kind)
    made.save_pretrained(tmp_path / "saved")
    again = tokenizer_of(str(tmp_path / "saved"))
    assert (tmp_path / "saved/vocab.txt").read_bytes() == vocabulary.read_bytes(), "Randeng's names stay in memory"
    assert (again.kind, again("今天NBA球星")["input_ids"]) == (kind, made("今天NBA球星")["input_ids"])
    assert again.decode(made("今天下雨")["input_ids"], skip_special_tokens=True) == "今天下雨"


@pytest.mark.parametrize(("family", "kind"), [("mt5", "t5_pegasus"), ("pegasus", "randeng_pegasus")])
def test_a_published_folder_is_recognised_by_its_vocab_txt(vocabulary: Path, family: str, kind: str) -> None:
    (vocabulary.parent / "config.json").write_text(f'{{"model_type": "{family}"}}', encoding="utf-8")
    assert tokenizer_of(str(vocabulary.parent)).kind == kind


def test_a_vocabulary_without_a_special_token_is_named(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text("今天\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"expected the token \[PAD\] of a t5_pegasus vocabulary, found none"):
        tokenizer_class()(str(tmp_path / "vocab.txt"))
