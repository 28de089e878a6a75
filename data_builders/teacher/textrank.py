"""A summary of at most so many characters made of whole clauses of the article, by TextRank with a bias to the lead.

    >>> summarise("台北市今天下大雨，信義區淹水。市府表示，抽水機已出動。", 20)
    '台北市今天下大雨，信義區淹水。'

TextRank (Mihalcea & Tarau 2004): sentences are joined by the words they share, over the logs of their lengths, and
ranked by a walk over that graph. The walk jumps to early sentences more often (1/rank), as news puts the essence
first. Of each chosen sentence whole clauses from its start are taken while they fit; they stand in the article's
order, each literally as in the article.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from data_builders.teacher.words import words

DAMPING = 0.85
STEPS = 50
LEAST_CLAUSE = 12
SENTENCE = re.compile(r"[^。！？\n]+[。！？]?[」』）]*")
BYLINE = re.compile(
    r"^(?:[（(〔\[【][^）)〕\]】]{1,30}[）)〕\]】]|[^，。]{0,12}記者[^，。／]{1,12}／[^，。]{1,10}報導)\s*"
)
CREDIT = re.compile(r"[／/](?:攝影?|翻攝|提供|報導)|^[（(]?圖[／/：:為]|記者[^，。]{2,8}攝")
CAPTION = re.compile(r"^[▲△▼]")
# A clause that ends so has its content after it.
UNFINISHED = re.compile(r"(?:說|說明|表示|指出|認為|強調|提到|透露|呼籲|包括|例如|分別是|因此|其中)[。：]$")
OPEN, CLOSE = "「『（《〈【", "」』）》〉】"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it stands in the article, and its place among the others."""

    text: str
    place: int


def sentences_of(text: str) -> list[Sentence]:
    """Return the article's sentences without bylines, captions and photo credits."""
    found: list[Sentence] = []
    for line in text.split("\n"):
        if CAPTION.match(line):
            continue
        for part in SENTENCE.findall(BYLINE.sub("", line)):
            if part[-1] in "。！？」』）" and not CREDIT.search(part) and part.strip():
                found.append(Sentence(part.strip(), len(found)))
    return found


def rank(sentences: list[Sentence]) -> list[float]:
    """Return each sentence's TextRank score; they sum to 1."""
    import numpy as np  # an eighth of every command's start, and needed by the embedded teacher alone

    bags = [{word.text for word in words(sentence.text) if word.nominal or word.tag == "v"} for sentence in sentences]
    size = len(bags)
    weights = np.zeros((size, size))
    for i, one in enumerate(bags):
        for j, other in enumerate(bags[:i]):
            shared = len(one & other)
            if shared:
                weights[i, j] = weights[j, i] = shared / (math.log(len(one) + 1) + math.log(len(other) + 1))
    lead = 1 / np.arange(1, size + 1)
    lead /= lead.sum()
    sums = weights.sum(axis=0)
    walk = np.where(sums > 0, weights / np.where(sums > 0, sums, 1), lead[:, None])
    score = lead.copy()
    for _ in range(STEPS):
        score = (1 - DAMPING) * lead + DAMPING * walk @ score
    return [float(value) for value in score]


def clauses(sentence: str) -> list[str]:
    """Return the prefixes of a sentence that end at a clause's end outside brackets and quotes, shortest first."""
    depth = 0
    ends = [0]
    for place, character in enumerate(sentence, start=1):
        depth += (character in OPEN) - (character in CLOSE)
        if depth == 0 and (character in "，；。！？" or place == len(sentence)):
            ends.append(place)
    return [sentence[:end] for start, end in pairwise(ends) if end > start]


def summarise(text: str, most: int, told: Sequence[str] = ()) -> str:
    """Return a summary of at most `most` characters, or "" when not even one clause fits.

    `told` are phrases that it ought to tell: the rank of a sentence that holds all of them counts three times.
    """
    sentences = sentences_of(text)
    if not sentences:
        return ""
    scores = [
        score * (1 + 2 * sum(phrase in sentence.text for phrase in told) / max(len(told), 1))
        for score, sentence in zip(rank(sentences), sentences, strict=True)
    ]
    order = sorted(sentences, key=lambda sentence: (-scores[sentence.place], sentence.place))
    left = most
    chosen: dict[int, str] = {}
    for sentence in order:
        ended = [stopped(part) for part in clauses(sentence.text)]
        fitting = [part for part in ended if LEAST_CLAUSE <= len(part) <= left and not UNFINISHED.search(part)]
        if fitting:
            chosen[sentence.place] = fitting[-1]
            left -= len(chosen[sentence.place])
    return "".join(chosen[place] for place in sorted(chosen))


def stopped(clause: str) -> str:
    """Return the clause with a full stop in the place of its comma, so that it stands as a sentence."""
    bare = clause.rstrip("，；、：")
    return bare if bare.rstrip("」』）").endswith(("。", "！", "？")) else bare + "。"
