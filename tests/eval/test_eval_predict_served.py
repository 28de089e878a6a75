"""A served model answers every row once; a row without an answer ends the run with its reason."""

import json

import pytest

from data_builders.cli import run
from data_builders.jsonl import write
from data_builders.schema import AlpacaRow, Article
from eval.pairs import read_pairs
from eval.verbs import VERBS
from tests.teacher.mock_server import MockServer

pytestmark = pytest.mark.network


@pytest.fixture
def words(tmp_path, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    def made(url, *extra, fault=""):
        rows = [
            AlpacaRow(f"x-{k}", "系統", "請摘要：", f"新聞：\n第{k}則{fault if k == 3 else ''}", "新聞摘要：\n好。")
            for k in range(6)
        ]
        write(tmp_path / "rows.jsonl", rows)
        write(tmp_path / "articles.jsonl", [Article(row.id, "x", row.input) for row in rows])
        files = ["--rows", str(tmp_path / "rows.jsonl"), "--articles", str(tmp_path / "articles.jsonl")]
        where = ["--model", "toy", "--base-url", url, "--out", str(tmp_path / "pairs.jsonl")]
        return ["predict", *files, *where, *extra]

    return made


def test_every_row_is_answered_once_in_the_rows_order(words, tmp_path, capsys):
    with MockServer(reply="新聞摘要：\n下雨。") as mock:
        assert run("python -m eval", "", VERBS, words(mock.url)) == 0
        assert "wrote 6 pairs" in capsys.readouterr().out
        assert run("python -m eval", "", VERBS, words(mock.url)) == 0
        assert mock.stats().requests == 6
    pairs = read_pairs(tmp_path / "pairs.jsonl")
    assert [(pair.id, pair.prediction) for pair in pairs] == [(f"x-{k}", "下雨。") for k in range(6)]


def test_an_answer_that_the_bound_cut_is_counted(words, tmp_path):
    with MockServer(reply="") as mock:
        assert run("python -m eval", "", VERBS, words(mock.url, fault="⟦length⟧")) == 0
    manifest = json.loads((tmp_path / "pairs_manifest.json").read_text("utf-8"))
    assert manifest["settings"]["cut_by_length"] == 1


def test_a_row_without_an_answer_ends_the_run_and_the_others_are_kept(words, tmp_path, capsys):
    with MockServer() as mock:
        assert run("python -m eval", "", VERBS, words(mock.url, fault="⟦filter⟧")) == 1
        told = capsys.readouterr().err
        assert "error: x-3: expected an answer of the model, found content_filter" in told
        assert not (tmp_path / "pairs.jsonl").exists()
        asked = mock.stats().requests
        assert run("python -m eval", "", VERBS, words(mock.url, fault="⟦filter⟧")) == 1
        assert mock.stats().requests - asked <= 1


def test_what_only_a_local_model_knows_is_bad_usage(words, capsys):
    assert run("python -m eval", "", VERBS, words("http://127.0.0.1:9/v1", "--repetition-penalty", "1.2")) == 2
    assert "give it to the server" in capsys.readouterr().err
