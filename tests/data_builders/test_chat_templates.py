"""Chat templates write what LLaMA-Factory 0.9.5 writes; `tests/slow/test_prompt_parity.py` asks it token for token."""

import pytest

from data_builders.chat_templates import TEMPLATES, template_named
from data_builders.errors import UsageError

# What LLaMA-Factory's templates make of a system「甲」and a user「乙」, with <s> and </s> for the tokenizer's signs.
EXPECTED = {
    "default": "System: 甲</s>\nHuman: 乙</s>\nAssistant:",
    "zephyr": "<|system|>\n甲</s><|user|>\n乙</s><|assistant|>\n",
    "qwen": "<|im_start|>system\n甲<|im_end|>\n<|im_start|>user\n乙<|im_end|>\n<|im_start|>assistant\n",
    "qwen3": "<|im_start|>system\n甲<|im_end|>\n<|im_start|>user\n乙<|im_end|>\n<|im_start|>assistant\n",
    "qwen3_nothink": "<|im_start|>system\n甲<|im_end|>\n<|im_start|>user\n乙<|im_end|>\n<|im_start|>assistant\n",
    "gemma2": "<s><start_of_turn>user\n甲\n\n乙<end_of_turn>\n<start_of_turn>model\n",
    "llama3": (
        "<s><|start_header_id|>system<|end_header_id|>\n\n甲<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n乙"
        "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
    ),
    "deepseekr1": "<s>甲<｜User｜>乙<｜Assistant｜>",
}


class Letters:
    """A tokenizer whose tokens are code points, and whose signs are 1 and 2."""

    bos_token_id, eos_token_id = 1, 2

    def encode(self, text, add_special_tokens):
        assert add_special_tokens is False
        return [ord(sign) for sign in text]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_prompt_is_laid_out_as_llama_factory_lays_it_out(name):
    assert template_named(name).prompt("甲", "乙").text("<s>", "</s>") == EXPECTED[name]
    without = template_named(name).prompt("", "乙").text("<s>", "</s>")
    assert "甲" not in without
    assert "乙" in without


def test_the_tokenizers_own_signs_go_between_the_pieces_and_are_left_out_where_it_has_none():
    pieces = template_named("default").prompt("", "乙")
    tail = [ord(sign) for sign in "\nAssistant:"]
    assert pieces.ids(Letters()) == [*(ord(sign) for sign in "Human: 乙"), 2, *tail]
    bare = Letters()
    bare.eos_token_id = None
    assert 2 not in pieces.ids(bare)


def test_a_thought_is_closed_in_the_prompt_where_thinking_is_off_and_learned_where_it_is_on():
    for name in ("qwen3", "deepseekr1"):
        template = template_named(name)
        assert template.prompt("", "乙", thinking=False).text("", "").endswith("<think>\n\n</think>\n\n")
        assert "<think>" not in template.prompt("", "乙", thinking=True).text("", "")
        assert template.answer("丙", thinking=True).text("", "").startswith("<think>\n\n</think>\n\n丙")
        assert "<think>" not in template.answer("丙", thinking=False).text("", "")
    assert template_named("default").prompt("", "乙", thinking=False) == template_named("default").prompt("", "乙")


def test_an_unknown_template_is_one_line_that_lists_those_there_are():
    with pytest.raises(UsageError, match=r"expected default, zephyr, qwen, .*found gpt"):
        template_named("gpt")
