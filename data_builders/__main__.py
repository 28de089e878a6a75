"""`python -m data_builders <verb>`: text in, datasets out."""

import sys

from data_builders import cli
from data_builders.verbs import VERBS
from data_builders.verbs.told import RUN

if __name__ == "__main__":
    sys.exit(cli.run(RUN, "Text in, datasets out.", VERBS))
