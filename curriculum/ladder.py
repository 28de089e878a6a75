"""The jobs of a plan, rung by rung: what each starts from, its recipe, where it writes.

    >>> [job.output.as_posix() for job in jobs_of(weighed)]
    ['saves/try/s2', 'saves/try/s3', 'saves/try/s4', 'saves/try/s5', 'saves/try/merged']

Whole weights go from stage to stage; an adapter goes on over the same student and is merged at the end.
"""

from dataclasses import dataclass
from pathlib import Path

from curriculum.job import SAVES, Job, Kind, dataset_files
from curriculum.recipe import Asked, Start, merging, predicting, training
from curriculum.render import Sections, settings_of, text_of
from curriculum.schema import Plan, Rung
from curriculum.weigh import Weighed, registry
from data_builders.jsonl import write_text
from data_builders.recipes import Recipe

MERGED, SPLIT, RECIPE = "merged", "split_adapter", "recipe.yaml"


@dataclass(frozen=True, slots=True)
class Step:
    """One job of a plan, its recipe's text, and what of the plan it is."""

    job: Job
    text: str
    rung: Rung | None = None


def home_of(plan: Plan) -> Path:
    """Return the folder of a plan's run."""
    return SAVES / plan.run


def asked_of(plan: Plan) -> Asked:
    """Return what of a plan its recipes depend on."""
    where = registry(plan.folder).as_posix()
    return Asked(plan.profile, plan.strategy, plan.run, where, plan.seed, plan.tracker, plan.packing)


def first(plan: Plan) -> Start:
    """Return what a plan's first rung starts from."""
    pretrains = plan.rungs[0].pretrains
    split = plan.strategy.method == "lora_split" and not pretrains
    return Start(plan.student, (home_of(plan) / SPLIT).as_posix() if split else "")


def after(plan: Plan, rung: Rung, start: Start) -> Start:
    """Return what the rung after this one starts from."""
    written = (home_of(plan) / rung.name).as_posix()
    if rung.pretrains:
        split = plan.strategy.method == "lora_split"
        return Start(written, (home_of(plan) / SPLIT).as_posix() if split else "")
    return Start(start.model, written) if plan.strategy.adapts else Start(written)


def steps_of(weighed: Weighed) -> list[Step]:
    """Return every training of a plan, and the merging of its adapter, as they run when no gate interferes."""
    plan, start, made = weighed.plan, first(weighed.plan), []
    for rung in plan.rungs:
        made.append(training_step(weighed, rung, start))
        start = after(plan, rung, start)
    return [*made, merging_step(plan, start)] if plan.strategy.adapts else made


def training_step(weighed: Weighed, rung: Rung, start: Start) -> Step:
    """Return the training of one rung."""
    plan, out = weighed.plan, home_of(weighed.plan) / rung.name
    sections = training(rung, asked_of(plan), start, out, weighed.budgets[rung.name], weighed.shape.layers)
    header = [
        f"Rung {plan.rungs.index(rung) + 1} of {len(plan.rungs)}, {rung.name}, of the plan {plan.name}",
        f"strategy     {plan.strategy.name}, profile {plan.profile}, seed {plan.seed}, control {plan.control}",
        *places(start, out, plan),
    ]
    return step_of(rung.name, header, sections, plan, start, out, "train", rung)


def merging_step(plan: Plan, start: Start) -> Step:
    """Return the merging of a plan's adapter into its student."""
    out = home_of(plan) / MERGED
    header = [f"The adapter of {plan.run} merged into its student", *places(start, out, plan, "export")]
    return step_of(MERGED, header, merging(plan.rungs[-1], asked_of(plan), start, out), plan, start, out, "merge")


def predicting_step(plan: Plan, start: Start, name: str = "predict", dataset: str = "s5_test") -> Step:
    """Return the job that has a model of the run answer a dataset's rows."""
    out = home_of(plan) / name
    header = [f"{dataset} answered greedily, for the run {plan.run}", *places(start, out, plan)]
    return step_of(name, header, predicting(asked_of(plan), start, out, dataset), plan, start, out, "predict")


def places(start: Start, out: Path, plan: Plan, verb: str = "train") -> list[str]:
    """Return a header's lines on what it starts from, what it writes, and how it is launched."""
    adapter = f" with the adapter {start.adapter}" if start.adapter else ""
    return [
        f"starts from  {start.model}{adapter}",
        f"writes       {out.as_posix()}",
        f"launch       llamafactory-cli {verb} {(out / RECIPE).as_posix()}",
        f"made by      python -m curriculum, for --run {plan.run}; change the plan, not this file",
    ]


def step_of(
    name: str, header: list[str], sections: Sections, plan: Plan, start: Start, out: Path, kind: Kind,
    rung: Rung | None = None,
) -> Step:  # fmt: skip
    """Return a job and the text of its recipe."""
    recipe = Recipe(out / RECIPE, dict(settings_of(sections)))
    files = () if kind == "merge" else dataset_files(recipe, registry(plan.folder))
    return Step(Job(name, recipe, (), start.model, out, files, kind, start.adapter), text_of(header, sections), rung)


def write_recipe(step: Step) -> None:
    """Write a step's recipe, unless it stands there already."""
    path = step.job.recipe.path
    if not path.is_file() or path.read_text(encoding="utf-8") != step.text:
        write_text(path, step.text)
