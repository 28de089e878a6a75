import shutil
from pathlib import Path
from typing import Any

import pytest
from builders_house import Command

from data_builders import student as maker
from data_builders.errors import InputError, WriteError
from data_builders.jsonl import digest_of, read_json, write
from data_builders.schema import AlpacaRow, Article
from data_builders.stages import first_summary
from data_builders.stages.first_summary import writer_of
from data_builders.stages.table import SYSTEM
from data_builders.stages.tokens import TokenCounter, answer_of, prompt_of
from data_builders.student import MadeStudent, make_student
from data_builders.verbs import school

TEXTS = ["臺北市今天下大雨，信義區淹水。", "市府出動抽水機。"]
FILES = {
    "chat_template.jinja", "config.json", "generation_config.json", "model.safetensors", "student.json",
    "tokenizer.json", "tokenizer_config.json",
}  # fmt: skip


@pytest.fixture(scope="module")
def tokenizer(student: MadeStudent) -> Any:
    """The student's tokenizer as transformers and LLaMA-Factory load it."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(student.out)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: digest_of(path) for path in folder.iterdir()}


def test_the_same_corpus_preset_and_seed_give_the_same_bytes(
    student: MadeStudent, sample: list[Article], tmp_path: Path
) -> None:
    again = make_student((a.article for a in sample), "nano", tmp_path / "again", seed=7)
    assert set(digests(tmp_path / "again")) == FILES
    assert digests(tmp_path / "again") == digests(Path(student.out))
    assert (again.parameters, again.vocabulary) == (student.parameters, student.vocabulary)


def test_another_seed_draws_other_weights_and_nothing_else(
    student: MadeStudent, sample: list[Article], tmp_path: Path
) -> None:
    make_student((a.article for a in sample), "nano", tmp_path / "other", seed=8)
    one, other = digests(Path(student.out)), digests(tmp_path / "other")
    assert {name for name in FILES if one[name] != other[name]} == {"model.safetensors", "student.json"}


def test_nano_is_small_and_says_what_it_is(student: MadeStudent) -> None:
    assert 2_000_000 <= student.parameters <= 5_000_000
    assert student.vocabulary == 3000
    assert read_json(Path(student.out) / "student.json", dict[str, object]) == {
        "preset": "nano", "seed": 7, "parameters": student.parameters, "vocabulary": 3000,
    }  # fmt: skip
    config = read_json(Path(student.out) / "config.json", dict[str, object])
    assert config["model_type"] == "qwen2"
    assert config["tie_word_embeddings"] is True


def test_the_half_billion_preset_has_the_shape_of_the_studys_student() -> None:
    half = maker.PRESETS["0.5b"]
    shape = (half.hidden_size, half.layers, half.heads, half.key_value_heads, half.intermediate_size)
    assert shape == (896, 24, 14, 2, 4864)


@pytest.mark.parametrize(
    "text", ["臺北 𠮷😀", "2億6,000萬元 0.23%", "「全形」…　ＡＢ\n\n  x\t", "emoji 👨‍👩‍👧 café", "軟體 vs 软件", ""]
)
def test_every_text_comes_back_from_the_tokenizer(tokenizer: Any, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False)) == text


def test_figures_are_read_digit_by_digit(tokenizer: Any) -> None:
    assert tokenizer.tokenize("2026") == ["2", "0", "2", "6"]


def test_the_templates_tokens_are_one_token_each(tokenizer: Any) -> None:
    ids = tokenizer.encode("<|endoftext|><|im_start|><|im_end|>", add_special_tokens=False)
    assert ids == [0, 1, 2]
    assert (tokenizer.eos_token, tokenizer.pad_token) == ("<|im_end|>", "<|endoftext|>")


def test_the_chat_template_writes_what_the_stages_count(tokenizer: Any) -> None:
    asked = [{"role": "system", "content": "甲"}, {"role": "user", "content": "乙\n丙"}]
    said = tokenizer.apply_chat_template(asked, tokenize=False, add_generation_prompt=True)
    assert said == prompt_of("甲", "乙", "丙")
    whole = tokenizer.apply_chat_template([*asked, {"role": "assistant", "content": "丁"}], tokenize=False)
    assert whole == prompt_of("甲", "乙", "丙") + answer_of("丁")


def test_the_counter_counts_as_transformers_does(student: MadeStudent, tokenizer: Any, sample: list[Article]) -> None:
    counter = TokenCounter(student.out)
    for article in [*sample[:20], Article("toy", "toy", "𠮷😀 <|im_end|> 2億6,000萬元\n\n")]:
        row = AlpacaRow(article.id, SYSTEM, "請為新聞生成摘要：", f"新聞：\n{article.article}", "新聞摘要：\n好。")
        prompt = tokenizer.encode(prompt_of(row.system, row.instruction, row.input), add_special_tokens=False)
        answer = tokenizer.encode(answer_of(row.output), add_special_tokens=False)
        assert counter.count(row) == len(prompt) + len(answer)


def test_the_untrained_student_answers_each_prompt_greedily(
    student: MadeStudent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_summary, "MOST_NEW_TOKENS", 4)
    prompts = [prompt_of(SYSTEM, "請為新聞生成摘要：", text) for text in TEXTS]
    said = writer_of(student.out)(prompts)
    assert len(said) == 2
    assert said == writer_of(student.out)(prompts)
    assert not any("<|im_" in text or prompts[0][:20] in text for text in said)


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        ("config.json", "OSError"),
        ("tokenizer.json", "JSONDecodeError"),
        ("model.safetensors", "SafetensorError"),
    ],
)
def test_a_student_that_does_not_load_is_one_line(student: MadeStudent, tmp_path: Path, spoil: str, found: str) -> None:
    folder = tmp_path / "student"
    shutil.copytree(student.out, folder)
    (folder / spoil).write_text("version https://git-lfs.github.com/spec/v1", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        writer_of(str(folder))
    line = f"{folder}: expected a student that transformers can load, found {found}. Next: python -m data_builders stu"
    assert str(caught.value).startswith(line)


def test_an_interrupt_leaves_the_earlier_student_and_no_half_one(
    student: MadeStudent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(student.out, tmp_path / "student")
    before = digests(tmp_path / "student")

    def stop(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(maker, "write_model", stop)
    for name in ("student", "new"):
        with pytest.raises(KeyboardInterrupt):
            make_student(TEXTS, "nano", tmp_path / name, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["student"]
    assert digests(tmp_path / "student") == before


def test_a_full_disk_leaves_no_half_student(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(maker, "write_tokenizer", full)
    with pytest.raises(WriteError, match="student: expected to write the file, found no space left on the disk"):
        make_student(TEXTS, "nano", tmp_path / "student", seed=1)
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_student_is_replaced_and_an_empty_folder_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maker, "write_tokenizer", lambda *_: 3)
    monkeypatch.setattr(maker, "write_model", lambda *_: 5)
    (tmp_path / "student").mkdir()
    for seed in (1, 2):
        make_student(TEXTS, "nano", tmp_path / "student", seed)
        assert read_json(tmp_path / "student" / "student.json", dict[str, object])["seed"] == seed


def test_a_folder_of_something_else_is_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "saves" / "s5").mkdir(parents=True)
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    for out in (Path("saves"), Path("file"), Path()):
        with pytest.raises(InputError) as caught:
            make_student(TEXTS, "nano", out, seed=1)
        assert str(caught.value) == (
            f"{out}: expected a new folder, or one that holds a student made here, found something else. "
            "Next: name another folder, such as --out saves/nano/student"
        )
    assert (tmp_path / "saves" / "s5").is_dir()


def test_a_corpus_without_articles_is_told(tmp_path: Path, verb: Command) -> None:
    for split in ("train", "dev", "test"):
        (tmp_path / f"{split}.jsonl").write_bytes(b"")
    said = verb("student", "--preset", "nano", "--corpus", tmp_path, "--out", tmp_path / "student")
    assert (said.code, said.err) == (
        1,
        "error: --corpus: expected at least one article, found none. Next: name a JSONL file of articles\n",
    )
    assert not (tmp_path / "student").exists()


def test_the_tokenizer_learns_from_the_train_split_alone(
    tmp_path: Path, verb: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for split, text in (("train", "甲"), ("dev", "乙"), ("test", "丙")):
        write(tmp_path / f"{split}.jsonl", [Article(split, "toy", text)])
    learnt: list[str] = []

    def learn(texts: list[str], preset: str, out: Path, seed: int) -> MadeStudent:
        learnt.extend(texts)
        return MadeStudent(str(out), preset, seed, 2_000_000, 3000)

    monkeypatch.setattr(school, "make_student", learn)
    said = verb("student", "--preset", "nano", "--corpus", tmp_path, "--out", "there")
    assert said.out == "student nano: 2.0 M parameters, 3000 tokens -> there\n"
    assert learnt == ["甲"]
