"""How a verb tells what a step did."""

from pathlib import Path

from data_builders.cli import Result
from data_builders.schema import Manifest

RUN = "python -m data_builders"


def told(manifest: Manifest, out: Path) -> Result:
    """Return a step's result: rows in and out, rejects by reason, where the files are."""
    rejected = sum(manifest.rejected.values())
    reasons = ", ".join(f"{reason} {count}" for reason, count in manifest.rejected.items())
    line = f"{manifest.step}: {manifest.rows_in} in, {manifest.rows_out} out, {rejected} rejected"
    return Result((line + (f" ({reasons})" if reasons else ""), f"  -> {out}"), manifest)
