"""The tagger is shown only the clauses in which a foreign name can be: that must not cost a name."""

import random
from pathlib import Path

from data_builders.ingest import ingest
from data_builders.schema import Article
from data_builders.teacher.grounding import held, source_of
from data_builders.teacher.names import LEAST_NAME, NAME_TAGS, TITLES, UNHELD_NAME, may_name, unheld_names
from data_builders.teacher.words import words, words_where

SAMPLE = Path(__file__).parents[2] / "data_builders" / "sample" / "news.jsonl"


def names_of_all_clauses(text: str, article: str) -> list[str]:
    tagged = [word.text for word in words(text) if word.tag.startswith(NAME_TAGS)]
    known = [name for name in tagged if len(name) >= LEAST_NAME and not name.endswith(TITLES)]
    return [name for name in known if held(name, source_of(article)) < UNHELD_NAME]


def test_no_name_is_missed_whatever_articles_are_mixed() -> None:
    articles = [article.article for article in ingest(SAMPLE) if isinstance(article, Article)]
    drawn = random.Random(5)  # noqa: S311 - no secret
    named = 0
    for article in articles:
        own, other = article.split("，")[:6], drawn.choice(articles).split("，")[:6]
        text = "，".join(clause for pair in zip(own, other, strict=False) for clause in pair)
        text = "".join(drawn.choice(article) if drawn.random() < 0.05 else sign for sign in text)
        expected = names_of_all_clauses(text, article)
        found = unheld_names(text, source_of(article))
        assert found[: len(dict.fromkeys(expected))] == list(dict.fromkeys(expected)), text
        named += bool(expected)
    assert named > 20, "else nothing was tried"


def test_a_clause_whose_words_the_article_has_is_not_tagged() -> None:
    source = source_of("工務局長林大明表示，工程預計完工。市民可到公園運動。")
    assert not may_name(source, "工务局长林大明表示工程预计完工"), "one pair (示工) is not held"
    assert may_name(source, "工务局长陈美丽表示")
    assert may_name(source, "三重区公园"), "pairs with a numeral weigh nothing, the others all"
    assert may_name(source, "NBA球星"), "Latin words have pieces of their own"


def test_the_clauses_that_are_tagged_are_tagged_as_in_the_whole_text() -> None:
    text = "臺中市政府編列2億6,000萬元預算，林怡君、John說「都發局」明年動工。"
    every = [(word.text, word.start) for word in words_where(lambda _: True, text)]
    assert every == [(word.text, word.start) for word in words(text) if word.text[0] not in "2，、「」。"]
