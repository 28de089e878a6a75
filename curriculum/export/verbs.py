"""The verbs `export`, `doctor` and `forms` of `python -m curriculum`.

python -m curriculum export --run nano --forms safetensors,f16,q8_0,q4_k_m
"""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from curriculum.export.build import EXPORTS, MANIFEST, export
from curriculum.export.measure import measure, table
from curriculum.export.parity import lines_of, refuse
from curriculum.export.probes import probes, rows_of
from curriculum.export.schema import FORMS, Exported, Form
from curriculum.export.senders import check_all
from curriculum.export.trained import Factory
from data_builders.cli import Result
from data_builders.errors import OrderError, UsageError
from data_builders.jsonl import read_json
from data_builders.schema import AlpacaRow


def say(line: str) -> None:
    """Say on standard error how far it is."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def export_arguments(parser: ArgumentParser) -> None:
    """Add what `export` takes."""
    which_run(parser)
    parser.add_argument("--forms", default=",".join(FORMS), help=f"of {', '.join(FORMS)} (default: all)")
    parser.add_argument("--stage", default="", help="of a run of make: s1 to s5 (default: the last that is done)")


def which_run(parser: ArgumentParser) -> None:
    """Add what names a run."""
    parser.add_argument("--run", default="nano", help="the run's name (default: nano)")


def forms_of(text: str) -> tuple[Form, ...]:
    """Return the forms of a list."""
    named = [word.strip() for word in text.split(",") if word.strip()]
    unknown = [word for word in named if word not in FORMS]
    if unknown or not named:
        found = ", ".join(unknown) or "none"
        raise UsageError("--forms", f"of {', '.join(FORMS)}, with commas between", found, "for example --forms q8_0")
    return tuple(form for form in FORMS if form in named)


def export_verb(args: Namespace) -> Result:
    """Export a run, or say what stands against it."""
    made = export(args.run, forms_of(args.forms), args.stage, say)
    home = EXPORTS / args.run
    lines = [f"{home / one.path}  {one.size / 1e6:.2f} MB  {told(one.tensors)}".rstrip() for one in made.forms]
    lines += [f"  {one.form} falls back: {line}" for one in made.forms for line in one.fallbacks]
    return Result((*lines, *lines_of(made.checked), f"wrote {home / MANIFEST}"), made)


def told(tensors: dict[str, int]) -> str:
    """Return how many tensors have which type."""
    return ", ".join(f"{number} {kind}" for kind, number in tensors.items())


def doctor_verb(args: Namespace) -> Result:
    """Say of each way of serving an export whether it still sends what was trained on; a drift is an error."""
    home, made = exported(args.run)
    factory = Factory(made.trained.folder, made.trained.settings)
    checked = check_all(home, made.contract, factory, probes(made.contract, rows_at(made)))
    for line in lines_of(checked):
        say(line)
    refuse(checked, args.run)
    return Result((f"{home}: {len(checked)} ways of serving send what was trained on",), checked)


def exported(run: str) -> tuple[Path, Exported]:
    """Return an export's folder and manifest; none yet is an OrderError."""
    home = EXPORTS / run
    if not (home / MANIFEST).is_file():
        raise OrderError(str(home), "an export", "none", f"make export RUN={run}")
    return home, read_json(home / MANIFEST, Exported)


def forms_verb(args: Namespace) -> Result:
    """Measure every form of an export."""
    home, made = exported(args.run)
    lines = measure(home, made, say)
    return Result((*table(lines, made), f"wrote {home}/forms.json, forms.md"), lines)


def rows_at(made: Exported) -> tuple[AlpacaRow, ...]:
    """Return the test rows that an export is tried with."""
    path = Path(made.trained.data) / "stages" / "s5_test.jsonl"
    return rows_of(path, made.contract.system) if path.is_file() else ()
