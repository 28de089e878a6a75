"""Say what a report lacks, in the words in which it says it: a gap is stated, never filled.

    >>> absent_from(inputs, gold=None)
    ('沒有人工摘要檔（gold.jsonl）：沒有「對照人工摘要」一表。',)

What a report cannot do without is no gap but an OrderError, raised where it is read.
"""

from collections.abc import Iterator

from eval.report.inputs import STAGES, Inputs
from eval.report.schema import Table


def absent_from(inputs: Inputs, gold: Table | None) -> tuple[str, ...]:
    """Return one sentence for each thing that the report would have shown."""
    return (*missing_systems(inputs), *missing_gold(inputs, gold), *missing_losses(inputs), *missing_names(inputs))


def missing_systems(inputs: Inputs) -> Iterator[str]:
    """Yield what the score table lacks."""
    if not inputs.untrained:
        yield "沒有未訓練學生的預測（predict_untrained）：分數表少這一列，看不出訓練帶來多少差別。"
    without = [pair.id for pair in inputs.trained if pair.id not in inputs.extractive]
    if len(without) == len(inputs.trained):
        yield "沒有內建抽取式教師的摘要（rationales/extractive.jsonl）：分數表少這一列。"
    elif without:
        yield f"內建抽取式教師缺 {len(without)} 篇測試文章的摘要：該列只計其餘各篇。"


def missing_gold(inputs: Inputs, gold: Table | None) -> Iterator[str]:
    """Yield why there is no table against summaries by hand."""
    if not inputs.gold:
        yield "沒有人工摘要檔（gold.jsonl）：沒有「對照人工摘要」一表。"
    elif gold is None:
        yield "人工摘要的文章都不在這批資料裡：沒有「對照人工摘要」一表。"


def missing_losses(inputs: Inputs) -> Iterator[str]:
    """Yield which stages cannot be judged by their loss."""
    logged = {loss.stage for loss in inputs.losses}
    missing = [stage.upper() for stage in STAGES if stage not in logged]
    if missing:
        yield f"沒有 {'、'.join(missing)} 的訓練紀錄（trainer_log.jsonl）：不畫這些階段的曲線。"
    unknown = [loss.stage.upper() for loss in inputs.losses if loss.falls is None]
    if unknown:
        yield f"{'、'.join(unknown)} 的紀錄缺第 0 步或訓練後的 dev loss：無從說它是否下降。"


def missing_names(inputs: Inputs) -> Iterator[str]:
    """Yield what the run did not record of itself."""
    if not inputs.student.name:
        yield "這次執行沒有記下學生是哪個模型。"
    if not inputs.teacher:
        yield "測試文章在 rationales.jsonl 裡都沒有教師的紀錄：不知道參考摘要出自誰。"
