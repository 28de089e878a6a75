"""`manifest.json`: from a model back to recipe, data, ledger, code and environment.

    saves/study/s5/manifest.json      what made this stage: recipe and its digest, data, parent, seed, versions
    saves/study/manifest.json         the plan as it was asked for, each stage's weights, the model at the end

Written last, after the stage is done. `ledgers` holds the digest of every manifest of the data folder and of the
teacher's ledger, so that a row leads back to the reply that it was made from.
"""

import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from curriculum.gates import Verdict
from curriculum.job import Job
from curriculum.ladder import Step, home_of
from curriculum.marker import DONE, Marker, model_digest
from curriculum.schema import Plan, RunManifest, StageManifest
from curriculum.weigh import Weighed
from data_builders import VERSION
from data_builders.errors import NewsLadderError
from data_builders.jsonl import digest_of, read_json, write_json

MANIFEST = "manifest.json"
SHARED_LEDGER = Path("data/ledger.sqlite3")  # Make keeps one for all runs
PACKAGES = ("llamafactory", "torch", "transformers", "peft", "accelerate", "datasets", "bitsandbytes")
LEDGERS = ("ingest/manifest.json", "articles/manifest.json", "rationales/manifest.json", "stages/*_manifest.json",
           "rationales/ledger.sqlite3")  # fmt: skip


def write_stage(step: Step, weighed: Weighed, seconds: float, twin: Path | None = None) -> StageManifest:
    """Write the manifest of a rung that is done, keeping the seconds of the run that trained it."""
    job, plan = step.job, weighed.plan
    path = job.output / MANIFEST
    marker = read_json(job.output / DONE, Marker)
    before = earlier(path)
    if before and before.result_sha256 == marker.result and before.recipe_sha256 == digest_of(job.recipe.path):
        return before
    trained = earlier(twin / MANIFEST) if twin else None
    cost = next(cost for cost in weighed.costs if step.rung is not None and cost.rung == step.rung.name)
    made = StageManifest(
        run=plan.run,
        plan=plan.name,
        rung=job.name,
        strategy=plan.strategy.name,
        seed=plan.seed,
        recipe=job.recipe.path.as_posix(),
        recipe_sha256=digest_of(job.recipe.path),
        settings=job.recipe.settings,
        parent=" + ".join(filter(None, (job.model, job.adapter))),
        parent_sha256=marker.parent,
        data=marker.data,
        ledgers=ledgers_of(plan.folder),
        result_sha256=marker.result,
        dev_loss=marker.dev_loss,
        seconds=trained.seconds if trained else round(seconds, 1),
        cost=cost,
        code=code_version(),
        environment=environment(),
        taken_from=twin.as_posix() if twin else "",
    )
    write_json(path, made)
    return made


def earlier(path: Path) -> StageManifest | None:
    """Return the manifest that stands there, if it can be read."""
    try:
        return read_json(path, StageManifest) if path.is_file() else None
    except NewsLadderError:
        return None


def write_run(plan: Plan, trained: list[Job], final: Job, gates: list[Verdict]) -> RunManifest:
    """Write the manifest of a run whose plan is done."""
    results = {job.name: read_json(job.output / DONE, Marker).result for job in (*trained, final)}
    told = tuple(f"{v.gate}: {v.value:.4f}, {'passed' if v.passed else v.does}" for v in gates)
    made = RunManifest(
        run=plan.run,
        plan=plan,
        student_sha256=model_digest(trained[0]),
        stages=results,
        final=final.output.as_posix(),
        final_sha256=results[final.name],
        gates=told,
        code=code_version(),
        environment=environment(),
    )
    write_json(home_of(plan) / MANIFEST, made)
    return made


def ledgers_of(data: Path) -> dict[str, str]:
    """Return the digests of the manifests and of the teacher's ledger in a data folder."""
    files = sorted(file for pattern in LEDGERS for file in data.glob(pattern))
    found = {file.relative_to(data).as_posix(): digest_of(file) for file in files}
    return found | ({SHARED_LEDGER.as_posix(): digest_of(SHARED_LEDGER)} if SHARED_LEDGER.is_file() else {})


@cache
def code_version() -> str:
    """Return the version of this code: NewsLadder's, the commit, and whether files were changed since."""
    root = Path(__file__).parents[1]
    try:
        commit = git(root, "rev-parse", "HEAD")
        changed = git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return f"newsladder {VERSION}, no git checkout"
    return f"newsladder {VERSION}, commit {commit}" + (" with uncommitted changes" if changed else "")


def git(root: Path, *words: str) -> str:
    """Return what git says."""
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@cache
def environment() -> dict[str, str]:
    """Return the versions of what trains."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
