"""What a student's folder says of it: its shape, and so its layers, weights and bound on memory.

    >>> shape_of("saves/nano/student").layers
    4

Encoder-decoder models are refused: LLaMA-Factory trains them without a word, and wrongly (the answer leaks into the
encoder).
"""

from pathlib import Path

import msgspec

from curriculum.schema import Shape
from data_builders.errors import InputError, NewsLadderError
from data_builders.jsonl import read_json


class Config(msgspec.Struct):
    """The keys of config.json that are looked at."""

    num_hidden_layers: int = 0
    hidden_size: int = 0
    intermediate_size: int = 0
    num_attention_heads: int = 0
    num_key_value_heads: int = 0
    vocab_size: int = 0
    tie_word_embeddings: bool = False
    is_encoder_decoder: bool = False


def shape_of(student: str) -> Shape:
    """Return the shape of a student: a local folder, or a name on the hub."""
    config = read_json(Path(student) / "config.json", Config) if Path(student).is_dir() else from_hub(student)
    if config.is_encoder_decoder:
        raise encoder_decoder(student)
    if not config.num_hidden_layers or not config.hidden_size or not config.num_attention_heads:
        expected = "a config.json with num_hidden_layers, hidden_size, num_attention_heads"
        raise InputError(student, expected, "none of them", "take a Qwen2-like student")
    return Shape(
        config.num_hidden_layers,
        config.hidden_size,
        config.intermediate_size or 4 * config.hidden_size,
        config.num_attention_heads,
        config.num_key_value_heads or config.num_attention_heads,
        config.vocab_size,
        config.tie_word_embeddings,
    )


def encoder_decoder(student: str) -> InputError:
    """Return the error of a student that LLaMA-Factory would train wrongly."""
    then = "train it by a recipe of stage seq2seq (yaml_recipes/baselines/), or take a decoder-only student"
    return InputError(student, "a decoder-only model for LLaMA-Factory", "an encoder-decoder", then)


def refuse_encoder_decoder(student: str) -> None:
    """Raise an InputError for an encoder-decoder; a model that cannot be looked at is left to whoever loads it."""
    try:
        file = Path(student) / "config.json"
        config = read_json(file, Config) if file.is_file() else from_hub(student)
    except NewsLadderError:
        return
    if config.is_encoder_decoder:
        raise encoder_decoder(student)


def from_hub(student: str) -> Config:
    """Return the config of a model that is not a folder here."""
    if student.startswith(("/", ".", "saves/")):
        then = "make student, or name another --student"
        raise InputError(student, "a student: config.json, tokenizer.json, weights", "no such folder", then)
    from transformers import AutoConfig

    try:
        loaded = AutoConfig.from_pretrained(student).to_dict()
    except (OSError, ValueError) as error:
        found = str(error).splitlines()[0]
        raise InputError(student, "a model on the hub", found, "check name and network, or name a folder") from error
    return msgspec.convert(loaded, Config)
