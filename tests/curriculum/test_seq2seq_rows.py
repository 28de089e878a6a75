"""What the trainer reads of a row: sources, labels, padding, lengths."""

from pathlib import Path
from typing import Any

import pytest

from curriculum.seq2seq.rows import UNCOUNTED, check_lengths, features
from curriculum.seq2seq.settings import settings_of
from curriculum.seq2seq.train import as_dict, check_model
from data_builders.errors import InputError
from data_builders.recipes import read_recipe
from data_builders.schema import AlpacaRow
from data_builders.student import make_student
from eval.predict.local import load

TEXTS = ["颱風明天登陸臺東，學校停課。", "市府今天出動抽水機。"] * 3
ROW = AlpacaRow("x-1", "", "颱風明天登陸臺東。", "", "颱風登陸")
SHORT = AlpacaRow("x-2", "", "停課。", "", "停課")
RECIPES = Path(__file__).parents[2] / "yaml_recipes/nano/baselines"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    root = tmp_path_factory.mktemp("models")
    for preset in ("t5", "pegasus", "glm"):
        make_student(TEXTS, preset, root / preset, seed=1)
    return {preset: load(str(root / preset)) for preset in ("t5", "pegasus", "glm")}


def read(row: AlpacaRow, pair: tuple[Any, Any]) -> Any:
    tokenizer, model = pair
    starts = model.generation_config.decoder_start_token_id
    return features(row, tokenizer, bool(model.config.is_encoder_decoder), starts)


def test_a_t5_pegasus_reads_cls_text_sep_and_learns_the_answer_and_its_end(models: dict[str, tuple[Any, Any]]) -> None:
    tokenizer, model = models["t5"]
    made = read(ROW, models["t5"])
    assert tokenizer.convert_ids_to_tokens(made.input_ids)[0] == "[CLS]"
    assert tokenizer.convert_ids_to_tokens(made.input_ids)[-1] == "[SEP]"
    assert made.labels[-1] == tokenizer.sep_token_id == model.config.eos_token_id
    assert tokenizer.cls_token_id not in made.labels, "the decoder starts with [CLS]; as a label it would come twice"
    assert tokenizer.decode(made.labels, skip_special_tokens=True) == "颱風登陸"


def test_a_randeng_pegasus_reads_text_and_end(models: dict[str, tuple[Any, Any]]) -> None:
    tokenizer, model = models["pegasus"]
    made = read(ROW, models["pegasus"])
    assert made.input_ids[-1] == made.labels[-1] == tokenizer.eos_token_id == 1
    assert (model.config.decoder_start_token_id, tokenizer.pad_token_id) == (0, 0)


def test_p_tuning_counts_the_answer_alone_in_the_loss(models: dict[str, tuple[Any, Any]]) -> None:
    tokenizer, _ = models["glm"]
    made = read(ROW, models["glm"])
    answer = [label for label in made.labels if label != UNCOUNTED]
    assert len(made.input_ids) == len(made.labels)
    assert tokenizer.decode(answer) == "颱風登陸<|endoftext|>"
    prompt = tokenizer.decode(made.input_ids[: -len(answer)])
    assert prompt == "[gMASK]<sop><|user|>\n颱風明天登陸臺東。<|assistant|>", "as eval predict asks it"


@pytest.mark.parametrize("preset", ["t5", "glm"])
def test_a_batch_is_padded_so_that_padding_is_neither_read_nor_learnt(
    models: dict[str, tuple[Any, Any]], preset: str
) -> None:
    from transformers import DataCollatorForSeq2Seq

    tokenizer, model = models[preset]
    rows = [as_dict(read(row, models[preset])) for row in (ROW, SHORT)]
    collate = DataCollatorForSeq2Seq(tokenizer, model=model if model.config.is_encoder_decoder else None)
    batch = collate(rows)
    lengths = [len(row["input_ids"]) for row in rows]
    assert batch["attention_mask"].sum(dim=1).tolist() == lengths
    learnt = [len([label for label in row["labels"] if label != UNCOUNTED]) for row in rows]
    assert (batch["labels"] != UNCOUNTED).sum(dim=1).tolist() == learnt
    if preset == "t5":
        assert batch["decoder_input_ids"][:, 0].tolist() == [tokenizer.cls_token_id] * 2


def test_a_row_that_is_too_long_is_named_and_nothing_is_cut(models: dict[str, tuple[Any, Any]]) -> None:
    with pytest.raises(InputError, match=r"max_source_length: expected rows of at most 5 tokens, found 1 longer: x-1"):
        check_lengths([ROW, SHORT], models["t5"][0], 5, 256)
    check_lengths([ROW, SHORT], models["t5"][0], 256, 256)


@pytest.mark.parametrize(
    ("recipe", "preset", "found"),
    [
        ("t5_pegasus", "glm", "expected an encoder-decoder, found a causal model, glm"),
        ("chatglm_ptuning", "t5", "expected a causal model, found an encoder-decoder, mt5"),
    ],
)
def test_a_model_that_the_method_does_not_fit_is_refused(
    models: dict[str, tuple[Any, Any]], recipe: str, preset: str, found: str
) -> None:
    with pytest.raises(InputError, match=found):
        check_model(settings_of(read_recipe(RECIPES / f"{recipe}.yaml")), *models[preset])
