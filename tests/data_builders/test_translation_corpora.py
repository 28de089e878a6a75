"""Moses corpora are found by name and paired by line; bad pairs go with a reason, good ones are cleaned."""

from pathlib import Path

import pytest

from data_builders.errors import InputError
from data_builders.tasks.translation.clean import tidied
from data_builders.tasks.translation.corpora import blocks, find
from data_builders.tasks.translation.prepare import Lines, prepare
from data_builders.tasks.translation.schema import Bounds
from data_builders.tasks.translation.taiwan import in_taiwan
from data_builders.zhtw.convert import to_taiwan


def put(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def prepared(left: str, right: str, languages=("en", "zh_TW"), **bounds):
    return prepare(Lines("toy", languages, 1, left.encode(), right.encode(), Bounds(**bounds)))


def reasons(made) -> list[str]:
    return [line.decode().split('"reason":"')[1].split('"')[0] for line in made.rejects]


@pytest.mark.parametrize("ending", ["zh", "zh_tw", "zh_hant", "zh_TW", "zh-Hant"])
def test_a_corpus_is_two_files_of_one_name_whatever_the_chinese_is_called(tmp_path, ending):
    (tmp_path / f"news.en-zh.{ending}").write_text("早。\n")
    put(tmp_path, **{"news.en-zh__en": "Hi.\n", "readme": "x", "other__ja": "猫\n"})
    found = find(tmp_path)
    assert [(one.stem, one.left.language, one.right.language, one.lines) for one in found.bitexts] == [
        ("news.en-zh", "en", "zh_TW", 1)
    ]
    assert [path.name for path in found.alone] == ["other.ja"]


def test_three_languages_of_one_name_are_three_bitexts_and_the_most_taiwanese_chinese_is_taken(tmp_path):
    put(tmp_path, talks__en="a\n", talks__ja="b\n", talks__zh="c\n", talks__zh_hant="d\n")
    found = find(tmp_path)
    assert [(one.left.language, one.right.language) for one in found.bitexts] == [
        ("en", "ja"),
        ("en", "zh_TW"),
        ("ja", "zh_TW"),
    ]
    assert {one.right.path.name for one in found.bitexts} == {"talks.ja", "talks.zh_hant"}


def test_unequal_line_counts_name_both_files_and_both_numbers(tmp_path):
    put(tmp_path, news__en="a\nb\nc\n", news__zh="一\n二\n")
    with pytest.raises(InputError, match=r"news\.en and .*news\.zh: .* 3 lines in news\.en and 2 lines in news"):
        find(tmp_path)


def test_a_folder_without_a_pair_says_what_it_holds(tmp_path):
    put(tmp_path, news__en="a\n")
    with pytest.raises(InputError, match=r"\.zh_hant, found news\.en"):
        find(tmp_path)


def test_only_a_newline_ends_a_line(tmp_path):
    put(tmp_path, news__en="\ufeffone\u2028still one\ntwo\rstill two\nthree", news__zh="一\n二\n三\n")
    (bitext,) = find(tmp_path).bitexts
    ((first, left, right),) = blocks(bitext, 10)
    assert bitext.lines == len(left) == len(right) == 3
    assert (first, left[0].decode()) == (1, "one\u2028still one\n")


def test_lines_are_cleaned_of_what_pipelines_left_in_them():
    assert tidied("it 's  a&amp;b\u00a0c \r\n".encode(), "en") == ["it 's a&b c"]
    assert tidied("自分 の 事 を しろ 。\n".encode(), "ja") == ["自分の事をしろ。"]
    assert tidied("他說 好 就走了，一直走到很遠的地方。\n".encode(), "zh_TW") == [
        "他說 好 就走了，一直走到很遠的地方。"
    ], "not cut into words"
    assert tidied(b"ok\n\xff\n", "en") == ["ok", None]


def test_each_bad_pair_goes_with_its_reason():
    left = ["Good morning.", "", "?!", "x" * 31, "Hi.", "Twitter 2021", "Fine."]
    right = ["早安。", "空", "好的", "好", "這一句長得不成比例" * 3, "Twitter 2021年", "好。"]
    made = prepared("\n".join(left) + "\n", "\n".join(right) + "\n", characters=30)
    assert reasons(made) == ["empty", "empty", "too_long", "out_of_proportion", "same_text"]
    assert made.texts.decode() == "Good morning.\n早安。\nFine.\n好。"
    assert made.lines.tolist() == [1, 7]
    assert made.rejects[0].startswith(b'{"id":"toy-2-en-zh_TW","step":"translation","reason":"empty"')


def test_a_line_that_is_not_utf8_costs_its_pair_and_nothing_else():
    made = prepare(Lines("toy", ("en", "ja"), 1, b"a\xff\nGood cat.\n", "猫\nいい猫。\n".encode(), Bounds()))
    assert reasons(made) == ["not_utf8"]
    assert made.lines.tolist() == [2]


def test_simplified_chinese_is_put_into_taiwans_and_traditional_stays_to_the_byte():
    made = prepared("This software is good.\nHe is in Taipei.\n", "这个软件很好。\n他住在臺北，支持里長。\n")
    assert made.texts.decode().split("\n")[1::2] == ["這個軟體很好。", "他住在臺北，支持里長。"]
    assert made.converted == 1


def test_many_lines_at_once_are_converted_as_one_by_one():
    lines = [
        "这是软件。",
        "他在台北。",
        "這是軟體。",
        "",
        "里根总统说：“干杯”。",
        "我有3只猫。",
        "于先生说以后再来。",
        "以后",
        "他说。我来了。",
    ]
    lines += ["これは学校です。", "𠮷野家开了。", "ABC", "这件衬衫的价钱是10块。", "他以后會來", "干净的房间"]
    assert in_taiwan(lines) == [to_taiwan(line) for line in lines]
    assert in_taiwan([]) == []
    assert in_taiwan(["这是软件。", ""]) == ["這是軟體。", ""]
