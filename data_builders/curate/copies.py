r"""Find the articles that repeat another, and those that tell the same story.

    >>> text = "台北市今天下大雨，市府宣布停班停課。"
    >>> find_copies([("a", text), ("b", text.replace("，", ",\n"))]).copies
    [Copy(id='b', of='a', kind='exact', likeness=1.0)]

What is a copy is said in `likeness`, how pairs are found in `sketch`. The earlier in the input is kept, and what is
decided for an article hangs on those before it alone: adding articles at the end changes nothing that was decided. The
price: a later, longer article that holds half of an earlier one goes as well, unless more than `fresh` of it is new;
then it is kept as a follow-up. Follow-ups and other accounts of the same story are ties, for the split to put into one
story; of an account that is no copy, only the runs count that fewer than `sketch.CROWD` earlier articles hold, lest a
newspaper's usual closing lines tie all its articles into one story.

Texts may come from a generator: they are read once. `join` is the same without reading or sketching, for sketches that
were made elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from data_builders.curate.likeness import Kind, Likeness, Traits, Verdict, judge, traits
from data_builders.curate.shelf import Shelf
from data_builders.curate.shingles import Folded, folded
from data_builders.curate.sketch import Met, Sketch, alike, postings, sketch_of_folded

MOST_JUDGED = 12  # of the articles that may be like one, so many are judged, the likeliest first
MOST_WEAK, WEAK = 3, 0.08  # and so many of those that share less than this of their samples
REMEMBERED = 4096  # texts whose shingles are kept at hand
Copied = tuple[int, Kind, float]  # whose copy, what kind, the share


@dataclass(frozen=True, slots=True)
class Copy:
    """`id` repeats `of`, which stands before it and is kept; `likeness` is the share that decided."""

    id: str
    of: str
    kind: Kind
    likeness: float


@dataclass(frozen=True, slots=True)
class Copies:
    """What repeats what, and (id, id of an earlier one, share) for kept articles that tell one story."""

    copies: list[Copy] = field(default_factory=list)
    ties: list[tuple[str, str, float]] = field(default_factory=list)


def find_copies(
    texts: Iterable[tuple[str, str]], likeness: Likeness | None = None, folder: Path | None = None
) -> Copies:
    """Judge (id, text) pairs in their order; the texts lie in a temporary file in `folder`, not in memory."""
    with Shelf(folder) as shelf:

        def sketches() -> Iterator[tuple[str, Sketch]]:
            for name, text in texts:
                codes = folded(text)
                shelf.put(codes)
                yield name, sketch_of_folded(codes)

        return join(sketches(), shelf.get, likeness)


def join(
    sketches: Iterable[tuple[str, Sketch]], read: Callable[[int], Folded], likeness: Likeness | None = None
) -> Copies:
    """Judge sketched articles in their order; `read` gives the folded text of the first at 0, and so on."""
    likeness = likeness or Likeness()
    names: list[str] = []
    repeats: dict[int, int] = {}
    found = postings(different_samples(sketches, names, repeats))
    look = lru_cache(REMEMBERED)(lambda place: traits(read(place)))
    copied: dict[int, Copied] = {}
    ties: list[tuple[int, int, float]] = []
    for place, others in alike(found):
        verdicts: list[tuple[Met, Verdict]] = []
        for other in worth_judging(others, copied):
            verdict = judge(look(other.place), look(place), likeness)
            kind = copy_kind(look(place), look(other.place), verdict, likeness)
            if kind:
                copied[place] = other.place, kind, verdict.likeness
                break
            verdicts.append((other, verdict))
        else:
            ties += [(place, other.place, v.likeness) for other, v in verdicts if is_tie(other, v, likeness)]
    for place, first in repeats.items():
        copied[place] = copied.get(first, (first, "exact", 1.0))
    return Copies(
        [Copy(names[place], names[of], kind, share) for place, (of, kind, share) in sorted(copied.items())],
        [(names[place], names[other], share) for place, other, share in sorted(ties)],
    )


def different_samples(
    sketches: Iterable[tuple[str, Sketch]], names: list[str], repeats: dict[int, int]
) -> Iterator[bytes]:
    """Yield each sample, empty where the whole text stood before; fill in the names and what repeats what."""
    firsts: dict[bytes, int] = {}
    for place, (name, sketch) in enumerate(sketches):
        names.append(name)
        first = firsts.setdefault(sketch.digest, place) if sketch.size else place
        if first != place:
            repeats[place] = first
        yield sketch.sample if first == place else b""


def worth_judging(others: list[Met], copied: dict[int, Copied]) -> Iterator[Met]:
    """Yield the likeliest of the kept articles that were met: few of the weak ones, most of which are nothing."""
    judged = weak = 0
    for other in others:
        if other.place not in copied:
            judged, weak = judged + 1, weak + (other.share < WEAK)
            if judged > MOST_JUDGED or weak > MOST_WEAK:
                return
            yield other


def copy_kind(later: Traits, earlier: Traits, verdict: Verdict, likeness: Likeness) -> Kind | None:
    """Return the kind of copy the later text is, or None: a follow-up that is nearly all new stays."""
    if verdict.kind == "contained":
        common = verdict.likeness * min(len(later.shingles), len(earlier.shingles))
        return "contained" if common >= (1 - likeness.fresh) * len(later.shingles) else None
    return verdict.kind if verdict.kind in {"exact", "near"} else None


def is_tie(other: Met, verdict: Verdict, likeness: Likeness) -> bool:
    """Tell whether two kept texts tell one story; for a mere account, what everybody writes does not count."""
    if verdict.kind == "story":
        return other.own >= 0.75 * likeness.story  # runs of five are fewer than shingles of three
    return bool(verdict.kind)
