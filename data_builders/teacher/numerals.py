"""The value of a numeral as Chinese news writes it: Arabic, Chinese, or both in one.

    >>> values_of("7萬2700"), values_of("一千零五十億"), values_of("三萬五"), values_of("兩三千")
    ((Decimal('72700'),), (Decimal('105000000000'),), (Decimal('35000'),), (Decimal('2000'), Decimal('3000')))

A numeral may mean more than one number (兩三千), so all its readings are returned, none when it means
none (萬一, 千百). Text is expected half-width (`half_width`).
"""

import re
from decimal import Decimal, InvalidOperation

# The banker's forms (壹貳參) are left out: 大陸 and 參加 are in every article, sums in them are not.
DIGITS = {
    "〇": 0,
    "零": 0,
    "○": 0,
    "一": 1,
    "二": 2,
    "兩": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
TENS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"萬": 10**4, "万": 10**4, "億": 10**8, "亿": 10**8, "兆": 10**12}
TWENTIES = {"廿": "二十", "卅": "三十"}
# Possessive throughout: a long figure must not be tried in every cut when what should follow it does not.
ARABIC = r"(?>\d{1,3}(?:,\d{3})++(?:\.\d++)?(?!\d)|\d++(?:\.\d++)?)"
HAN = "".join((*DIGITS, *TENS, *MYRIADS, *TWENTIES))
NUMERAL = re.compile(rf"(?:{ARABIC}|[{HAN}])++")
TOKEN = re.compile(rf"{ARABIC}|[{HAN}]")
MOST_SIGNS = 40
HALF_WIDTH = {sign: sign - 0xFEE0 for sign in range(ord("！"), ord("～") + 1) if sign != ord("，")}


def half_width(text: str) -> str:
    """Return `text` with full-width letters, digits and signs in half width; same length, same places.

    The full-width comma stays: between figures it parts two of them, the half-width one groups a figure's digits.
    """
    return text.translate(HALF_WIDTH)


def values_of(numeral: str) -> tuple[Decimal, ...]:
    """Return every number that a numeral may mean, the likeliest first."""
    for short, long in TWENTIES.items():
        numeral = numeral.replace(short, long)
    tokens = TOKEN.findall(numeral)
    if not tokens or len(numeral) > MOST_SIGNS:
        return ()
    if all(token in DIGITS for token in tokens):
        return digit_string(tokens)
    pair = next((i for i in range(len(tokens) - 1) if follow(tokens, i)), -1)
    if pair >= 0:  # 兩三千, 二十七八
        return tuple(
            value for leave in (pair + 1, pair) for value in one_value([*tokens[:leave], *tokens[leave + 1 :]])
        )
    return one_value(tokens)


def follow(tokens: list[str], place: int) -> bool:
    """Tell whether two neighbouring digits are a span such as 兩三."""
    first, second = DIGITS.get(tokens[place], 0), DIGITS.get(tokens[place + 1], 0)
    return first > 0 and second == first + 1


def digit_string(tokens: list[str]) -> tuple[Decimal, ...]:
    """Return what digits without a unit mean: 二〇二四, 五; two that follow each other may be a span."""
    whole = Decimal("".join(str(DIGITS[token]) for token in tokens))
    if len(tokens) == 2 and follow(tokens, 0):
        return Decimal(DIGITS[tokens[0]]), Decimal(DIGITS[tokens[1]]), whole
    return (whole,)


def one_value(tokens: list[str]) -> tuple[Decimal, ...]:
    """Return the number of digits and units in order; nothing where two numbers meet without a unit."""
    total = section = Decimal(0)
    number: Decimal | None = None
    last, largest, zero = 0, 0, False
    for place, token in enumerate(tokens):
        if token in TENS:
            if number is None and section == 0 and TENS[token] > 10 and not place:
                return ()  # 百貨, 千萬: no number of hundreds
            section += (1 if number is None else number) * TENS[token]
            number, last, zero = None, TENS[token], False
        elif token in MYRIADS:
            if number is None and section == 0 and not total:
                return ()  # 萬一, 億
            section += number or 0
            unit = MYRIADS[token]
            total = (total + section) * unit if unit > largest else total + section * unit
            section, number, last, largest, zero = Decimal(0), None, unit, max(unit, largest), False
        elif DIGITS.get(token) == 0 and number is None:
            zero = True
        else:
            if number is not None:
                return ()
            number = number_of(token)
            if number is None:
                return ()
    if number is not None and last >= 100 and not zero and len(tokens[-1]) == 1:
        number = number * last / 10  # 三萬五, 一百二, 1萬5
    return (total + section + (number or 0),)


def number_of(token: str) -> Decimal | None:
    """Return the number of one token that is no unit."""
    if token in DIGITS:
        return Decimal(DIGITS[token])
    try:
        return Decimal(token.replace(",", ""))
    except InvalidOperation:
        return None
