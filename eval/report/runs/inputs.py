"""Read what a run left: DATA, SAVES and RESULTS by the names that the Makefile gives them.

    >>> folders_of(Path("."), "mine")
    Folders(data=PosixPath('data/mine'), saves=PosixPath('saves/mine'), results=PosixPath('results/mine'))

A run keeps its data in data/<run>, or in data/ where that folder is not there; a run of a plan, a matrix's too, in the
folder that its manifest names. Its answers are LLaMA-Factory's in
saves/<run>/predict, joined by checked order, or else results/<run>/pairs.jsonl, as `eval predict` writes it.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec

from data_builders.errors import OrderError, UsageError
from data_builders.jsonl import digest_of, read, read_json
from data_builders.recipes import read_recipe
from data_builders.schema import SPLITS, Article, Manifest, Rationale
from eval.compare.read import read_system
from eval.judge.schema import Health
from eval.pairs import read_pairs
from eval.predictions import join
from eval.report.inputs import PREDICTIONS, STAGES, student_of
from eval.report.losses import LOG, stage_loss
from eval.report.runs.schema import Folders, RunInputs
from eval.schema import Pair

LEAST_RUNS = 2
DIGITS = 12
OTHERS = ("bertscore.json",)


class JudgeFile(msgspec.Struct):
    """The part of JUDGE.json that says how far the judge can be believed."""

    health: Health


class Made(msgspec.Struct):
    """The part of `stage.done.json` that says which recipe wrote the answers."""

    command: list[str] = []


class PlanData(msgspec.Struct):
    """The folder of rows that a plan was trained on."""

    data: str


class Planned(msgspec.Struct):
    """The part of a planned run's `manifest.json` that says which rows it was trained on."""

    plan: PlanData


def folders_of(root: Path, run: str) -> Folders:
    """Return where a run lies below the project's root."""
    candidates = [root / "data" / run]
    manifest = root / "saves" / run / "manifest.json"
    if manifest.is_file():
        candidates.append(root / read_json(manifest, Planned).plan.data)
    data = next((one for one in candidates if (one / "stages").is_dir() or (one / "articles").is_dir()), root / "data")
    return Folders(data, root / "saves" / run, root / "results" / run)


def read_runs(root: Path, names: list[str]) -> tuple[RunInputs, ...]:
    """Read every run; two of one name, or fewer than two, are a UsageError."""
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled or len(names) < LEAST_RUNS:
        found = f"{doubled} twice" if doubled else ", ".join(names) or "none"
        raise UsageError("--run", "two runs or more, each once", found, 'make compare RUNS="a b c"')
    for name in names:
        if not name.strip("./") or ".." in Path(name).parts or Path(name).is_absolute():
            raise UsageError("--run", "a run's name", name or "empty text", "name it as in make predict RUN=…")
    return tuple(read_run(root, name) for name in names)


def read_run(root: Path, name: str) -> RunInputs:
    """Read one run; no answers are an OrderError, files that do not fit an InputError."""
    folders = folders_of(root, name)
    files = [folders.data / "articles" / f"{split}.jsonl" for split in SPLITS]
    articles = {article.id: article for file in files if file.is_file() for article in read(file, Article)}
    source, pairs = answers_of(folders, name, {key: one.article for key, one in articles.items()})
    made = sorted((folders.data / "stages").glob("*manifest.json"))
    built = tuple(read_json(file, Manifest) for file in made)
    curated = folders.data / "articles" / "manifest.json"
    losses = [stage_loss(stage, folders.saves / stage / LOG) for stage in STAGES]
    judge = folders.results / "judge.json"
    generation = folders.results / "pairs_manifest.json"
    written = read_json(generation, Manifest) if source.suffix == ".jsonl" and generation.is_file() else None
    predicted = source.name == PREDICTIONS
    cut = None if predicted or written is None else int(written.settings.get("cut_by_length", 0))
    bound = recipe_bound(root, folders.saves / "predict") if predicted else 0
    if cut is not None and written is not None:
        bound = int(written.settings.get("max_new_tokens", 0))
    run = RunInputs(
        name=name,
        folders=folders,
        source=shown(root, source),
        pairs=pairs,
        titles={pair.id: articles[pair.id].title.strip() for pair in pairs if pair.id in articles},
        student=student_of(folders.saves, built).name if predicted else model_of(written),
        teacher=teacher_of(folders.data, pairs),
        digests=digests_of(root, (source, folders.data / "stages" / "s5_test.jsonl", *files)),
        curated=read_json(curated, Manifest) if curated.is_file() else None,
        built=built,
        losses=tuple(loss for loss in losses if loss),
        judged=read_system(judge, name) if judge.is_file() else None,
        health=read_json(judge, JudgeFile).health if judge.is_file() else None,
        others=tuple(
            read_system(folders.results / file, name) for file in OTHERS if (folders.results / file).is_file()
        ),
        bound=bound,
        cut=cut,
        absent=(),
    )
    return replace(run, absent=tuple(absent_from(run)))


def absent_from(run: RunInputs) -> Iterator[str]:
    """Yield one sentence for each thing that the report would have shown of a run."""
    if not run.student:
        yield "沒有記下學生是哪個模型。"
    if not run.teacher:
        yield "不知道參考摘要出自哪位教師。"
    missing = [stage.upper() for stage in STAGES if stage not in {loss.stage for loss in run.losses}]
    if missing:
        yield f"沒有 {'、'.join(missing)} 的訓練紀錄：不畫這些階段的曲線。"
    if run.curated is None:
        yield "沒有整理文章的清單（articles/manifest.json）：不知道資料流向與洩漏憑證。"
    if run.judged is None:
        yield "沒有評審的分數（judge.json）。"
    if not all(pair.article.strip() for pair in run.pairs):
        yield "有答案缺原文：忠實程度與同長的文章開頭都不計。"


def answers_of(folders: Folders, name: str, articles: dict[str, str]) -> tuple[Path, tuple[Pair, ...]]:
    """Return the file that holds a run's answers, and its pairs."""
    predicted = folders.saves / "predict" / PREDICTIONS
    if predicted.is_file():
        return predicted, tuple(join(predicted, folders.data / "stages" / "s5_test.jsonl", articles))
    pairs = folders.results / "pairs.jsonl"
    if pairs.is_file():
        return pairs, tuple(read_pairs(pairs))
    then = f"make predict RUN={name}, or python -m eval predict … --out results/{name}/pairs.jsonl"
    raise OrderError(str(predicted), "this file from an earlier step", "nothing", then)


def teacher_of(data: Path, pairs: tuple[Pair, ...]) -> str:
    """Return who wrote the references of the pairs."""
    file = data / "rationales" / "rationales.jsonl"
    if not file.is_file():
        return ""
    wanted = {pair.id for pair in pairs}
    return "、".join(sorted({one.teacher for one in read(file, Rationale) if one.id in wanted}))


def model_of(written: Manifest | None) -> str:
    """Return the model that `eval predict` asked."""
    return str(written.settings.get("model", "")) if written else ""


def recipe_bound(root: Path, predict: Path) -> int:
    """Return the `max_new_tokens` of the recipe that wrote the answers, 0 where it is not recorded."""
    done = predict / "stage.done.json"
    command = read_json(done, Made).command if done.is_file() else []
    recipe = next((word for word in command if word.endswith(".yaml")), "")
    if not recipe or not (root / recipe).is_file():
        return 0
    said = read_recipe(root / recipe).text("max_new_tokens")
    said = next((word.partition("=")[2] for word in command if word.startswith("max_new_tokens=")), said)
    return int(said) if said.isdecimal() else 0


def digests_of(root: Path, files: tuple[Path, ...]) -> dict[str, str]:
    """Return the starts of the files' digests, the files named from the root."""
    return {shown(root, file): digest_of(file)[:DIGITS] for file in files if file.is_file()}


def shown(root: Path, file: Path) -> str:
    """Return a file's name from the root, which says nothing of the machine."""
    return (file.relative_to(root) if file.is_relative_to(root) else Path(file.name)).as_posix()
