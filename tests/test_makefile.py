import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAKEFILE = ROOT / "Makefile"


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """What a fresh clone has, as far as Make looks at it."""
    for name in ("yaml_recipes", "data_builders", "requirements.lock"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "mine.jsonl").write_text("{}\n", encoding="utf-8")
    return tmp_path


def make(folder: Path, *words: str, code: int = 0) -> str:
    command = ["make", "-C", str(folder), "-f", str(MAKEFILE), "--no-print-directory", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def steps(printed: str) -> list[str]:
    """The verbs of a dry run, in order: 'build s3', 'run s1' …"""
    found = re.findall(
        r"-m (?:data_builders|curriculum) (ingest|curate|teach|student|build --stage|run) ?(s\d)?", printed
    )
    return [" ".join((verb.split()[0], stage)).strip() for verb, stage in found]


def test_a_dry_run_of_stage_5_reads_like_the_flow_chart(fresh: Path) -> None:
    assert steps(make(fresh, "-n", "stage5")) == [
        "ingest", "curate", "student", "build s1", "run s1", "teach", "build s2", "run s2",
        "build s3", "run s3", "build s4", "run s4", "build s5", "run s5",
    ]  # fmt: skip


def test_stage_3_needs_stages_1_and_2_and_nothing_else(fresh: Path) -> None:
    printed = make(fresh, "-n", "stage3")
    assert "s4" not in printed
    assert "s5" not in printed
    assert steps(printed)[-1] == "run s3"


def test_a_named_run_keeps_to_folders_of_its_own(fresh: Path) -> None:
    printed = make(fresh, "-n", "curriculum", "NEWS=mine.jsonl", "RUN=mine")
    assert "ingest mine.jsonl --out data/mine/ingest" in printed
    assert "--run mine --profile nano --data data/mine --student saves/mine/student" in printed


def test_review_opens_the_page_over_what_the_run_was_taught(fresh: Path) -> None:
    printed = make(fresh, "-n", "review", "NEWS=mine.jsonl", "RUN=mine", "PORT=7999")
    assert steps(printed) == ["ingest", "curate", "teach"]
    assert "-m data_builders review serve --data data/mine --port 7999" in printed


def test_try_opens_the_phone_page_with_the_writer_that_is_named(fresh: Path) -> None:
    assert "-m app serve --port 7860" in make(fresh, "-n", "try")
    printed = make(fresh, "-n", "try", "GGUF=nano.gguf", "PORT=7999", "TRY=--offline")
    assert " ".join(printed.split()).endswith("-m app serve --port 7999 --gguf nano.gguf \\ --offline")
    printed = make(fresh, "-n", "try", "MODEL=qwen2.5", "BASE_URL=http://127.0.0.1:8000/v1")
    assert "--model qwen2.5" in printed
    assert "--base-url http://127.0.0.1:8000/v1" in printed


def test_v4_is_reviewed_over_v3_s_drafts(fresh: Path) -> None:
    printed = make(fresh, "-n", "review", "DATA=v4")
    assert "review serve --data data/nano-v3 --port 7860" in printed
    assert "review export" not in printed


def test_the_full_profile_takes_its_student_from_the_hub(fresh: Path) -> None:
    printed = make(fresh, "-n", "curriculum", "PROFILE=full")
    assert "data_builders student" not in printed
    assert "--profile full --data data --student Qwen/Qwen2.5-0.5B-Instruct" in printed


def test_a_data_folder_is_not_mixed_with_another_corpus(fresh: Path) -> None:
    (fresh / "data").mkdir()
    (fresh / "data" / "made_for.txt").write_text("NEWS=old.jsonl PROFILE=nano STUDENT=saves/nano/student\n", "utf-8")
    printed = make(fresh, "-n", "data", "NEWS=mine.jsonl", code=2)
    assert "data/ holds [NEWS=old.jsonl" in printed
    assert "Name a run for it, such as RUN=mine" in printed


def test_a_missing_corpus_is_named(fresh: Path) -> None:
    assert "NEWS=none.jsonl: expected a news file" in make(fresh, "-n", "data", "NEWS=none.jsonl", code=2)


def test_news_crawls_into_a_folder_that_a_curriculum_can_start_from(fresh: Path) -> None:
    printed = make(fresh, "-n", "news", "SOURCE=cna", "N=20", "CONTACT=lab@example.edu")
    assert "crawl --source cna --limit 20 --out data/news/cna --contact 'lab@example.edu'" in printed
    (fresh / "data/news/cna").mkdir(parents=True)
    (fresh / "data/news/cna/articles.jsonl").write_text("{}\n", encoding="utf-8")
    printed = make(fresh, "-n", "data", "NEWS=data/news/cna/articles.jsonl", "RUN=cna")
    assert "ingest data/news/cna/articles.jsonl --out data/cna/ingest" in printed


def test_help_is_the_default_and_lists_every_target(fresh: Path) -> None:
    printed = make(fresh)
    phony = re.search(r"^\.PHONY:((?:.*\\\n)*.*)$", MAKEFILE.read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    for target in phony[1].replace("\\", " ").split():
        assert f"make {target} " in printed


def test_ci_runs_the_checks_that_readme_names() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.splitlines()[-2:] == ["make check", "make test-slow"]


def test_a_matrix_takes_its_lists_from_variables(fresh: Path) -> None:
    asked = ("PLANS=1stage,5stage", "STRATEGIES=lora", "SEEDS=1,2,3", "CONTROLS=none,steps")
    printed = make(fresh, "-n", "matrix", *asked)
    assert "matrix --plans 1stage,5stage --strategies lora --seeds 1,2,3 --controls none,steps --run nano" in printed
    assert "plan --plan 4stage --strategy lr_adj --run nano" in make(
        fresh, "-n", "plan", "PLAN=4stage", "STRATEGY=lr_adj"
    )


def test_each_strategy_keeps_to_folders_of_its_own(fresh: Path) -> None:
    printed = make(fresh, "-n", "data", "NEWS=mine.jsonl", "RUN=mine", "DATA=v2")
    assert "teach --articles data/mine-v2/articles --teacher extractive --strategy v2" in printed
    assert "--out data/mine-v2/rationales" in printed
    assert "student --preset nano --corpus data/mine-v2/articles --out saves/mine-v2/student" in printed
    assert "--strategy v1 " in make(fresh, "-n", "data")


def test_a_served_teacher_is_told_its_server_and_shares_one_ledger(fresh: Path) -> None:
    words = ("TEACHER=gpt-4o-mini", "BASE_URL=http://127.0.0.1:8000/v1", "TEACH=--max-usd 2")
    printed = make(fresh, "-n", "data", "DATA=v3", *words)
    assert "--strategy v3 --ledger data/ledger.sqlite3 --base-url http://127.0.0.1:8000/v1 --max-usd 2 --out" in printed
    assert "ledger" not in make(fresh, "-n", "data", "DATA=v3")


def test_a_folder_of_one_teacher_is_not_mixed_with_another(fresh: Path) -> None:
    (fresh / "data").mkdir()
    (fresh / "data" / "made_for.txt").write_text(
        "NEWS=data_builders/sample/news.jsonl PROFILE=nano STUDENT=saves/nano/student\n", "utf-8"
    )
    assert "TEACHER=gpt-4o" in make(fresh, "-n", "data", "TEACHER=gpt-4o", code=2)


def test_v4_is_what_was_decided_over_v3(fresh: Path) -> None:
    printed = make(fresh, "-n", "data", "DATA=v4")
    assert "teach --articles data/nano-v3/articles --teacher extractive --strategy v3" in printed
    assert "review export --data data/nano-v3 --out data/nano-v4/rationales" in printed


def test_an_unknown_strategy_is_named(fresh: Path) -> None:
    assert "DATA=v9: expected v1, v2, v3 or v4" in make(fresh, "data", "DATA=v9", code=2)


def test_an_environment_behind_a_link_is_refused_and_not_emptied(fresh: Path) -> None:
    other = fresh / "shared_environment"
    other.mkdir()
    (other / "kept.txt").write_text("somebody else's\n", encoding="utf-8")
    (fresh / ".venv").symlink_to(other)
    printed = make(fresh, ".venv/ready", "PYTHON3=false", code=2)
    assert "error: .venv: expected a folder of this checkout, found a link" in printed
    assert (other / "kept.txt").is_file()


def test_a_task_is_built_trained_and_scored_in_folders_of_its_own(fresh: Path) -> None:
    printed = make(fresh, "-n", "-o", ".venv/ready", "task", "TASK=3in1")
    assert "for task in wmt cnn_dailymail squad2;" in printed
    assert "student --preset nano --corpus data/tasks --out saves/nano/tasks/student" in printed
    assert "run --plan 3in1 --run nano/tasks/3in1 --profile nano --data data/tasks" in printed
    assert "eval matrix nano/tasks/3in1" in printed
    full = make(fresh, "-n", "-o", ".venv/ready", "task", "TASK=squad2", "PROFILE=full", "INPUT=mine.jsonl")
    assert "task $task --input mine.jsonl --out data/tasks" in full
    assert "--student" not in full.partition("curriculum run")[2]  # the study's own model


def test_one_input_for_several_tasks_is_refused(fresh: Path) -> None:
    printed = make(fresh, "-o", ".venv/ready", "task", "TASK=wmt+squad2", "INPUT=mine.jsonl", code=2)
    assert "error: INPUT: expected one task, found wmt+squad2" in printed
