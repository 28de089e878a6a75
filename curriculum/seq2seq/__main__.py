"""`python -m curriculum.seq2seq RECIPE [key=value …]`: train one recipe; what `curriculum run --recipe` starts."""

import os
import sys
from pathlib import Path

import yaml

from data_builders.errors import NewsLadderError, UsageError
from data_builders.jsonl import encode
from data_builders.recipes import Recipe, read_recipe
from data_builders.threads import briefly


def main(words: list[str]) -> int:
    """Train, print what was kept, and return the exit code."""
    from curriculum.seq2seq.train import train

    try:
        if not words or words[0].startswith("-"):
            then = "python -m curriculum.seq2seq yaml_recipes/nano/baselines/t5_pegasus.yaml output_dir=saves/try"
            raise UsageError("recipe", "RECIPE.yaml [key=value …]", " ".join(words) or "nothing", then)
        best = train(with_overrides(read_recipe(Path(words[0])), words[1:]))
    except NewsLadderError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    print(encode(best).decode())
    return 0


def with_overrides(recipe: Recipe, words: list[str]) -> Recipe:
    """Return the recipe with `key=value` words put in, as LLaMA-Factory takes them."""
    wrong = [word for word in words if "=" not in word]
    if wrong:
        raise UsageError("override", "key=value", wrong[0], "write it like output_dir=saves/try")
    put_in = {key: yaml.safe_load(value) for key, _, value in (word.partition("=") for word in words)}
    return Recipe(recipe.path, recipe.settings | put_in)


if __name__ == "__main__":
    os.environ.update(briefly(os.environ))
    sys.exit(main(sys.argv[1:]))
