"""How long stages really took on this machine, beside what was estimated: the factor that makes an estimate one's own.

    >>> pace_of("nano", Path("saves"))
    Pace(factor=0.93, stages=10)

Each stage's manifest holds the seconds that it took and those that were estimated for it, from one constant rate; the
median of their ratio over the newest stages tells this machine's pace. Stages of other hardware (a profile on the
processor, one on a GPU) and stages taken over are left out. A stage that was interrupted is timed from its last start.
"""

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from curriculum.cost import HOW
from curriculum.profiles import PROFILES
from curriculum.schema import StageManifest
from data_builders.errors import NewsLadderError
from data_builders.jsonl import read_json

NEWEST = 20
LEAST_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """By how much real stages took longer than estimated, and how many say so; 1.0 of 0 stages is the bare estimate."""

    factor: float = 1.0
    stages: int = 0


def pace_of(profile: str, saves: Path) -> Pace:
    """Return the pace of the newest stages below `saves` that a profile of the same hardware trained."""
    on_cpu = PROFILES[profile].device.get("use_cpu", False)
    files = [*saves.glob("*/*/manifest.json"), *saves.glob("*/*/*/*/manifest.json")]
    ratios: list[float] = []
    for file in sorted(files, key=lambda path: -path.stat().st_mtime):
        try:
            made = read_json(file, StageManifest)
        except NewsLadderError:
            continue  # a run's own manifest, or one of another version
        trained_here = not made.taken_from and made.seconds >= LEAST_SECONDS and made.cost.seconds > 0
        if trained_here and bool(made.settings.get("use_cpu", False)) == bool(on_cpu):
            ratios.append(made.seconds / made.cost.seconds)
        if len(ratios) == NEWEST:
            break
    return Pace(median(ratios), len(ratios)) if ratios else Pace()


def how(profile: str, pace: Pace) -> str:
    """Say where an estimate's seconds come from."""
    if not pace.stages:
        return HOW[profile]
    return f"{HOW[profile]}, times {pace.factor:.2f}: so the newest {pace.stages} stages in saves/ took"
