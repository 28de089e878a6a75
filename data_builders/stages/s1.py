"""S1's answers, by one of two sources.

`student`: the untrained student's own summary of the article, put into Taiwan's Chinese. The student learns nothing
new about the news, only the script and the wording, as in the published study. `first_summary` asks the student.

`convert`: for a student that cannot write yet. The news shown is the article's opening in Simplified characters, the
answer is that same opening as the article has it: a Simplified-to-Traditional pair of at most `MOST_OPENING`
characters whose Traditional side a person wrote.

    >>> opening("台北市今天下大雨，信義區淹水。市府表示，抽水機已出動。", 16)
    '台北市今天下大雨，信義區淹水。'
"""

from typing import Literal

from data_builders.schema import AlpacaRow, Article, Reject
from data_builders.stages.table import STAGES, row_of
from data_builders.teacher.textrank import clauses, sentences_of, stopped
from data_builders.zhtw.convert import to_simplified, to_taiwan

Source = Literal["convert", "student"]
MOST_OPENING = 120


def converted(article: Article) -> AlpacaRow | Reject:
    """Return the Simplified-to-Traditional pair of an article's opening."""
    text = opening(article.article, MOST_OPENING)
    if not text:
        return Reject(article.id, "build s1", "no_opening", f"no clause within {MOST_OPENING} characters")
    return row_of(STAGES["s1"], article.id, {"news": to_simplified(text), "summary": text})


def opening(text: str, most: int) -> str:
    """Return the article's first whole sentences or clauses, at most `most` characters."""
    taken = ""
    for sentence in sentences_of(text):
        fitting = [part for part in map(stopped, clauses(sentence.text)) if len(taken) + len(part) <= most]
        if not fitting:
            break
        taken += fitting[-1]
        if fitting[-1] != sentence.text:
            break
    return taken


def own_summary(article: Article, summary: str | None) -> AlpacaRow | Reject:
    """Return the row that answers with the untrained student's own summary, put into Taiwan's Chinese."""
    text = to_taiwan(summary or "", article=article.article).strip()
    if not text:
        return Reject(article.id, "build s1", "empty_first_summary", "the untrained student wrote nothing")
    return row_of(STAGES["s1"], article.id, {"news": article.article, "summary": text})
