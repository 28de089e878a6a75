"""From the command line to a plan: its names read, its data found, what cannot be said so in one line.

    --plan 5stage --strategy lr_adj --data v3 --student saves/nano/student --profile nano --run try --seed 1

`--data` is a folder, or v1..v4: then `data/v3`, `data/nano-v3` (where Make keeps the nano profile's), or `data` itself
where its rationales were made by that strategy.
"""

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

from curriculum.plans import EXPECTED, rungs_of
from curriculum.recipe import TRACKERS
from curriculum.schema import Control, Plan
from curriculum.strategies import METHODS, MODIFIERS, strategy_of
from curriculum.tasks import is_task, profile_of
from data_builders.errors import NewsLadderError, OrderError, UsageError
from data_builders.jsonl import read_json
from data_builders.schema import Manifest

DATA_STRATEGIES = ("v1", "v2", "v3", "v4")
ROOT = Path("data")
CONTROLS: tuple[Control, ...] = ("none", "tokens", "steps")
NAME = re.compile(r"[\w.+-]+(/[\w.+-]+)*")


@dataclass(frozen=True, slots=True)
class Data:
    """A data folder, and the strategy that it was named by ("" for a folder named itself)."""

    folder: Path
    strategy: str = ""

    @property
    def name(self) -> str:
        """A short name for tables and folders."""
        return self.strategy or (self.folder.as_posix().strip("/").replace("/", "_") or "data")


def plan_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what describes a plan, but for what names the run."""
    parser.add_argument("--plan", "--plans", default="", help=EXPECTED)
    known = f"{', '.join(METHODS)}, with {' or '.join(MODIFIERS)} added by + (default: full, or the task's own)"
    parser.add_argument("--strategy", "--strategies", default="", help=known)
    parser.add_argument("--seed", "--seeds", default="42", help="a whole number (default: 42)")
    parser.add_argument(
        "--control", "--controls", default="none",
        help="none, or the last stage alone for as many tokens or steps as the plan takes",
    )  # fmt: skip
    parser.add_argument("--tracker", choices=sorted(TRACKERS), default="", help="beside TensorBoard's files")
    parser.add_argument("--packing", action="store_true", help="several rows in one, masked from each other")
    parser.add_argument(
        "--most-cut", type=float, default=0.0, help="share of rows that cutoff_len may cut (default: 0)"
    )
    parser.add_argument("--gates", default="", help="a TOML file of gates between the stages")


def plan_of(args: argparse.Namespace) -> Plan:
    """Return the plan that the arguments describe."""
    rungs = rungs_of(args.plan)
    usual = profile_of(args.profile, rungs[-1].stages)
    tasks = is_task(rungs[-1].stages)
    found = data_of(usual.data if tasks and str(args.data) == "data" else str(args.data), args.profile)
    control = control_of(args.control)
    if tasks and control != "none":
        raise UsageError("--control", "none with tasks", control, "leave it out: it asks what the order of stages does")
    strategy = args.strategy or usual.strategy
    return Plan(
        name=args.plan,
        rungs=rungs,
        strategy=strategy_of(strategy),
        profile=args.profile,
        student=args.student or usual.student,
        data=found.folder.as_posix(),
        run=checked_name(args.run or f"{args.plan}-{strategy}".replace(",", "_")),
        data_strategy=found.strategy,
        seed=number(args.seed),
        control=control,
        tracker=args.tracker,
        packing=args.packing,
        most_cut=share(args.most_cut),
        gates=args.gates,
    )


def data_of(text: str, profile: str = "nano") -> Data:
    """Return the data folder that a word stands for; Make keeps a profile's own in `data/<profile>-v3`."""
    if text not in DATA_STRATEGIES:
        return Data(Path(text))
    for own in (ROOT / text, ROOT / f"{profile}-{text}"):
        if (own / "dataset_info.json").is_file():
            return Data(own, text)
    if taught_by(ROOT) == text:
        return Data(ROOT, text)
    then = f"make data DATA={text}, or name the folder of such data with --data FOLDER"
    expected = f"{ROOT / text}, {ROOT}/{profile}-{text}, or {ROOT} taught by {text}"
    raise OrderError(f"--data {text}", expected, "none of them", then)


def taught_by(data: Path) -> str:
    """Return the strategy by which a data folder's rationales were made, "" where it is not said."""
    try:
        return str(read_json(data / "rationales" / "manifest.json", Manifest).settings.get("strategy", ""))
    except NewsLadderError:
        return ""


def checked_name(name: str) -> str:
    """Return a run's name when it is fit for a folder below saves/."""
    if not NAME.fullmatch(name) or ".." in name.split("/"):
        raise UsageError("--run", "letters, digits and . _ + - (and / between)", name, "name it for example study-1")
    return name


def number(text: str) -> int:
    """Return a seed."""
    if not text.strip().isdecimal():
        raise UsageError("--seed", "a whole number", text or "nothing", "give for example --seed 1")
    return int(text)


def control_of(text: str) -> Control:
    """Return a control."""
    for control in CONTROLS:
        if control == text:
            return control
    raise UsageError("--control", ", ".join(CONTROLS), text, "give one of these")


def share(value: float) -> float:
    """Return a share in 0..1."""
    if not 0 <= value <= 1:
        raise UsageError("--most-cut", "a share from 0 to 1", str(value), "give for example 0.01")
    return value
