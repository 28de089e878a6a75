"""LLaMA-Factory's own page with what it lacks for a ladder; nothing of the installed package is changed.

    $ python -m curriculum.board_page data      # `python -m curriculum board` starts it, on loopback

What is put around `llamafactory.webui` 0.9.5 before its page is built:

- Model path and data folder are lists of what there is (`finished.py`), checkpoints list finished runs wherever they
  lie, presets are sorted, and only datasets whose file is there are offered.
- Board resets model path, template, checkpoint, dataset and packing whenever model name, method or stage *change*, and
  loading a preset changes them, so it overwrites what it has just laid out. Here these resets hang on *input*: they
  happen when a person chooses another model, method or stage, and not when a preset (or a page reload) does.
- Start goes through `board_train`, and what differs from a stage's recipe is told before and after.
- A dataset's preview shows its rows as JSON, not as one Python text.
"""

import sys
from collections.abc import Callable, Iterator
from subprocess import Popen
from types import ModuleType
from typing import Any

from curriculum.board import LISTED, PRESETS, is_ours
from curriculum.board_sent import differences
from curriculum.board_serve import LOOPBACK
from curriculum.board_stages import stage_at
from curriculum.board_told import differing, outcome
from curriculum.finished import data_folders, finished_adapters, finished_models
from data_builders.errors import NewsLadderError

RESETTING = ("top.model_name", "top.finetuning_type", "train.training_stage")
TRAINER = (sys.executable, "-m", "curriculum.board_train")
Shown = dict[Any, Any]  # what a page's event returns: its elements, with what each shall show


def page(data: str) -> Any:
    """Return LLaMA-Factory's page, ready to be launched."""
    from llamafactory.webui import control, interface, runner
    from llamafactory.webui.components import eval as evaluating
    from llamafactory.webui.components import top, train

    offer_lists(top, train, evaluating, data)
    offer_files(top, train, control)
    runner.Popen = trainer_instead
    engines: list[Any] = []
    real = interface.Engine

    def engine(**words: Any) -> Any:
        engines.append(attended(real(**words)))
        return engines[0]

    interface.Engine = engine
    made = interface.create_ui()
    reset_on_input(made, engines[0].manager)
    show_rows(made)
    return made


def offer_lists(top: Any, train: Any, evaluating: Any, data: str) -> None:
    """Make lists of two fields that Board has typed: model path and data folder; both still take other text."""
    import gradio as gr

    def models(**words: Any) -> Any:
        return gr.Dropdown(choices=list(finished_models()), allow_custom_value=True, **words)

    def folder(**words: Any) -> Any:
        if words.get("value") != train.DEFAULT_DATA_DIR:
            return gr.Textbox(**words)
        return gr.Dropdown(choices=list(data_folders()), allow_custom_value=True, **words | {"value": data})

    for module, made in ((top, models), (train, folder), (evaluating, folder)):
        widgets = ModuleType("gradio")
        widgets.__dict__.update(vars(gr) | {"Textbox": made})
        module.gr = widgets


def offer_files(top: Any, train: Any, control: Any) -> None:
    """List finished runs as checkpoints, presets in their order, and datasets that are there."""
    import gradio as gr

    checkpoints, datasets = train.list_checkpoints, control.load_dataset_info

    def list_checkpoints(model_name: str, finetuning_type: str) -> Any:
        shown = checkpoints(model_name, finetuning_type).constructor_args
        ours = finished_adapters() if shown["multiselect"] else finished_models()
        return gr.Dropdown(**shown | {"choices": [*shown["choices"], *ours]})

    def list_config_paths(current_time: str) -> Any:
        return gr.Dropdown(choices=[f"{current_time}.yaml", *sorted(path.name for path in PRESETS.glob("*.yaml"))])

    def load_dataset_info(folder: str) -> dict[str, dict[str, Any]]:
        from pathlib import Path

        entries: dict[str, dict[str, Any]] = datasets(folder)
        return {
            name: entry
            for name, entry in entries.items()
            if "file_name" not in entry or (Path(folder) / entry["file_name"]).exists()
        }

    top.list_checkpoints = train.list_checkpoints = list_checkpoints
    train.list_config_paths, control.load_dataset_info = list_config_paths, load_dataset_info


def trainer_instead(command: list[str], **words: Any) -> "Popen[str]":
    """Start what Board wants to train through `board_train`."""
    return Popen([*TRAINER, *command[1:]], **words)


def attended(engine: Any) -> Any:
    """Put around an engine's events what a ladder needs."""
    runner, element = engine.runner, engine.manager.get_elem_by_id
    resume, load, parse, monitor = engine.resume, runner.load_args, runner._parse_train_args, runner.monitor  # noqa: SLF001

    def resumed() -> Iterator[Shown]:
        for number, shown in enumerate(resume()):
            yield shown | ({} if number else chosen_model(element))

    def loaded(lang: str, config_path: str) -> Shown:
        ours = (PRESETS / config_path).is_file() and is_ours(PRESETS / config_path)
        shown: Shown = load(lang, config_path)
        return shown | ({element("top.model_name"): LISTED} if ours else {})

    def parsed(data: Shown) -> dict[str, Any]:
        args: dict[str, Any] = parse(data)
        warn(args, data[element("top.lang")])
        return args

    def monitored() -> Iterator[Shown]:
        last: Shown = {}
        box = element("train.output_box")
        lang, output = watched(runner, element)
        for shown in monitor():
            last = shown
            yield shown
        said = outcome(output, lang)
        if said and box in last:
            yield last | {box: f"{said}\n\n{last[box]}"}

    engine.resume, runner.load_args, runner.monitor, runner._parse_train_args = resumed, loaded, monitored, parsed  # noqa: SLF001
    return engine


def chosen_model(element: Callable[[str], Any]) -> Shown:
    """Return model path and template of the model that the user's configuration names, as Board would look them up.

    With it come the lists as they are now. They are looked up when a page is opened and not when a list is: gradio
    would then show only the choices that match the text in the field.
    """
    import gradio as gr
    from llamafactory.webui.common import get_model_path, get_template, load_config

    path, template = element("top.model_path"), element("top.template")
    models = {"choices": list(finished_models())}
    name = load_config().get("last_model")
    looked = {element(f"{tab}.dataset_dir"): gr.Dropdown(choices=list(data_folders())) for tab in ("train", "eval")}
    if not name:
        return looked | {path: gr.Dropdown(**models)}
    chosen = {path: gr.Dropdown(value=get_model_path(name), **models), template: gr.Dropdown(value=get_template(name))}
    return looked | chosen


def watched(runner: Any, element: Callable[[str], Any]) -> tuple[str, str]:
    """Return the page's language, and the folder that the running training writes ("" for an evaluation)."""
    data = runner.running_data
    if not data or not runner.do_train:
        return "", ""
    return data[element("top.lang")], data[element("train.output_dir")]


def warn(args: dict[str, Any], lang: str) -> None:
    """Tell on the page by what a stage's folder would get another training than the stage's."""
    import gradio as gr
    from llamafactory.webui.common import _clean_cmd

    try:
        stage = stage_at(args["output_dir"])
        found = differences(stage.job, _clean_cmd(args)) if stage else ()
    except NewsLadderError as error:
        gr.Warning(str(error))
        return
    if stage and found:
        gr.Warning(differing(stage.job.name, found, lang))


def reset_on_input(made: Any, manager: Any) -> None:
    """Let Board's resets follow what a person chooses, not what a preset lays out."""
    resetting = {manager.get_elem_by_id(name)._id for name in RESETTING}  # noqa: SLF001
    for event in made.fns.values():
        event.targets = [
            (block, "input" if block in resetting and trigger == "change" else trigger)
            for block, trigger in event.targets
        ]


def show_rows(made: Any) -> None:
    """Have a dataset's preview go through the queue: past it, gradio 5.50 sends rows as one Python text, root=[…]."""
    for event in made.fns.values():
        if getattr(event.fn, "__name__", "") == "get_preview":
            event.queue = True


if __name__ == "__main__":
    page(sys.argv[1]).queue().launch(share=False, server_name=LOOPBACK, inbrowser=True)
