"""Every test row is asked once, answers are kept as they come, and pairs are joined by id."""

import json

import pytest

from data_builders.errors import InputError
from data_builders.jsonl import write
from data_builders.schema import AlpacaRow, Article
from eval.pairs import read_pairs
from eval.predict.run import Asked, identity_of, predict
from eval.predict.schema import Answered, Generation

HOW = Generation(batch=2)
ROWS = [AlpacaRow(f"x-{k}", "系統", "請摘要：", f"新聞：\n{'雨' * k}", f"新聞摘要：\n第{k}則。") for k in range(1, 6)]


class Model:
    """Answers with the number of raindrops; dies at the batch that it is told to."""

    def __init__(self, dies_at=99):
        self.batches, self.dies_at = [], dies_at

    def __call__(self, prompts):
        if len(self.batches) == self.dies_at:
            raise KeyboardInterrupt
        self.batches.append([prompt.id for prompt in prompts])
        return [
            Answered(f"新聞摘要：\n{prompt.user.count('雨')}滴", "length" if "雨雨雨雨雨" in prompt.user else "stop")
            for prompt in prompts
        ]


@pytest.fixture
def files(tmp_path):
    write(tmp_path / "rows.jsonl", ROWS)
    write(tmp_path / "articles.jsonl", [Article(row.id, "x", row.input) for row in ROWS])
    return tmp_path / "rows.jsonl", tmp_path / "articles.jsonl"


def run(files, model, out, how=HOW, name="m"):
    return predict(*files, Asked(name, name, how), lambda: model, out)


def test_each_row_gets_its_own_answer_in_the_rows_order(files, tmp_path):
    made = run(files, Model(), tmp_path / "pairs.jsonl")
    pairs = read_pairs(tmp_path / "pairs.jsonl")
    assert [(pair.id, pair.prediction, pair.reference) for pair in pairs] == [
        (f"x-{k}", f"{k}滴", f"第{k}則。") for k in range(1, 6)
    ]
    assert (made.settings["cut_by_length"], made.settings["empty"]) == (1, 0)


def test_an_interrupted_run_goes_on_with_the_batches_that_are_not_whole_and_ends_with_the_same_bytes(files, tmp_path):
    first, second = Model(dies_at=1), Model()
    with pytest.raises(KeyboardInterrupt):
        run(files, first, tmp_path / "pairs.jsonl")
    with (tmp_path / "pairs.jsonl.answers.jsonl").open("a") as stream:
        stream.write('{"id": "x-3", "asked": "cut sho')
    run(files, second, tmp_path / "pairs.jsonl")
    assert (first.batches, second.batches) == ([["x-5", "x-4"]], [["x-3", "x-2"], ["x-1"]])
    run(files, Model(), tmp_path / "undisturbed.jsonl")
    assert (tmp_path / "pairs.jsonl").read_bytes() == (tmp_path / "undisturbed.jsonl").read_bytes()


@pytest.mark.parametrize(("how", "name"), [(Generation(batch=2, max_new_tokens=9), "m"), (HOW, "another")])
def test_another_setting_or_model_is_asked_anew(files, tmp_path, how, name):
    run(files, Model(), tmp_path / "pairs.jsonl")
    again = Model()
    run(files, again, tmp_path / "pairs.jsonl", how, name)
    assert len(again.batches) == 3
    nothing = Model()
    run(files, nothing, tmp_path / "pairs.jsonl", how, name)
    assert nothing.batches == []


def test_rows_without_an_article_stop_the_run_before_the_model_is_loaded(files, tmp_path):
    write(tmp_path / "articles.jsonl", [Article("x-1", "x", "雨")])
    with pytest.raises(InputError, match="none for x-2 and 3 more"):
        predict(*files, Asked("m", "m", HOW), lambda: pytest.fail("loaded"), tmp_path / "pairs.jsonl")


def test_a_model_is_known_by_its_weights_and_its_adapter_s(tmp_path):
    for name, weights in (("a", b"1"), ("b", b"1"), ("c", b"2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.safetensors").write_bytes(weights)
    one, same, other = (identity_of(str(tmp_path / name), "") for name in "abc")
    assert one == same != other
    assert identity_of(str(tmp_path / "a"), str(tmp_path / "c")) != one
    assert identity_of("Qwen/Qwen2.5-0.5B-Instruct", "") == identity_of("Qwen/Qwen2.5-0.5B-Instruct", "")


def test_the_manifest_names_what_was_read(files, tmp_path):
    run(files, Model(), tmp_path / "pairs.jsonl")
    manifest = json.loads((tmp_path / "pairs_manifest.json").read_text("utf-8"))
    assert set(manifest["inputs"]) == {"rows.jsonl", "articles.jsonl"}
    assert manifest["outputs"]["pairs.jsonl"]["rows"] == 5
