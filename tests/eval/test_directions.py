"""Translations are scored direction by direction, each with its own tokenizer, and every number says how."""

import json
from pathlib import Path

import pytest
import sacrebleu

from data_builders import cli
from eval.directions.score import language_of
from eval.metrics import score
from eval.schema import Pair
from eval.verbs import VERBS

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "translation"
EN = [("the cat sat on a mat", "the cat sat on the mat"), ("it rains", "it is raining today")]
ZH = [("今天下雨", "今天下大雨"), ("颱風登陸了", "颱風登陸")]
JA = [("猫が寝ています。", "猫が寝ている。"), ("今日は雨です。", "今日は雨だ。")]


def pairs() -> list[Pair]:
    return [
        Pair(f"toy-{k}-{direction}", said, told)
        for direction, some in (("zh_TW-en", EN), ("en-zh_TW", ZH), ("en-ja", JA))
        for k, (said, told) in enumerate(some)
    ]


def test_each_direction_has_sacrebleus_number_by_its_targets_tokenizer_and_the_first_is_their_mean():
    found = score(pairs(), "directions").metrics
    for direction, some, tokenizer in (("zh_TW-en", EN, "13a"), ("en-zh_TW", ZH, "zh"), ("en-ja", JA, "ja-mecab")):
        theirs = sacrebleu.corpus_bleu([a for a, _ in some], [[b for _, b in some]], tokenize=tokenizer)
        assert found[f"bleu.{direction}"].value == pytest.approx(theirs.score, abs=1e-9)
        assert [found[f"bleu_precision{n}.{direction}"].value for n in (1, 2, 3, 4)] == pytest.approx(theirs.precisions)
        assert found[f"bleu_brevity_penalty.{direction}"].value == pytest.approx(theirs.bp)
        assert found[f"bleu_sys_len.{direction}"].value == theirs.sys_len
        assert found[f"bleu_ref_len.{direction}"].value == theirs.ref_len
        assert f"|tok:{tokenizer}|" in found[f"bleu.{direction}"].signature
    mean = sum(found[f"bleu.{one}"].value for one in ("zh_TW-en", "en-zh_TW", "en-ja")) / 3
    assert found["bleu"].value == pytest.approx(mean)
    assert "avg:3-directions" in found["bleu"].signature


def test_simplified_and_mainland_words_in_a_translation_into_chinese_show_and_only_there():
    said = [Pair("a-1-en-zh_TW", "这是软件。", "這是軟體。"), Pair("a-2-en-zh_TW", "這是軟體。", "這是軟體。")]
    found = score([*said, Pair("a-3-zh_TW-en", "ok", "ok")], "directions").metrics
    assert found["zhtw_share.en-zh_TW"].value == 0.5
    assert found["reference_zhtw_share.en-zh_TW"].value == 1.0
    assert not [name for name in found if name.startswith("zhtw") and name.endswith("zh_TW-en")]


def test_an_id_without_a_direction_is_told_by_its_references_script():
    assert [language_of(text) for text in ("Cats.", "貓。", "猫が寝ている。")] == ["en", "zh_TW", "ja"]
    found = score([Pair("0", "貓在睡覺", "貓睡著了"), Pair("1", "A cat.", "The cat.")], "directions").metrics
    assert {"bleu.to-zh_TW", "bleu.to-en"} < found.keys()


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data/translation is absent")
def test_the_public_command_prints_sacrebleus_digits_for_wmts_systems(tmp_path, capsys):
    told = (SHARED / "zh-en.ref.A.en").read_text(encoding="utf-8").splitlines()
    for name, expected in json.loads((SHARED / "expected_bleu.json").read_text(encoding="utf-8")).items():
        said = (SHARED / name).read_text(encoding="utf-8").splitlines()
        rows = [
            json.dumps({"id": f"wmt-{k}-zh_TW-en", "prediction": a, "reference": b})
            for k, (a, b) in enumerate(zip(said, told, strict=True))
        ]
        (tmp_path / "pairs.jsonl").write_text("\n".join(rows), encoding="utf-8")
        command = ["score", "--pairs", str(tmp_path / "pairs.jsonl"), "--out", str(tmp_path / "scores.json")]
        assert cli.run("eval", "", VERBS, [*command, "--metric", "bleu"]) == 0
        plain = json.loads((tmp_path / "scores.json").read_text())["metrics"]
        assert round(plain["bleu"]["value"], 4) == expected["bleu"]
        assert f"{expected['bleu']:.2f}  bleu|" in capsys.readouterr().out
        assert cli.run("eval", "", VERBS, [*command, "--task", "translation"]) == 0
        mine = json.loads((tmp_path / "scores.json").read_text())["metrics"]
        assert round(mine["bleu.zh_TW-en"]["value"], 4) == expected["bleu"]
