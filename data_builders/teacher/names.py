"""Names of people, places and offices that a text has and its source has not.

    >>> unheld_names("工務局長陳美麗說明", Source("工務局長林大明表示…"))
    ['陳美麗']

Two ways, both sparing with alarms: what jieba tags as a name and has three characters or more (of two characters it
takes too many words: 惠及, 廉政, 山區), and a surname with two characters after an office (局長陳美麗). What is found
goes to a person, never straight to the bin. The tagger is half of what all gates cost, so it sees only the clauses in
which such a name can be (`may_name`).
"""

import re
from functools import partial
from itertools import combinations

from data_builders.teacher.grounding import HAN_RUN, NUMERAL, Source, held, plain
from data_builders.teacher.words import words_where

NAME_TAGS = ("nr", "ns", "nt")
TITLES = ("先生", "女士", "小姐")
LEAST_NAME, UNHELD_NAME = 3, 0.5
OFFICES = (
    "總統|院長|部長|次長|署長|局長|處長|司長|市長|縣長|鄉長|鎮長|區長|里長|村長|議長|議員|立委|委員|主委|主席|總召|發言人|秘書長"
    "|董事長|總經理|執行長|總裁|經理|理事長|會長|校長|教授|老師|醫師|律師|檢察官|法官|隊長|分局長|所長|總教練|教練|球星|投手"
    "|導演|演員|歌手|藝人|網紅|作家|大使|國務卿|首相|總理"
)
SURNAMES = (
    "陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余趙盧梁顏柯孫魏翁戴范宋方杜侯傅曹薛丁"
    "卓阮馬董温溫唐藍石蔣田康鄒白涂尤巫韓龔嚴袁鐘黎金阿陸倪夏童"
)
OFFICER = re.compile(rf"(?:{OFFICES})([{SURNAMES}])([\u4e00-\u9fff])([\u4e00-\u9fff])")


def unheld_names(text: str, source: Source) -> list[str]:
    """Return the names of `text` that the source does not hold, in order, once each."""
    tagged = [word.text for word in words_where(partial(may_name, source), text) if word.tag.startswith(NAME_TAGS)]
    known = [name for name in tagged if len(name) >= LEAST_NAME and not name.endswith(TITLES)]
    found = [name for name in known if held(name, source) < UNHELD_NAME]
    # Where a name of two characters ends is not known, so only its first two are asked for.
    officers = ["".join(match) for match in OFFICER.findall(text)]
    found.extend(name for name in officers if plain(name[:2]) not in source.plain)
    return list(dict.fromkeys(found))


def may_name(source: Source, block: str) -> bool:
    """Tell whether a block, in Simplified, can have a name of three characters of which the source holds under half.

    A name's share is that of its pairs of characters, pairs with a numeral left out. Where pairs that are not held are
    three places apart or more, two held ones lie between; so under half takes two pairs that are nearer.
    """
    if not HAN_RUN.fullmatch(block):
        return True
    pairs = [block[place : place + 2] for place in range(len(block) - 1)]
    numeral = [NUMERAL.search(pair) is not None for pair in pairs]
    missing = [place for place, pair in enumerate(pairs) if numeral[place] or pair not in source.pieces]
    return any(b - a <= 2 and not (numeral[a] and numeral[b]) for a, b in combinations(missing, 2))
