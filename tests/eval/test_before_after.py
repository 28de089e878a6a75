"""Before and after over the same pairs; thoughts are no answers; a template is part of the question."""

import pytest

from data_builders.errors import InputError
from eval.compare.before_after import before_after
from eval.compare.read import how_of
from eval.compare.schema import System
from eval.metrics import score
from eval.predict.run import Asked, key_of, stated
from eval.predict.schema import Generation, Prompt
from eval.predictions import strip_thought
from eval.schema import Pair

REFERENCES = ["颱風明晚登陸", "學校停課一天", "市長視察災情", "列車停駛三班", "漁港封閉兩日", "農民搶收稻米"]


def system(name, answers, mode="rouge_score-char"):
    pairs = [Pair(f"x-{k}", said, told) for k, (said, told) in enumerate(zip(answers, REFERENCES, strict=False))]
    made = score(pairs, "rouge", mode)
    values = {metric: {key: one[metric] for key, one in made.pairs.items()} for metric in made.metrics}
    return System(name, name, values, {key: how_of(one.signature) for key, one in made.metrics.items()})


def test_each_model_has_a_line_with_its_change_and_a_missing_side_takes_nothing_from_the_others():
    worse, better = system("before", ["颱風"] * 6), system("after", REFERENCES)
    lines = before_after({"a": (worse, better), "b": (worse, None), "c": (None, None)}, ["rougeL_f"])
    assert [line.model for line in lines] == ["a", "b", "c"]
    assert lines[0].change.mean == pytest.approx(lines[0].after.mean - lines[0].before.mean)
    assert lines[0].change.p == lines[0].change.p_holm == pytest.approx(2 / 64), "six flips, both directions"
    assert (lines[1].after, lines[1].change, lines[2].before) == (None, None, None)
    assert lines[1].before == lines[0].before


def test_the_more_models_are_tested_the_less_one_change_says():
    worse, better = system("before", ["颱風"] * 6), system("after", REFERENCES)
    one = before_after({"a": (worse, better)}, ["rougeL_f"])
    two = before_after({"a": (worse, better), "b": (worse, better)}, ["rougeL_f"])
    assert (one[0].change.p_holm, one[0].change.differs) == (pytest.approx(2 / 64), True)
    assert (two[0].change.p_holm, two[0].change.differs) == (pytest.approx(4 / 64), False)


def test_some_of_the_pairs_have_a_signature_of_their_own():
    both = before_after({"a": (system("b", REFERENCES), system("c", REFERENCES))}, ["rouge1_f"], {"x-0", "x-3"})
    assert both[0].before.n == 2
    assert "|n:2|" in both[0].before.signature


def test_unlike_rows_or_signatures_are_refused():
    whole, fewer = system("b", REFERENCES), system("c", REFERENCES[:5])
    with pytest.raises(InputError, match=r"scores 1 pairs that c does not"):
        before_after({"a": (whole, fewer)}, ["rougeL_f"])
    other = system("c", REFERENCES, "rouge_score-jieba")
    with pytest.raises(InputError, match="mode is rouge_score-char for b, rouge_score-jieba for c"):
        before_after({"a": (whole, None), "d": (other, None)}, ["rougeL_f"])


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("<think>\n先想。\n</think>\n\n颱風登陸。", "颱風登陸。"),
        ("先想。</think>颱風登陸。", "颱風登陸。"),  # the prompt had opened it
        ("<think>\n想到一半", ""),
        ("颱風登陸。", "颱風登陸。"),
        ("文中的 <think> 不算。", "文中的 <think> 不算。"),
        ("<think></think>", ""),
    ],
)
def test_a_thought_is_cut_off_and_one_that_never_ends_is_no_answer(text, answer):
    assert strip_thought(text) == answer


def test_a_template_is_another_question_and_answers_kept_before_there_were_templates_still_count():
    prompt = Prompt("x", "", "請摘要")
    keys = [key_of(prompt, Asked("m", "m", how)) for how in (Generation(), Generation(template="default"))]
    assert keys[0] != keys[1]
    assert set(stated(Generation())) == {"max_new_tokens", "repetition_penalty", "temperature", "seed", "batch"}
