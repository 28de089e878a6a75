r"""How many of the reference's triples a stage's answer holds: see `eval.stage_answers`."""

from collections.abc import Sequence

from eval import stage_answers
from eval.schema import Pair, Scores


def scores_of(pairs: Sequence[Pair], mode: str = "set", note: str = "") -> Scores:  # noqa: ARG001 - one mode
    """Return precision, recall and F1 of the triples, exact and soft."""
    return stage_answers.scores_of(pairs, "triples", note)
