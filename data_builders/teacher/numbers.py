"""The quantities of a Chinese text, and which of a claim's a source does not hold.

    >>> [(q.text, q.readings[0].kind) for q in quantities("民國113年約有十二萬人、三成參加")]
    [('113年', 'year'), ('十二萬人', 'count'), ('三成', 'percent')]
    >>> [q.text for q in unsupported("共12萬人，占40%，在2024年", "民國113年十二萬人，占三成")]
    ['40%']

A quantity has readings, for a text may mean several things (116年 is 2027 or a time of 116 years); it is held when
the source has one of them: the same value, of a kind that agrees, after units are brought to one (1.5公里 = 1500公尺).
約 and 多 admit rounding to the digits given. 去年 and 今（14）日 are read with the day of publication, where that is
known. Words that hold a numeral but no number (一起, 萬一) are none. `sure` is False for small numbers in words, which
are often not figures at all. Both sides may be in either script and either width. Known to be missed: sums the text
does not say (兩人 and 三人 are 五人), fractions other than 分之, English number words, 壹 and 貳.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from data_builders.teacher.calendar import Reading, calendar_readings, published_readings, relative_quantities
from data_builders.teacher.numerals import ARABIC, HAN, MOST_SIGNS, NUMERAL, half_width, values_of
from data_builders.zhtw.convert import to_simplified

TABLE = Path(__file__).with_name("units.toml")
VAGUE_BEFORE = re.compile(
    r"(?:約莫?|大約|近|將近|逾|超過|突破|破|超|至少|最多|達?上看|不到|未滿|高達|约莫?|大约|将近|超过)\s*$"
)
VAGUE_AFTER = re.compile(r"\s*(?:多|餘|余|幾|来|來)(?=[^\d])")
VAGUE_LAST = re.compile(r"\s*(?:左右|上下|以上|以下|許|许)")
WEEKDAY_BEFORE = re.compile(r"(?:星期|禮拜|礼拜|[周週])$")
ROC_BEFORE = re.compile(r"民[國国]\s*$")
NUMERAL_WORDS = re.compile(
    r"萬一|万一|千萬別|千万别|十分(?![鐘钟之])|百分百|一[起些下樣样直定般旦再切致向律貫贯併并同路度方]|[統统唯專专同第萬万]一(?=[^名位個])|三明治"
    r"|[四三]川|七夕|九份|八里|三重(?=區|区|市)|萬華|万华|三峽|五股|二林|六龜|七股|四處|四处|十足|千[里秋]|百貨|百货|三讀|三读|兩岸|两岸"
    r"|五花|八卦|九宮|百姓|萬物|千金|一流|一線|雙十|四季|六福|三井|三商|兆豐|兆丰|三星|一面|一邊|一边|不[二三]|三立|九成九"
)
APART = re.compile(r"[A-Za-z0-9]")
HALF = re.compile(r"半(?=年|天|小時|小时|個月|个月|世紀|場)")
SHARE = re.compile(rf"(?<![\d{HAN}])((?:{ARABIC}|[{HAN}])++)分之((?:{ARABIC}|[{HAN}])++)")
CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4]):([0-5]\d)(?!\d)")
CODE = re.compile(
    r"(?<![A-Za-z])[A-Za-z]++[-.]?\d[\dA-Za-z]*(?:\.\d+)*|(?<![\d.,])0\d++(?![.])|(?<!\d)\d++[A-Za-z][\dA-Za-z]*"
)
ROUNDING = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text: as it stands, where, what it may mean, whether it is rounded, whether surely a figure."""

    text: str
    start: int
    readings: tuple[Reading, ...]
    rounded: bool = False
    sure: bool = True


@lru_cache(maxsize=256)
def quantities(text: str, published: str = "") -> tuple[Quantity, ...]:
    """Return the quantities of a text in order; `published` (ISO 8601) gives 去年 and 昨 their dates."""
    plain = half_width(text)
    taken = bytearray(len(plain))
    found: list[Quantity] = []
    for source in (words_without, codes, shares, clocks, halves, relative_quantities_of(published), numerals):
        for quantity, start, end in source(plain):
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                if quantity is not None:
                    found.append(quantity)
    return tuple(sorted(found, key=lambda quantity: quantity.start))


Found = tuple[Quantity | None, int, int]


def words_without(text: str) -> Iterator[Found]:
    """Yield words that hold a numeral and are no number; the 萬一 of 三萬一千 is none of them."""
    for match in NUMERAL_WORDS.finditer(text):
        before, after = text[: match.start()][-1:], text[match.end() : match.end() + 1]
        all_numeral = NUMERAL.fullmatch(match[0]) is not None
        part_of_one = before and NUMERAL.match(before) and NUMERAL.match(match[0])
        if not part_of_one and not (all_numeral and after and NUMERAL.match(after)):
            yield None, match.start(), match.end()


def codes(text: str) -> Iterator[Found]:
    """Yield names that hold digits: P4, iPhone16, 00919; a number with a Latin unit (5km) is none of them."""
    for match in CODE.finditer(text):
        unit = re.fullmatch(r"\d+([A-Za-z]+)", match[0])
        if unit and unit[1].lower() in units():
            continue
        yield Quantity(match[0], match.start(), (Reading("code", Decimal(0), match[0].casefold()),)), *match.span()


def shares(text: str) -> Iterator[Found]:
    """Yield 三分之一 and 百分之三十 as percentages."""
    for match in SHARE.finditer(text) if "分之" in text else ():
        whole, part = values_of(match[1].replace("百", "一百") if match[1] == "百" else match[1]), values_of(match[2])
        whole = whole or ((Decimal({"千": 1000, "萬": 10000}[match[1]]),) if match[1] in "千萬" else ())
        readings = tuple(Reading("percent", p * 100 / w) for w in whole if w for p in part)
        if readings:
            yield Quantity(match[0], match.start(), readings), *match.span()


def clocks(text: str) -> Iterator[Found]:
    """Yield 14:30 as an hour and a minute."""
    for match in CLOCK.finditer(text):
        for group, kind in ((1, "hour"), (2, "minute")):
            value = Decimal(match[group])
            reading = Reading(kind, value % 12 if kind == "hour" else value)
            yield Quantity(match[group], match.start(group), (reading,)), *match.span(group)


def halves(text: str) -> Iterator[Found]:
    """Yield 半年 and 半小時."""
    for match in HALF.finditer(text):
        unit = unit_at(text, match.end())
        if unit and not (match.start() and NUMERAL.match(text[match.start() - 1])):
            readings = tuple(Reading(kind, size / 2) for kind, size in kinds_of(unit))
            end = match.end() + len(unit)
            yield Quantity(text[match.start() : end], match.start(), readings, sure=False), match.start(), end


def relative_quantities_of(published: str) -> Callable[[str], Iterator[Found]]:
    """Return what finds 去年 and 昨天."""

    def find(text: str) -> Iterator[Found]:
        for start, end, readings in relative_quantities(text, published):
            yield Quantity(text[start:end], start, readings, sure=False), start, end

    return find


def numerals(text: str) -> Iterator[Found]:
    """Yield the numerals with what they count."""
    for match in NUMERAL.finditer(text):
        made = quantity_of(text, match.start(), match.end())
        if made is not None:
            yield made, match.start(), made.start + len(made.text)


def quantity_of(text: str, start: int, end: int) -> Quantity | None:
    """Return the quantity whose numeral stands at [start, end), its unit taken in.

    A numeral that is too long to be a number (a small student's 1000000…) is held by its signs, like a code.
    """
    if end - start > MOST_SIGNS:
        return Quantity(text[start:end], start, (Reading("code", Decimal(0), text[start:end]),))
    values = values_of(text[start:end]) or bare_scale(text, start, end)
    if not values or WEEKDAY_BEFORE.search(text[max(0, start - 2) : start]):
        return None
    rounded = bool(VAGUE_BEFORE.search(text[max(0, start - 3) : start]))
    if after := VAGUE_AFTER.match(text, end):
        rounded, end = True, after.end()
        if scale := re.compile(r"[十百千萬万億亿兆]+").match(text, end):  # 10多萬
            values = tuple(value * times for value in values for times in values_of("一" + scale[0]))
            end = scale.end()
    bracketed = text[start - 1 : start] in {"(", "（"} and text[end : end + 1] in {")", "）"}
    unit = unit_at(text, end + bracketed)
    roc = bool(ROC_BEFORE.search(text[max(0, start - 4) : start]))
    ordinal = text[start - 1 : start] == "第"
    kinds = kinds_of(unit)
    readings: list[Reading] = []
    for value in values:
        dated = calendar_readings(unit.strip(), value, roc)
        readings.extend(dated)
        if not roc and not (dated and dated[0].kind == "year" and value >= 1000):
            tenths = tenth_at(text, end + bracketed + len(unit)) if unit.strip() == "成" else Decimal(0)
            readings.extend(Reading(kind, (value + tenths) * size) for kind, size in kinds)
    readings = readings or [Reading("", value) for value in values]
    if ordinal:
        readings = [Reading("ordinal", value) for value in values]
    if VAGUE_LAST.match(text, end + bracketed + len(unit)):
        rounded = True
    stop = end + (bracketed + len(unit) if unit else 0)
    figure = any(sign.isdigit() and sign.isascii() for sign in text[start:end])
    sure = figure or (bool(unit) and min(values) >= 10)
    return Quantity(text[start:stop], start, tuple(dict.fromkeys(readings)), rounded, sure)


def bare_scale(text: str, start: int, end: int) -> tuple[Decimal, ...]:
    """Return the value of a scale that stands alone, which is a number only where it is rounded: 逾百人."""
    if len(text[start:end]) == 1 and VAGUE_BEFORE.search(text[max(0, start - 2) : start]):
        return values_of("一" + text[start:end])
    return ()


def tenth_at(text: str, place: int) -> Decimal:
    """Return the tenth after 成: 三成五 is 35 %."""
    match = NUMERAL.match(text, place)
    alone = match is not None and len(match[0]) == 1 and not unit_at(text, match.end())
    values = values_of(match[0]) if match and alone else ()
    return values[0] / 10 if values else Decimal(0)


@cache
def units() -> dict[str, tuple[tuple[str, Decimal], ...]]:
    """Return {unit, in either script: its (kind, size)s}."""
    found: dict[str, tuple[tuple[str, Decimal], ...]] = {}
    for kind, table in tomllib.loads(TABLE.read_text(encoding="utf-8")).items():
        for unit, size in table.items():
            for written in {unit, to_simplified(unit)}:
                found[written] = (*found.get(written, ()), (kind, Decimal(str(size))))
    for unit in ("月", "月份", "日", "號", "时", "時", "點鐘", "年度", "号"):
        found.setdefault(unit, ())
    return found


def unit_at(text: str, place: int) -> str:
    """Return the longest unit that stands at a place, the blank that some writers put before it included."""
    blank = text[place : place + 1] if text[place : place + 1] in {" ", "\u00a0"} and place else ""
    start = place + len(blank)
    for size in range(longest_unit(), 0, -1):
        unit = text[start : start + size]
        known = unit.lower().replace("臺", "台") in units() and len(unit) == size
        after = text[start + size : start + size + 1]
        if known and not (unit.isascii() and unit.isalpha() and after.isascii() and after.isalpha()):
            return blank + unit
    return ""


@cache
def longest_unit() -> int:
    """Return the length of the longest unit."""
    return max(map(len, units()))


def kinds_of(unit: str) -> tuple[tuple[str, Decimal], ...]:
    """Return the (kind, size)s of a unit as it stands in a text."""
    return units().get(unit.strip().lower().replace("臺", "台"), ())


def unsupported(claim: str, source: str, published: str = "") -> tuple[Quantity, ...]:
    """Return the quantities of `claim` that `source` does not hold, in order."""
    asked = [quantity for quantity in quantities(claim, published) if counts(quantity)]
    if not asked:
        return ()
    known, plain = held_by(source, published)
    return tuple(quantity for quantity in asked if not supported(quantity, known, plain))


@lru_cache(maxsize=64)
def held_by(source: str, published: str) -> tuple[dict[str, set[Decimal]], str]:
    """Return a source's values by kind, and its text as it is compared; kept, as many claims are held against one."""
    held = [reading for quantity in quantities(source, published) for reading in quantity.readings]
    held.extend(published_readings(published))
    return index_of(held), to_simplified(half_width(source).casefold())


def counts(quantity: Quantity) -> bool:
    """Tell whether a claim's quantity states a number: 一名 is an article, words without a unit may be a name."""
    if any(sign.isdigit() and sign.isascii() for sign in quantity.text):
        return True
    if any(reading.kind in {"relative year", "weekday", "percent", "year"} for reading in quantity.readings):
        return True
    if all(reading.kind == "" for reading in quantity.readings):
        return any(sign in quantity.text for sign in "百千萬億兆万亿") and len(quantity.text) > 1
    return any(reading.value != 1 for reading in quantity.readings)


def index_of(readings: Iterable[Reading]) -> dict[str, set[Decimal]]:
    """Return {kind: values}; codes are looked for in the text."""
    known: dict[str, set[Decimal]] = {}
    for reading in readings:
        known.setdefault(reading.kind, set()).add(reading.value)
    return known


def supported(quantity: Quantity, known: dict[str, set[Decimal]], source: str) -> bool:
    """Tell whether the source has the quantity: to the letter, by value, or rounded where the claim says so."""
    if stands_in(source, to_simplified(quantity.text.casefold())):
        return True
    for reading in quantity.readings:
        values = known.get(reading.kind, set()) | (known.get("", set()) if reading.kind != "code" else set())
        if reading.kind == "":
            values = set().union(*(found for kind, found in known.items() if kind != "code"))
        if reading.kind != "code" and reading.value in values:
            return True
        if quantity.rounded and any(abs(value - reading.value) <= step_of(reading.value) for value in values):
            return True
    return False


def stands_in(source: str, said: str) -> bool:
    """Tell whether a figure stands in the source to the letter, and not as a part of a longer one."""
    before = r"(?<![\d])(?<!\d[.,])" if said[0].isdigit() else ""
    after = r"(?![\d])(?![.,]\d)" if said[-1].isdigit() else ""
    return re.search(before + re.escape(said) + after, source) is not None


def step_of(value: Decimal) -> Decimal:
    """Return how far a rounded number may be from the true one: one of its last digit, at most a tenth of it."""
    if not value:
        return Decimal(0)
    last = Decimal(10) ** int(value.normalize().as_tuple().exponent)
    return min(last, abs(value) * ROUNDING)
