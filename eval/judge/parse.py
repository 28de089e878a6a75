"""One judge's reply -> the score it gives, or the reason why it gives none; never a guess.

    >>> read_reply("分數：16 —— 簡潔優雅，涵蓋所有重點")
    Verdict(score=16, reason='', detail='')
    >>> read_reply("分數：18 — 分數：11 —— 忠實，但略去細節").reason
    'contradictory'

A reply may state its score more than once (`分數：14 … 因此評分為14`), and all statements must agree. Statements that
differ are `contradictory`, whichever comes first or last. One number that the rubric does not have, 165 or 16.5, is
`out_of_range`. No statement at all is `missing`. What a reasoning model writes inside `<think>` is no statement.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Reason = Literal["", "contradictory", "out_of_range", "missing"]
LEAST, MOST = 0, 20

CHINESE = r"[零〇一二兩三四五六七八九十]{1,4}(?=\s*(?:分(?!鐘|钟)|[—,。;\s]|$))"
NUMBER = rf"(?P<number>[-−–]?\d++(?:\.\d++)?+|{CHINESE})"
OPEN = r"[\s*_`\"'「『【〔\[(<]*"
SCALE = r"(?:\s*\(\s*0\s*[-–~至到]\s*20\s*分?\s*\))?"
SIGN = SCALE + r"(?:[\s*_`\"'」』】〕\])]*(?:[:=]|[應应]?[該该]?[為为是])|[ \t*_]*\n+)"
NOT_POINTS = r"(?!\s*(?:比|歲|岁|年|月|日|人|元|分[鐘钟]|%))"
UP_TO = r"(?:\s*(?:(?:[~至到]\s*|[-–](?=\d))(?P<other>\d++)|:\s*(?P<after>\d++)(?=\s*(?:[—:\n]|$))))?"
HEAD = re.compile(
    rf"(?:分\s*[數数]|[評评]\s*分|[總总得]\s*分|打\s*分|[Ss]core|SCORE|[Rr]ating){SIGN}[約约\s]*{OPEN}{NUMBER}{NOT_POINTS}{UP_TO}"
)
# Sports reports say 得分為30 of a player: outside a line's start that is the article's, not the judge's.
POINTS = re.compile(r"[總总得]\s*分")
GIVEN = re.compile(rf"(?:[給给評评判](?:予|出|了|定|為|为|個|个|它|\s)*|打(?:了|\s)*){OPEN}{NUMBER}\s*分(?![鐘钟數数])")
BARE = re.compile(rf"^{OPEN}{NUMBER}[\s*_`」』】\])]*(?:$|/\s*20|分(?![鐘钟])|—|–|-\s|,)")
OUT_OF = re.compile(r"(?<=\d)\s*/\s*20(?!\d)")
THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "兩": 2}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one reply says: `score` in 0..20, or None with the reason and the statements that were seen."""

    score: int | None
    reason: Reason = ""
    detail: str = ""


def read_reply(reply: str) -> Verdict:
    """Return the score that every statement of the reply agrees on, or why there is none."""
    found = statements(reply)
    if not found:
        return Verdict(None, "missing", "no score is stated")
    values = sorted(set(found))
    if len(values) > 1:
        return Verdict(None, "contradictory", "states " + ", ".join(f"{value:g}" for value in values))
    value = values[0]
    if not (LEAST <= value <= MOST) or value != int(value):
        return Verdict(None, "out_of_range", f"{value:g}, the rubric has whole numbers from {LEAST} to {MOST}")
    return Verdict(int(value))


def statements(reply: str) -> list[float]:
    """Return every score that the reply states of the summary, in order of kind."""
    text = unicodedata.normalize("NFKC", THOUGHT.sub("", reply)).replace("﹕", ":")
    text = OUT_OF.sub("", text)
    heads = [match for match in HEAD.finditer(text) if is_judge_s_own(text, match)]
    found = [value_of(number) for match in heads for number in match.group("number", "other", "after") if number]
    found += [value_of(match["number"]) for match in GIVEN.finditer(text)]
    bare = BARE.match(text.strip())
    return [*found, value_of(bare["number"])] if bare is not None else found


def is_judge_s_own(text: str, match: re.Match[str]) -> bool:
    """Whether a statement is about the summary: points that somebody scores stand inside a line."""
    if not POINTS.match(match.group()):
        return True
    before = text[: match.start()].rpartition("\n")[2]
    return not before.strip(" *_`#「『【[(-")


def value_of(number: str) -> float:
    """Return a number's value, in Arabic or Chinese digits up to ninety-nine."""
    if number[-1].isdigit():
        return float(number.replace("−", "-").replace("–", "-"))
    tens, ten, ones = number.rpartition("十")
    if not ten:
        return float("".join(str(DIGITS[sign]) for sign in number))
    return float((DIGITS[tens] if len(tens) == 1 else 1) * 10 + (DIGITS[ones] if ones else 0))
