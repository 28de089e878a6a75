"""Articles in, clean and split articles out: clean -> (script) -> copies -> stories -> split -> proof.

    python -m data_builders curate data/ingest --out data/articles

Writes `train.jsonl`, `dev.jsonl`, `test.jsonl`; `rejected.jsonl` with a reason for each article left out;
`splits.jsonl`, the memory of which story and split each article has, which the next run into the same folder goes by;
and the manifest with funnel and leak certificate. The texts pass through on disk, so memory holds ids and samples only.
Killed at any moment and run again, it writes the bytes that an undisturbed run writes.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from data_builders.curate.certificate import certificate, later_first, shown
from data_builders.curate.copies import Copies, join
from data_builders.curate.corpus import Corpus
from data_builders.curate.likeness import Likeness
from data_builders.curate.neighbours import neighbours
from data_builders.curate.prepare import Prepared, Recipe, local, no_text
from data_builders.curate.split import Cutting
from data_builders.curate.stories import Stories
from data_builders.ingest import source_name
from data_builders.jsonl import encode, need, read, sweep
from data_builders.manifest import Step
from data_builders.schema import SPLITS, Article, Manifest, Placed, Split

MEMORY = "splits.jsonl"
ENGINES = ("local", "ray")
COPY_REASONS = {"exact": "duplicate", "near": "near_duplicate", "contained": "contained"}
Fates = dict[int, tuple[str, str, str]]  # number -> step, reason, detail


@dataclass(frozen=True, slots=True)
class Plan:
    """What curation is to do; `previous` is a folder whose articles keep their splits (default: the output's own)."""

    recipe: Recipe = field(default_factory=Recipe)
    cutting: Cutting = field(default_factory=Cutting)
    likeness: Likeness = field(default_factory=Likeness)
    engine: Literal["local", "ray"] = "local"
    previous: Path | None = None

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        """What of the plan the output hangs on; the engine is none of it."""
        bounds, cutting = self.recipe.bounds, self.cutting
        found: dict[str, str | int | float | bool] = {
            "seed": cutting.seed,
            "min_chars": bounds.least,
            "max_chars": bounds.most,
        }
        if cutting.counts:
            found["counts"] = ",".join(f"{split}={count}" for split, count in cutting.counts)
        else:
            found["dev_share"], found["test_share"] = cutting.shares.dev, cutting.shares.test
        if cutting.by_time:
            found["by_time"] = True
        if self.recipe.languages != Recipe().languages:
            found["languages"] = ",".join(self.recipe.languages)
        if self.recipe.keywords:
            said = [(rule.verb, rule.pattern, rule.reason) for rule in self.recipe.keywords]
            found["rules"] = hashlib.sha256(encode(said)).hexdigest()
        return found | asdict(self.likeness)

    @property
    def rule(self) -> str:
        """A short name for the settings: a folder's memory holds for equal ones only."""
        return hashlib.sha256(encode(self.settings)).hexdigest()[:8]


def curate(articles: Path, out: Path, plan: Plan | None = None) -> Manifest:
    """Write the three splits, the rejects, the memory and the manifest into `out`."""
    plan = plan or Plan()
    sweep(out)
    step = Step("curate", out, plan.settings)
    step.reads(articles)
    past = remembered(out, plan, step)
    with Corpus(out) as corpus:
        corpus.fill(prepared_by(articles, plan))
        if corpus.records and not corpus.with_text:
            raise no_text(articles, next(corpus.rejects({})).detail)
        step.rows_in, step.edited = len(corpus.records), corpus.edited
        step.funnel = {"read": step.rows_in, "clean": len(corpus.told)}
        order = judging_order(corpus, past)
        found = copies_in(corpus, order, plan.likeness)
        fates: Fates = {}
        stories = told_as_stories(corpus, order, found, past, plan.cutting, fates)
        step.funnel["no copies"] = len(corpus.told) - len(found.copies)
        step.funnel["no bridges"] = len(corpus.told) - len(fates)
        keep_apart(corpus, order, stories, plan.likeness, fates)
        step.funnel["no leaks"] = len(corpus.told) - len(fates)
        write_out(step, corpus, order, stories, past, fates, plan)
        return step.finish(corpus.rejects(fates))


def prepared_by(articles: Path, plan: Plan) -> Iterator[Prepared]:
    """Clean and sketch every line of the input with the engine of the plan."""
    source = source_name(articles)
    if plan.engine == "ray":
        from data_builders.curate.on_ray import prepared_on_ray

        return prepared_on_ray(articles, source, plan.recipe)
    return local(articles, source, plan.recipe)


def remembered(out: Path, plan: Plan, step: Step) -> list[Placed]:
    """Return what an earlier run placed: in the folder that was named, or in `out` under equal settings."""
    if plan.previous is not None:
        then = "name a folder that curate wrote, or leave --previous out"
        file = step.reads(need(plan.previous / MEMORY, then))
        return list(read(file, Placed))
    file = out / MEMORY
    return [placed for placed in read(file, Placed) if placed.rule == plan.rule] if file.is_file() else []


def forgets(out: Path, plan: Plan) -> bool:
    """Tell whether `out` holds a split that other settings made, which this plan does not go by."""
    first = next(iter(read(out / MEMORY, Placed)), None) if (out / MEMORY).is_file() else None
    return plan.previous is None and first is not None and first.rule != plan.rule


def judging_order(corpus: Corpus, past: list[Placed]) -> list[int]:
    """Return the clean articles' numbers: those of an earlier run in its order, then the new ones."""
    numbers = {told.id: number for number, told in enumerate(corpus.told)} if past else {}
    known = [numbers[placed.id] for placed in past if placed.id in numbers]
    old = set(known)
    return known + [number for number in range(len(corpus.told)) if number not in old]


def copies_in(corpus: Corpus, order: list[int], likeness: Likeness) -> Copies:
    """Find copies and ties among the clean articles."""
    sketches = ((corpus.told[number].id, corpus.sketch(number)) for number in order)
    return join(sketches, lambda place: corpus.folded(order[place]), likeness)


def told_as_stories(
    corpus: Corpus, order: list[int], found: Copies, past: list[Placed], cutting: Cutting, fates: Fates
) -> Stories:
    """Join the articles into stories and decide their splits; copies and bridges get their fate."""
    stories = Stories(cutting)
    for placed in past:
        stories.recall(placed)
    copies = {copy.id: copy for copy in found.copies}
    ties: dict[str, list[str]] = {}
    for name, other, _ in found.ties:
        ties.setdefault(name, []).append(other)
    for number in order:
        told = corpus.told[number]
        copy = copies.get(told.id)
        if copy is not None:
            stories.follow(told, copy.of)
            seen = f"same text as {copy.of}" if copy.kind == "exact" else f"{copy.likeness:.2f} like {copy.of}"
            fates[number] = ("dedupe", COPY_REASONS[copy.kind], seen)
            continue
        bridge = stories.add(told, ties.get(told.id, ()))
        if bridge:
            fates[number] = ("split", "bridges_splits", bridge)
    stories.decide(corpus.told[number].id for number in order if number not in fates)
    return stories


def keep_apart(corpus: Corpus, order: list[int], stories: Stories, likeness: Likeness, fates: Fates) -> None:
    """Compare train with dev and test, and dev with test; of two alike the later one leaves."""

    def texts(*splits: Split) -> Iterator[tuple[str, str]]:
        for number in order:
            name = corpus.told[number].id
            if number not in fates and stories.split(name) in splits:
                yield name, corpus.article(number).article

    found = [*neighbours(texts("train"), texts("dev", "test"), likeness)]
    found += neighbours(texts("dev"), texts("test"), likeness)
    position = {corpus.told[number].id: place for place, number in enumerate(order)} if found else {}
    for newer, older, share in later_first(found, position):
        if order[position[older]] not in fates:
            seen = f"{share:.2f} like {older} ({stories.split(older)})"
            fates[order[position[newer]]] = ("split", "bridges_splits", seen)


def write_out(
    step: Step, corpus: Corpus, order: list[int], stories: Stories, past: list[Placed], fates: Fates, plan: Plan
) -> None:
    """Write the memory first, so that a run that is killed from here on can be repeated, then the splits."""
    numbers = {told.id: number for number, told in enumerate(corpus.told)} if past else {}

    def now(number: int) -> Placed:
        told = corpus.told[number]
        if number in fates:
            return Placed(told.id, told.story, "", plan.rule)
        return Placed(told.id, stories.story(told.id), stories.split(told.id), plan.rule)

    def memory() -> Iterator[Placed]:
        for placed in past:
            if placed.id in numbers:
                yield now(numbers[placed.id])
            else:
                yield replace(placed, rule=plan.rule)
        yield from (now(number) for number in order[sum(placed.id in numbers for placed in past) :])

    def articles(split: Split) -> Iterator[Article]:
        for number, told in enumerate(corpus.told):
            if number not in fates and stories.split(told.id) == split:
                yield replace(corpus.article(number), story=stories.story(told.id))

    step.writes(MEMORY, memory(), counted=False)
    made = {split: step.writes(f"{split}.jsonl", articles(split)) for split in SPLITS}
    digests = {split: {shown(Path(f"{split}.jsonl")): made[split].sha256} for split in SPLITS}
    sizes = (made["train"].rows, made["dev"].rows + made["test"].rows)
    step.certificate = certificate(plan.likeness, digests["train"], digests["dev"] | digests["test"], sizes, 0)
