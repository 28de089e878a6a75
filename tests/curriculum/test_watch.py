"""Generation metrics during training: which command, which rows, what is logged; the marker knows nothing of it."""

import json
from pathlib import Path

import plan_house
import pytest
from plan_house import planned

from curriculum.job import LOGS, Job, Run, job_of
from curriculum.ladder import steps_of
from curriculum.marker import begin, same, wanted
from curriculum.watch import LOG, Look, looked, note, watched_rows
from curriculum.weigh import weigh
from data_builders.errors import UsageError
from data_builders.jsonl import read
from data_builders.schema import AlpacaRow

WORDS = ("--watch", "3", "--generation", '{"do_sample":false,"repetition_penalty":1.2,"max_new_tokens":128}')


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    plan_house.build()
    return tmp_path


def jobs(*words: str) -> list[Job]:
    return [step.job for step in steps_of(weigh(planned(*words)))]


def test_a_watched_training_is_a_module_of_ours_and_an_unwatched_one_the_stock_command() -> None:
    assert jobs()[0].command == ("llamafactory-cli", "train", "saves/try/s5/recipe.yaml")
    watched = jobs("--watch", "3")[0]
    assert watched.command == ("python", "-m", "curriculum.train_watched", "saves/try/s5/recipe.yaml", *WORDS)


def test_the_marker_does_not_know_whether_a_training_was_watched() -> None:
    assert same(wanted(jobs()[0]), wanted(jobs("--watch", "3")[0]))


def test_pretraining_and_merging_have_nothing_to_answer() -> None:
    found = {job.name: bool(job.watch) for job in jobs("--plan", "s0,s5", "--strategy", "lora", "--watch", "3")}
    assert found == {"s0": False, "s5": True, "merged": False}


def test_single_jobs_are_watched_too() -> None:
    Path("yaml_recipes").symlink_to(Path(__file__).parents[2] / "yaml_recipes")
    run = Run("try", "nano", Path("data"), "saves/nano/student", watch=3)
    assert job_of("s1", run).command[-4:] == WORDS
    assert job_of("predict", run).command[0] == job_of("s0", run).command[0] == "llamafactory-cli"


def test_what_cannot_be_watched_is_one_line() -> None:
    with pytest.raises(UsageError, match=r"--watch: expected a number of dev rows, found -1"):
        jobs("--watch", "-1")
    with pytest.raises(UsageError, match=r"--watch: expected one process, found --processes 2"):
        jobs("--watch", "3", "--processes", "2")


def test_the_rows_are_the_first_of_the_last_stages_dev_split() -> None:
    mixed = jobs("--plan", "s2+s5")[0]
    assert [row.output for row in watched_rows(mixed.recipe.settings, 1)] == ["新聞摘要：\ns5颱風0"]
    assert len(watched_rows(mixed.recipe.settings, 99)) == 2, "there are no more"


def look(step: int, *answers: str) -> Look:
    rows = [AlpacaRow(f"dev-{k}", "", "請摘要", "颱風", "新聞摘要：\n颱風登陸花蓮") for k in range(len(answers))]
    return looked(rows, answers, step, step / 10, 1.0)


def test_answers_are_scored_as_eval_scores_them_head_stripped() -> None:
    found = look(10, "新聞摘要：\n颱風登陸花蓮", "台风登陆")
    assert found.metrics["rouge1_f"].value == pytest.approx(0.5, abs=1e-6)
    assert found.metrics["zhtw_share"].value == 0.5
    assert set(found.metrics) == {"rouge1_f", "rougeL_f", "zhtw_share"}
    assert "head:stripped" in found.metrics["rougeL_f"].signature
    assert "|n:2|" in found.metrics["rougeL_f"].signature
    assert found.said == {"dev-0": "新聞摘要：\n颱風登陸花蓮", "dev-1": "台风登陆"}


def test_a_resumed_training_writes_over_the_looks_that_a_kill_left_behind() -> None:
    log = Path("saves/try/s5") / LOG
    for step in (0, 10, 20):
        note(log, look(step, "颱風"))
    note(log, look(10, "地震"))  # it went on from the checkpoint of step 5
    assert [(old.step, old.said["dev-0"]) for old in read(log, Look)] == [(0, "颱風"), (10, "地震")]
    log.write_text("no JSON", encoding="utf-8")
    note(log, look(0, "颱風"))
    assert len(list(read(log, Look))) == 1


def test_a_fresh_training_starts_a_fresh_log() -> None:
    job = jobs("--watch", "3")[0]
    assert LOG in LOGS
    plan_house.write(f"saves/try/s5/{LOG}", json.dumps({"step": 0}))
    begin(job, wanted(job), "resume")
    assert (job.output / LOG).is_file()
    begin(job, wanted(job), "fresh")
    assert not (job.output / LOG).exists()
