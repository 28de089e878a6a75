"""Play a comparison: each model's rows, its answers before, its training, its answers after; what fails is told.

    data/try/distilgpt2/                       rows, and inputs.jsonl: every prompt of the test, sign for sign
    results/try/distilgpt2/pretrained/         pairs.jsonl and, as the model wrote it, pairs.jsonl.answers.jsonl
    saves/try/distilgpt2/                      recipe.yaml, the weights or the adapter, stage.done.json
    results/try/distilgpt2/fine-tuned/         as before

Rows are asked by `eval predict` and trained on by the runner, each in a process of its own, so that a model that dies
takes none of the others along. Started again it goes on: what is done is known by its digests.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from curriculum.comparison.prepare import Prepared
from curriculum.comparison.recipe import Place, recipe_text, sections_of
from curriculum.comparison.schema import FINE_TUNED, SIDES, Answers, Asked, Facts, Failure
from curriculum.comparison.score import same
from curriculum.comparison.table import Baseline, Chosen
from curriculum.job import Job, dataset_files
from curriculum.launch import Cold, Launcher
from curriculum.render import settings_of
from curriculum.runner import last_words, run_one
from curriculum.told import event_line
from data_builders.baselines import Fit, build, rows_file, tokenizer_of, user_text
from data_builders.chat_templates import template_named
from data_builders.errors import InputError, NewsLadderError, TrainError
from data_builders.jsonl import digest_of, read, read_json, write, write_json, write_text
from data_builders.recipes import Recipe
from data_builders.schema import SPLITS, AlpacaRow, Manifest
from eval.predict.local import laid_out
from eval.predict.run import identity_of, prompt_of_row, stated
from eval.predict.schema import Generation

Say = Callable[[str], None]
Launchers = tuple[Launcher, Launcher | None]
NANO_CUTOFF, NANO_SOURCE, NANO_TOKENS = 1024, 512, 48


@dataclass(frozen=True, slots=True)
class Input:
    """One prompt of the test, with all its signs, as the model is shown it."""

    id: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one model: facts when it got rows, answers of the sides that answered, reasons of the others."""

    facts: Facts | None
    answers: tuple[Answers, ...]
    failures: tuple[Failure, ...]


class Places(msgspec.Struct):
    """The keys of a config.json that bound a prompt."""

    max_position_embeddings: int = 0
    n_positions: int = 0


def play(asked: Asked, one: Chosen, prepared: Prepared, launchers: Launchers, say: Say) -> Played:
    """Play one model; nothing that it does wrong is raised."""
    try:
        weights = weights_of(asked, one, prepared, launchers)
        model = fitting(asked, one.model, weights)
        rows = asked.data / one.name
        fit = Fit(weights, model.template, model.cutoff, model.new_tokens, model.thinking)
        built = build(prepared.articles, rows, fit, prepared.test)
        keep_inputs(rows, fit)
    except NewsLadderError as error:
        say(f"{one.name} failed: {error}")
        return Played(None, (), tuple(Failure(one.name, side, str(error)) for side in SIDES))
    facts = facts_of(model, weights, built)
    answers, failures = [], []
    for side in SIDES:
        try:
            adapter, now = "", weights
            if side == FINE_TUNED:
                trained = train(asked, model, weights, built, launchers, say)
                adapter, now = (trained, weights) if model.beside else ("", trained)
            answers.append(answer(asked, model, side, (now, adapter), prepared, launchers, say))
        except NewsLadderError as error:
            say(f"{one.name} {side} failed: {error}")
            failures.append(Failure(one.name, side, str(error)))
    return Played(facts, tuple(answers), tuple(failures))


def weights_of(asked: Asked, one: Chosen, prepared: Prepared, launchers: Launchers) -> str:
    """Return where a model's weights are: named by the user, on the hub, or a stand-in of its family made here."""
    if one.own.startswith(("/", ".", "saves/", "models/")) and not Path(one.own).is_dir():
        then = f"name a folder that is there, or leave it out: {one.name} is {one.model.hub} on the hub"
        raise InputError(one.own, "a model's folder", "no such folder", then)
    if one.own or asked.profile != "nano":
        return one.own or one.model.hub
    folder = asked.saves / "standins" / one.model.family
    if not (folder / "student.json").is_file():
        words = ("data_builders", "student", "--preset", one.model.family, "--corpus", prepared.articles.as_posix())
        start(launchers[0], (*words, "--out", folder.as_posix()), folder.parent / f"{one.model.family}.log")
    return folder.as_posix()


def start(launcher: Launcher, words: Iterable[str], log: Path) -> None:
    """Run a module of ours in a process of its own: its words go into the log, the last of them into an error."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if code := launcher.run(("python", "-m", *words), log, lambda: None):
        said = last_words(log).removeprefix("error: ")
        raise TrainError(log.stem, "exit code 0", f"{code}: {said}", f"look at {log}, then run the same command again")


def fitting(asked: Asked, model: Baseline, weights: str) -> Baseline:
    """Return the model with the bounds of this run: a stand-in's are small, and no config's places are exceeded."""
    nano = asked.profile == "nano"
    cutoff = min(model.cutoff, NANO_CUTOFF) if nano else model.cutoff
    cutoff = NANO_SOURCE if nano and not model.template else cutoff  # a stand-in's tokens are shorter than words
    tokens = asked.new_tokens or (min(model.new_tokens, NANO_TOKENS) if nano else model.new_tokens)
    config = Path(weights) / "config.json"
    if config.is_file():
        places = read_json(config, Places)
        most = places.max_position_embeddings or places.n_positions
        cutoff = min(cutoff, most) if most else cutoff
    if 2 * tokens > cutoff:
        then = f"give at most {cutoff // 2}"
        raise InputError(model.name, f"new tokens within half of {cutoff} places", str(tokens), then)
    return replace(model, cutoff=cutoff, new_tokens=tokens)


def keep_inputs(rows: Path, fit: Fit) -> None:
    """Write every prompt of the test as the model is shown it, signs and all."""
    out, about, test = rows / "inputs.jsonl", rows / ".inputs.made_of", rows / rows_file("test")
    made_of = {"rows": digest_of(test), "manifest": digest_of(rows / "manifest.json")}
    if out.is_file() and same(about, made_of):
        return
    tokenizer = tokenizer_of(fit.tokenizer)
    signs = (tokenizer.bos_token or "", tokenizer.eos_token or "")

    def shown(row: AlpacaRow) -> str:
        if not fit.template:
            return laid_out(prompt_of_row(row), tokenizer)
        return template_named(fit.template).prompt(row.system, user_text(row), fit.thinking).text(*signs)

    write(out, (Input(row.id, shown(row)) for row in read(test, AlpacaRow)))
    write_json(about, made_of)


def facts_of(model: Baseline, weights: str, built: Manifest) -> Facts:
    """Return what a model was given."""
    rows: dict[str, int] = {split: built.outputs[rows_file(split)].rows for split in SPLITS}
    shortened = built.edited if isinstance(built.edited, dict) else {}
    return Facts(
        model.name, weights, model.template or "its own", model.trained,
        model.cutoff, model.new_tokens, rows,
        {name.removeprefix("shortened_"): count for name, count in shortened.items()}, built.rejected,
    )  # fmt: skip


def train(asked: Asked, model: Baseline, weights: str, built: Manifest, launchers: Launchers, say: Say) -> str:
    """Fine-tune a model unless that is done, and return the folder of what was written."""
    out, rows = asked.saves / model.name, asked.data / model.name
    watched = built.outputs[rows_file("dev")].rows > 0
    place = Place(rows, weights, out, asked.profile, asked.max_steps, watched, asked.seed)
    path = out / "recipe.yaml"
    text = recipe_text(model, place, path)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_text(path, text)
    recipe = Recipe(path, dict(settings_of(sections_of(model, place))))
    outcome = run_one(Job(model.name, recipe, (), weights, out, dataset_files(recipe, rows)), *launchers)
    say(event_line(outcome))
    return out.as_posix()


def answer(
    asked: Asked, model: Baseline, side: str, who: tuple[str, str], prepared: Prepared, launchers: Launchers, say: Say
) -> Answers:
    """Have one side answer the test rows by `eval predict`, unless it has; return how the answers came out."""
    rows = asked.data / model.name / rows_file("test")
    out = asked.results / model.name / side / "pairs.jsonl"
    weights, adapter = who
    told = out.with_name("pairs_manifest.json")
    how = Generation(model.new_tokens, seed=asked.seed, batch=asked.batch, template=model.template,
                     thinking=model.thinking)  # fmt: skip
    wanted = {"identity": identity_of(weights, adapter), **stated(how)}
    if not is_answered(told, wanted, (rows, prepared.test)):
        words = [
            "eval", "predict", "--rows", rows.as_posix(), "--articles", prepared.test.as_posix(), "--model", weights,
            "--max-new-tokens", str(model.new_tokens), "--batch", str(asked.batch),
            "--seed", str(asked.seed), "--out", out.as_posix(),
        ]  # fmt: skip
        words += ["--adapter", adapter] if adapter else []
        words += ["--template", model.template] if model.template else []
        words += [] if model.thinking else ["--no-thinking"]
        launcher = launchers[0] if asked.profile == "nano" else launchers[1] or Cold()  # no fork where CUDA is
        start(launcher, words, out.with_name("predict.log"))
    made = read_json(told, Manifest)
    say(f"{model.name} {side} answered {made.rows_out} rows -> {out}")
    counts = [int(made.settings.get(name, 0)) for name in ("cut_by_length", "empty", "thoughts_stripped")]
    return Answers(model.name, side, out.as_posix(), *counts)


def is_answered(manifest: Path, wanted: dict[str, str | int | float | bool], inputs: tuple[Path, ...]) -> bool:
    """Tell whether the same model has answered the same rows in the same way, and the answers still stand."""
    try:
        held = read_json(manifest, Manifest) if manifest.is_file() else None
        return (
            held is not None
            and held.settings.items() >= wanted.items()
            and held.inputs == {file.name: digest_of(file) for file in inputs}
            and all(digest_of(manifest.parent / name) == made.sha256 for name, made in held.outputs.items())
        )
    except NewsLadderError:
        return False
