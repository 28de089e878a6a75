"""The verb about the house itself: `environment`."""

import argparse

from data_builders.cli import Result, Verb
from data_builders.environment import environment
from data_builders.verbs.told import RUN


def environment_arguments(_: argparse.ArgumentParser) -> None:
    """`environment` takes nothing."""


def environment_verb(_: argparse.Namespace) -> Result:
    """Check the installed versions and print them."""
    found = environment()
    lines = [f"  {name:<14} {version}" for name, version in {"python": found.python, **found.versions}.items()]
    return Result(("The environment is the pinned one:", *lines, f"  trains on      {found.trains_on}"), found)


VERBS = (
    Verb("environment", "Check and print the versions.", f"{RUN} environment", environment_arguments, environment_verb),
)
