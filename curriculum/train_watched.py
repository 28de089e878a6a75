"""Train by a recipe as `llamafactory-cli train` does, with a callback, which that command cannot be given.

    $ python -m curriculum.train_watched saves/try/s5/recipe.yaml --watch 8 --generation '{"max_new_tokens": 128}'

What else is on the command line is LLaMA-Factory's own: the recipe, then `key=value`. `python -m curriculum run
--watch 8` starts this in place of the stock command; see `watch.py`.
"""

import argparse
import json
import sys

from curriculum.watch import Watcher


def train(words: list[str]) -> None:
    """Call run_exp with the watcher's callback."""
    parser = argparse.ArgumentParser(prog="python -m curriculum.train_watched")
    parser.add_argument("--watch", type=int, required=True, help="dev rows to answer at each evaluation")
    parser.add_argument("--generation", type=json.loads, default={}, help="keys of generate, as JSON")
    asked, stock = parser.parse_known_args(words)
    sys.argv = ["llamafactory-cli", *stock]
    from llamafactory.hparams import read_args
    from llamafactory.train.tuner import run_exp

    settings = read_args(None)
    watcher = Watcher(dict(settings), asked.watch, asked.generation)
    run_exp(settings, callbacks=[watcher.callback()])


if __name__ == "__main__":
    train(sys.argv[1:])
