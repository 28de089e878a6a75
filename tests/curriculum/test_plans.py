import argparse
import json
from pathlib import Path

import plan_house
import pytest
import yaml

from curriculum.asked import data_of, plan_arguments, plan_of
from curriculum.ladder import steps_of
from curriculum.lengths import cut_of, kept
from curriculum.plans import rungs_of
from curriculum.recipe import Budget
from curriculum.render import text_of
from curriculum.schema import Lengths, Plan
from curriculum.strategies import check_weights, method_keys, strategy_of
from curriculum.weigh import audit, weigh
from data_builders.errors import InputError, OrderError, UsageError


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    plan_house.build()
    return tmp_path


def planned(*words: str) -> Plan:
    parser = argparse.ArgumentParser()
    for name, default in (("--run", ""), ("--profile", "nano"), ("--data", "data"), ("--student", "")):
        parser.add_argument(name, default=default)
    plan_arguments(parser)
    return plan_of(parser.parse_args(["--run", "try", *words]))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1stage", ["s5"]),
        ("4stage", ["s2", "s3", "s4", "s5"]),
        ("5stage", ["s1", "s2", "s3", "s4", "s5"]),
        ("s0,4stage", ["s0", "s2", "s3", "s4", "s5"]),
        ("s2,s4,s5", ["s2", "s4", "s5"]),
        ("s2+s5", ["s2+s5"]),
        ("s5,s2,s5", ["s5", "s2", "s5-2"]),
    ],
)
def test_a_plan_names_published_orders_and_orders_of_ones_own(text: str, names: list[str]) -> None:
    assert [rung.name for rung in rungs_of(text)] == names


@pytest.mark.parametrize("text", ["", "6stage", "s2,,s5", "s2+s2", "s0+s1", "s5,s0", "s6"])
def test_a_plan_that_cannot_be_is_bad_usage(text: str) -> None:
    with pytest.raises(UsageError, match="--plan: expected"):
        rungs_of(text)


@pytest.mark.parametrize("text", ["", "lora+only_mlp", "adapter", "lr_adj+lr_adj", "full+lora"])
def test_a_strategy_that_cannot_be_is_bad_usage(text: str) -> None:
    with pytest.raises(UsageError, match="--strategy: expected one of full"):
        strategy_of(text)


def test_modifiers_join_a_method_as_the_study_named_its_runs() -> None:
    both = strategy_of("lr_adj+only_mlp")
    assert (both.method, both.resets_rate, both.constant) == ("only_mlp", True, False)
    assert method_keys(both, 24)["freeze_trainable_layers"] == 24


def test_the_studys_adapter_is_rank_160_on_the_mlp() -> None:
    keys = method_keys(strategy_of("lora"), 24)
    assert (keys["lora_rank"], keys["lora_alpha"], keys["lora_target"]) == (160, 160, "gate_proj,up_proj,down_proj")
    keys = method_keys(strategy_of("lora_qv"), 24)
    assert (keys["lora_rank"], keys["lora_target"]) == (32, "q_proj,v_proj")
    assert "lora_rank" not in method_keys(strategy_of("lora_split"), 24), "the prepared adapter has its own two ranks"


def test_weights_that_are_trained_are_held_against_the_strategy() -> None:
    attention = [f"model.layers.{k}.self_attn.{p}_proj.weight" for k in range(2) for p in "qkvo"]
    biases = [f"model.layers.{k}.self_attn.{p}_proj.bias" for k in range(2) for p in "qkv"]
    check_weights(strategy_of("only_attn"), 2, attention + biases)
    with pytest.raises(InputError, match="not trained: layer 0 k_proj"):
        check_weights(strategy_of("only_attn"), 2, [name for name in attention if ".0." not in name])
    with pytest.raises(InputError, match=r"trained besides: model\.embed_tokens\.weight"):
        check_weights(strategy_of("only_attn"), 2, [*attention, "model.embed_tokens.weight"])
    with pytest.raises(InputError, match="trained besides"):
        check_weights(strategy_of("lora"), 1, ["model.layers.0.mlp.up_proj.weight"])


def test_a_recipe_reads_back_as_what_was_written() -> None:
    keys = {
        "a": "no",
        "b": "none",
        "c": "1e-5",
        "d": 5e-5,
        "e": True,
        "f": ("x", "y"),
        "g": "保:存",
        "h": 1.0,
        "i": "a: b",
    }
    text = text_of(("title",), {"train": keys})
    assert yaml.safe_load(text) == keys | {"f": ["x", "y"]}
    assert "d: 5.0e-5\n" in text


@pytest.mark.usefixtures("house")
def test_each_rung_starts_where_the_one_before_ended() -> None:
    jobs = [step.job for step in steps_of(weigh(planned("--plan", "s0,s2,s4+s5")))]
    assert [job.model for job in jobs] == ["saves/nano/student", "saves/try/s0", "saves/try/s2"]
    assert jobs[0].settings["train_from_scratch"] is True
    assert "train_from_scratch" not in jobs[1].settings
    assert jobs[2].settings["dataset"] == "s4_train,s5_train"
    assert jobs[2].settings["eval_dataset"] == "s4_dev,s5_dev"
    assert jobs[2].recipe.path == Path("saves/try/s4+s5/recipe.yaml")


@pytest.mark.usefixtures("house")
def test_an_adapter_goes_on_over_the_same_student_and_is_merged_at_the_end() -> None:
    jobs = [step.job for step in steps_of(weigh(planned("--plan", "s4,s5", "--strategy", "lora")))]
    assert [(job.model, job.adapter) for job in jobs] == [
        ("saves/nano/student", ""),
        ("saves/nano/student", "saves/try/s4"),
        ("saves/nano/student", "saves/try/s5"),
    ]
    assert jobs[2].command == ("llamafactory-cli", "export", "saves/try/merged/recipe.yaml")
    split = [step.job for step in steps_of(weigh(planned("--plan", "s4", "--strategy", "lora_split")))]
    assert split[0].adapter == "saves/try/split_adapter"


@pytest.mark.usefixtures("house")
def test_lr_adj_and_constant_change_what_they_are_named_for() -> None:
    by = {name: steps_of(weigh(planned("--plan", "5stage", "--strategy", name))) for name in ("lr_adj", "constant")}
    rates = [step.job.settings["learning_rate"] for step in by["lr_adj"]]
    assert rates == [3e-3, 2e-3, 1e-3, 6e-4, 3e-3]
    assert {step.job.settings["lr_scheduler_type"] for step in by["constant"]} == {"constant"}
    assert all("warmup_steps" not in step.job.settings for step in by["constant"])


@pytest.mark.usefixtures("house")
def test_costs_count_what_the_trainer_will_do() -> None:
    cost = weigh(planned("--plan", "s5")).costs[0]
    row = plan_house.row_of("s5", "train", 0)
    prompt = f"<|im_start|>system\n<|im_end|>\n<|im_start|>user\n{row['instruction']}\n{row['input']}<|im_end|>\n"
    tokens = len(prompt) + len("<|im_start|>assistant\n") + len(f"{row['output']}<|im_end|>\n")
    assert (cost.rows, cost.longest) == (4, tokens)
    assert (cost.tokens, cost.steps) == (4 * tokens * 3, 2 * 3), "four rows, two a step, three epochs"


@pytest.mark.usefixtures("house")
def test_a_control_is_the_last_stage_for_as_many_steps_or_tokens() -> None:
    whole = weigh(planned("--plan", "4stage"))
    steps = weigh(planned("--plan", "4stage", "--control", "steps"))
    assert [rung.name for rung in steps.plan.rungs] == ["s5"]
    assert steps.costs[0].steps == sum(cost.steps for cost in whole.costs) == 24
    assert steps_of(steps)[0].job.settings["max_steps"] == 24
    tokens = weigh(planned("--plan", "4stage", "--control", "tokens"))
    wanted = sum(cost.tokens for cost in whole.costs)
    assert abs(tokens.costs[0].tokens - wanted) <= wanted / 24, "within one step"
    assert tokens.budgets["s5"] != Budget()
    pretrained = weigh(planned("--plan", "s0,4stage", "--control", "steps"))
    assert [rung.name for rung in pretrained.plan.rungs] == ["s0", "s5"], "pretraining makes the student of both"


def test_the_cut_is_llamafactorys() -> None:
    # infer_seqlen of llamafactory 0.9.5, by hand: the prompt gives way to a short answer, both to a long one.
    assert kept(2000, 100, 2048) == (1948, 100)
    assert kept(300, 1900, 2048) == (300, 1748)
    assert kept(1500, 1500, 2048) == (1024, 1024)
    cut = cut_of(Lengths((2000, 300, 10), (100, 1900, 10)), 2048)
    assert (cut.rows, cut.prompts_cut, cut.answers_cut) == (3, 1, 1)
    assert cut.share == pytest.approx(1 / 3)


@pytest.mark.usefixtures("house")
def test_rows_that_would_be_cut_stop_a_plan_before_it_trains() -> None:
    row = plan_house.row_of("s5", "train", 9) | {"input": "長" * 3000}
    with Path("data/stages/s5_train.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")
    with pytest.raises(InputError, match=r"stage s5: expected at most 0\.0% .*1 prompts and 0 answers of 5 rows cut"):
        audit(weigh(planned("--plan", "4stage")))
    audit(weigh(planned("--plan", "4stage", "--most-cut", "0.2")))
    audit(weigh(planned("--plan", "s2,s3")))


@pytest.mark.usefixtures("house")
def test_a_data_strategy_names_a_folder_made_by_it() -> None:
    with pytest.raises(OrderError, match="make data DATA=v3"):
        data_of("v3")
    plan_house.write(
        "data/rationales/manifest.json", '{"step": "teach", "version": "0", "settings": {"strategy": "v3"}}'
    )
    assert data_of("v3").folder == Path("data")
    plan_house.write("data/v3/dataset_info.json", "{}")
    assert (data_of("v3").folder, data_of("v3").name) == (Path("data/v3"), "v3")
    assert (data_of("data/udn").folder, data_of("data/udn").name) == (Path("data/udn"), "data_udn")


@pytest.mark.usefixtures("house")
def test_what_cannot_be_asked_is_one_line() -> None:
    with pytest.raises(UsageError, match="--run: expected letters"):
        planned("--plan", "5stage", "--run", "../out")
    with pytest.raises(UsageError, match="--seed"):
        planned("--plan", "5stage", "--seed", "x")
    Path("data/stages/s0_train.jsonl").unlink()
    with pytest.raises(OrderError, match=r"s0_train\.jsonl: expected the rows of this stage"):
        weigh(planned("--plan", "s0,5stage"))


@pytest.mark.usefixtures("house")
def test_an_encoder_decoder_is_refused() -> None:
    plan_house.write("saves/nano/student/config.json", json.dumps(plan_house.CONFIG | {"is_encoder_decoder": True}))
    with pytest.raises(InputError, match="expected a decoder-only model for LLaMA-Factory, found an encoder-decoder"):
        weigh(planned("--plan", "1stage"))


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("tracker", "keys"),
    [
        ("wandb", {"report_to": ("tensorboard", "wandb"), "run_name": "try/s5"}),
        ("trackio", {"report_to": ("tensorboard", "trackio"), "project": "newsladder", "run_name": "try/s5"}),
        ("swanlab", {"report_to": "tensorboard", "use_swanlab": True, "swanlab_run_name": "try/s5"}),
    ],
)
def test_a_tracker_stands_beside_tensorboard(tracker: str, keys: dict[str, object]) -> None:
    step = steps_of(weigh(planned("--plan", "1stage", "--tracker", tracker)))[0]
    assert keys.items() <= step.job.recipe.settings.items()
    plain = steps_of(weigh(planned("--plan", "1stage")))[0]
    assert step.job.settings == plain.job.settings, "who is told of a training does not make it another one"
