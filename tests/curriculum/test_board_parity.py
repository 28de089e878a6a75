"""LLaMA-Board itself reads our presets: its ids, its own translation to arguments, LLaMA-Factory's own parser.

Run as a program, this file is what does that, in a process of its own (importing `llamafactory.webui` takes about
20 s, and gradio leaves sockets and an event loop open behind it):

    python tests/curriculum/test_board_parity.py FOLDER…    one project's root a folder, presets written; prints JSON
"""

import json
import os
import subprocess
import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from curriculum import board
from curriculum.board_widgets import AT_REST
from curriculum.job import Run
from data_builders.recipes import read_recipe, recipe_path

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
PROFILES = ("nano", "full")
STAGES = ("s1", "s2", "s3", "s4", "s5")
# Where what LLaMA-Factory gets from Board differs from what it gets from the recipe, and why that trains the same.
EXCEPTIONS = {"max_samples": "a number that no dataset reaches, instead of none: it takes min(number, rows)"}


@dataclass
class Seen:
    """What Board made of the presets: ids that Load may set, ids that Start reads, arguments that differ."""

    loadable: list[str]
    sent: list[str]
    differing: dict[str, dict[str, list[str]]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Presets of the default run of both profiles, read by Board."""
    roots = [written(tmp_path_factory.mktemp(profile), profile) for profile in PROFILES]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, __file__, *map(str, roots)]
    done = subprocess.run(
        command, env=environment, cwd=roots[0], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return Seen(**json.loads(done.stdout.splitlines()[-1]))


def written(root: Path, profile: str) -> Path:
    """Make a project's root with the real recipes, write its presets, and return it."""
    for name in ("yaml_recipes", "dataset_info.json"):
        (root / name).symlink_to(ROOT / name)
    (root / "data/stages").mkdir(parents=True)
    (root / "data/dataset_info.json").write_text("{}", encoding="utf-8")
    for stage in STAGES:
        for split in ("train", "dev"):
            (root / f"data/stages/{stage}_{split}.jsonl").write_text("{}\n", encoding="utf-8")
    (root / "saves/nano/student").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        board.write_files(Run(profile, profile, Path("data"), read_recipe(recipe_path("s1", profile)).model))
    return root


def test_every_id_of_a_preset_is_one_that_load_may_set(seen: Seen) -> None:
    assert set(AT_REST) <= set(seen.loadable)


def test_every_widget_that_makes_an_argument_is_set(seen: Seen) -> None:
    left = {one.partition(".")[2] for one in set(seen.sent) - set(AT_REST)}
    # Read for other stages, or once a switch that is set to off is on.
    left -= {one for one in left if one.startswith(("pref_", "ppo_", "galore_", "apollo_", "badam_", "swanlab_"))}
    assert left == {
        *("lang", "model_name", "config_path"),  # the page's own; what the name stands for is in every preset
        *("reward_model", "project", "trackio_space_id", "hub_private_repo"),  # for PPO; never read
        *("freeze_vision_tower", "freeze_multi_modal_projector", "freeze_language_model"),  # for models that see
        *("image_max_pixels", "image_min_pixels", "video_max_pixels", "video_min_pixels"),
    }


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("stage", STAGES)
def test_llamafactory_gets_from_board_what_it_gets_from_the_recipe(stage: str, profile: str, seen: Seen) -> None:
    differing = seen.differing[f"{profile} {stage}"]
    assert differing.keys() == EXCEPTIONS.keys(), differing


class Page:
    """LLaMA-Board's page and its runner, as `llamafactory-cli webui` builds them, without a server."""

    def __init__(self) -> None:
        import llamafactory.webui.interface as interface

        made: list[Any] = []
        real = interface.Engine
        interface.Engine = lambda **words: made.append(real(**words)) or made[0]
        events = {getattr(one.fn, "__name__", ""): one for one in interface.create_ui().fns.values()}
        self.runner, self.manager = made[0].runner, made[0].manager
        self.loadable = [self.manager.get_id_by_elem(element) for element in events["load_args"].outputs]
        self.sent = [self.manager.get_id_by_elem(element) for element in events["run_train"].inputs]

    def arguments(self, preset: Path) -> dict[str, Any]:
        """Return what Board writes for its trainer once the preset was loaded on a fresh page."""
        from llamafactory.webui.common import _clean_cmd, load_args

        fresh = {one: self.manager.get_elem_by_id(one).value for one in self.sent}
        values = fresh | {"top.model_name": board.LISTED} | load_args(str(preset))
        by_element = {self.manager.get_elem_by_id(one): value for one, value in values.items()}
        return dict(_clean_cmd(self.runner._parse_train_args(by_element)))


def settled(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return every argument, defaults included, as LLaMA-Factory's own parser settles it."""
    from llamafactory.hparams import get_train_args

    # On the processor, so that a recipe for a GPU is parsed wherever this runs.
    return {key: value for group in get_train_args(arguments | {"use_cpu": True}) for key, value in vars(group).items()}


def difference(from_board: dict[str, Any], from_recipe: dict[str, Any]) -> dict[str, list[str]]:
    """Return what is neither equal nor, for objects that know no equality, reads alike."""
    assert from_board.keys() == from_recipe.keys()
    pairs = {key: (value, from_recipe[key]) for key, value in from_board.items()}
    return {key: [repr(a), repr(b)] for key, (a, b) in pairs.items() if a != b and repr(a) != repr(b)}


def read_presets(roots: list[str]) -> Seen:
    """Let Board read the presets of each root, named after its profile."""
    page = Page()
    seen = Seen(page.loadable, page.sent)
    for root, profile in zip(roots, PROFILES, strict=True):
        os.chdir(root)
        run = Run(profile, profile, Path("data"), "")
        for stage in STAGES:
            from_board = settled(page.arguments(board.preset_path(stage, run.name, run.profile)))
            from_recipe = settled(read_recipe(recipe_path(stage, profile)).settings)
            seen.differing[f"{profile} {stage}"] = difference(from_board, from_recipe)
    return seen


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.stdout.write("\n" + json.dumps(vars(read_presets(sys.argv[1:]))) + "\n")
