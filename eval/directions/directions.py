"""What `evaluate.load("eval/directions")` loads, from the project's root and without a network.

`evaluate` runs a copy of this file from its cache, so the package is found by the folder one stands in.
"""

import sys
from importlib import import_module
from pathlib import Path

if str(Path.cwd()) not in sys.path:
    sys.path.append(str(Path.cwd()))
Directions = import_module("eval.loadable").loadable("directions")
