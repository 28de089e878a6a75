"""The score tables: every system against the references, each at its own signature.

    >>> [row.label for row in score_table(inputs).rows]
    ['訓練後的學生（S5）', '未訓練的學生', '文章開頭 100 字', '文章開頭，與學生等長', '內建抽取式教師']

All texts are scored without the stage's fixed head, so the signatures say `head:stripped`; `ref:` says who wrote the
references. Where a system's texts are the reference itself, a score of 100 would say nothing: its row is marked and
holds no scores.
"""

from collections.abc import Mapping, Sequence

from eval.baselines import LEAD_CHARACTERS, lead
from eval.predictions import HEAD_STRIPPED, strip_head
from eval.report.inputs import EXTRACTIVE, Inputs
from eval.report.schema import System, SystemRow, Table
from eval.rouge import scores_of
from eval.schema import MODES, Pair
from eval.signature import mean_of

TRAINED, UNTRAINED, TEACHER = "student_s5", "student_untrained", "teacher"
HUMAN = "human"


def systems_of(inputs: Inputs) -> tuple[System, ...]:
    """Return the systems of the score table, those without any text left out."""
    trained = {pair.id: pair.prediction for pair in inputs.trained}
    untrained = {pair.id: pair.prediction for pair in inputs.untrained}
    texts = {key: article.article for key, article in inputs.articles.items()}
    hundred = {key: lead(text, LEAD_CHARACTERS) for key, text in texts.items()}
    alike = {key: lead(texts[key], len(written)) for key, written in trained.items()}
    systems = (
        System(TRAINED, "訓練後的學生（S5）", trained),
        System(UNTRAINED, "未訓練的學生", untrained),
        System("lead_100", f"文章開頭 {LEAD_CHARACTERS} 字", hundred),
        System("lead_student_length", "文章開頭，與學生等長", alike),
        System(EXTRACTIVE, "內建抽取式教師", inputs.extractive),
    )
    return tuple(system for system in systems if system.predictions)


def score_table(inputs: Inputs) -> Table:
    """Return the table against the test rows' own references, which the run's teacher wrote."""
    references = {pair.id: pair.reference for pair in inputs.trained}
    systems = [s for s in systems_of(inputs) if references.keys() & s.predictions.keys()]
    itself = {system.key: taught_by_itself(system, references, inputs.teacher) for system in systems}
    rows = (row_of(system, references, inputs.teacher or "unrecorded", itself[system.key]) for system in systems)
    return Table(inputs.teacher, tuple(rows))


def gold_table(inputs: Inputs) -> Table | None:
    """Return the table against summaries by hand, over whatever articles each system has; None where none has any."""
    references = {gold.id: gold.summary for gold in inputs.gold if gold.summary.strip()}
    systems = systems_of(inputs)
    if inputs.teacher != EXTRACTIVE:
        taught = {key: strip_head(rationale.summary) for key, rationale in inputs.rationales.items()}
        systems = (*systems, System(TEACHER, f"教師 {inputs.teacher}", taught))
    rows = tuple(row_of(s, references, HUMAN, False) for s in systems if references.keys() & s.predictions.keys())
    return Table(HUMAN, rows) if rows else None


def taught_by_itself(system: System, references: Mapping[str, str], teacher: str) -> bool:
    """Whether the references are this system's own texts, by who wrote them or by what they say."""
    if system.key != EXTRACTIVE:
        return False
    common = references.keys() & system.predictions.keys()
    return teacher == EXTRACTIVE or all(system.predictions[key].strip() == references[key] for key in common)


def row_of(system: System, references: Mapping[str, str], by: str, is_reference: bool) -> SystemRow:
    """Score one system over the articles that have both its text and a reference, which is by `by`."""
    pairs = [Pair(key, system.predictions[key], text) for key, text in references.items() if key in system.predictions]
    ids = [pair.id for pair in pairs]
    lengths = [float(len(pair.prediction)) for pair in pairs]
    empty = [float(not pair.prediction.strip()) for pair in pairs]
    note = f"ref:{by}|{HEAD_STRIPPED}"
    modes = () if is_reference else MODES
    scores = {str(mode): scores_of(pairs, mode, note).metrics for mode in modes}
    return SystemRow(
        system=system.key,
        label=system.label,
        n=len(pairs),
        scores=scores,
        mean_chars=mean_of(lengths, "mean_chars", "unit:character", ids, HEAD_STRIPPED),
        empty_share=mean_of(empty, "empty_share", "unit:output", ids, HEAD_STRIPPED),
        is_reference=is_reference,
    )


def rouge_l_of(pairs: Sequence[Pair]) -> dict[str, dict[str, float]]:
    """Return article id -> mode -> ROUGE-L F, for the examples."""
    scored = {str(mode): scores_of(pairs, mode, HEAD_STRIPPED).pairs for mode in MODES} if pairs else {}
    return {pair.id: {mode: values[pair.id]["rougeL_f"] for mode, values in scored.items()} for pair in pairs}
