"""A comparison in plain words, for readers who do not read p-values.

>>> verdict(difference, column("rougeL_f"))
'b 比 a 高 3.2（95% 區間 +1.0 到 +5.4），差別不是偶然'
"""

from collections.abc import Sequence

from eval.compare.schema import Comparison, Difference
from eval.report.runs.columns import Column

TINY = 1e-4
# How many pairs of runs a page spells out in each metric; results.json has all.
MOST_PAIRS = 30


def verdict(one: Difference, column: Column) -> str:
    """Return what a difference means."""
    low, high = column.signed(one.low), column.signed(one.high)
    between = f"（95% 區間 {low} 到 {high}）"
    if not one.differs:
        return f"看不出 {one.better} 與 {one.worse} 有別{between}"
    way = "高" if one.mean > 0 else "低"
    return f"{one.better} 比 {one.worse} {way} {column.shown(abs(one.mean))}{between}，差別不是偶然"


def chance(p: float) -> str:
    """Return a p-value as it is printed."""
    return f"< {TINY:.4f}" if p < TINY else f"{p:.4f}"


def told_pairs(one: Comparison) -> Sequence[Difference]:
    """Return the pairs of runs that are spelled out: those that differ first, by how much."""
    return sorted(one.differences, key=lambda pair: (not pair.differs, -abs(pair.mean), pair.better, pair.worse))[
        :MOST_PAIRS
    ]


def summary(one: Comparison, column: Column) -> str:
    """Return the outcome of one metric in a sentence."""
    differ = sum(pair.differs for pair in one.differences)
    every = len(one.differences)
    if differ == every:
        return f"{column.head}：{every} 對執行全都有別。"
    if not differ:
        return f"{column.head}：{every} 對執行都看不出差別。"
    return f"{column.head}：{every} 對執行中 {differ} 對有別，其餘 {every - differ} 對看不出差別。"
