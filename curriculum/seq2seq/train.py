"""Train one recipe of `stage: seq2seq`: load, check, train, keep the best checkpoint, write it.

    >>> train(read_recipe(Path("yaml_recipes/nano/baselines/t5_pegasus.yaml")))
    Best(step=158, metric='rougeL', value=0.21, …)

Written are the weights (or the prefix), the tokenizer, trainer_state.json, trainer_log.jsonl and best.json, which says
which step was best by which number, and what that number is.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curriculum.job import dataset_files
from curriculum.marker import is_whole
from curriculum.seq2seq.rows import Features, check_lengths, features, rows_of
from curriculum.seq2seq.settings import Settings, settings_of
from curriculum.seq2seq.trainer import Dev, log_callback, trainer_class
from data_builders.errors import InputError
from data_builders.jsonl import write_json
from data_builders.recipes import Recipe
from data_builders.schema import AlpacaRow
from eval.predict.local import load

BEST = "best.json"


@dataclass(frozen=True, slots=True)
class Best:
    """The checkpoint that was kept: its step, by which dev value, and all dev values with what they are."""

    step: int
    metric: str
    value: float
    dev: dict[str, float]
    signature: str


def train(recipe: Recipe) -> Best:
    """Train a recipe and return what was kept; a fault in it is found before anything is loaded."""
    settings = settings_of(recipe)
    folder = Path(recipe.text("dataset_dir"))
    trained, dev = (rows_of(dataset_files(Recipe(recipe.path, {"dataset": recipe.text(key)}), folder))
                    for key in ("dataset", "eval_dataset"))  # fmt: skip
    tokenizer, model = load(settings.model)
    pairs_up = bool(model.config.is_encoder_decoder)
    check_model(settings, tokenizer, model)
    check_lengths([*trained, *dev], tokenizer, settings.most_source, settings.most_target)
    starts = model.generation_config.decoder_start_token_id
    tuned = prefixed(model, settings) if settings.tuning == "prefix_tuning" else model.float()

    def read(rows: list[AlpacaRow]) -> list[dict[str, list[int]]]:
        return [as_dict(features(row, tokenizer, pairs_up, starts)) for row in rows]

    judge = Dev(dev, tokenizer, settings.how, settings.mode)
    trainer = trainer_of(tuned, tokenizer, settings, read(trained), read(dev))
    trainer.judge = judge
    trainer.train(resume_from_checkpoint=newest(settings.output) if settings.goes_on else None)
    return kept(trainer, tokenizer, settings, judge)


def kept(trainer: Any, tokenizer: Any, settings: Settings, judge: Dev) -> Best:  # noqa: ANN401 - transformers' own types
    """Write the model that the trainer holds, which is the best one, and what it scores."""
    told: dict[str, float] = trainer.evaluate()
    trainer.save_model(str(settings.output))
    tokenizer.save_pretrained(str(settings.output))
    trainer.save_state()
    dev = {key.removeprefix("eval_"): value for key, value in told.items() if "rouge" in key or key == "eval_loss"}
    checkpoint = trainer.state.best_model_checkpoint
    step = int(Path(checkpoint).name.rpartition("-")[2]) if checkpoint else int(trainer.state.global_step)
    best = Best(step, settings.best_by, dev[settings.best_by], dev, judge.signature)
    write_json(settings.output / BEST, best)
    return best


def check_model(settings: Settings, tokenizer: Any, model: Any) -> None:  # noqa: ANN401 - transformers' own types
    """Refuse a model that the tuning does not fit, and a tokenizer that is not the model's."""
    pairs_up = bool(model.config.is_encoder_decoder)
    if settings.tuning == "full" and not pairs_up:
        then = "train a causal model by LLaMA-Factory (stage: sft), or its prefix (finetuning_type: prefix_tuning)"
        raise InputError(settings.model, "an encoder-decoder", f"a causal model, {model.config.model_type}", then)
    if settings.tuning == "prefix_tuning" and pairs_up:
        then = "take a causal model, such as a GLM, or finetuning_type: full"
        raise InputError(settings.model, "a causal model", f"an encoder-decoder, {model.config.model_type}", then)
    rows = model.get_input_embeddings().weight.shape[0]
    if len(tokenizer) > rows:
        found = f"{len(tokenizer)} tokens for {rows} embeddings"
        raise InputError(settings.model, "a tokenizer of this model", found, "take vocab.txt and weights of one model")


def prefixed(model: Any, settings: Settings) -> Any:  # noqa: ANN401 - transformers' own type
    """Return the model, frozen, with a trainable prefix before every layer: P-tuning v2, as PEFT makes it."""
    import torch
    from peft import PrefixTuningConfig, get_peft_model

    torch.manual_seed(int(str(settings.trainer.get("seed", 42))))
    width = model.config.hidden_size // model.config.num_attention_heads
    if getattr(model.config, "head_dim", width) not in (width, None):
        found = f"heads of {model.config.head_dim} in a model of {model.config.hidden_size}"
        then = "take a model with hidden_size / num_attention_heads wide heads, such as GLM-4 or Qwen2.5"
        raise InputError(settings.model, f"heads that are {width} wide, as PEFT's prefixes are", found, then)
    prefix = PrefixTuningConfig(
        task_type="CAUSAL_LM",
        num_virtual_tokens=settings.virtual_tokens,
        prefix_projection=settings.projection,
    )
    return get_peft_model(model, prefix)


def trainer_of(
    model: Any,  # noqa: ANN401 - transformers' own type
    tokenizer: Any,  # noqa: ANN401 - transformers' own type
    settings: Settings,
    trained: list[dict[str, list[int]]],
    dev: list[dict[str, list[int]]],
) -> Any:  # noqa: ANN401 - transformers' own type
    """Return the trainer; transformers refuses keys that do not go together, and so do we, in one line."""
    from transformers import DataCollatorForSeq2Seq, Seq2SeqTrainingArguments

    try:
        asked = Seq2SeqTrainingArguments(**settings.trainer, label_names=["labels"], disable_tqdm=True)
    except (ValueError, TypeError) as error:
        found = str(error).splitlines()[0]
        raise InputError("recipe", "settings that transformers accepts", found, "mend the recipe") from error
    return trainer_class()(
        model=model,
        args=asked,
        train_dataset=trained,
        eval_dataset=dev,
        data_collator=DataCollatorForSeq2Seq(tokenizer, model=model if model.config.is_encoder_decoder else None),
        processing_class=tokenizer,
        callbacks=[log_callback(settings.output / "trainer_log.jsonl")],
    )


def newest(folder: Path) -> str | None:
    """Return the newest whole checkpoint of a folder, None where there is none."""
    whole = [file for file in folder.glob("checkpoint-*") if is_whole(file)]
    return str(max(whole, key=lambda file: int(file.name.rpartition("-")[2]))) if whole else None


def as_dict(one: Features) -> dict[str, list[int]]:
    """Return features as transformers' collator takes them."""
    return {"input_ids": one.input_ids, "attention_mask": [1] * len(one.input_ids), "labels": one.labels}
