"""Systems stand in one table only like with like; a table says who really differs."""

import json

import numpy as np
import pytest

from data_builders.cli import run
from data_builders.errors import InputError
from eval.compare.paired import EXACT, holm, interval, sign_flip_p
from eval.compare.read import names_of, read_systems
from eval.compare.table import compare_all
from eval.verbs import VERBS

HOW = "rouge1_f|mode:rouge_chinese-jieba|tok:jieba-0.42.1|impl:newsladder-0.1.0"


def scored(path, values, how=HOW, **more):
    metric = how.partition("|")[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    n = len(values)
    metrics = {metric: {"value": sum(values.values()) / max(n, 1), "signature": f"{how}|n:{n}|ids:0", "n": n}}
    pairs = {key: {metric: value} for key, value in values.items()}
    path.write_text(json.dumps({"metrics": metrics, "pairs": pairs, **more}, ensure_ascii=False), "utf-8")
    return path


def judged(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def refusal_of(paths, **options):
    with pytest.raises(InputError) as caught:
        compare_all(read_systems(paths), options.get("metric"), options.get("common", False))
    return str(caught.value)


def noisy(n, shift, seed):
    draw = np.random.default_rng(seed)
    return {f"x-{k}": float(value) for k, value in enumerate(np.clip(draw.normal(0.4 + shift, 0.1, n), 0, 1))}


def test_a_real_difference_is_told_from_noise(tmp_path):
    base = noisy(200, 0.0, 1)
    better = {key: value + 0.03 + 0.01 * (int(key[2:]) % 3) for key, value in base.items()}
    same = {key: value + (0.02 if int(key[2:]) % 2 else -0.02) for key, value in base.items()}
    files = [scored(tmp_path / name / "scores.json", values) for name, values in
             {"base": base, "better": better, "same": same}.items()]  # fmt: skip
    found = compare_all(read_systems(files), None, common=False).comparisons[0]
    assert found.standings[0].name == "better"
    verdicts = {frozenset((pair.better, pair.worse)): pair.differs for pair in found.differences}
    assert verdicts == {
        frozenset(("better", "base")): True,
        frozenset(("better", "same")): True,
        frozenset(("base", "same")): False,
    }
    assert found.signature.startswith("rouge1_f|mode:rouge_chinese-jieba|")
    assert "|n:200|" in found.signature


def test_other_pairs_are_refused_with_their_ids_and_common_says_what_fell_out(tmp_path):
    one = scored(tmp_path / "a.json", {"x-1": 0.1, "x-2": 0.2, "x-3": 0.3})
    two = scored(tmp_path / "b.json", {"x-2": 0.2, "x-3": 0.4, "x-9": 0.9})
    told = refusal_of([one, two])
    assert "a scores 1 pairs that b does not (x-1)" in told
    assert "b scores 1 pairs that a does not (x-9)" in told
    found = compare_all(read_systems([one, two]), None, common=True)
    assert (found.comparisons[0].n, found.fell_out) == (2, {"a": 1, "b": 1})
    assert found.comparisons[0].standings[0].mean == pytest.approx(0.3)


@pytest.mark.parametrize("common", [False, True])
def test_another_tokenizer_is_refused_whatever_is_left_out(tmp_path, common):
    one = scored(tmp_path / "a.json", {"x-1": 0.1})
    two = scored(tmp_path / "b.json", {"x-1": 0.1}, HOW.replace("jieba-0.42.1", "char"))
    assert "tok is jieba-0.42.1 for a, char for b" in refusal_of([one, two], common=common)


def test_another_judge_or_prompt_is_refused(tmp_path):
    how = "judge|model:A-32B|prompt:1234|scale:0-20|impl:newsladder-0.1.0"
    one = scored(tmp_path / "a.json", {"x-1": 0.8}, how)
    two = scored(tmp_path / "b.json", {"x-1": 0.7}, how.replace("1234", "9999").replace("A-32B", "B-7B"))
    told = refusal_of([one, two])
    assert "model is A-32B for a, B-7B for b" in told
    assert "prompt is 1234 for a, 9999 for b" in told


def test_a_judge_table_over_unlike_ids_and_contradictory_replies_is_refused(tmp_path):
    one = judged(tmp_path / "1stg.jsonl", [
        {"id": 5, "reply": "分數：16 —— 好", "score": 16},
        {"id": 10, "reply": "分數：16 —— 好。分數：14 —— 有誤", "score": 14},
        {"id": 15, "reply": "分數：12 —— 可", "score": 12},
    ])  # fmt: skip
    two = judged(tmp_path / "5stg.jsonl", [
        {"id": 5, "reply": "分數：15 —— 好", "score": 15},
        {"id": 15, "reply": "分數：165 —— 好", "score": 16},
        {"id": 20, "reply": "分數：13 —— 可", "score": 13},
    ])  # fmt: skip
    told = refusal_of([one, two])
    assert "1stg: 1 judge replies are contradictory (10)" in told
    assert "5stg: 1 judge replies are out_of_range (15)" in told
    assert "1stg scores 1 pairs that 5stg does not (15)" in told
    assert "5stg scores 1 pairs that 1stg does not (20)" in told
    found = compare_all(read_systems([one, two]), None, common=True).comparisons[0]
    assert (found.n, [round(one.mean * 20) for one in found.standings]) == (1, [16, 15])


@pytest.mark.parametrize("common", [False, True])
def test_a_score_that_its_reply_does_not_state_is_refused_even_over_common_pairs(tmp_path, common):
    one = judged(tmp_path / "a.jsonl", [{"id": "x", "reply": "分數：16", "score": 18}, {"id": "y", "reply": "分數：9"}])
    two = judged(tmp_path / "b.jsonl", [{"id": "y", "reply": "分數：9"}])
    assert "1 judge scores that their replies do not state (x)" in refusal_of([one, two], common=common)
    how = "judge|model:A|prompt:1|impl:newsladder-0.1.0"
    own = scored(tmp_path / "own.json", {"x": 0.9}, how, replies={"x": ["分數：16"]})
    assert "do not state (x)" in refusal_of([own, own], common=common)


def test_files_without_a_shared_metric_or_alone_are_refused(tmp_path):
    one = scored(tmp_path / "a.json", {"x-1": 0.1})
    two = scored(tmp_path / "b.json", {"x-1": 0.1}, "chrf|tok:none")
    assert "a has rouge1_f; b has chrf" in refusal_of([one, two])
    assert "two score files or more" in refusal_of([one])
    assert "bertscore" in refusal_of([one, one], metric=["bertscore"])


def test_the_command_exits_with_1_and_one_line(tmp_path, capsys):
    one = scored(tmp_path / "a.json", {"x-1": 0.1, "x-2": 0.3})
    two = scored(tmp_path / "b.json", {"x-1": 0.1})
    assert run("python -m eval", "", VERBS, ["compare", str(one), str(two)]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert run("python -m eval", "", VERBS, ["compare", str(one), str(two), "--common", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["fell_out"] == {"a": 1, "b": 0}
    (tmp_path / "bad.json").write_text("{", "utf-8")
    assert run("python -m eval", "", VERBS, ["compare", str(one), str(tmp_path / "bad.json")]) == 1
    assert "expected scores with metrics and pairs" in capsys.readouterr().err


def test_files_of_equal_names_are_named_by_their_folders(tmp_path):
    files = [tmp_path / "v1/scores.json", tmp_path / "v2/scores.json"]
    assert names_of(files) == ["v1", "v2"]
    assert names_of([tmp_path / "v1.json", tmp_path / "v2.json"]) == ["v1", "v2"]


def test_four_pairs_can_never_be_significant():
    assert sign_flip_p(np.array([0.2, 0.2, 0.2, 0.2])) == 2 / 16
    assert sign_flip_p(np.zeros(50)) == 1.0


def test_the_sign_flip_test_agrees_with_scipy_s_permutation_test():
    stats = pytest.importorskip("scipy.stats")
    for n in (EXACT - 2, 40):
        delta = np.random.default_rng(n).normal(0.1, 0.3, n)
        theirs = stats.permutation_test(
            (delta,),
            np.mean,
            permutation_type="samples",
            n_resamples=20_000,
            vectorized=False,
            rng=np.random.default_rng(n),
        ).pvalue
        assert sign_flip_p(delta) == pytest.approx(theirs, abs=0.01)


def test_the_interval_covers_the_mean_as_often_as_it_says():
    draw = np.random.default_rng(7)
    covered = sum(low <= 0.5 <= high for low, high in (interval(draw.uniform(0, 1, 60)) for _ in range(200)))
    assert 180 <= covered <= 198


def test_holm_s_correction_is_the_textbook_s():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
