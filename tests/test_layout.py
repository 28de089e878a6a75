"""How the project is laid out: small files, imports that run one way, heavy packages loaded late."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST_LINES = 300
# A package may not import those named beside it.
NEVER = {
    "data_builders": {"eval", "curriculum", "app", "tests", "benchmarks"},
    "eval": {"curriculum", "app", "tests", "benchmarks"},
    "curriculum": {"app", "tests", "benchmarks"},
    "app": {"tests", "benchmarks"},
}
HEAVY = {"torch", "transformers", "ray", "gradio", "llamafactory", "datasets", "peft"}


@cache
def sources() -> tuple[Path, ...]:
    """Every Python file that git holds, or would hold after `git add`."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("no git checkout: which files belong to the project is not known")
    return tuple(ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file())


def imported(code: str, package: str, lazily: bool) -> Iterator[str]:
    """The packages that `code` imports: at its top only, or inside functions too."""
    tree = ast.parse(code)
    for node in ast.walk(tree) if lazily else tree.body:
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield package if node.level else str(node.module).partition(".")[0]


def imports_of(package: str, lazily: bool = True) -> Iterator[tuple[Path, str]]:
    for path in sources():
        if path.relative_to(ROOT).parts[0] == package:
            code = path.read_text(encoding="utf-8")
            yield from ((path.relative_to(ROOT), name) for name in imported(code, package, lazily))


def test_the_parser_sees_every_way_to_import() -> None:
    code = "import a.b, c\nfrom d.e import f\nfrom . import g\ndef h():\n    import i\n    from j import k\n"
    assert list(imported(code, "me", lazily=False)) == ["a", "c", "d", "me"]
    assert set(imported(code, "me", lazily=True)) == {"a", "c", "d", "me", "i", "j"}


def test_every_file_has_at_most_300_lines() -> None:
    assert len(sources()) > 60
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {str(path.relative_to(ROOT)): size for path, size in lengths.items() if size > MOST_LINES} == {}


@pytest.mark.parametrize("package", ["data_builders", "eval", "curriculum", "app"])
def test_imports_run_one_way(package: str) -> None:
    found = list(imports_of(package))
    assert found
    assert [(str(path), name) for path, name in found if name in NEVER[package]] == []


@pytest.mark.parametrize("package", ["data_builders", "eval", "curriculum", "app"])
def test_heavy_packages_are_imported_where_they_are_used(package: str) -> None:
    assert [(str(path), name) for path, name in imports_of(package, lazily=False) if name in HEAVY] == []


def test_the_package_eval_is_never_bound_over_the_builtin() -> None:
    bound = [
        str(path.relative_to(ROOT))
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import) and any(name.name == "eval" and not name.asname for name in node.names)
    ]
    assert bound == []


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils.py", "common.py", "helpers.py", "misc.py"}
    assert [str(path.relative_to(ROOT)) for path in sources() if path.name in drawers] == []


def test_no_file_that_a_test_reads_is_ignored_by_git() -> None:
    assert sources()
    files = [str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("*") if path.parent.name == "data"]
    assert files
    said = subprocess.run(
        ["git", "check-ignore", *files], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    assert said == [], "a pattern of .gitignore hides test data, so a fresh clone would not have it"
