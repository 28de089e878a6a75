r"""The prompt of S5, word by word as the student was trained on it, and its answer without the fixed head.

>>> prompt_of(Article("x", "x", "台北下雨。")).user
'請為新聞生成摘要：\n新聞：\n台北下雨。'
>>> head = Head()
>>> [head.feed(piece) for piece in ("新聞", "摘要：", "\n台北", "下雨。")]
['', '', '台北', '下雨。']
"""

from collections.abc import Callable

from app.rests import SENTENCE
from data_builders.schema import Article
from data_builders.stages.table import STAGES, row_of
from eval.predict.run import prompt_of_row
from eval.predict.schema import Prompt
from eval.predictions import HEAD

S5 = STAGES["s5"]
MOST_NEW_TOKENS = 256
HEADS = ("新聞摘要：", "生成摘要：", "摘要：", "新聞摘要:", "生成摘要:", "摘要:")


def prompt_of(article: Article) -> Prompt:
    """Return the article's prompt."""
    return prompt_of_row(row_of(S5, article.id, {"news": article.article, "summary": ""}))


def first_that_fits(text: str, fits: Callable[[str], bool]) -> str:
    """Return the longest part of a text from its start that fits, cut behind a sentence; "" when none does."""
    if fits(text):
        return text
    ends = [match.end() for match in SENTENCE.finditer(text)]
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[: ends[middle - 1]]) else (low, middle - 1)
    return text[: ends[low - 1]] if low else ""


class Head:
    """Takes the fixed head off an answer that comes in pieces."""

    def __init__(self) -> None:
        self.held = ""
        self.open = True

    def feed(self, piece: str) -> str:
        """Return what may be shown now."""
        if not self.open:
            return piece
        self.held += piece
        while match := HEAD.match(self.held):  # a small student may write it twice
            self.held = self.held[match.end() :]
        start = self.held.lstrip()
        if not start or any(head.startswith(start) for head in HEADS):
            return ""
        self.open = False
        return start

    def rest(self) -> str:
        """Return what was held back when the answer ended: a start of a head that never came."""
        return self.held.strip() if self.open else ""
