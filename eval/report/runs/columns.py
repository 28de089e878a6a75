"""The metrics that a report of several runs shows: names, which way is better, how a value is printed.

>>> column("faithfulness").shown(0.814)
'81.4'
"""

from dataclasses import dataclass
from typing import Literal

Better = Literal["more", "less", ""]


@dataclass(frozen=True, slots=True)
class Column:
    """One metric: its name in score files, its head, what it says, which way is better, and its scale."""

    name: str
    head: str
    about: str
    better: Better
    group: Literal["reference", "alone"]
    scale: float = 100.0
    digits: int = 1

    def shown(self, value: float | None) -> str:
        """Return a value as the tables print it."""
        return "—" if value is None else f"{value * self.scale:.{self.digits}f}"

    def signed(self, value: float) -> str:
        """Return a difference as the tables print it."""
        return f"{value * self.scale:+.{self.digits}f}"


COLUMNS = (
    Column("rouge1_f", "ROUGE-1", "與參考摘要共有的詞", "more", "reference"),
    Column("rouge2_f", "ROUGE-2", "與參考摘要共有的連續兩詞", "more", "reference"),
    Column("rougeL_f", "ROUGE-L", "與參考摘要共有的最長詞序", "more", "reference"),
    Column("chrf_pair", "chrF", "與參考摘要共有的字串，逐篇平均", "more", "reference"),
    Column("bertscore_f", "BERTScore", "與參考摘要的詞向量相似度", "more", "reference"),
    Column("judge", "評審", "評審模型的 0–20 分，換算成百分", "more", "reference"),
    Column("faithfulness", "忠實", "數字、日期、名字都在原文裡的程度", "more", "alone"),
    Column("zhtw_share", "繁體", "整篇為繁體中文的比例", "more", "alone"),
    Column("zhtw_mainland_rate", "中國用語", "每千字的中國用語", "less", "alone", 1.0),
    Column("length", "字數", "平均字數", "", "alone", 1.0, 0),
    Column("repetition", "重複", "重複說過的四字串", "less", "alone"),
    Column("coverage", "照抄", "照抄原文的比例", "", "alone"),
    Column("novelty2", "新詞", "原文沒有的連續兩字", "", "alone"),
)
BY_NAME = {one.name: one for one in COLUMNS}
MAIN = "rougeL_f"
# What is tested between runs; the other columns describe.
TESTED = ("rougeL_f", "rouge1_f", "rouge2_f", "chrf_pair", "bertscore_f", "faithfulness", "zhtw_share", "length")
SORTABLE = ("rougeL_f", "rouge1_f", "chrf_pair", "faithfulness", "zhtw_share", "judge")


def column(name: str) -> Column:
    """Return a metric's column."""
    return BY_NAME[name]
