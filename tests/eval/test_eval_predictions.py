"""LLaMA-Factory's predictions are joined by checked order, and never by hope."""

import json
from pathlib import Path

import pytest

from data_builders.cli import run as main
from data_builders.errors import InputError
from eval.predictions import join, strip_head
from eval.schema import Pair
from eval.verbs import VERBS

ARTICLE_1, ARTICLE_2 = "颱風明晚登陸，沿海停班停課。", "主隊在第九局逆轉獲勝。"
TEXTS = {"a": ARTICLE_1, "b": ARTICLE_2}


def row(key: str, article: str, summary: str) -> dict[str, str]:
    return {
        "id": key,
        "system": "",
        "instruction": "寫摘要：",
        "input": f"新聞：\n{article}",
        "output": f"新聞摘要：\n{summary}",
    }


def line(article: str, summary: str, said: str) -> dict[str, str]:
    prompt = f"<|im_start|>user\n寫摘要：\n新聞：\n{article}<|im_end|>\n<|im_start|>assistant\n"
    return {"prompt": prompt, "predict": said, "label": f"新聞摘要：\n{summary}\n"}


ROWS = [row("a", ARTICLE_1, "颱風登陸。"), row("b", ARTICLE_2, "主隊獲勝。")]
LINES = [line(ARTICLE_1, "颱風登陸。", "新聞摘要：\n颱風來了。"), line(ARTICLE_2, "主隊獲勝。", "主隊贏。")]


def joined(folder: Path, lines: list[dict[str, str]], rows: list[dict[str, str]] = ROWS) -> list[Pair]:
    for name, records in (("predictions.jsonl", lines), ("rows.jsonl", rows)):
        (folder / name).write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return join(folder / "predictions.jsonl", folder / "rows.jsonl", TEXTS)


def test_lines_that_prove_their_row_become_pairs_without_heads(tmp_path: Path) -> None:
    assert joined(tmp_path, LINES) == [
        Pair("a", "颱風來了。", "颱風登陸。", ARTICLE_1),
        Pair("b", "主隊贏。", "主隊獲勝。", ARTICLE_2),
    ]


def test_the_reference_is_our_rows_even_when_the_label_was_cut(tmp_path: Path) -> None:
    cut = LINES[0] | {"label": "新聞摘要：\n颱\ufffd"}
    assert joined(tmp_path, [cut, LINES[1]])[0].reference == "颱風登陸。"


def test_white_space_and_normal_form_may_change_in_the_tokenizer(tmp_path: Path) -> None:
    article = "Cafe\u0301  開幕"
    changed = line("Café 開幕", "開幕。", "開幕了")
    assert joined(tmp_path, [changed, LINES[1]], [row("a", article, "開幕。"), ROWS[1]])[0].id == "a"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (LINES[:1], r"predictions\.jsonl:2: expected 2 predictions, one for each row of rows\.jsonl, found 1"),
        ([*LINES, LINES[0]], r"predictions\.jsonl:3: expected 2 predictions.*found 3"),
        (LINES[::-1], r"predictions\.jsonl:1: .*row 1 \(a, .*found the input of row 2 \(b\): the order differs"),
        ([line("別的新聞", "颱風登陸。", ""), LINES[1]], r"predictions\.jsonl:1: .*found another text"),
        (
            [LINES[0], line(ARTICLE_2, "客隊獲勝。", "")],
            r"predictions\.jsonl:2: expected a label.*found 「新聞摘要：客隊",
        ),
        ([LINES[0] | {"label": ""}, LINES[1]], r"predictions\.jsonl:1: expected a label that begins the output"),
        ([{"prompt": "x", "predict": "y"}, LINES[1]], r"predictions\.jsonl:1: .*missing required field `label`"),
    ],
)
def test_what_does_not_belong_together_is_refused(tmp_path: Path, lines: list[dict[str, str]], reason: str) -> None:
    with pytest.raises(InputError, match=reason) as error:
        joined(tmp_path, lines)
    assert "make predict" in str(error.value)


def test_a_prompt_that_was_cut_is_called_cut(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cutoff_len of the predict recipe cut the prompt"):
        joined(tmp_path, [line("颱" * 40, "雨。", "")], [row("a", "颱" * 50, "雨。")])


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([ROWS[0], ROWS[0]], r"rows\.jsonl \(a\): expected an id that no other row has"),
        ([row("a", ARTICLE_1, " "), ROWS[1]], r"rows\.jsonl \(a\): expected an output that is a reference"),
        ([row("z", ARTICLE_1, "颱風登陸。"), ROWS[1]], "expected an article with the id z, found none"),
        ([], "expected at least one test row, found none"),
    ],
)
def test_rows_must_be_usable(tmp_path: Path, rows: list[dict[str, str]], reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        joined(tmp_path, LINES, rows)


@pytest.mark.parametrize("head", ["新聞摘要：\n", "生成摘要：", "摘要：", " \n新聞摘要:  ", ""])
def test_the_head_of_a_stage_is_no_part_of_a_summary(head: str) -> None:
    assert strip_head(f"{head}颱風的摘要：登陸。\n") == "颱風的摘要：登陸。"


def test_a_prediction_that_is_only_a_head_is_empty() -> None:
    assert strip_head("新聞摘要：\n") == ""


def test_the_join_verb_writes_pairs_that_score_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    joined(tmp_path, LINES)
    articles = tmp_path / "articles.jsonl"
    records = [{"id": key, "source": "toy", "article": text} for key, text in TEXTS.items()]
    articles.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    files = ["--predictions", f"{tmp_path}/predictions.jsonl", "--rows", f"{tmp_path}/rows.jsonl"]
    out = tmp_path / "pairs.jsonl"
    verb = ["join", *files, "--articles", str(articles), "--out", str(out)]
    assert main("python -m eval", "…", VERBS, verb) == 0
    assert json.loads(out.read_text(encoding="utf-8").splitlines()[0])["article"] == ARTICLE_1
    assert main("python -m eval", "…", VERBS, ["score", "--pairs", str(out)]) == 0
    assert "wrote 2 pairs" in capsys.readouterr().out
