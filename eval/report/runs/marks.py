"""An answer in pieces: what the reference lacks, what the article does not hold, and why.

    >>> doubts_of(pieces_of("影響20萬戶。", "影響十二萬戶。", "影響十二萬戶。"))
    (('20萬戶', '數字：原文沒有這個數目'),)

Differences are of characters, by the shortest edit; an agreement of a single character between two differences is
chance more often than not in Chinese, and is counted as different. Doubts are those of `eval.faithfulness` on figures,
dates, names and negations; its doubts about common words are paraphrases more often than faults, and are not marked.
"""

from collections.abc import Iterator

from rapidfuzz.distance import Indel

from eval.faithfulness.score import doubts
from eval.report.runs.schema import Piece

LEAST_SHARED = 2
MOST_LACKING, MOST_LACKING_CHARACTERS = 12, 40
WHY = {
    "numbers": "數字：原文沒有這個數目",
    "dates": "日期：原文沒有這個時間",
    "names": "名字：原文沒有這個名字",
    "negation": "否定：與原文的說法相反",
}


def pieces_of(answer: str, reference: str, article: str) -> tuple[Piece, ...]:
    """Return the answer in pieces that are of one kind throughout."""
    new = [True] * len(answer)
    for start, _, size in shared(answer, reference):
        new[start : start + size] = [False] * size
    why = [""] * len(answer)
    for doubt in doubts(answer, article) if answer.strip() and article.strip() else ():
        if doubt.kind in WHY:
            why[doubt.start : doubt.start + len(doubt.text)] = [WHY[doubt.kind]] * len(doubt.text)
    found: list[Piece] = []
    start = 0
    for place in range(1, len(answer) + 1):
        if place == len(answer) or (new[place], why[place]) != (new[start], why[start]):
            found.append(Piece(answer[start:place], new[start], why[start]))
            start = place
    return tuple(found) if answer else ()


def shared(one: str, other: str) -> Iterator[tuple[int, int, int]]:
    """Yield the stretches that two texts share in one order: (place here, place there, length)."""
    for code in Indel.opcodes(one, other):
        size = code.src_end - code.src_start
        whole = size == len(one) == len(other)
        if code.tag == "equal" and (size >= LEAST_SHARED or whole):
            yield code.src_start, code.dest_start, size


def lacking_of(answer: str, reference: str) -> tuple[str, ...]:
    """Return what of the reference the answer lacks, in order, the first stretches of it."""
    held = [False] * len(reference)
    for _, start, size in shared(answer, reference):
        held[start : start + size] = [True] * size
    found: list[str] = []
    start = 0
    for place in range(1, len(reference) + 1):
        if place == len(reference) or held[place] != held[start]:
            text = reference[start:place].strip("，。、；： \n")
            if not held[start] and text:
                found.append(text[:MOST_LACKING_CHARACTERS] + ("…" if len(text) > MOST_LACKING_CHARACTERS else ""))
            start = place
    return tuple(found[:MOST_LACKING])


def doubts_of(pieces: tuple[Piece, ...]) -> tuple[tuple[str, str], ...]:
    """Return each doubted stretch with its reason, whole where a difference cut it in two."""
    found: list[tuple[str, str]] = []
    before = ""
    for piece in pieces:
        if piece.doubt and piece.doubt == before:
            found[-1] = (found[-1][0] + piece.text, piece.doubt)
        elif piece.doubt:
            found.append((piece.text, piece.doubt))
        before = piece.doubt
    return tuple(found)
