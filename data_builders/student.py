"""Make a student from nothing: a Qwen2 with random weights and a byte-level BPE trained on the corpus.

    python -m data_builders student --preset nano --out saves/nano/student

The chat template and the special tokens are Qwen2.5's, so LLaMA-Factory's template `qwen` fits it and a recipe works
for it as for Qwen/Qwen2.5-0.5B-Instruct. `nano` is small enough to climb the whole ladder on a laptop's processor;
`0.5b` has the shape of the study's custom-pretrained student (896 wide, 24 layers, 14 heads, 2 key-value heads).
Same corpus, preset and seed: the same bytes. The presets of `standins` are tiny models of other families.
"""

import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from data_builders.byte_pairs import trained
from data_builders.errors import InputError
from data_builders.jsonl import unwritable, write_json
from data_builders.standins import STANDINS, write_standin

END_OF_TEXT, START_OF_TURN, END_OF_TURN = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
STUDENT = "student.json"
SPECIAL_TOKENS = (END_OF_TEXT, START_OF_TURN, END_OF_TURN)
# Qwen2.5's template for plain turns, without its tools and without the system prompt that it adds unasked.
CHAT_TEMPLATE = (
    "{%- for message in messages %}"
    "{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)


@dataclass(frozen=True, slots=True)
class Preset:
    """The size of a student; `vocabulary` bounds the BPE, special tokens included."""

    vocabulary: int
    hidden_size: int
    layers: int
    heads: int
    key_value_heads: int
    intermediate_size: int
    positions: int
    tied: bool = True


PRESETS: dict[str, Preset] = {
    "nano": Preset(3000, 192, 4, 4, 2, 512, 4096),
    "0.5b": Preset(151_643, 896, 24, 14, 2, 4864, 32_768),
}


@dataclass(frozen=True, slots=True)
class MadeStudent:
    """What was made: the folder, parameters and vocabulary size, and the preset and seed it came from."""

    out: str
    preset: str
    seed: int
    parameters: int
    vocabulary: int


def make_student(texts: Iterable[str], preset: str, out: Path, seed: int) -> MadeStudent:
    """Train the tokenizer on `texts`, draw the weights, and put the student into `out`, whole or not at all."""
    refuse_foreign(out)
    aside = out.with_name(f".{out.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        if preset in STANDINS:
            parameters, vocabulary = write_standin(texts, preset, aside, seed)
        else:
            vocabulary = write_tokenizer(texts, PRESETS[preset], aside)
            parameters = write_model(PRESETS[preset], vocabulary, aside, seed)
        made = MadeStudent(str(out), preset, seed, parameters, vocabulary)
        write_json(aside / STUDENT, {key: value for key, value in asdict(made).items() if key != "out"})
        if out.exists():
            shutil.rmtree(out)
        aside.rename(out)
    except OSError as error:
        raise unwritable(out, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return made


def refuse_foreign(out: Path) -> None:
    """Raise an InputError when `out` holds anything but an earlier student, which alone is replaced."""
    earlier = (out / STUDENT).is_file()
    empty = out.is_dir() and not any(out.iterdir())
    if not out.name or (out.exists() and not earlier and not empty):
        then = "name another folder, such as --out saves/nano/student"
        raise InputError(str(out), "a new folder, or one that holds a student made here", "something else", then)


def write_tokenizer(texts: Iterable[str], preset: Preset, folder: Path) -> int:
    """Train the byte-level BPE, write the tokenizer's files, and return the number of tokens."""
    from transformers import Qwen2Tokenizer

    tokenizer = trained(texts, preset.vocabulary, SPECIAL_TOKENS)
    fast = Qwen2Tokenizer(
        tokenizer_object=tokenizer,
        eos_token=END_OF_TURN,
        pad_token=END_OF_TEXT,
        unk_token=None,
        extra_special_tokens=[START_OF_TURN],
        chat_template=CHAT_TEMPLATE,
        model_max_length=preset.positions,
    )
    fast.save_pretrained(folder)
    return len(fast)


def write_model(preset: Preset, vocabulary: int, folder: Path, seed: int) -> int:
    """Draw the weights, write config and safetensors, and return the number of parameters."""
    import torch
    from transformers import AutoTokenizer, GenerationConfig, Qwen2Config, Qwen2ForCausalLM
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    config = Qwen2Config(
        vocab_size=-(-vocabulary // 64) * 64,
        hidden_size=preset.hidden_size,
        num_hidden_layers=preset.layers,
        num_attention_heads=preset.heads,
        num_key_value_heads=preset.key_value_heads,
        intermediate_size=preset.intermediate_size,
        max_position_embeddings=preset.positions,
        tie_word_embeddings=preset.tied,
        bos_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        dtype=torch.float32,
    )
    torch.manual_seed(seed)
    model = Qwen2ForCausalLM(config)
    model.generation_config = GenerationConfig(
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id, do_sample=False
    )
    model.save_pretrained(folder)
    return int(sum(parameter.numel() for parameter in model.parameters()))
