"""A run of one whole recipe as a job: marker, resume, log and manifest as those of a stage.

    python -m curriculum run --recipe yaml_recipes/nano/baselines/t5_pegasus.yaml --run mine --student FOLDER

writes saves/mine/t5_pegasus. Any training recipe will do: `stage: seq2seq` is trained by `curriculum.seq2seq`, every
other by LLaMA-Factory. What is not named stays as the recipe has it.
"""

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

from curriculum.asked import checked_name
from curriculum.job import Job, job_of_recipe
from curriculum.launch import Launcher
from curriculum.marker import DONE, Marker, standing, wanted
from curriculum.provenance import MANIFEST, code_version, environment, ledgers_of
from curriculum.runner import Outcome, run_one
from data_builders.errors import NewsLadderError, UsageError
from data_builders.jsonl import digest_of, read_json, write_json


@dataclass(frozen=True, slots=True)
class RecipeManifest:
    """What leads from one recipe's model back to all that made it."""

    recipe: str
    recipe_sha256: str
    settings: dict[str, object]
    parent: str
    parent_sha256: str
    data: dict[str, str]
    ledgers: dict[str, str]
    result_sha256: str
    dev_loss: dict[str, float]
    seconds: float
    code: str
    environment: dict[str, str]


def asked_job(args: Namespace) -> Job | None:
    """Return the job of `--recipe`, None where none is named; jobs or a plan beside it are bad usage."""
    if not args.recipe:
        return None
    beside = [*args.jobs, *(["--plan"] if args.plan else []), *(["--predict"] if args.predict else [])]
    if beside:
        raise UsageError("--recipe", "one recipe alone", f"{' '.join(beside)} beside it", "leave one of them out")
    run = checked_name(args.run) if args.run else ""
    return job_of_recipe(Path(args.recipe), run, "" if args.data == "data" else args.data, args.student)


def run_single(job: Job, warm: Launcher, gpu: Launcher | None) -> Outcome:
    """Run the job unless it is done, and write its manifest."""
    outcome = run_one(job, warm, gpu)
    marker = read_json(job.output / DONE, Marker)
    path = job.output / MANIFEST
    if outcome.standing == "done" and describes(path, marker):
        return outcome
    folder = str(job.settings["dataset_dir"])
    write_json(
        path,
        RecipeManifest(
            recipe=job.recipe.path.as_posix(),
            recipe_sha256=digest_of(job.recipe.path),
            settings=job.settings,
            parent=" + ".join(filter(None, (job.model, job.adapter))),
            parent_sha256=marker.parent,
            data=marker.data,
            ledgers=ledgers_of(Path(folder)),
            result_sha256=marker.result,
            dev_loss=marker.dev_loss,
            seconds=round(outcome.seconds, 1),
            code=code_version(),
            environment=environment(),
        ),
    )
    return outcome


def describes(path: Path, marker: Marker) -> bool:
    """Tell whether the manifest that stands there is of this result."""
    try:
        return path.is_file() and read_json(path, RecipeManifest).result_sha256 == marker.result
    except NewsLadderError:
        return False


def status_line(job: Job) -> tuple[str, str]:
    """Return the job's name and how it stands."""
    try:
        return job.name, str(standing(job, wanted(job)))
    except NewsLadderError as error:
        return job.name, f"waits: {error}"
