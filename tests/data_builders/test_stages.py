from dataclasses import replace
from pathlib import Path

import pytest
from builders_house import Command
from tokenizers import Tokenizer, models, pre_tokenizers

from data_builders.errors import InputError, OrderError
from data_builders.jsonl import digest_of, read, read_json, write
from data_builders.schema import AlpacaRow, Article, Manifest, Rationale, Reject, TextRow, Triple
from data_builders.stages import NAMES, Plan, build, first_summary
from data_builders.stages.s1 import converted, opening, own_summary
from data_builders.stages.table import HEADS, STAGES, SYSTEM
from data_builders.stages.tokens import TokenCounter, answer_of, prompt_of
from data_builders.zhtw.convert import to_simplified

NEWS = "臺北市今天下大雨，信義區淹水。市府出動抽水機。"
OTHER = "高雄港昨夜起濃霧，渡輪已停航。旅客改搭捷運線。"  # as long, and nothing like it
TOY = Article("toy-1", "toy", NEWS)
SAID = Rationale(
    "toy-1",
    "extractive",
    "v1",
    "臺北市下大雨。",
    ("臺北市", "大雨"),
    (Triple("臺北市", "下", "大雨"), Triple("市府", "出動", "抽水機")),
)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """One article to train on, one to test on, both taught; a token is a byte."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({sign: place for place, sign in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    (tmp_path / "student").mkdir()
    tokenizer.save(str(tmp_path / "student" / "tokenizer.json"))
    articles, rationales = tmp_path / "data" / "articles", tmp_path / "data" / "rationales" / "rationales.jsonl"
    for split, held in (("train", [TOY]), ("dev", []), ("test", [replace(TOY, id="toy-2", article=OTHER)])):
        write(articles / f"{split}.jsonl", held)
    write(rationales, [SAID, replace(SAID, id="toy-2")])
    cutoffs = dict.fromkeys(NAMES, 2048)
    return Plan(articles, rationales, tmp_path / "data" / "stages", str(tmp_path / "student"), cutoffs, "convert")


def rows(plan: Plan, name: str) -> list[AlpacaRow]:
    return list(read(plan.out / f"{name}.jsonl", AlpacaRow))


ASPECTS = "核心要素：\n臺北市\n大雨"
TRIPLES = "三元組：\n[臺北市 | 下 | 大雨]\n[市府 | 出動 | 抽水機]"
SUMMARY = "新聞摘要：\n臺北市下大雨。"
EXPECTED = {
    "s1": (
        "請為新聞生成摘要：",
        "新聞：\n台北市今天下大雨，信义区淹水。市府出动抽水机。",
        "新聞摘要：\n臺北市今天下大雨，信義區淹水。市府出動抽水機。",
    ),
    "s2": ("請提取新聞中的核心要素：", f"新聞：\n{NEWS}", ASPECTS),
    "s3": ("請根據提供的核心要素，提取新聞中的三元組：", f"新聞：\n{NEWS}\n\n{ASPECTS}", TRIPLES),
    "s4": (
        "請根據提供的核心要素和三元組，為新聞生成摘要：",
        f"新聞：\n{NEWS}\n\n{ASPECTS}\n\n{TRIPLES}",
        SUMMARY,
    ),
    "s5": ("請為新聞生成摘要：", f"新聞：\n{NEWS}", SUMMARY),
}


def about_the_other(text: str) -> str:
    """What a row says, with the other article's news in it; both have the same rationale."""
    return text.replace(NEWS, OTHER).replace(to_simplified(NEWS), to_simplified(OTHER))


@pytest.mark.parametrize("stage", list(EXPECTED))
def test_the_rows_of_each_stage_are_these(plan: Plan, stage: str) -> None:
    build(stage, plan)
    system = "你是臺灣的新聞編輯，請使用臺灣的繁體中文回答。"
    assert rows(plan, f"{stage}_train") == [AlpacaRow("toy-1", system, *EXPECTED[stage])]
    assert rows(plan, f"{stage}_test") == [AlpacaRow("toy-2", system, *map(about_the_other, EXPECTED[stage]))]
    assert rows(plan, f"{stage}_dev") == rows(plan, f"{stage}_rejected") == []


def test_stage_0_is_the_articles_text_alone(plan: Plan) -> None:
    build("s0", replace(plan, student="no-student-is-needed"))
    assert list(read(plan.out / "s0_train.jsonl", TextRow)) == [TextRow("toy-1", NEWS)]


def test_the_five_stages_and_their_heads_are_these() -> None:
    assert list(STAGES) == ["s1", "s2", "s3", "s4", "s5"]
    assert HEADS == {"news": "新聞：", "aspects": "核心要素：", "triples": "三元組：", "summary": "新聞摘要："}


def size(row: AlpacaRow) -> int:
    """The tokens of a row where a token is a byte."""
    prompt = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{row.instruction}\n{row.input}<|im_end|>\n"
    return len(f"{prompt}<|im_start|>assistant\n{row.output}<|im_end|>\n".encode())


def test_a_row_that_reaches_the_cutoff_is_left_out_whole_with_its_count(plan: Plan) -> None:
    row = AlpacaRow("toy-1", SYSTEM, *EXPECTED["s4"])
    assert TokenCounter(plan.student).count(row) == size(row) == 451
    build("s4", replace(plan, cutoffs={"s4": 452}))
    assert rows(plan, "s4_train") == [row]
    made = build("s4", replace(plan, cutoffs={"s4": 451}))
    assert rows(plan, "s4_train") == []
    assert (made.rows_in, made.rows_out, made.rejected) == (2, 0, {"reaches_cutoff": 2})
    assert next(read(plan.out / "s4_rejected.jsonl", Reject)) == Reject(
        "toy-1", "build s4", "reaches_cutoff", "451 tokens, cutoff 451"
    )


def test_the_prompt_is_what_template_qwen_writes() -> None:
    assert prompt_of("甲", "乙", "丙") + answer_of("丁") == (
        "<|im_start|>system\n甲<|im_end|>\n<|im_start|>user\n乙\n丙<|im_end|>\n<|im_start|>assistant\n丁<|im_end|>\n"
    )
    assert prompt_of("甲", "乙", "").endswith("user\n乙<|im_end|>\n<|im_start|>assistant\n")


def test_an_article_that_the_teacher_could_not_teach_is_left_out(plan: Plan) -> None:
    write(plan.rationales, [SAID])
    made = build("s3", plan)
    assert made.rejected == {"not_taught": 1}
    assert list(read(plan.out / "s3_rejected.jsonl", Reject)) == [
        Reject("toy-2", "build s3", "not_taught", "the teacher gave no rationale")
    ]
    assert [row.id for row in rows(plan, "s3_train")] == ["toy-1"]


@pytest.mark.parametrize(
    ("absent", "then"),
    [
        ("articles/dev.jsonl", "python -m data_builders curate FILE --out {}/articles"),
        ("rationales/rationales.jsonl", "python -m data_builders teach --articles {0}/articles --out {0}/rationales"),
    ],
)
def test_an_earlier_step_that_was_not_run_is_named(plan: Plan, absent: str, then: str) -> None:
    data = plan.articles.parent
    (data / absent).unlink()
    with pytest.raises(OrderError) as caught:
        build("s2", plan)
    line = f"{data / absent}: expected this file from an earlier step, found nothing. Next: {then.format(data)}"
    assert str(caught.value) == line


def test_the_manifest_fits_the_files_and_names_what_was_read(plan: Plan) -> None:
    made = build("s1", plan)
    assert made == read_json(plan.out / "s1_manifest.json", Manifest)
    tokenizer = digest_of(Path(plan.student) / "tokenizer.json")
    assert made.step == "build s1"
    assert made.settings == {"stage": "s1", "cutoff_len": 2048, "s1_source": "convert", "student": tokenizer}
    read_files = {f"{split}.jsonl": digest_of(plan.articles / f"{split}.jsonl") for split in ("train", "dev", "test")}
    assert made.inputs == read_files | {"tokenizer.json": tokenizer}
    assert list(made.outputs) == ["s1_train.jsonl", "s1_dev.jsonl", "s1_test.jsonl", "s1_rejected.jsonl"]
    for name, produced in made.outputs.items():
        assert produced.sha256 == digest_of(plan.out / name)
        assert produced.rows == len((plan.out / name).read_bytes().splitlines())
    assert (made.rows_in, made.rows_out) == (2, 2)


@pytest.mark.parametrize("stage", NAMES)
def test_a_second_build_gives_the_same_bytes(plan: Plan, stage: str) -> None:
    found = []
    for _ in range(2):
        build(stage, plan)
        found.append({path.name: path.read_bytes() for path in plan.out.iterdir()})
    assert found[0] == found[1]
    assert len(found[0]) == 5


def test_the_opening_is_whole_sentences_and_clauses_within_the_bound() -> None:
    assert opening(NEWS, 120) == NEWS
    assert opening(NEWS, 22) == "臺北市今天下大雨，信義區淹水。"
    assert opening(NEWS, 12) == "臺北市今天下大雨。"
    assert opening(NEWS, 5) == ""
    assert opening("臺北市今天下大雨，信義區淹水。好。", 12) == "臺北市今天下大雨。"  # nothing follows what was cut
    assert opening(f"（記者王小明台北報導）{NEWS}", 12) == "臺北市今天下大雨。"


def test_an_article_without_an_opening_is_left_out() -> None:
    assert converted(replace(TOY, article="雨" * 130 + "。")) == Reject(
        "toy-1", "build s1", "no_opening", "no clause within 120 characters"
    )


def test_the_students_own_summary_spells_a_name_as_its_article_does() -> None:
    row = own_summary(replace(TOY, article="指揮于小岳昨天到臺北。"), "于小岳说，台北很干净。")
    assert isinstance(row, AlpacaRow)
    assert row.output.endswith("于小岳說，臺北很乾淨。")


def test_the_students_own_summary_is_put_into_taiwans_chinese() -> None:
    row = own_summary(TOY, "这个软件很好。里柏瑞契支持。")
    assert isinstance(row, AlpacaRow)
    assert row.output == "新聞摘要：\n這個軟體很好。里柏瑞契支持。"
    assert row.input == f"新聞：\n{NEWS}"


def test_stage_1_is_built_from_the_students_own_summaries(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_summary, "writer_of", lambda _: lambda prompts: ["大雨，软件失灵"] * len(prompts))
    own = replace(plan, s1_source="student")
    made = build("s1", own)
    assert made.settings["s1_source"] == "student"
    row = AlpacaRow("toy-1", SYSTEM, STAGES["s1"].instruction, f"新聞：\n{NEWS}", "新聞摘要：\n大雨，軟體失靈")
    assert rows(plan, "s1_train") == [row]
    monkeypatch.setattr(first_summary, "writer_of", lambda _: pytest.fail("the answers are in the ledger"))
    assert build("s1", own) == made


@pytest.mark.parametrize("nothing", ["", "  \n", None])
def test_a_student_that_wrote_nothing_gives_no_row(nothing: str | None) -> None:
    assert own_summary(TOY, nothing) == Reject(
        "toy-1", "build s1", "empty_first_summary", "the untrained student wrote nothing"
    )


@pytest.mark.parametrize(
    ("content", "found"),
    [(None, "no tokenizer.json"), ("version https://git-lfs.github.com/spec/v1", "expected value at line 1 column 1")],
)
def test_a_folder_that_is_no_student_is_told(tmp_path: Path, content: str | None, found: str) -> None:
    if content:
        (tmp_path / "tokenizer.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        TokenCounter(str(tmp_path))
    assert f", found {found}. Next: python -m data_builders student --preset nano" in str(caught.value)
    with pytest.raises(InputError, match=r"saves/nope: expected a student: .*, found no such folder"):
        TokenCounter("saves/nope")


def test_the_verb_builds_all_stages_and_registers_them(plan: Plan, house: Path, verb: Command) -> None:
    said = verb("build", "--stage", "all", "--student", plan.student)
    assert said.code == 0
    assert said.out.splitlines() == [f"build {stage}: 2 in, 2 out, 0 rejected" for stage in NAMES]
    assert (house / "data" / "dataset_info.json").is_file()
    assert read_json(house / "data/stages/s1_manifest.json", Manifest).settings["s1_source"] == "convert"


def test_the_verb_takes_the_cutoff_from_the_profiles_recipe(plan: Plan, house: Path, verb: Command) -> None:
    recipe = house / "yaml_recipes"
    recipe.unlink()
    (recipe / "nano").mkdir(parents=True)
    (recipe / "nano" / "s5.yaml").write_text("cutoff_len: 99\n", encoding="utf-8")
    said = verb("build", "--stage", "s5", "--student", plan.student)
    assert said.out == "build s5: 2 in, 0 out, 2 rejected (reaches_cutoff 2)\n"
    said = verb("build", "--stage", "s5", "--student", plan.student, "--cutoff", 2048)
    assert said.out == "build s5: 2 in, 2 out, 0 rejected\n"


@pytest.mark.parametrize("stage", NAMES)
def test_a_training_row_that_is_like_a_test_article_is_left_out_of_every_stage(plan: Plan, stage: str) -> None:
    leaked = Article("toy-3", "toy", OTHER.replace("。", "。\n"))
    write(plan.articles / "train.jsonl", [TOY, leaked])
    write(plan.rationales, [SAID, replace(SAID, id="toy-2"), replace(SAID, id="toy-3")])
    made = build(stage, plan)
    assert made.rejected == {"like_test": 1}
    (reject,) = read(plan.out / f"{stage}_rejected.jsonl", Reject)
    assert (reject.id, reject.detail) == ("toy-3", "1.00 like toy-2 (exact)")
    assert made.certificate
    assert (made.certificate.result, made.certificate.leaks, made.certificate.pairs) == ("clean", 0, 1)
    assert made.certificate.train == {f"stages/{stage}_train.jsonl": digest_of(plan.out / f"{stage}_train.jsonl")}
    assert made.certificate.test == {"articles/test.jsonl": digest_of(plan.articles / "test.jsonl")}
