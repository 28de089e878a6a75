"""A task's answers are scored by its own metrics, and every adapter on every task stands in one matrix."""

import json
from pathlib import Path

import numpy as np
import pytest

from data_builders.cli import run
from data_builders.errors import InputError
from data_builders.jsonl import write, write_json
from data_builders.schema import AlpacaRow
from data_builders.tasks.schema import References
from data_builders.tasks.table import TASKS
from eval.bleu.score import corpus_bleu
from eval.compare.corpus import columns_of, number, value_of
from eval.compare.read import read_system
from eval.metrics import METRICS
from eval.predict.schema import Answered
from eval.tasks import matrix as matrices
from eval.verbs import VERBS

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
SYSTEM = "You are a helpful assistant."


def command(*words: object) -> int:
    return run("python -m eval", "", VERBS, [str(word) for word in words])


def squad_rows(folder: Path) -> Path:
    rows = [
        AlpacaRow("squad-1", SYSTEM, "Answer：", "question: Where?", "France"),
        AlpacaRow("squad-2", SYSTEM, "Answer：", "question: Who?", "unanswerable"),
    ]
    write(folder / "squad2_test.jsonl", rows)
    write(
        folder / "squad2_test_references.jsonl",
        [References("squad-1", ("France", "in France")), References("squad-2", ())],
    )
    return folder / "squad2_test.jsonl"


def test_every_metric_that_a_task_names_is_one_of_evals() -> None:
    for task in TASKS.values():
        assert task.scored
        for one in task.scored:
            assert one.mode in METRICS[one.metric].modes


def test_a_tasks_rows_need_no_articles_and_no_answer_is_the_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def model(prompts):
        return [Answered("in France" if "Where" in one.user else "Unanswerable.", "stop") for one in prompts]

    monkeypatch.setattr("eval.predict.verbs.model_of", lambda *_: model)
    rows, out = squad_rows(tmp_path), tmp_path / "pairs.jsonl"
    assert command("predict", "--rows", rows, "--model", "m", "--out", out) == 0
    pairs = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(one["prediction"], one["reference"]) for one in pairs] == [
        ("in France", ["France", "in France"]),
        ("", ""),
    ]
    assert "cut at 64 tokens" in capsys.readouterr().out  # the task's own bound
    assert command("score", "--pairs", out, "--task", "squad2", "--out", tmp_path / "s.json") == 0
    found = json.loads((tmp_path / "s.json").read_text("utf-8"))["metrics"]
    assert list(found)[:2] == ["squad_em", "squad_f1"]
    assert found["squad_em"]["value"] == 100.0


def test_rows_of_a_stage_still_need_their_articles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "s5_test.jsonl", [AlpacaRow("x-1", SYSTEM, "請摘要：", "雨", "新聞摘要：\n雨。")])
    assert command("predict", "--rows", tmp_path / "s5_test.jsonl", "--model", "m", "--out", tmp_path / "p.jsonl") == 2
    assert "expected --articles, or rows of a task, found s5_test.jsonl" in capsys.readouterr().err


def test_a_translation_that_begins_like_a_head_is_left_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "eval.predict.verbs.model_of", lambda *_: lambda asked: [Answered("摘要：Rain.", "stop") for _ in asked]
    )
    write(tmp_path / "wmt_test.jsonl", [AlpacaRow("wmt-1", SYSTEM, "译：", "摘要：雨。", "摘要：Rain.")])
    assert command("predict", "--rows", tmp_path / "wmt_test.jsonl", "--model", "m", "--out", tmp_path / "p.jsonl") == 0
    assert json.loads((tmp_path / "p.jsonl").read_text("utf-8"))["prediction"] == "摘要：Rain."


def test_em_and_f1_are_the_official_scripts_to_the_printed_digit(tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("../shared/data is absent")
    said = json.loads((SHARED / "squad2/pred_bert_normans.json").read_text("utf-8"))
    asked = json.loads((SHARED / "squad2/dev_normans.json").read_text("utf-8"))
    questions = [one for entry in asked["data"] for part in entry["paragraphs"] for one in part["qas"]]
    write(
        tmp_path / "pairs.jsonl",
        [
            {"id": one["id"], "prediction": said[one["id"]], "reference": [a["text"] for a in one["answers"]]}
            for one in questions
        ],
    )
    assert command("score", "--pairs", tmp_path / "pairs.jsonl", "--task", "squad2", "--out", tmp_path / "s.json") == 0
    found = json.loads((tmp_path / "s.json").read_text("utf-8"))["metrics"]
    official = json.loads((SHARED / "squad2/expected_official.json").read_text("utf-8"))
    for ours, theirs in (("squad_em", "exact"), ("squad_f1", "f1"), ("squad_em_NoAns", "NoAns_exact")):
        assert round(found[ours]["value"], 10) == round(official[theirs], 10)


@pytest.mark.parametrize("system", ["Lan-Bridge", "Online-B", "Online-G"])
def test_bleu_is_sacrebleus_to_the_printed_digit_and_so_is_the_matrixs(tmp_path: Path, system: str) -> None:
    folder = SHARED / "translation"
    if not folder.is_dir():
        pytest.skip("../shared/data is absent")
    hypotheses, references = (
        (folder / name).read_text("utf-8").splitlines() for name in (f"zh-en.hyp.{system}.en", "zh-en.ref.A.en")
    )
    lines = zip(hypotheses, references, strict=True)
    write(tmp_path / "p.jsonl", [{"id": f"{k}", "prediction": p, "reference": r} for k, (p, r) in enumerate(lines)])
    assert command("score", "--pairs", tmp_path / "p.jsonl", "--task", "wmt", "--out", tmp_path / "s.json") == 0
    expected = json.loads((folder / "expected_bleu.json").read_text("utf-8"))[f"zh-en.hyp.{system}.en"]["bleu"]
    assert round(json.loads((tmp_path / "s.json").read_text("utf-8"))["metrics"]["bleu"]["value"], 4) == expected
    read = read_system(tmp_path / "s.json")
    assert round(value_of("bleu", columns_of(read, "bleu", sorted(read.values["bleu"]))) * 100, 4) == expected


@pytest.mark.parametrize(
    "counts",
    [
        [90.0, 100.0, 60, 30, 12, 5, 90, 80, 70, 60],
        [100.0, 90.0, 60, 30, 0, 0, 100, 90, 80, 70],
        [3.0, 9.0, 2, 1, 0, 0, 3, 2, 1, 0],
        [5.0, 5.0, 0, 0, 0, 0, 5, 4, 3, 2],
    ],
)
def test_bleu_of_summed_counts_is_sacrebleus(counts: list[float]) -> None:
    from eval.bleu.score import KEYS

    expected = corpus_bleu([dict(zip(KEYS, counts, strict=True))]) / 100
    assert number("bleu", np.array([counts]))[0] == pytest.approx(expected, abs=1e-12)


def finished(root: Path, name: str, tasks: list[str], student: str = "student", data: str = "data/tasks") -> None:
    """A run that is done, as the runner's manifest tells."""
    plan = {"student": student, "data": data, "rungs": [{"name": "+".join(tasks), "stages": tasks}]}
    write_json(root / "saves" / name / "manifest.json", {"run": name, "plan": plan, "final": f"saves/{name}/merged"})


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two tasks, three runs, and models that know what they were trained on by heart and nothing else."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/tasks").mkdir(parents=True)
    squad_rows(tmp_path / "data/tasks")
    rows = [
        AlpacaRow(f"wmt-{k}", SYSTEM, "译：", f"第{k}句", f"this is the sentence number {k} of the test")
        for k in range(8)
    ]
    write(tmp_path / "data/tasks/wmt_test.jsonl", rows)
    for name, tasks in (("wmt", ["wmt"]), ("squad2", ["squad2"]), ("both", ["wmt", "squad2"])):
        finished(tmp_path, f"t/{name}", tasks)
    answers = {"question: Where?": "France", "question: Who?": "unanswerable"}
    known = {"wmt": {row.input: row.output for row in rows}, "squad2": answers}
    loads: list[str] = []

    def model_of(model: str, _: str, __: object):
        loads.append(model)
        learned = [task for task in known if task in model or "both" in model]

        def answer(prompts):
            told = {asked: said for task in learned for asked, said in known[task].items()}
            return [
                Answered(told.get(one.user.partition("\n")[2], "no idea what to say here"), "stop") for one in prompts
            ]

        return answer

    monkeypatch.setattr(matrices, "model_of", model_of)
    monkeypatch.setattr(house_loads, "made", loads, raising=False)
    return tmp_path


class house_loads:  # noqa: N801 - a place for what the fixture saw
    """Which models were loaded."""

    made: list[str]


def test_the_matrix_answers_what_is_missing_marks_own_tasks_and_takes_the_mean(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("matrix", "t/wmt", "t/squad2", "t/both", "--out", "m.json") == 0
    lines = capsys.readouterr().out.splitlines()
    rows = {line.split()[0]: line for line in lines[1:5]}
    assert list(rows) == ["base", "wmt", "squad2", "wmt+squad2"]
    assert "own" not in rows["base"]
    assert rows["wmt+squad2"].count(" own") == 2
    assert rows["wmt+squad2"].endswith("100.00")
    found = json.loads((house / "m.json").read_text("utf-8"))
    cells = {
        (column["name"], one["row"]): one["mean"] for column in found["compared"]["columns"] for one in column["cells"]
    }
    assert cells["wmt", "wmt"] == pytest.approx(1.0)
    assert (cells["squad2", "wmt"], cells["squad2", "squad2"]) == (0.0, 1.0)
    assert found["means"]["squad2"] == pytest.approx((cells["wmt", "squad2"] + 1.0) / 2)
    assert (house / "results/t/wmt/on_squad2/scores.json").is_file()


def test_the_published_matrix_stands_by_itself(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert house.is_dir()
    assert command("matrix", "t") == 0
    told = capsys.readouterr().out
    ours, _, published = told.partition("published, not comparable: Qwen2.5-3B-Instruct")
    assert "82.89" in published
    assert "82.89" not in ours
    assert [line.split() for line in published.splitlines() if line.startswith("base")] == [["base", "19.64", "-"]]


def test_a_second_matrix_loads_no_model(house: Path) -> None:
    assert house.is_dir()
    assert command("matrix", "t/wmt", "t/squad2") == 0
    before = len(house_loads.made)
    assert before == 6  # base and two runs, on two tasks
    assert command("matrix", "t/wmt", "t/squad2") == 0
    assert len(house_loads.made) == before


@pytest.mark.parametrize(
    ("tasks", "student", "told"),
    [
        (["wmt"], "other", "runs that start from one student"),
        (["s5"], "student", "a run of tasks"),
        ([], "", "the manifest"),
    ],
)
def test_runs_that_say_nothing_of_each_other_are_refused(
    house: Path, capsys: pytest.CaptureFixture[str], tasks: list[str], student: str, told: str
) -> None:
    if tasks:
        finished(house, "u/odd", tasks, student)
    assert command("matrix", "t/wmt", "u/odd") == 1
    assert told in capsys.readouterr().err


def test_runs_with_other_test_rows_of_a_task_are_refused(house: Path) -> None:
    (house / "data/else").mkdir()
    write(house / "data/else/wmt_test.jsonl", [AlpacaRow("wmt-9", SYSTEM, "译：", "甲", "one")])
    finished(house, "u/wmt", ["wmt"], data="data/else")
    with pytest.raises(InputError, match="runs that share the test rows of wmt"):
        matrices.tasks_of([matrices_run("t/wmt", house), matrices_run("u/wmt", house)], house)


def matrices_run(name: str, root: Path):
    from eval.tasks.runs import read_run

    return read_run(name, root / "saves")
