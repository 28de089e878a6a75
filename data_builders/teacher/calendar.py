"""Years, months, days and weekdays of the news as readings, and what 去年 and 昨天 mean on the day of publication.

>>> [r.value for r in calendar_readings("年", Decimal(113), roc=True)]
[Decimal('2024')]
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

YEARS = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1, "後年": 2, "后年": 2}
DAYS = {
    "前天": -2,
    "前日": -2,
    "昨天": -1,
    "昨日": -1,
    "昨晚": -1,
    "昨": -1,
    "今天": 0,
    "今日": 0,
    "今晚": 0,
    "今早": 0,
    "今": 0,
}
DAYS |= {"明天": 1, "明日": 1, "明": 1, "後天": 2, "后天": 2}
WEEKDAY = re.compile(r"(?:星期|禮拜|礼拜|[周週])([一二三四五六日天末])")
RELATIVE_YEAR = re.compile("|".join(YEARS))
RELATIVE_DAY = re.compile(r"前[天日]|昨[天日晚]?|今[天日晚早]|今(?=[(（上下中午晨])|明[天日]|[後后]天")
ROC_START = 1911
FIRST_YEAR, LAST_YEAR = 1000, 2200
LEAST_ROC, MOST_ROC = 60, 200  # without 民國 a small number of years is a time


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a number may mean: of what kind, what value, or for a code which letters."""

    kind: str
    value: Decimal
    code: str = ""


def calendar_readings(unit: str, value: Decimal, roc: bool) -> tuple[Reading, ...]:
    """Return what a number before 年, 月, 日, 時 or 分 means as a date or a time of day."""
    if value != value.to_integral_value():
        return ()
    if unit in {"年", "年度"}:
        years = []
        if value <= MOST_ROC and (roc or value >= LEAST_ROC):
            years.append(value + ROC_START)
        if not roc and FIRST_YEAR <= value <= LAST_YEAR:
            years.append(value)
        return tuple(Reading("year", year) for year in years)
    bounds = {"月": (12, "month"), "月份": (12, "month"), "日": (31, "day"), "號": (31, "day"), "号": (31, "day")}
    bounds |= {"時": (24, "hour"), "时": (24, "hour"), "點": (24, "hour"), "点": (24, "hour"), "點鐘": (24, "hour")}
    bounds |= {"分": (59, "minute")}
    most, kind = bounds.get(unit, (-1, ""))
    if not 0 <= value <= most:
        return ()
    return (Reading(kind, value % 12 if kind == "hour" else value),)


def day_of(published: str) -> date | None:
    """Return the day of publication, where it is one."""
    try:
        return date.fromisoformat(published[:10].replace("/", "-"))
    except ValueError:
        return None


def published_readings(published: str) -> tuple[Reading, ...]:
    """Return what the day of publication itself lets a text say: its year."""
    day = day_of(published)
    return (Reading("year", Decimal(day.year)),) if day else ()


def relative_quantities(text: str, published: str) -> Iterator[tuple[int, int, tuple[Reading, ...]]]:
    """Yield (start, end, readings) of 去年, 昨天 and 星期三; without a day of publication they mean only themselves."""
    day = day_of(published)
    for match in RELATIVE_YEAR.finditer(text):
        shift = YEARS[match[0]]
        known = (Reading("year", Decimal(day.year + shift)),) if day else ()
        yield match.start(), match.end(), (Reading("relative year", Decimal(shift)), *known)
    if day:
        for match in RELATIVE_DAY.finditer(text):
            then = day + timedelta(days=DAYS[match[0]])
            yield match.start(), match.end(), (Reading("day", Decimal(then.day)), Reading("month", Decimal(then.month)))
    for match in WEEKDAY.finditer(text):
        number = "一二三四五六日天末".index(match[1]) + 1
        yield match.start(), match.end(), (Reading("weekday", Decimal(7 if number == 8 else number)),)
