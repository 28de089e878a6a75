"""Our own predictions are LLaMA-Factory's, and other kinds of models are asked in the same way."""

import json

import pytest

pytestmark = pytest.mark.slow
ROWS = ("--rows", "data/stages/s5_test.jsonl", "--articles", "data/articles/test.jsonl")


def pairs(house, name):
    return [json.loads(line) for line in (house / name).read_text("utf-8").splitlines()]


def test_a_checkpoint_s_answers_are_llamafactory_s_own(house, call, climbed):
    assert climbed["predict"]
    how = ("--max-new-tokens", "128", "--repetition-penalty", "1.2", "--batch", "10")
    call("python", "-m", "eval", "predict", *ROWS, "--model", "saves/nano/s5", *how, "--out", "own/pairs.jsonl")
    call(
        "python", "-m", "eval", "join", "--predictions", "saves/nano/predict/generated_predictions.jsonl", *ROWS,
        "--out", "own/theirs.jsonl",
    )  # fmt: skip
    assert pairs(house, "own/pairs.jsonl") == pairs(house, "own/theirs.jsonl")


def test_an_adapter_changes_the_answers_and_a_wrong_one_is_named(house, call, data):
    assert data.is_dir()
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    student = house / "saves/nano/student"
    config = LoraConfig(r=4, target_modules=["q_proj", "v_proj"], init_lora_weights=False)
    get_peft_model(AutoModelForCausalLM.from_pretrained(student), config).save_pretrained(house / "adapter")
    plain = ("--model", "saves/nano/student", "--max-new-tokens", "8")
    call("python", "-m", "eval", "predict", *ROWS, *plain, "--out", "own/plain.jsonl")
    call("python", "-m", "eval", "predict", *ROWS, *plain, "--adapter", "adapter", "--out", "own/adapted.jsonl")
    assert pairs(house, "own/plain.jsonl") != pairs(house, "own/adapted.jsonl")
    failed = call(
        "python", "-m", "eval", "predict", *ROWS, *plain, "--adapter", "data", "--out", "own/none.jsonl", code=1
    )
    assert "expected an adapter" in failed.stderr
    assert not (house / "own/none.jsonl").exists()


def test_an_encoder_decoder_is_asked_too(house, call, data):
    assert data.is_dir()
    from transformers import AutoTokenizer, T5Config, T5ForConditionalGeneration

    tokenizer = AutoTokenizer.from_pretrained(house / "saves/nano/student")
    sizes = {"d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4}
    config = T5Config(
        vocab_size=len(tokenizer),
        decoder_start_token_id=0,
        pad_token_id=0,
        eos_token_id=tokenizer.eos_token_id,
        **sizes,
    )
    T5ForConditionalGeneration(config).save_pretrained(house / "t5")
    tokenizer.save_pretrained(house / "t5")
    call("python", "-m", "eval", "predict", *ROWS, "--model", "t5", "--max-new-tokens", "8", "--out", "own/t5.jsonl")
    assert len(pairs(house, "own/t5.jsonl")) == len(pairs(house, "own/plain.jsonl"))


def test_a_prompt_that_the_model_has_no_room_for_is_named_and_never_cut(call, data):
    assert data.is_dir()
    failed = call(
        "python", "-m", "eval", "predict", *ROWS, "--model", "saves/nano/student", "--max-new-tokens", "4000",
        "--out", "own/long.jsonl", code=1,
    )  # fmt: skip
    assert "expected a prompt of at most" in failed.stderr
