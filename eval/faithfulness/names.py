r"""Names and other words of a summary that its article does not hold.

    >>> [(d.text, d.kind) for d in doubtful("高雄市長與林怡君會面", "臺中市長陳其邁與林怡君會面。")]
    [('高雄', 'name')]

The summary is cut by jieba in Simplified shape, where its dictionary is at home; the article is only searched, in
one script, width and case. A word that stands in the article is held, and so is a short form whose characters stand
there in order and close together (北市府 in 臺北市政府). For the rest its kind says how much it weighs: a name of
jieba's dictionary, a Latin word or an unknown word is likely a fact from nowhere; a verb or a common noun is more likely a
paraphrase.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from data_builders.teacher.grounding import plain
from data_builders.zhtw.convert import to_simplified
from eval.jieba_words import cut, is_word

OFFICES = frozenset("部署局处府院党队社校县市区乡镇村里路街厂站馆园寺庙宫港岛河溪山湖桥州国省军")
# The hundred and fifty commonest surnames of Taiwan's register, in Simplified shape, and those of two characters.
SURNAMES = frozenset(
    "陈林黄张李王吴刘蔡杨许郑谢洪郭邱曾廖赖徐周叶苏庄吕江何萧罗高潘简朱锺钟彭游詹胡施沈余卢梁赵颜柯翁魏孙戴范方宋"
    "邓杜傅侯曹薛丁卓马阮董温唐蓝蒋石古纪姚连冯欧程汤姜田康白汪邹尤巫涂龚严韩袁黎金阙童陆夏柳凃邵钱伍倪"
    "温于谭骆熊任甘秦顾毛章史官万俞雷粘饶张简武孔邢殷谷贺辜包葛祝乔管安阎甄池费麦左辛岳应齐华管龙向管裴花"
)
DOUBLE = ("欧阳", "司马", "诸葛", "上官", "司徒", "范姜", "张简", "夏侯")
# Taiwan's counties and cities, which jieba's dictionary knows by half.
COUNTIES = frozenset(
    "台北 新北 桃园 台中 台南 高雄 基隆 新竹 嘉义 苗栗 彰化 南投 云林 屏东 宜兰 花莲 台东 澎湖 金门 连江 马祖".split()
)
# What foreign names are written with.
SOUNDS = frozenset(
    "阿埃艾安奥巴班保贝比彼波伯勃布查达戴丹道德登蒂迪多恩尔法菲费弗弗夫佛格盖戈古哈海汉赫霍基吉加杰金卡凯坎康考科克肯库"
    "拉莱兰朗劳勒雷里利丽莉列林琳隆卢鲁路伦罗洛马玛麦曼梅门蒙米密明莫姆穆纳娜南内尼涅纽努诺欧帕佩皮普奇乔琼热萨塞"
    "桑森沙尚舍圣施史什斯丝松苏索塔泰坦汤特腾提廷图托瓦威维韦温沃乌西希锡夏谢辛休雪雅亚扬耶伊因约泽詹珍芝兹佐"
)
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f0-9&+.'’\-]*")
NUMERAL = re.compile(r"[0-9〇零一二三四五六七八九十百千万亿兆两]")
HAN = re.compile(r"[\u3400-\u9fff]{2,}")
# jieba's model glues these to a neighbour; an unknown word with one of them names nothing.
PLAIN = frozenset(
    "的了是在和与及并或也将被把让向对从到为由于以其该此这那每各不未没无再更最很都就才又仅只可能会要而且则因但即已曾时"
    "至起前后等日月年元案者指称遇难笑仍另有着却常宜转需收存逃应亦使令过较轻多少上下中内外间用说做来去想见得"
)
GLUED = frozenset("才以将於于则却也已并就都又再仍的了在是和与说向对从被把让")  # behind a name
LED = frozenset("长员由与和向对被把让而及者家生师")  # in front of one
# How likely it is that a word of this kind, once the article does not hold it, is a fact that the article does not
# hold; benchmarks/faithfulness.py measures what comes of it.
WEIGHTS = {"name": 0.8, "latin": 0.8, "office": 0.6, "maybe": 0.4, "unknown": 0.45, "noun": 0.03, "word": 0.005}
RARE = 100  # of 60 million in jieba's dictionary


@dataclass(frozen=True, slots=True)
class Doubt:
    """A stretch of the summary that the article does not hold: what kind it is, and how likely it is wrong."""

    text: str
    start: int
    kind: str
    weight: float


def doubtful(summary: str, article: str) -> list[Doubt]:
    """Return the words of the summary that the article does not hold, in order."""
    source = plain(article)
    found = []
    for word, start in words_of(summary):
        if not held(word, source):
            kind = kind_of(to_simplified(word))
            found.append(Doubt(word, start, kind, WEIGHTS[kind]))
    return found


def words_of(summary: str) -> Iterator[tuple[str, int]]:
    """Yield each word of two characters or more with its place; words with figures are left to `numbers`."""
    start = 0
    for token in joined(cut(to_simplified(summary))):
        word = summary[start : start + len(token)]
        if (HAN.fullmatch(word) or LATIN.fullmatch(word)) and not NUMERAL.search(token) and len(word) > 1:
            yield word, start
        start += len(token)


def joined(tokens: list[str]) -> Iterator[str]:
    """Yield the tokens, an office's last character joined to the word before it (环境 | 部)."""
    before = ""
    for token in tokens:
        if before and token in OFFICES and HAN.fullmatch(before) and len(before) < 5:
            before += token
            continue
        if before:
            yield before
        before = token
    if before:
        yield before


def held(word: str, source: str) -> bool:
    """Tell whether the source has a word, or what it is short for."""
    said = plain(word)
    if said in source:
        return True
    if not HAN.fullmatch(said):
        return False
    # jieba's model may have glued a neighbour to it (而臺中), or an office its rank (灰狼隊).
    inner = len(said) > 2 and not is_word(said) and (said[1:] in source or said[:-1] in source)
    return inner or shortened(said, source)


def shortened(said: str, source: str) -> bool:
    """Tell whether the characters stand in the source in order, each at most two after the one before it."""
    gap = "[\u3400-\u9fff]{0,2}"
    return re.search(gap.join(map(re.escape, said)), source) is not None


def kind_of(token: str) -> str:
    """Return the kind of a word that is given in Simplified shape."""
    if LATIN.fullmatch(token):
        return "latin"
    size = len(token)
    count, tag = nouns().get(token, (0, ""))
    if token[:2] in COUNTIES or tag.startswith(("ns", "nt")):
        return "name"
    if token[-1] in OFFICES and size > 2:
        return "maybe" if tag == "n" else "office"
    known = is_word(token)
    if (not known or tag.startswith("nr")) and like_a_name(token):
        return "name"
    if not known and PLAIN.isdisjoint(token):
        return "unknown"
    if tag.startswith(("nr", "nz")) and count < RARE:
        return "maybe"
    return "noun" if tag else "word"


def like_a_name(token: str) -> bool:
    """Tell whether a word looks like a person's name, with at most one neighbour glued to it, or is written by sound.

    A name is a surname and two characters; SOUNDS are what foreign names are written with.
    """
    size = len(token)
    if size == 3:
        return (token[0] in SURNAMES and token[2] not in GLUED) or SOUNDS.issuperset(token)
    if size == 4 and (token[:2] in DOUBLE or token[0] in SURNAMES and token[3] in GLUED):
        return True
    return size == 4 and token[1] in SURNAMES and token[0] in LED or size > 1 and SOUNDS.issuperset(token)


def is_name(word: str) -> bool:
    """Tell whether a word names something: a person, a place, an office, a Latin word."""
    return kind_of(to_simplified(word)) in {"name", "latin", "office"}


@cache
def nouns() -> dict[str, tuple[int, str]]:
    """Return count and tag of every noun and name in jieba's dictionary."""
    import jieba

    found = {}
    with jieba.dt.get_dict_file() as stream:
        for line in stream:
            word, count, tag = line.decode("utf-8").split()
            if tag.startswith("n") and len(word) > 1:
                found[word] = int(count), tag
    return found
