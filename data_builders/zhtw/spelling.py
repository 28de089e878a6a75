"""Stretches of a Simplified text whose spelling is known better than OpenCC guesses it.

    >>> [text for _, _, text in spelled("于小岳说", "指揮于小岳昨天表示")]
    ['于小岳']
    >>> [text for _, _, text in foreign("里柏瑞契在教室里")]
    ['里柏瑞契']

A stretch that stands in the article is written as the article writes it. In a foreign name 里 is a sound and not 裡. A
stretch with kana is Japanese and stays as it is.
"""

import logging
import re
import warnings
from collections.abc import Iterator
from functools import cache, lru_cache

from data_builders.zhtw.detect import SHINJITAI, SIMPLIFIED, STRETCH, TWO_KANA
from data_builders.zhtw.engine import converter, engine

Stretch = tuple[int, int, str]  # start, end, how it is to be written
HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]+")
# Characters that write the sounds of foreign names; three in a row that hold 里 are taken for a name.
SOUNDS = (
    "阿埃艾爱安奥巴拜班邦保鲍贝本比彼毕宾波伯勃博布查达戴丹得德登迪蒂丁杜多厄恩尔费芬弗福盖冈格戈贡古哈海汉豪赫亨胡华惠霍基吉加贾杰"
    "卡凯坎康考柯科克肯库夸拉莱兰朗劳勒雷历林琳伦罗洛卢鲁吕马迈曼芒梅蒙米密莫姆穆纳娜奈南尼涅宁纽努诺欧帕派潘佩彭皮珀普奇恰契"
    "切丘琼热茹瑞若萨塞瑟森沙莎绍什施史斯丝苏索塔泰坦汤特提图托陀瓦威韦维温沃乌西希锡肖谢辛休逊雅亚扬耶叶伊因英尤约泽扎詹珍朱兹宗佐柏"
)
FOREIGN = re.compile(f"[{SOUNDS}]{{0,12}}里[{SOUNDS}里]{{1,12}}|[{SOUNDS}]{{1,12}}里")
LEAST_NAME = 3
# A surname that OpenCC writes otherwise, before what follows a surname in the news (于姓男子, 余男, 范先生).
SURNAME = re.compile("[于余范游岳涂姜沈郁谷丰](?=[姓男女嫌某妻父母]|先生|女士|小姐|太太|老师|教授|委员|议员|医师)")

COUNTED = re.compile("(?<=[0-9０-９])只(?!有|能|是|要|剩|會|会)")  # 3只猫: OpenCC knows 三只 alone


def spelled(text: str, article: str) -> Iterator[Stretch]:
    """Yield the stretches of `text`, whole words of the article, that it spells in one way, and not in OpenCC's."""
    shapes = to_simplified(article)
    for run in HAN.finditer(text):
        start, end = run.span()
        while start < end - 1:
            size = longest(text[start:end], shapes)
            if size > 1:
                left, right = whole_words(text[start : start + size], article, shapes)
                piece = text[start + left : start + right]
                known = set(spellings(piece, shapes, article)) if right - left > 1 else set()
                if len(known) == 1 and known != {engine().convert(piece)}:
                    yield start + left, start + right, known.pop()
            start += max(size, 1)


def whole_words(piece: str, article: str, shapes: str) -> tuple[int, int]:
    """Return the part of the piece that is whole words where the article has it first: not the 后面临 of 皇后面臨."""
    place = shapes.index(piece)
    borders = [left for left, _ in article_words(article) if place <= left <= place + len(piece)]
    borders += [place + len(piece)] if place + len(piece) == len(article) else []
    return (borders[0] - place, borders[-1] - place) if borders else (0, 0)


@lru_cache(maxsize=8)
def article_words(article: str) -> tuple[tuple[int, int], ...]:
    """Return where jieba's words of an article stand."""
    return tuple(word_spans(to_simplified(article)))


def word_spans(shape: str) -> list[tuple[int, int]]:
    """Return where each word stands in a text of Simplified shape, as jieba cuts it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42.1 imports pkg_resources
        import jieba
    jieba.setLogLevel(logging.WARNING)
    return [(start, end) for _, start, end in jieba.tokenize(shape)]


def longest(text: str, shapes: str) -> int:
    """Return how many characters from the start of `text` stand together in the article."""
    size = 0
    while size < len(text) and text[: size + 1] in shapes:
        size += 1
    return size


def spellings(piece: str, shapes: str, article: str) -> list[str]:
    """Return how the article writes the piece, for each time that it does."""
    places = (match.start() for match in re.finditer(re.escape(piece), shapes))
    return [article[place : place + len(piece)] for place in places]


def foreign(text: str) -> Iterator[Stretch]:
    """Yield the foreign names in which OpenCC writes 裡 for the sound 里."""
    names = [name for name in FOREIGN.finditer(text) if len(name.group()) >= LEAST_NAME]
    whole = engine().convert(text) if names else ""
    for name in names:
        made = engine().convert(name.group())
        if "裡" in made and made in whole:
            yield *name.span(), made.replace("裡", "里")


def surnames(text: str) -> Iterator[Stretch]:
    """Yield the surnames that have the same shape in both scripts."""
    for name in SURNAME.finditer(text):
        if engine().convert(name.group()) != name.group():
            yield *name.span(), name.group()


def counted(text: str) -> Iterator[Stretch]:
    """Yield the 只 that counts animals and things after a figure."""
    yield from ((*match.span(), "隻") for match in COUNTED.finditer(text))


def japanese(text: str) -> Iterator[Stretch]:
    """Yield the stretches that are Japanese writing."""
    for stretch in STRETCH.finditer(text):
        own = SIMPLIFIED.intersection(stretch.group()) - SHINJITAI
        if TWO_KANA.search(stretch.group()) and not own:
            yield *stretch.span(), stretch.group()


def to_simplified(text: str) -> str:
    """Return `text` with each Traditional character in its Simplified shape; same length, same positions."""
    return "".join(map(simplified_shape, text))


@cache
def simplified_shape(character: str) -> str:
    """Return one character's Simplified shape, or the character where that is not one character."""
    shape = converter("t2s").convert(character)
    return shape if len(shape) == 1 else character
