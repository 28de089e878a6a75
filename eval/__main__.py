"""`python -m eval score|join|report`: see `--help` of each."""

import sys

from data_builders.cli import run
from eval.verbs import VERBS

if __name__ == "__main__":
    sys.exit(run("python -m eval", "Predictions in, scores and reports out.", VERBS))
