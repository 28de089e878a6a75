"""Numbers of Chinese news: the same value in every writing, and what a claim has that its source has not."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_builders.teacher.numbers import quantities, unsupported
from data_builders.teacher.numerals import values_of

# Many people's machines are busy, and a red test must be red again: no deadline, the same examples every time.
settings.register_profile("ours", deadline=None, derandomize=True, database=None)
settings.load_profile("ours")
DIGITS = "零一二三四五六七八九"


def in_han(number: int) -> str:
    """Write a number below 10^16 as a textbook does; the reader is tested against it."""
    if number == 0:
        return "零"
    groups = []
    for scale in ("", "萬", "億", "兆"):
        number, group = divmod(number, 10_000)
        groups.append((group, scale))
    text, gap = "", False
    for group, scale in reversed(groups):
        if group == 0:
            gap = bool(text)
            continue
        text += ("零" if text and (gap or group < 1000) else "") + below_myriad(group) + scale
        gap = False
    return text


def below_myriad(group: int) -> str:
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, group = divmod(group, unit)
        if digit:
            text += ("零" if zero else "") + DIGITS[digit] + name
            zero = False
        else:
            zero = bool(text)
    return text


def mixed(number: int) -> str:
    """Write a number as newspapers do: 7萬2700, 1億20萬."""
    text = ""
    for unit, name in ((10**12, "兆"), (10**8, "億"), (10**4, "萬"), (1, "")):
        part, number = divmod(number, unit)
        text += f"{part}{name}" if part else ""
    return text or "0"


@given(st.integers(10, 10**16 - 1))
def test_a_number_has_the_same_value_in_every_writing(number: int) -> None:
    writings = {str(number), f"{number:,}", in_han(number), in_han(number).replace("二千", "兩千")}
    assert {values_of(writing)[0] for writing in writings} == {Decimal(number)}


@given(st.integers(11, 10**15).filter(lambda n: n % 10_000 >= 10 or n % 10_000 == 0))
def test_a_number_of_myriads_and_figures_is_one_number(number: int) -> None:
    # 1萬5 is 15000 in the news, so a last group below ten is not written this way.
    groups = [number // 10_000**power % 10_000 for power in range(4)]
    if all(group >= 10 or group == 0 for group in groups[:-1]):
        assert values_of(mixed(number)) == (Decimal(number),)


@given(st.integers(10, 10**12), st.sampled_from(["人", "元", "公里", "座", "票", ""]))
def test_a_claim_is_held_by_a_source_that_writes_it_otherwise(number: int, unit: str) -> None:
    claim = f"共{number}{unit}。"
    for source in (f"{number:,}{unit}", f"{in_han(number)}{unit}", full_width(f"{number}{unit}")):
        assert unsupported(claim, f"據統計有{source}，") == ()


@given(st.integers(20, 10**9), st.integers(20, 10**9), st.sampled_from(["人", "元", "公里", "歲"]))
def test_another_value_is_never_held(claimed: int, there: int, unit: str) -> None:
    missing = unsupported(f"有{claimed}{unit}", f"有{in_han(there)}{unit}")
    assert bool(missing) == (claimed != there)


@given(st.text(alphabet="0123456789一二三十百千萬億年月日人元%約多第半，。. 市府（）去昨", max_size=40))
def test_no_text_breaks_the_reader_and_every_text_holds_itself(text: str) -> None:
    assert unsupported(text, text) == ()
    for quantity in quantities(text):
        assert 0 <= quantity.start <= len(text)


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "0" <= sign <= "9" else sign for sign in text)


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十二萬", 120_000),
        ("三萬五", 35_000),
        ("一百二", 120),
        ("一百零二", 102),
        ("7萬2700", 72_700),
        ("1.2億", 120_000_000),
        ("二〇二四", 2024),
        ("一千零五十億", 105_000_000_000),
        ("廿三", 23),
        ("2千5百", 2500),
        ("十", 10),
        ("6,578萬", 65_780_000),
    ],
)
def test_a_numeral_has_its_value(numeral: str, value: int) -> None:
    assert values_of(numeral) == (Decimal(value),)


@pytest.mark.parametrize("word", ["萬", "百", "億", "百千", "千萬"])
def test_a_scale_without_a_number_has_no_value(word: str) -> None:
    assert values_of(word) == ()


def test_two_neighbouring_digits_are_a_span() -> None:
    assert values_of("兩三千") == (Decimal(2000), Decimal(3000))
    assert values_of("二十七八") == (Decimal(27), Decimal(28))


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("12萬人", "十二萬名民眾"),
        ("120,000人", "12萬人"),
        ("1.2億元", "1億2000萬元"),
        ("三成民眾", "30%的民眾"),
        ("35％", "三成五"),
        ("百分之三十", "3成"),
        ("三分之一", "1/3即三分之一"),
        ("2024年", "民國113年"),
        ("民國113年", "2024年"),
        ("2027年2月完工", "預計116年2月完工"),
        ("116年2月完工", "預計民國116年2月完工"),
        ("14日上午", "今（14）日上午"),
        ("14:30出發", "下午2時30分出發"),
        ("1500公尺", "1.5公里"),
        ("90分鐘", "1.5小時"),
        ("６０歲", "60歲"),
        ("12座", "十二座"),
        ("約3萬人", "2萬9876人"),
        ("近2700萬台幣", "2744萬元"),
        ("逾百人", "102人"),
        ("10多萬人", "103,000人"),
        ("2萬5000到2萬6000份", "2萬5000至2萬6000份"),
        ("110年", "110 年"),
        ("兩座", "2座"),
        ("P4廠", "P4、P5廠"),
        ("00919配息", "00919公告"),
        ("9比10", "9比10"),
        ("周四", "週四（6日）"),
        ("一名男子", "男子"),
        ("統一獅隊的十分重要成員", "球員"),
        ("萬一下雨就一起改期", "改期"),
        ("這是唯一一次", "只有那次"),
        ("三萬一千人", "31,000人"),
        ("12万人参加", "十二萬人參加"),
        ("3亿元", "3億元"),
    ],
)
def test_a_claim_is_held(claim: str, source: str) -> None:
    assert unsupported(claim, source) == ()


@pytest.mark.parametrize(
    ("claim", "source", "missing"),
    [
        ("共12萬人，占40%，在2024年", "民國113年十二萬人，占三成", ["40%"]),
        ("2023年3月31日止", "至114年3月31日", ["2023年"]),
        ("3公里", "3公斤", ["3公里"]),
        ("60歲", "60人", ["60歲"]),
        ("12人", "112人", ["12人"]),
        ("2.5%", "12.5%", ["2.5%"]),
        ("P6廠", "P4、P5廠", ["P6"]),
        ("超過三分之一人口", "許多人", ["三分之一"]),
        ("約5萬人", "2萬9876人", ["5萬人"]),
        ("第3名", "第30名", ["3名"]),
        ("919元", "00919", ["919元"]),
    ],
)
def test_a_claim_that_the_source_does_not_hold_is_named(claim: str, source: str, missing: list[str]) -> None:
    assert [quantity.text for quantity in unsupported(claim, source)] == missing


def test_the_day_of_publication_gives_last_year_and_yesterday_their_dates() -> None:
    assert unsupported("2024年", "去年") != ()
    assert unsupported("2024年", "去年", "2025-03-14") == ()
    assert unsupported("13日", "昨天", "2025-03-14") == ()
    assert unsupported("去年", "2024年", "2025-03-14T08:00:00+08:00") == ()
    assert unsupported("2025年", "今天", "not a date") != ()


def test_a_small_number_in_words_is_unsure_and_a_figure_is_sure() -> None:
    assert [(q.text, q.sure) for q in unsupported("兩人和12人、十二人", "")] == [
        ("兩人", False),
        ("12人", True),
        ("十二人", True),
    ]


def test_a_figure_too_long_to_be_a_number_is_held_by_its_signs() -> None:
    endless = f"共1{'0' * 60}人受傷。"
    assert [quantity.start for quantity in unsupported(endless, "共9人受傷。")] == [1]
    assert unsupported(endless, endless) == ()
