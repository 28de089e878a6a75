from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from data_builders.schema import Article
from data_builders.stages import first_summary
from data_builders.stages.first_summary import BATCH, body_of, first_prompt, first_summaries

TOYS = [Article(f"toy-{n}", "toy", f"第{n}則：臺北市下雨。") for n in range(9)]
Asked = list[list[str]]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "new" / "first_summaries.jsonl"


@pytest.fixture
def student(tmp_path: Path) -> Path:
    (tmp_path / "student").mkdir()
    (tmp_path / "student" / "model.safetensors").write_bytes(b"weights")
    return tmp_path / "student"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """A student that repeats the news under a head; the batches it was asked."""
    batches: Asked = []

    def answer(prompts: Sequence[str]) -> list[str]:
        batches.append(list(prompts))
        return [f"新聞摘要：\n{prompt.partition('則')[0][-1]}號軟件𠮷 " for prompt in prompts]

    def writer(_: str) -> Callable[[Sequence[str]], list[str]]:
        return answer

    monkeypatch.setattr(first_summary, "writer_of", writer)
    return batches


EXPECTED = {f"toy-{n}": f"{n}號軟件𠮷" for n in range(9)}


def test_every_article_is_asked_once_in_batches(ledger: Path, student: Path, asked: Asked) -> None:
    assert first_summaries(TOYS, str(student), ledger) == EXPECTED
    assert [len(batch) for batch in asked] == [BATCH, 1]
    assert asked[0][0] == first_prompt(TOYS[0])


def test_the_prompt_is_the_first_stages_own() -> None:
    assert first_prompt(TOYS[3]) == (
        "<|im_start|>system\n你是臺灣的新聞編輯，請使用臺灣的繁體中文回答。<|im_end|>\n"
        "<|im_start|>user\n請為新聞生成摘要：\n新聞：\n第3則：臺北市下雨。<|im_end|>\n<|im_start|>assistant\n"
    )


@pytest.mark.parametrize("answer", ["新聞摘要：\n下雨。\n", "新聞摘要：下雨。", " 下雨。"])
def test_a_head_that_the_student_wrote_is_taken_off(answer: str) -> None:
    assert body_of(answer) == "下雨。"


def test_a_second_call_asks_nothing_and_loads_no_student(ledger: Path, student: Path, asked: Asked) -> None:
    first_summaries(TOYS, str(student), ledger)
    before = ledger.read_bytes()
    asked.clear()
    assert first_summaries(TOYS, str(student), ledger) == EXPECTED
    assert asked == []
    assert ledger.read_bytes() == before


def test_only_what_is_missing_is_asked(ledger: Path, student: Path, asked: Asked) -> None:
    first_summaries(TOYS[:5], str(student), ledger)
    asked.clear()
    assert first_summaries(TOYS, str(student), ledger) == EXPECTED
    assert asked == [[first_prompt(article) for article in TOYS[5:]]]


def test_a_line_cut_anywhere_is_asked_again_and_nothing_else(ledger: Path, student: Path, asked: Asked) -> None:
    first_summaries(TOYS[:2], str(student), ledger)
    whole = ledger.read_bytes().rstrip(b"\n")
    last = len(whole) - whole.rindex(b"\n") - 1
    for cut in range(1, last):  # every byte, the middle of 軟 and of 𠮷 among them
        ledger.write_bytes(whole[:-cut])
        asked.clear()
        assert first_summaries(TOYS[:2], str(student), ledger) == {name: EXPECTED[name] for name in ("toy-0", "toy-1")}
        assert asked == [[first_prompt(TOYS[1])]]
        asked.clear()
        first_summaries(TOYS[:2], str(student), ledger)
        assert asked == []


def test_another_student_or_another_text_is_asked_anew(ledger: Path, student: Path, asked: Asked) -> None:
    first_summaries(TOYS[:2], str(student), ledger)
    asked.clear()
    changed = [TOYS[0], replace(TOYS[1], article="第7則：放晴。")]
    assert first_summaries(changed, str(student), ledger) == {"toy-0": "0號軟件𠮷", "toy-1": "7號軟件𠮷"}
    assert asked == [[first_prompt(changed[1])]]
    asked.clear()
    (student / "model.safetensors").write_bytes(b"other weights")
    first_summaries(TOYS[:2], str(student), ledger)
    assert len(asked[0]) == 2


def test_a_student_of_the_hub_goes_by_its_name(ledger: Path, asked: Asked) -> None:
    first_summaries(TOYS[:1], "Qwen/Qwen2.5-0.5B-Instruct", ledger)
    first_summaries(TOYS[:1], "Qwen/Qwen2.5-0.5B-Instruct", ledger)
    assert len(asked) == 1
    first_summaries(TOYS[:1], "Qwen/Qwen2.5-1.5B-Instruct", ledger)
    assert len(asked) == 2


def test_an_interrupt_keeps_the_batches_that_were_answered(
    ledger: Path, student: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = first_summary.writer_of(str(student))

    def tired(prompts: Sequence[str]) -> list[str]:
        if asked:
            raise KeyboardInterrupt
        return answer(prompts)

    with monkeypatch.context() as patch:
        patch.setattr(first_summary, "writer_of", lambda _: tired)
        with pytest.raises(KeyboardInterrupt):
            first_summaries(TOYS, str(student), ledger)
    asked.clear()
    assert first_summaries(TOYS, str(student), ledger) == EXPECTED
    assert asked == [[first_prompt(TOYS[8])]]
