import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import plan_house
import pytest
from plan_house import HashTrainer

from curriculum import matrix_verbs
from curriculum.__main__ import matrix_arguments
from curriculum.compared import Answers, answers_of
from curriculum.scoring import cell_scores, difference_of, spread_of
from curriculum.workers import share_of
from data_builders.errors import OrderError, UsageError
from data_builders.jsonl import write
from eval.schema import Metric, Pair, Scores


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    plan_house.build()
    return tmp_path


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> HashTrainer:
    made = HashTrainer()
    monkeypatch.setattr(matrix_verbs, "launchers", lambda _: (made, None))
    return made


def asked(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    matrix_arguments(parser)
    return parser.parse_args(["--run", "m", *words])


def test_a_matrix_trains_predicts_and_compares_every_cell(trainer: HashTrainer) -> None:
    words = ("--plans", "1stage,s4/s5", "--strategies", "full,lora", "--seeds", "1,2")
    done = matrix_verbs.matrix_verb(asked(*words))
    assert done.exit_code == 0
    cells = ["1stage-full-data", "1stage-lora-data", "s4_s5-full-data", "s4_s5-lora-data"]
    compared = json.loads(Path("results/m/compared.json").read_text(encoding="utf-8"))
    assert {one["name"] for one in compared["comparisons"][0]["standings"]} == {*cells, "untrained"}
    assert all(Path(f"results/m/{cell}/seed{seed}/scores.json").is_file() for cell in cells for seed in (1, 2))
    assert "seed: 2" in Path("saves/m/1stage-full-data/seed2/s5/recipe.yaml").read_text(encoding="utf-8")
    assert "| 1stage-lora-data | 2 |" in Path("results/m/matrix.md").read_text(encoding="utf-8")
    trainer.commands.clear()
    matrix_verbs.matrix_verb(asked(*words))
    assert trainer.commands == [], "a second time nothing is trained or predicted again"
    assert matrix_verbs.compare_verb(asked()).lines[0].startswith("| run |")


def test_a_run_that_fails_is_told_and_the_others_go_on(trainer: HashTrainer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "trains", ("down_proj",))
    done = matrix_verbs.matrix_verb(asked("--plans", "1stage", "--strategies", "only_mlp,full", "--seeds", "1"))
    assert done.exit_code == 1
    failed = [line for line in done.lines if line.startswith("failed: m/1stage-only_mlp-data/seed1: trainable weights")]
    assert len(failed) == 1
    assert any("| 1stage-full-data | 1 |" in line for line in done.lines)


@pytest.mark.usefixtures("trainer")
def test_controls_are_cells_of_their_own(trainer: HashTrainer) -> None:
    matrix_verbs.matrix_verb(asked("--plans", "4stage", "--seeds", "1", "--controls", "none,steps"))
    assert "max_steps: 24" in Path("saves/m/4stage-full-data-as_steps/seed1/s5/recipe.yaml").read_text(encoding="utf-8")
    assert trainer.trained == ["s2", "s3", "s4", "s5", "predict", "s5", "predict", "predict"]


def test_stages_that_two_runs_have_in_common_are_trained_once(trainer: HashTrainer) -> None:
    done = matrix_verbs.matrix_verb(asked("--plans", "4stage", "--strategies", "full,lr_adj", "--seeds", "1"))
    assert done.exit_code == 0
    assert trainer.trained == ["s2", "s3", "s4", "s5", "predict", "s5", "predict", "predict"], (
        "only the rate of S5 differs"
    )
    ours, theirs = (Path(f"saves/m/4stage-{name}-data/seed1") for name in ("lr_adj", "full"))
    for stage in ("s2", "s3", "s4"):
        assert (ours / stage / "model.safetensors").read_bytes() == (theirs / stage / "model.safetensors").read_bytes()
        manifest = json.loads((ours / stage / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["taken_from"] == (theirs / stage).as_posix()
        assert manifest["result_sha256"] == json.loads((theirs / stage / "manifest.json").read_bytes())["result_sha256"]
    assert (ours / "s5" / "model.safetensors").read_bytes() != (theirs / "s5" / "model.safetensors").read_bytes()


def test_a_stage_is_not_taken_over_when_its_seed_its_rows_or_its_weights_differ(trainer: HashTrainer) -> None:
    words = ("--plans", "4stage", "--strategies", "full")
    matrix_verbs.matrix_verb(asked(*words, "--seeds", "1"))
    trainer.commands.clear()
    matrix_verbs.matrix_verb(asked(*words, "--seeds", "1,2"))
    assert trainer.trained == ["s2", "s3", "s4", "s5", "predict"], "another seed is another training"
    trainer.commands.clear()
    rows = Path("data/stages/s3_train.jsonl")
    rows.write_text(rows.read_text(encoding="utf-8").replace("颱風", "地震"), encoding="utf-8")
    changed = matrix_verbs.matrix_verb(asked("--plans", "4stage", "--strategies", "full,lr_adj", "--seeds", "1"))
    assert changed.exit_code == 0
    assert trainer.trained == ["s3", "s4", "s5", "predict", "s5", "predict"], "S3 and below once, then shared"
    trainer.commands.clear()
    weights = Path("saves/m/4stage-full-data/seed1/s2/model.safetensors")
    weights.write_bytes(b"something else")
    matrix_verbs.matrix_verb(asked(*words, "--seeds", "1"))
    assert trainer.trained == [], "what was spoilt is taken over from the other run again"


def test_runs_side_by_side_make_what_runs_in_turn_make(trainer: HashTrainer) -> None:
    words = ("--plans", "1stage,4stage", "--strategies", "full,lora", "--seeds", "1,2")
    assert matrix_verbs.matrix_verb(asked(*words, "--jobs", "3")).exit_code == 0
    assert trainer.trained == ["predict"], "workers did all but the untrained student, which the collecting pass asks"
    weights = {path: path.read_bytes() for path in sorted(Path("saves/m").rglob("model.safetensors"))}
    table = Path("results/m/matrix.md").read_bytes()
    shutil.rmtree("saves/m")
    shutil.rmtree("results/m")
    assert matrix_verbs.matrix_verb(asked(*words)).exit_code == 0
    assert {path: path.read_bytes() for path in sorted(Path("saves/m").rglob("model.safetensors"))} == weights
    assert Path("results/m/matrix.md").read_bytes() == table


def test_a_run_that_fails_in_a_worker_is_told_once(trainer: HashTrainer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "trains", ("down_proj",))
    words = ("--plans", "1stage", "--strategies", "only_mlp,full", "--seeds", "1", "--jobs", "2")
    done = matrix_verbs.matrix_verb(asked(*words))
    assert done.exit_code == 1
    assert sum(line.startswith("failed: m/1stage-only_mlp-data/seed1: trainable weights") for line in done.lines) == 1
    with pytest.raises(UsageError, match="--jobs: expected 1 or more"):
        matrix_verbs.matrix_verb(asked("--jobs", "0"))


def test_workers_share_the_processors_and_the_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,3")
    assert [share_of(number, 3) for number in range(3)] == [
        {"OMP_NUM_THREADS": "2", "CUDA_VISIBLE_DEVICES": name} for name in ("0", "3", "0")
    ]


def test_lists_that_cannot_be_are_bad_usage() -> None:
    with pytest.raises(UsageError, match="--seeds: expected different words"):
        matrix_verbs.runs_of(asked("--seeds", "1,1"))
    with pytest.raises(UsageError, match="--plan: expected"):
        matrix_verbs.runs_of(asked("--plans", "9stage"))
    with pytest.raises(OrderError, match="results/m: expected scores of at least one run"):
        matrix_verbs.compare_verb(asked())


def scores(**values: float) -> Scores:
    pairs = {key: {"rouge1_f": value} for key, value in values.items()}
    return Scores({"rouge1_f": Metric(0.0, "rouge1_f|mode:x|impl:y|n:2|ids:z", len(pairs))}, pairs)


def test_a_cell_is_each_articles_mean_over_its_seeds() -> None:
    cell = cell_scores([scores(a=0.2, b=0.4), scores(a=0.4, b=0.8)], "cell")
    assert {key: round(one["rouge1_f"], 9) for key, one in cell.pairs.items()} == {"a": 0.3, "b": 0.6}
    assert cell.metrics["rouge1_f"].value == pytest.approx(0.45)
    assert cell.metrics["rouge1_f"].signature.startswith("rouge1_f|mode:x|impl:newsladder-")


def test_an_interval_is_wider_when_seeds_disagree() -> None:
    articles = np.random.default_rng(0).normal(0.3, 0.05, 200)
    alike = spread_of(np.stack([articles, articles]), 0)
    apart = spread_of(np.stack([articles - 0.1, articles + 0.1]), 0)
    assert apart.mean == pytest.approx(alike.mean)
    assert apart.high - apart.low > 5 * (alike.high - alike.low)


def test_an_interval_of_a_share_stays_a_share() -> None:
    found = spread_of(np.array([[1.0] * 9 + [0.0], [1.0] * 4 + [0.0] * 6]), 0)
    assert found.low >= 0.0
    assert found.high == 1.0, "two seeds that far apart are stretched beyond it"


def test_intervals_of_differences_hold_the_truth_about_as_often_as_they_say() -> None:
    held, narrow = 0, 0
    for trial in range(40):
        draw = np.random.default_rng(trial)
        articles = draw.normal(0, 0.2, 80)
        ours, others = (
            truth + articles + draw.normal(0, 0.005, (4, 1)) + draw.normal(0, 0.02, (4, 80)) for truth in (0.35, 0.30)
        )
        found = difference_of(ours, others)
        held += found.low < 0.05 < found.high
        narrow += found.high - found.low < 0.05
    assert held >= 33, "95 % is promised; four seeds give it roughly"
    assert narrow == 40, "the articles are the same, so their own spread falls out of the difference"


def test_one_answer_to_all_and_answers_of_commas_are_counted(tmp_path: Path) -> None:
    files = [tmp_path / seed / "scores.json" for seed in ("1", "2")]
    for file, answers in zip(files, (("，，，", "，，，", "，。"), ("颱風來襲", "颱風來襲", "3")), strict=True):
        write(file.with_name("pairs.jsonl"), [Pair(str(place), text, "颱風") for place, text in enumerate(answers)])
    assert answers_of(files) == Answers(n=6, distinct=4, wordless=3)
