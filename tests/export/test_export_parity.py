from dataclasses import replace
from pathlib import Path

import pytest
from export_house import CHATML, GEMMA, by_modelfile, checked, files_of, ways

from curriculum.export import layouts, senders
from curriculum.export.parity import check, lines_of, refuse
from curriculum.export.probes import TEXTS, Probe, probes, rows_of
from curriculum.export.schema import Contract, Laid, Message
from data_builders.errors import InputError
from data_builders.jsonl import write
from data_builders.schema import AlpacaRow

ASKED = (Probe("颱風", (Message("user", "颱風"),)),)
TRAINED_ON = "<|im_start|>system\n你是編輯。<|im_end|>\n<|im_start|>user\n颱風<|im_end|>\n<|im_start|>assistant\n"


def test_the_prompt_trained_on_is_its_pieces_in_order() -> None:
    assert CHATML.prompt("颱風") == TRAINED_ON
    second = (Message("user", "一"), Message("assistant", "二"), Message("user", "三"))
    assert CHATML.laid_out(second) == (
        "<|im_start|>system\n你是編輯。<|im_end|>\n<|im_start|>user\n一<|im_end|>\n"
        "<|im_start|>assistant\n二<|im_end|>\n<|im_start|>user\n三<|im_end|>\n<|im_start|>assistant\n"
    )


@pytest.mark.parametrize("contract", [CHATML, GEMMA, replace(CHATML, system="")], ids=["chatml", "gemma", "bare"])
@pytest.mark.parametrize("way", ["chat_template.jinja", "Modelfile", "MLC"])
def test_every_layout_sends_what_was_trained_on(contract: Contract, way: str) -> None:
    found = checked(way, ways(files_of(contract), contract)[way], contract)
    assert found.drifts == ()
    assert found.prompts == 3 * len(TEXTS)


SYSTEM_TOLD = "<|im_start|>system\n你是"
ALL_BUT_LINE_END = TRAINED_ON.removesuffix("\n")


@pytest.mark.parametrize(
    ("file", "old", "new", "equal", "sends"),
    [
        # a changed system message
        ("chat_template.jinja", "你是編輯。", "你是記者。", SYSTEM_TOLD, "你是記者"),
        ("Modelfile", "你是編輯。", "你是記者。", SYSTEM_TOLD, "你是記者"),
        # the system message dropped
        ("Modelfile", 'SYSTEM """你是編輯。"""\n', "", "<|im_start|>", "<|im_start|>user"),
        # a changed template: other signs
        ("chat_template.jinja", "<|im_start|>user", "<|im_start|>human", TRAINED_ON.partition("user")[0], "human"),
        # a dropped line end before the answer
        ("chat_template.jinja", "assistant\\n", "assistant", ALL_BUT_LINE_END, "assistant"),
        ("Modelfile", "<|im_start|>assistant\n", "<|im_start|>assistant", ALL_BUT_LINE_END, "assistant"),
        # a sign for the beginning of text added
        ("chat_template.jinja", "'<|im_start|>system", "'<|endoftext|><|im_start|>system", "<|", "<|endoftext|>"),
        ("Modelfile", '"""{{ if .System }}', '"""<s>{{ if .System }}', "<", "<s><|im_start|>"),
        # a thinking student's tags
        ("chat_template.jinja", "assistant\\n", "assistant\\n<think>\\n\\n</think>\\n\\n", TRAINED_ON, "<think>"),
    ],
)
def test_a_planted_drift_is_refused_with_its_first_byte(file: str, old: str, new: str, equal: str, sends: str) -> None:
    files = files_of(CHATML)
    assert old in files[file]
    files[file] = files[file].replace(old, new)
    found = checked(file, ways(files, CHATML)[file], CHATML, ASKED)
    assert [drift.at for drift in found.drifts] == [len(equal.encode())]
    with pytest.raises(InputError) as refused:
        refuse([found], "nano")
    told = str(refused.value)
    assert told.startswith(f"{file} (颱風): expected the prompt trained on, 「")
    assert f"at byte {len(equal.encode())} 「" in told
    assert sends in found.drifts[0].found
    assert sends not in found.drifts[0].expected or sends in equal
    assert "Next: make export RUN=nano" in told


def test_a_gguf_that_puts_a_token_before_the_prompt_is_a_drift_of_tokens_though_the_text_is_equal() -> None:
    def expected(messages: tuple[Message, ...]) -> Laid:
        return Laid(CHATML.laid_out(messages), (1, 85, 91))

    found = check("llama.cpp", lambda m: Laid(CHATML.laid_out(m), (0, 1, 85, 91)), expected, ASKED)
    assert found.tokens
    with pytest.raises(InputError, match=r"at token 0 「tokens \[0, 1, 85\] from 0 on of 4」"):
        refuse([found], "nano")


def test_a_way_without_tokens_is_compared_by_its_text_and_says_so() -> None:
    send = ways(files_of(CHATML), CHATML)["Modelfile"]
    found = check("Modelfile", send, lambda m: Laid(CHATML.laid_out(m), (1,)), ASKED)
    assert (found.drifts, found.tokens) == ((), False)
    assert "1 prompts equal (bytes)" in lines_of([found])[0]


def test_all_ways_that_drift_are_counted_in_the_error() -> None:
    files = {name: text.replace("你是編輯。", "你是記者。") for name, text in files_of(CHATML).items()}
    found = [checked(name, send, CHATML, ASKED) for name, send in ways(files, CHATML).items()]
    with pytest.raises(InputError, match="and 1 other way of serving"):
        refuse(found, "nano")


def test_the_template_of_qwen_drifts_where_no_system_message_is_sent() -> None:
    qwen = (
        "{%- for message in messages %}{%- if loop.first and message.role != 'system' %}"
        "{{- '<|im_start|>system\\nYou are Qwen, created by Alibaba Cloud. …<|im_end|>\\n' }}"
        "{%- endif %}{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{%- endfor %}"
        "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
    )
    spelled_out = (Probe("spelled out", (Message("system", "你是編輯。"), Message("user", "颱風"))),)
    assert checked("qwen", senders.by_jinja(qwen), CHATML, spelled_out).drifts == ()
    drift = checked("qwen", senders.by_jinja(qwen), CHATML, ASKED).drifts[0]
    assert (drift.at, "You are Qwen" in drift.found) == (19, True)


def test_a_template_that_tells_the_last_turn_from_past_ones_is_refused_for_ollama_alone() -> None:
    thinking = replace(CHATML, tail="<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n")
    assert checked("jinja", senders.by_jinja(layouts.chat_template(thinking)), thinking).drifts == ()
    with pytest.raises(InputError, match="Modelfile: expected turns that all end alike"):
        files_of(thinking)


@pytest.mark.parametrize("system", ['他說"""好"""', "{{ .System }}"])
def test_a_system_message_that_a_modelfile_cannot_hold_is_refused(system: str) -> None:
    with pytest.raises(InputError, match="Modelfile: expected a template and a system message without it"):
        files_of(replace(CHATML, system=system))


def test_a_sign_that_ollamas_parser_drops_is_found() -> None:
    contract = replace(CHATML, system="你是\u3000編輯。")  # U+3000 is unprintable to Go
    drift = checked("Modelfile", by_modelfile(files_of(contract)["Modelfile"]), contract, ASKED).drifts[0]
    assert drift.at == len("<|im_start|>system\n你是".encode())


def test_rows_of_another_system_message_than_the_recipes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "s5_test.jsonl"
    write(
        path,
        [AlpacaRow("x-1", "你是編輯。", "摘要：", "甲", "乙"), AlpacaRow("x-2", "你是記者。", "摘要：", "丙", "丁")],
    )
    with pytest.raises(InputError, match="found 「你是記者。」 in row x-2"):
        rows_of(path, "你是編輯。")


def test_rows_are_asked_with_and_without_the_system_message_in_the_form_that_the_tokenizer_brings_them_into() -> None:
    row = AlpacaRow("x-1", "你是編輯。", "摘要：", "cafe\u0301", "乙")
    asked = [probe for probe in probes(CHATML, (row,)) if probe.name.startswith("row")]
    assert [(probe.name, len(probe.messages)) for probe in asked] == [("row x-1", 2), ("row x-1, no system message", 1)]
    assert asked[0].messages[1].content == "摘要：\ncaf\u00e9"
