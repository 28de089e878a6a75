"""Read a LLaMA-Factory recipe: the few keys that the datasets and the runner must agree with.

    >>> read_recipe(Path("yaml_recipes/nano/s3.yaml")).cutoff_len
    2048

Recipes are whole files that stock `llamafactory-cli` trains from; this is a reader, nothing is rendered or merged.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

from data_builders.errors import InputError

RECIPES = Path("yaml_recipes")
PROFILES = ("nano", "full")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What one recipe says. `settings` holds every key as YAML gives it, in the file's order."""

    path: Path
    settings: dict[str, object]

    def text(self, key: str) -> str:
        """Return a key's value as text, or "" when the recipe does not have it."""
        value = self.settings.get(key)
        return "" if value is None else str(value)

    @property
    def model(self) -> str:
        """The folder or hub name that the recipe starts from."""
        return self.text("model_name_or_path")

    @property
    def output_dir(self) -> Path:
        """The folder that the recipe writes."""
        return Path(self.text("output_dir"))

    @property
    def cutoff_len(self) -> int:
        """The bound on a row's tokens; a recipe that states none, or no number, is an InputError."""
        if not self.text("cutoff_len").isdecimal():
            found = self.text("cutoff_len") or "none"
            raise InputError(str(self.path), "a cutoff_len in tokens", found, "state it in the recipe")
        return int(self.text("cutoff_len"))

    @property
    def on_cpu(self) -> bool:
        """Whether the recipe trains on the processor, whatever else the machine has."""
        return self.settings.get("use_cpu") is True


def recipe_path(name: str, profile: str) -> Path:
    """Return where the recipe of a stage stands in a profile."""
    folder = RECIPES if profile == "full" else RECIPES / profile
    return folder / f"{name}.yaml"


def read_recipe(path: Path) -> Recipe:
    """Read a recipe; a file that is missing or no YAML mapping is an InputError."""
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(str(path), "a recipe", error.strerror or str(error), "stand in the project's root") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(str(path), "a YAML recipe", str(error), "mend the recipe") from error
    if not isinstance(loaded, dict):
        raise InputError(str(path), "a YAML mapping", type(loaded).__name__, "mend the recipe")
    return Recipe(path, {str(key): value for key, value in loaded.items()})
