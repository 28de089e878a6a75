"""From a corpus's examples to the rows of a task: words looked for, sides told, samples drawn, near copies kept out.

    built = assemble(lambda: read(files), {"train", "dev"}, Asked(inputs, out, Sizes(5897, 990, 990), seed=42), step)

A corpus that brings splits keeps them; what it does not bring is cut off its training rows by group. The examples are
read once for each thing that must be known before (who is held out, where that is to be cut) and once for the rows,
so nothing but the samples is held: with `train` 0 the training rows stream from the reader to the file.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from data_builders.manifest import Step
from data_builders.schema import SPLITS, AlpacaRow, Reject, Split
from data_builders.tasks.apart import HeldOut
from data_builders.tasks.schema import Asked, Built, Rows
from data_builders.tasks.sides import Sample, sides

SPARE = 10  # one in ten more training rows is drawn, and 20: what is like a held-out row is replaced by the next


@dataclass(frozen=True, slots=True)
class Example:
    """One row to be, the group that must stay on one side, the texts that are compared, its split if it has one.

    `references` are all accepted answers where the row's output is not the only one, else None.
    """

    row: AlpacaRow
    group: str
    texts: tuple[str, ...]
    split: Split | None = None
    references: tuple[str, ...] | None = None


Read = Callable[[], Iterable[Example | Reject]]


@dataclass(slots=True)
class Drawn:
    """The samples of one pass, and how many rows there were, rejects among them, and rows with a keyword."""

    samples: dict[Split, Sample[Example]]
    read: int = 0
    rejected: int = 0
    wanted: int = 0


def assemble(read: Read, given: Collection[Split], asked: Asked, step: Step) -> Built:
    """Return the rows of a task from what a reader gives, the same each time it is called.

    `given` are the splits that the input brings.
    """
    words = tuple(word.casefold() for word in asked.keywords)
    side = sided(read, given, asked, words)
    sizes = asked.sizes
    spare = sizes.train + sizes.train // SPARE + 20
    samples = {split: Sample[Example](getattr(sizes, split), asked.seed) for split in SPLITS}
    samples["train"] = Sample[Example](spare, asked.seed)
    drawn = Drawn({split: sample for split, sample in samples.items() if split != "train" or sizes.train})
    for one in drawing(read, words, drawn):
        split = side(one)
        if split in drawn.samples:
            drawn.samples[split].offer(key_of(one), one)
    step.rows_in = drawn.read
    step.funnel = {"read": drawn.read} | ({"with_a_keyword": drawn.wanted} if words else {})
    test = drawn.samples["test"].rows()
    dev, dev_rejects = apart(drawn.samples["dev"].rows(), HeldOut(named(test)), step.name)
    held = HeldOut(named([*test, *dev]))
    if sizes.train:
        train: Rows = first_of(drawn.samples["train"], sizes.train, held, step.name)
    else:
        train = streamed((one for one in wanted(read(), words) if side(one) == "train"), held, step.name)
    references = {one.row.id: one.references for one in test if one.references is not None}
    # Rejects may be millions: they are read again instead of being held.
    rejects = (one for one in read() if isinstance(one, Reject)) if drawn.rejected else ()
    dev_rows = chain[AlpacaRow | Reject](rejects, dev_rejects, (one.row for one in dev))
    return Built(train, dev_rows, [one.row for one in test], references)


def sided(read: Read, given: Collection[Split], asked: Asked, words: tuple[str, ...]) -> Callable[[Example], Split]:
    """Return what tells an example's split: the corpus's own, or one cut off its training rows."""
    held_out = {"dev", "test"} & set(given)
    if len(held_out) > 1:
        return lambda one: one.split or "train"
    groups = (one.group for one in wanted(read(), words) if one.split in {None, "train"})
    cut = sides(groups, asked.sizes, asked.seed, ("dev",) if held_out else ("test", "dev"))
    # A corpus's one held-out split is the test, by whichever name: wmt19 and squad_v2 have a validation split alone.
    return lambda one: "test" if one.split in held_out else cut(one.group)


def drawing(read: Read, words: tuple[str, ...], drawn: Drawn) -> Iterator[Example]:
    """Yield the examples that hold a keyword, counting all."""
    for one in read():
        drawn.read += 1
        if isinstance(one, Reject):
            drawn.rejected += 1
        elif holds(one, words):
            drawn.wanted += 1
            yield one


def wanted(examples: Iterable[Example | Reject], words: tuple[str, ...]) -> Iterator[Example]:
    """Yield the examples that hold a keyword."""
    return (one for one in examples if not isinstance(one, Reject) and holds(one, words))


def holds(one: Example, words: tuple[str, ...]) -> bool:
    """Whether an example's texts hold one of the words; every example does where none is asked for."""
    return not words or any(word in text.casefold() for text in one.texts for word in words)


def key_of(one: Example) -> str:
    """Return what makes an example the same as another: what is asked and what is answered."""
    return f"{one.row.instruction}\n{one.row.input}\n{one.row.output}"


def named(examples: Iterable[Example]) -> Iterator[tuple[str, str]]:
    """Yield each text of the examples with its row's id."""
    return ((one.row.id, text) for one in examples for text in one.texts)


def apart(examples: Iterable[Example], held: HeldOut, step: str) -> tuple[list[Example], list[Reject]]:
    """Part examples into those that are like nothing held out and rejects."""
    kept: list[Example] = []
    rejects: list[Reject] = []
    for one in examples:
        like = unlike(one, held, step)
        if like is None:
            kept.append(one)
        else:
            rejects.append(like)
    return kept, rejects


def unlike(one: Example, held: HeldOut, step: str) -> Reject | None:
    """Return None for an example that is like nothing held out, else the reason."""
    for text in one.texts:
        alike = held.like(text)
        if alike is not None:
            return Reject(one.row.id, step, "like_held_out", f"{alike.share:.2f} like {alike.id}")
    return None


def first_of(sample: Sample[Example], size: int, held: HeldOut, step: str) -> list[AlpacaRow | Reject]:
    """Return `size` rows of a sample that are like nothing held out, and the rejects that they replace."""
    kept, rejects = apart(sample.rows(), held, step)
    again = Sample[Example](size, sample.seed)
    for one in kept:
        again.offer(key_of(one), one)
    return [*rejects, *(one.row for one in again.rows())]


def streamed(examples: Iterable[Example], held: HeldOut, step: str) -> Iterator[AlpacaRow | Reject]:
    """Yield rows and rejects one by one."""
    for one in examples:
        yield unlike(one, held, step) or one.row
