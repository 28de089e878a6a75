import pytest

from data_builders.schema import Article
from data_builders.zhtw.spelling import to_simplified
from data_builders.zhtw.tables import rows
from data_builders.zhtw.wording import lint


def found(text: str) -> list[str]:
    return [advice.found for advice in lint(text)]


@pytest.mark.parametrize(
    ("text", "word", "suggestion"),
    [
        ("這個軟件很好", "軟件", "軟體"),
        ("他拍了視頻", "視頻", "影片"),
        ("產品質量不佳", "質量", "品質"),
        ("請把信息告訴他", "信息", "資訊"),
        ("打印機壞了", "打印機", "印表機"),
        ("他坐出租車回家", "出租車", "計程車"),
        ("晚餐吃土豆和西紅柿", "土豆", "馬鈴薯"),
        ("這个软件很好", "软件", "軟體"),
        ("美國總統特朗普", "特朗普", "川普"),
    ],
)
def test_a_word_of_the_mainland_is_pointed_at_with_what_taiwan_writes(text: str, word: str, suggestion: str) -> None:
    first = lint(text)[0]
    assert (first.found, first.suggestions[0]) == (word, suggestion)
    assert text[first.start : first.end] == word


@pytest.mark.parametrize(
    "text",
    ["大質量恆星與質量守恆", "費洛蒙是一種信息素", "程序正義與支持者", "相信息影的他", "實價登錄",
     "市民警察", "基本工資", "炒土豆花生", "神經網絡", "外公交代他", "黑客松", "人民警察", "海內存知己",
     "體內存有毒素", "品質、影片與軟體"],
)  # fmt: skip
def test_what_is_right_in_taiwan_or_only_the_seam_of_two_words_is_not(text: str) -> None:
    assert lint(text) == []


def test_the_longest_word_at_a_place_is_the_one_that_counts() -> None:
    assert found("視頻會議") == ["視頻會議"]
    assert found("移動互聯網") == ["移動互聯網"]


def test_advice_changes_nothing_and_comes_in_order() -> None:
    text = "視頻的軟件，軟件的視頻"
    advice = lint(text)
    assert [(each.start, each.found) for each in advice] == [(0, "視頻"), (3, "軟件"), (6, "軟件"), (9, "視頻")]
    assert all(text[each.start : each.end] == each.found for each in advice)


def test_real_taiwanese_articles_get_hardly_any_advice(real: list[Article]) -> None:
    characters = sum(len(article.article) for article in real)
    advice = [each.found for article in real for each in lint(article.article)]
    assert characters > 100_000
    assert len(advice) <= characters / 5000, advice


def test_the_table_has_hundreds_of_rows_each_with_a_suggestion_and_none_twice() -> None:
    table = rows("wording.tsv")
    keys = [to_simplified(row[0]) for row in table]
    assert len(table) > 500
    assert len(set(keys)) == len(keys)
    for row in table:
        assert row[1]
        assert to_simplified(row[0]) not in [to_simplified(word) for word in row[1].split("/")], row
        for right in row[2].split() if len(row) > 2 else []:
            assert set(right) & set(row[0]), (row[0], right)
