"""Models before and after fine-tuning: one split, every side kept apart from the others' failures, a rerun goes on."""

import json
from argparse import Namespace
from pathlib import Path

import pytest
import yaml
from builders_of_comparison import LETTERS, Letters, Player, corpus

from curriculum.comparison import play as playing
from curriculum.comparison import verbs
from curriculum.comparison.recipe import sections_of, usual_place
from curriculum.comparison.table import CAUSAL, MODELS, chosen
from curriculum.render import settings_of
from data_builders import baselines
from data_builders.errors import InputError, OrderError, UsageError

USUAL = {
    "input": Path("news.jsonl"), "test": None, "models": "distilgpt2,opt-350m", "run": "try", "profile": "nano",
    "rouge": "", "bertscore": "none", "max_steps": 2, "max_new_tokens": 0, "batch": 4, "seed": "42",
    "cold": False, "in_process": False,
}  # fmt: skip


@pytest.fixture(autouse=True)
def player(tmp_path, monkeypatch):
    """A root with a corpus, and a launcher that plays every program; models copy the article's first sentence."""
    monkeypatch.chdir(tmp_path)
    corpus(Path("news.jsonl"), 60)
    made = Player()
    for module in (baselines, playing):
        monkeypatch.setattr(module, "tokenizer_of", lambda _: Letters())
    monkeypatch.setattr(verbs, "launchers", lambda _: (made, None))
    monkeypatch.setattr("curriculum.comparison.report.page", lambda *_: iter(()))
    return made


def run(**asked):
    return verbs.baselines_verb(Namespace(**{**USUAL, **asked}))


def report():
    return json.loads(Path("results/try/baselines.json").read_text(encoding="utf-8"))


def test_one_table_pretrained_and_fine_tuned_over_one_split_with_its_certificate():
    done = run()
    told = Path("results/try/baselines.md").read_text(encoding="utf-8")
    assert "| model | metric, ×100 | pretrained | fine-tuned | change |" in told
    assert "| distilgpt2 | ROUGE-Lsum |" in told
    assert "Certificate: no leaks in" in told
    found = report()
    assert found["certificate"]["result"] == "clean"
    lines = [line for line in found["tables"][0]["lines"] if line["metric"] == "rougeL_f"]
    assert [line["model"] for line in lines] == ["distilgpt2", "opt-350m"]
    for line in lines:
        assert line["before"]["low"] <= line["before"]["mean"] <= line["before"]["high"]
        assert line["after"]["mean"] == pytest.approx(1.0), "what was trained answers with the reference"
        assert line["change"]["differs"] is True
        assert "|mode:rouge_score-char|" in line["after"]["signature"]
        assert "|head:stripped|thought:stripped|" in line["after"]["signature"]
        assert f"|n:{found['articles']['test']}|" in line["after"]["signature"]
    assert done.exit_code == 0
    assert done.lines[0].startswith("no leaks in ")


def test_all_models_have_the_same_test_rows_and_inputs_and_outputs_are_kept():
    run()
    ids = []
    for model in ("distilgpt2", "opt-350m"):
        shown = [json.loads(line) for line in Path(f"data/try/{model}/inputs.jsonl").read_text("utf-8").splitlines()]
        ids.append([line["id"] for line in shown])
        assert all(line["prompt"].startswith("Human: ") and line["prompt"].endswith("\nAssistant:") for line in shown)
        for side in ("pretrained", "fine-tuned"):
            folder = Path(f"results/try/{model}/{side}")
            assert (folder / "pairs.jsonl.answers.jsonl").is_file()
            pairs = [json.loads(line) for line in (folder / "pairs.jsonl").read_text("utf-8").splitlines()]
            assert [pair["id"] for pair in pairs] == ids[0]
    assert ids[0] == ids[1]


def test_a_model_that_fails_says_why_and_the_others_stand():
    done = run(models="distilgpt2=saves/none,opt-350m")
    assert done.exit_code == 1
    told = Path("results/try/baselines.md").read_text(encoding="utf-8")
    assert "| distilgpt2 | ROUGE-L | failed | failed | — |" in told
    assert "- distilgpt2, pretrained: saves/none: expected a model's folder, found no such folder" in told
    assert any(line.startswith("failed: distilgpt2 fine-tuned: saves/none") for line in done.lines)
    assert next(line for line in report()["tables"][0]["lines"] if line["model"] == "opt-350m")["change"]


def test_a_training_that_dies_leaves_the_pretrained_side_and_a_rerun_does_only_what_is_missing(player):
    player.dies = {"opt-350m"}
    assert run().exit_code == 1
    lines = {line["model"]: line for line in report()["tables"][0]["lines"] if line["metric"] == "rougeL_f"}
    assert (lines["opt-350m"]["before"] is None, lines["opt-350m"]["after"]) == (False, None)
    assert lines["distilgpt2"]["change"]
    (failure,) = report()["failures"]
    assert (failure["model"], failure["side"]) == ("opt-350m", "fine-tuned")
    assert "expected exit code 0, found 1: RuntimeError: out of luck" in failure["reason"]
    player.dies, player.programs = set(), []
    assert run().exit_code == 0
    assert player.programs == ["train opt-350m", "predict opt-350m fine-tuned"]
    player.programs = []
    run()
    assert player.programs == []


def test_when_no_side_answers_it_is_one_line():
    with pytest.raises(OrderError, match="expected a model that answers, found none: saves/none"):
        run(models="distilgpt2=saves/none")


def test_bertscore_without_its_model_is_said_once_and_rouge_stands(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    done = run(bertscore="models/none")
    assert sum("no BERTScore: bertscore model models/none" in line for line in done.lines) == 1
    assert {line["metric"] for line in report()["tables"][0]["lines"]} == {
        "rouge1_f", "rouge2_f", "rougeL_f", "rougeLsum_f"
    }  # fmt: skip


def test_both_languages_get_a_table_of_their_own_and_english_alone_is_scored_as_published():
    corpus(Path("both.jsonl"), 40, english=40)
    run(input=Path("both.jsonl"), run="both")
    told = Path("results/both/baselines.md").read_text(encoding="utf-8")
    assert "fine-tuned, the English ones (n = " in told
    assert "fine-tuned, the Chinese ones (n = " in told
    corpus(Path("english.jsonl"), 0, english=60)
    run(input=Path("english.jsonl"), run="english", models="distilgpt2")
    assert "|mode:rouge_score-english|" in Path("results/english/baselines.md").read_text(encoding="utf-8")


def test_a_test_set_that_the_train_set_holds_is_refused_before_anything_is_trained(player):
    lines = Path("news.jsonl").read_text(encoding="utf-8").splitlines()
    planted = {
        **json.loads(lines[3]),
        "id": "held",
        "article": json.loads(lines[3])["article"] + "這是補上的最後一句。",
    }
    Path("held.jsonl").write_text(json.dumps(planted, ensure_ascii=False) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"expected no text that is tested on, found 1 of them, the first held-held"):
        run(test=Path("held.jsonl"))
    assert player.programs == []
    corpus(Path("apart.jsonl"), 5, first=1000)
    assert run(test=Path("apart.jsonl")).exit_code == 0
    assert report()["articles"]["test"] == 5


def test_rows_without_a_summary_are_put_aside_and_none_at_all_is_one_line():
    bare = [{"id": k, "article": LETTERS * 3} for k in range(3)]
    Path("bare.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in bare), encoding="utf-8")
    with pytest.raises(InputError, match=r"expected articles with a summary .* found 3 articles without one"):
        run(input=Path("bare.jsonl"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [("gpt5", "found gpt5"), ("distilgpt2,distilgpt2", "distilgpt2 twice"), ("", "found nothing")],
)
def test_models_that_cannot_be_are_a_usage_error(asked, found):
    with pytest.raises(UsageError, match=found):
        chosen(asked)


@pytest.mark.parametrize("name", CAUSAL)
def test_the_recipe_fits_its_models_context_and_leaves_no_word_to_a_template(name):
    settings = settings_of(sections_of(CAUSAL[name], usual_place(CAUSAL[name])))
    assert settings["cutoff_len"] == {"gpt2": 1024}.get(CAUSAL[name].family, settings["cutoff_len"])
    assert settings["cutoff_len"] <= {"opt": 2048}.get(CAUSAL[name].family, 4096)
    assert settings["default_system"] == ""
    assert settings.get("enable_thinking") == {"Qwen3-0.6B": False, "DeepSeek-R1-Distill-Qwen-1.5B": True}.get(name)
    if settings["finetuning_type"] == "lora" and CAUSAL[name].family == "gpt2":
        assert settings["lora_target"] == "c_attn,c_proj,c_fc", "lora_target: all finds nothing in a GPT-2"


def test_every_recipe_launches_what_is_asked_and_lies_in_its_folder():
    root = Path(__file__).parents[2] / "yaml_recipes" / "baselines"
    for name, model in MODELS.items():
        settings = yaml.safe_load((root / f"{name}.yaml").read_text(encoding="utf-8"))
        assert settings["model_name_or_path"] == model.hub
        if name in CAUSAL:
            assert settings["template"] == model.template
