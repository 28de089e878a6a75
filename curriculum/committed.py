"""The recipes under `yaml_recipes/`: what the plan `5stage` renders for each profile, and S5 by each strategy.

    $ python -m curriculum recipes --check
    yaml_recipes: 91 files are what the plans render

Each is whole and launches by itself with stock LLaMA-Factory (those of stage `seq2seq` with our trainer: it has no
encoder-decoder); its header says from where and how. The seconds in the headers were measured on the bundled sample.
"""

from collections.abc import Iterator
from pathlib import Path

from curriculum.baselines import committed_baselines
from curriculum.cluster import cluster_files
from curriculum.comparison.recipe import committed_models
from curriculum.profiles import PROFILES, Profile
from curriculum.recipe import Asked, Budget, Start, merging, predicting, training
from curriculum.render import text_of
from curriculum.schema import Rung, Strategy
from curriculum.strategies import strategy_of
from curriculum.tasks import profile_of
from data_builders.errors import InputError
from data_builders.jsonl import write_text
from data_builders.recipes import recipe_path
from data_builders.stages.table import STAGES
from data_builders.tasks.table import MIXES, TASKS

ABOUT = {
    "s1": "article -> the untrained student's first summary, put into Taiwan's Chinese",
    "s2": "article -> 核心要素",
    "s3": "article + aspects -> 三元組",
    "s4": "article + aspects + triples -> 新聞摘要",
    "s5": "article -> 新聞摘要",
}
STRATEGIES = {
    "lr_adj": "the rate of S1 again, instead of the decayed one",
    "constant": "no decay inside the stage",
    "only_attn": "attention alone is trained, in every layer",
    "only_mlp": "the MLP alone is trained, in every layer",
    "lora": "an adapter of rank 160 on gate, up and down",
    "lora_qv": "an adapter of rank 32 on q and v",
    "lora_split": "an adapter of rank 32 on attention and 160 on the MLP",
    "qlora": "an adapter of rank 160 on gate, up and down, beside weights in 4 bits",
}
TASK_RUNGS = {name: (name,) for name in TASKS} | MIXES
SECONDS = {"s0": 11, "s1": 8, "s2": 17, "s3": 21, "s4": 24, "s5": 18, "predict": 4}
PREDICT_NOTE = (
    "note         LLaMA-Factory's own predict_rouge-* numbers score the fixed head too; `make score` scores rightly"
)
LEARNS_FROM_PROMPT = "note         train_on_prompt: random weights learn from the news too; the losses count the prompt"


def committed() -> Iterator[tuple[Path, str]]:
    """Yield each recipe's path and text."""
    for profile in PROFILES.values():
        yield recipe_path("s0", profile.name), pretraining_text(profile)
        for stage in STAGES:
            yield recipe_path(stage, profile.name), stage_text(stage, profile, strategy_of("full"))
        for name in STRATEGIES:
            if name != "qlora" or profile.name != "nano":  # bitsandbytes needs a GPU, nano has none
                path = recipe_path("s5", profile.name).parent / "strategies" / f"s5_{name}.yaml"
                yield path, stage_text("s5", profile, strategy_of(name), path)
        yield recipe_path("predict", profile.name), predict_text(profile)
        for name, stages in TASK_RUNGS.items():
            path = recipe_path(f"tasks/{name}", profile.name)
            yield path, task_text(name, Rung(name, stages), profile_of(profile.name, stages), path)
        for name in ("s5", "s5_lora"):
            path = recipe_path("s5", profile.name).parent / "export" / f"{name}.yaml"
            yield path, export_text(name, profile, path)
    yield from cluster_files()
    yield from committed_baselines()
    yield from committed_models()


def write_committed(root: Path) -> list[Path]:
    """Write every recipe below `root` and return the paths."""
    made = list(committed())
    for path, text in made:
        write_text(root / path, text)
    return [path for path, _ in made]


def check_committed(root: Path) -> list[Path]:
    """Return the paths when each file is what is rendered; else say which is not."""
    made = list(committed())
    for path, text in made:
        found = (root / path).read_text(encoding="utf-8") if (root / path).is_file() else None
        if found != text:
            state = "no such file" if found is None else "something else"
            raise InputError(str(path), "what the plan renders", state, "python -m curriculum recipes")
    return [path for path, _ in made]


def stage_text(stage: str, profile: Profile, strategy: Strategy, path: Path | None = None) -> str:
    """Return one stage's recipe, by one strategy."""
    base, number = f"saves/{profile.name}", int(stage[1])
    start = profile.student if number == 1 else f"{base}/s{number - 1}"
    out = Path(base) / (stage if path is None else path.stem)
    split = strategy.method == "lora_split"
    adapter = f"{base}/split_adapter" if split else ""
    student = "nano student on a CPU" if profile.name == "nano" else "Qwen2.5-0.5B-Instruct on one GPU"
    made_by = f"({profile.made_by})" if number == 1 else ""
    from_there = f", which {recipe_path(f's{number - 1}', profile.name)} writes" if number > 1 else f" {made_by}"
    header = [
        f"Stage {number} of 5, {student}. {STAGES[stage].learns}: {ABOUT[stage]}",
        f"starts from  {start}{from_there}",
        f"writes       {out.as_posix()}",
        f"launch       llamafactory-cli train {(path or recipe_path(stage, profile.name)).as_posix()}",
        hardware(profile, stage, measured=strategy.method == "full"),
    ]
    if split:
        header.append(f"first        python -m curriculum adapter --student {start} --out {adapter}")
    if strategy.name in STRATEGIES:
        header.append(f"strategy     {strategy.name}: {STRATEGIES[strategy.name]}")
    if profile.loss:
        header.append(LEARNS_FROM_PROMPT)
    asked = Asked(profile.name, strategy)
    rung = Rung(stage, (stage,))
    return text_of(header, training(rung, asked, Start(start, adapter), out, Budget(), profile.layers))


def task_text(name: str, rung: Rung, profile: Profile, path: Path) -> str:
    """Return the recipe of a task, or of several mixed, by the strategy that is theirs."""
    out = Path(f"saves/{profile.name}/tasks/{name}")
    learned = "; ".join(TASKS[stage].learns for stage in rung.stages)
    builders = " && ".join(f"python -m data_builders task {stage}" for stage in rung.stages)
    header = [
        f"Task {name}: {learned}",
        f"starts from  {profile.student} ({profile.made_by})",
        f"writes       {out.as_posix()}",
        f"launch       llamafactory-cli train {path.as_posix()}",
        f"hardware     {profile.hardware}; not measured",
        f"first        {builders}",
        f"or all       make task TASK={'+'.join(rung.stages)} PROFILE={profile.name}",
    ]
    asked = Asked(profile.name, strategy_of(profile.strategy), dataset_dir=profile.data)
    return text_of(header, training(rung, asked, Start(profile.student), out, Budget(), profile.layers))


def hardware(profile: Profile, stage: str, measured: bool = True) -> str:
    """Return the header's line on hardware, with what was measured on it."""
    if profile.name != "nano":
        return f"hardware     {profile.hardware}; not measured on one yet"
    if not measured:
        return f"hardware     {profile.hardware}; about the time of {stage}.yaml"
    return (
        f"hardware     {profile.hardware}: {SECONDS[stage]} s on the bundled sample, "
        "after 17 s of importing LLaMA-Factory"
    )


def pretraining_text(profile: Profile) -> str:
    """Return S0's recipe."""
    base, name = f"saves/{profile.name}", profile.name
    preset = "nano" if name == "nano" else "0.5b"
    place = "nano on a CPU" if name == "nano" else "one GPU"
    header = [
        f"Stage 0, pretraining of a student with random weights on raw news, {place}",
        f"starts from  {base}/student: python -m data_builders student --preset {preset} --out {base}/student",
        f"writes       {base}/s0; go on with: make curriculum PROFILE={name} RUN=pretrained STUDENT={base}/s0",
        f"launch       llamafactory-cli train {recipe_path('s0', name).as_posix()}",
        hardware(profile, "s0"),
        "note         the weights in the folder are ignored and drawn anew (train_from_scratch)",
    ]
    rung, asked = Rung("s0", ("s0",)), Asked(name, strategy_of("full"))
    start = Start(f"{base}/student")
    return text_of(header, training(rung, asked, start, Path(base) / "s0", Budget(), profile.layers))


def predict_text(profile: Profile) -> str:
    """Return the recipe that has the last stage's model answer the test rows."""
    base, path = f"saves/{profile.name}", recipe_path("predict", profile.name)
    header = [
        f"Predict the test split, greedily, {'nano student on a CPU' if profile.name == 'nano' else 'one GPU'}",
        f"reads        {base}/s5, which {recipe_path('s5', profile.name).as_posix()} writes",
        f"writes       {base}/predict/generated_predictions.jsonl, in the order of the test rows",
        f"launch       llamafactory-cli train {path.as_posix()}",
        f"others       … model_name_or_path={profile.student} output_dir={base}/predict_untrained",
        hardware(profile, "predict"),
        PREDICT_NOTE,
    ]
    asked = Asked(profile.name, strategy_of("full"))
    return text_of(header, predicting(asked, Start(f"{base}/s5"), Path(base) / "predict"))


def export_text(name: str, profile: Profile, path: Path) -> str:
    """Return the recipe by which LLaMA-Factory itself exports S5: whole weights, or an adapter merged into S4's."""
    base, adapts = f"saves/{profile.name}", name != "s5"
    start = Start(f"{base}/s4", f"{base}/{name}") if adapts else Start(f"{base}/s5")
    out = Path("exports/by_llamafactory") / f"{profile.name}_{name}"
    made_by = recipe_path("s5", profile.name).parent / ("strategies/s5_lora.yaml" if adapts else "s5.yaml")
    header = [
        f"{'An adapter of S5 merged into S4' if adapts else 'S5 as it is'}, written by LLaMA-Factory's own export",
        f"reads        {start.adapter or start.model}, which {made_by.as_posix()} writes",
        f"writes       {out.as_posix()}, with a Modelfile",
        f"launch       llamafactory-cli export {path.as_posix()}",
        f"hardware     a CPU; weights in {profile.export_dtype}",
        f"others       make export RUN={profile.name} writes GGUF too, and checks what each form will send",
    ]
    return text_of(header, merging(Rung("s5", ("s5",)), Asked(profile.name, strategy_of("full")), start, out))
