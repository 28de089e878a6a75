"""The first test rows, with what each system wrote about them.

    >>> [example.id for example in examples_of(inputs)][:2]
    ['lanyang.example-nl-104', 'lanyang.example-nl-131']

The first ten in file order, whatever they look like: a choice by score would flatter or shame.
"""

from eval.report.inputs import Inputs
from eval.report.schema import Example, ExampleScores, ExampleText
from eval.report.systems import TEACHER, TRAINED, UNTRAINED, rouge_l_of
from eval.schema import Pair

EXAMPLES = 10
TITLE_CHARACTERS = 28


def examples_of(inputs: Inputs) -> tuple[Example, ...]:
    """Return the first test rows: article, reference, trained and untrained student."""
    trained, first = inputs.trained[:EXAMPLES], {pair.id: pair for pair in inputs.untrained[:EXAMPLES]}
    scores, scores_first = rouge_l_of(trained), rouge_l_of(list(first.values()))
    return tuple(
        Example(
            id=pair.id,
            title=inputs.articles[pair.id].title.strip() or opening(pair),
            article=pair.article,
            texts=(
                ExampleText(TEACHER, f"教師 {inputs.teacher}".strip(), pair.reference, {}),
                ExampleText(TRAINED, "訓練後的學生（S5）", pair.prediction, scores[pair.id]),
                ExampleText(
                    UNTRAINED,
                    "未訓練的學生",
                    first[pair.id].prediction if pair.id in first else None,
                    scores_first.get(pair.id, {}),
                ),
            ),
        )
        for pair in trained
    )


def opening(pair: Pair) -> str:
    """Return the start of an article that has no title."""
    return pair.article.strip()[:TITLE_CHARACTERS].replace("\n", " ") + "…"


def scores_only(example: Example) -> ExampleScores:
    """Return what results.json keeps of an example: its id and its numbers, no text."""
    return ExampleScores(example.id, {text.system: text.rouge_l for text in example.texts if text.rouge_l})
