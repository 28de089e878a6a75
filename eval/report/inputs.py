"""Read all that a report rests on; what must be there and is not names the make target that makes it.

    DATA/articles/{train,dev,test}.jsonl, manifest.json    DATA/rationales/rationales.jsonl, extractive.jsonl
    DATA/stages/s5_test.jsonl, *manifest.json              SAVES/predict, predict_untrained, s1 … s5, student

What may be missing is left empty, and `absent.py` says so in the report.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import data_builders
from data_builders.errors import InputError
from data_builders.jsonl import need, read, read_json
from data_builders.schema import SPLITS, Article, Manifest, Rationale
from eval.predictions import join
from eval.report.losses import LOG, stage_loss
from eval.report.schema import StageLoss
from eval.schema import Pair

BUNDLED_GOLD = Path(data_builders.__file__).parent / "sample" / "gold.jsonl"
STAGES = ("s1", "s2", "s3", "s4", "s5")
PREDICTIONS = "generated_predictions.jsonl"
MAKE_DATA = "make data"
EXTRACTIVE = "extractive"


@dataclass(frozen=True, slots=True)
class Gold:
    """One summary written by hand."""

    id: str
    summary: str


@dataclass(frozen=True, slots=True)
class MadeStudent:
    """What `student.json` says of a student that was made from nothing."""

    preset: str
    seed: int
    parameters: int


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """The few keys of a model's config.json that tell one student from another."""

    model_type: str = ""
    hidden_size: int = 0
    num_hidden_layers: int = 0


@dataclass(frozen=True, slots=True)
class Student:
    """The student in words, and the seed of its first weights; "" where neither was recorded."""

    name: str
    seed: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that was read. `trained` and `untrained` are the joined test pairs, in the order of the test rows.

    `articles` are those of all splits, `extractive` the embedded teacher's summaries; both by article id.
    """

    run: str
    articles: dict[str, Article]
    curated: Manifest
    built: tuple[Manifest, ...]
    teacher: str
    rationales: dict[str, Rationale]
    extractive: dict[str, str]
    trained: tuple[Pair, ...]
    untrained: tuple[Pair, ...]
    gold: tuple[Gold, ...]
    losses: tuple[StageLoss, ...]
    student: Student


def read_inputs(run: str, data: Path, saves: Path, gold: Path | None) -> Inputs:
    """Read a run's files; OrderError where a step is missing, InputError where files do not fit together."""
    predicted = need(saves / "predict" / PREDICTIONS, f"make predict RUN={run}")
    rows = need(data / "stages" / "s5_test.jsonl", MAKE_DATA)
    need(data / "articles" / "test.jsonl", MAKE_DATA)
    files = [data / "articles" / f"{split}.jsonl" for split in SPLITS]
    articles = {article.id: article for file in files if file.is_file() for article in read(file, Article)}
    texts = {key: article.article for key, article in articles.items()}
    rationales = read_rationales(need(data / "rationales" / "rationales.jsonl", MAKE_DATA))
    built = stage_manifests(data / "stages")
    trained = tuple(join(predicted, rows, texts))
    first = saves / "predict_untrained" / PREDICTIONS
    losses = [stage_loss(stage, saves / stage / LOG) for stage in STAGES]
    taught = {rationales[pair.id].teacher for pair in trained if pair.id in rationales}
    return Inputs(
        run=run,
        articles=articles,
        curated=read_json(need(data / "articles" / "manifest.json", MAKE_DATA), Manifest),
        built=built,
        teacher="、".join(sorted(taught)),
        rationales=rationales,
        extractive=extractive_summaries(data / "rationales" / "extractive.jsonl", rationales),
        trained=trained,
        untrained=tuple(join(first, rows, texts)) if first.is_file() else (),
        gold=gold_summaries(gold),
        losses=tuple(loss for loss in losses if loss),
        student=student_of(saves, built),
    )


def gold_summaries(named: Path | None) -> tuple[Gold, ...]:
    """Return the summaries by hand: of the file that was named, else the bundled ones, if there are any."""
    if named is None and not BUNDLED_GOLD.is_file():
        return ()
    path = named or BUNDLED_GOLD
    return unique(path, list(read(path, Gold)))


Identified = TypeVar("Identified", Gold, Rationale)


def unique(path: Path, records: list[Identified]) -> tuple[Identified, ...]:
    """Return the records, none of whose ids is there twice."""
    seen: set[str] = set()
    for record in records:
        if record.id in seen:
            raise InputError(f"{path} ({record.id})", "an id that no other line has", "it twice", "leave one out")
        seen.add(record.id)
    return tuple(records)


def read_rationales(path: Path) -> dict[str, Rationale]:
    """Return a teacher's rationales by article id."""
    return {rationale.id: rationale for rationale in unique(path, list(read(path, Rationale)))}


def extractive_summaries(path: Path, rationales: dict[str, Rationale]) -> dict[str, str]:
    """Return the embedded teacher's summaries: from its own file, else from the rationales that it gave."""
    if path.is_file():
        return {key: rationale.summary for key, rationale in read_rationales(path).items()}
    return {key: r.summary for key, r in rationales.items() if r.teacher == EXTRACTIVE}


def stage_manifests(stages: Path) -> tuple[Manifest, ...]:
    """Return the manifests of the stages: one a stage, or one for all."""
    files = sorted(stages.glob("*manifest.json"))
    if not files:
        need(stages / "s5_manifest.json", MAKE_DATA)
    return tuple(read_json(file, Manifest) for file in files)


def student_of(saves: Path, built: tuple[Manifest, ...]) -> Student:
    """Say who the student is: made here, else the name that the rows were counted for, else the shape of S5."""
    made = saves / "student" / "student.json"
    if made.is_file():
        student = read_json(made, MadeStudent)
        return Student(f"{student.preset}（{student.parameters:,} 個參數）", str(student.seed))
    named = {str(manifest.settings["student"]) for manifest in built if "student" in manifest.settings}
    # A student in a folder is recorded by the digest of its tokenizer, which names nobody.
    named = {name for name in named if not re.fullmatch(r"[0-9a-f]{64}", name)}
    if named:
        return Student("、".join(sorted(named)), "")
    config = saves / "s5" / "config.json"
    if config.is_file():
        found = read_json(config, ModelConfig)
        return Student(f"{found.model_type}，{found.num_hidden_layers} 層 × {found.hidden_size}", "")
    return Student("", "")
