"""Tiny stand-ins of every family that the sibling studies compare: random weights, a tokenizer of the given corpus.

    python -m data_builders student --preset gpt2 --out saves/gpt2/student

Each has its family's own architecture, special tokens and chat template (none for the base models GPT-2 and OPT), so
that a whole comparison or a baseline runs on a processor without a network. What they write is noise; what is tested
with them is the road, not the model. Same corpus, preset and seed: the same bytes.

| preset | stands for | template of LLaMA-Factory |
|---|---|---|
| `gpt2`, `opt` | distilgpt2, gpt2-*; opt-350m | none: base models |
| `llama` | TinyLlama-1.1B-Chat | `zephyr` |
| `qwen3` | Qwen3-0.6B | `qwen3` |
| `gemma` | gemma-3 (text) | `gemma3` |
| `glm` | GLM-4 | `glm4` |
| `t5`, `pegasus` | T5-Pegasus (an mT5), Randeng-Pegasus | encoder-decoders: `curriculum.seq2seq` trains them |
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_builders.byte_pairs import non_empty, trained
from data_builders.jieba_tokenizer import VOCABULARY, tokenizer_class, words

VOCABULARY_SIZE = 3000
POSITIONS = 2048
WIDTH, LAYERS, HEADS, INNER = 128, 2, 4, 256
Settings = dict[str, object]

ZEPHYR = (
    "{%- for message in messages %}{{- '<|' + message.role + '|>\\n' + message.content + '</s>' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|assistant|>\\n' }}{%- endif %}"
)
CHATML = (
    "{%- for message in messages %}"
    "{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)
GEMMA = (
    "{{- bos_token }}{%- set ns = namespace(first='') %}"
    "{%- for message in messages %}{%- if message.role == 'system' %}"
    "{%- set ns.first = message.content + '\\n\\n' %}{%- else %}"
    "{{- '<start_of_turn>' + ('model' if message.role == 'assistant' else message.role) + '\\n' + ns.first"
    " + message.content + '<end_of_turn>\\n' }}{%- set ns.first = '' %}{%- endif %}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<start_of_turn>model\\n' }}{%- endif %}"
)
GLM = (
    "{{- '[gMASK]<sop>' }}{%- for message in messages %}"
    "{{- '<|' + message.role + '|>\\n' + message.content }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|assistant|>' }}{%- endif %}"
)


def wide() -> Settings:
    """Return the sizes of a Llama-like model."""
    return {
        "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "num_key_value_heads": 2,
        "head_dim": WIDTH // HEADS, "intermediate_size": INNER, "max_position_embeddings": POSITIONS,
        "tie_word_embeddings": True,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Family:
    """One family: transformers' config class, its special tokens by role, further ones, its chat template."""

    config: str
    special: dict[str, str]
    further: tuple[str, ...] = ()
    template: str = ""
    sizes: Callable[[], Settings] = wide
    kind: str = ""


def of_gpt2() -> Settings:
    """Return the sizes of a GPT-2."""
    return {"n_embd": WIDTH, "n_layer": LAYERS, "n_head": HEADS, "n_positions": POSITIONS}


def of_opt() -> Settings:
    """Return the sizes of an OPT."""
    sizes = {"hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "ffn_dim": INNER}
    return {**sizes, "word_embed_proj_dim": WIDTH, "max_position_embeddings": POSITIONS}


def of_t5() -> Settings:
    """Return the sizes of an mT5; its usual first weights are so wide that a tiny one begins at a loss of 79."""
    return {
        "initializer_factor": 0.2,
        "d_model": WIDTH,
        "d_kv": WIDTH // HEADS,
        "d_ff": INNER,
        "num_layers": LAYERS,
        "num_heads": HEADS,
    }


def of_pegasus() -> Settings:
    """Return the sizes of a Pegasus."""
    sides = {f"{side}_{part}": size for side in ("encoder", "decoder")
             for part, size in (("layers", LAYERS), ("ffn_dim", INNER), ("attention_heads", HEADS))}  # fmt: skip
    return {**sides, "d_model": WIDTH, "max_position_embeddings": 1024, "scale_embedding": True}


STANDINS: dict[str, Family] = {
    "gpt2": Family("GPT2Config", {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>"}, sizes=of_gpt2),
    "opt": Family(
        "OPTConfig",
        {"bos_token": "</s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"},
        sizes=of_opt,
    ),
    "llama": Family(
        "LlamaConfig",
        {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "</s>", "unk_token": "<unk>"},
        template=ZEPHYR,
    ),
    "qwen3": Family(
        "Qwen3Config", {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}, ("<|im_start|>",), CHATML
    ),
    "gemma": Family(
        "Gemma3TextConfig",
        {"bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>"},
        ("<start_of_turn>", "<end_of_turn>"),
        GEMMA,
    ),
    "glm": Family(
        "GlmConfig",
        {"eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>"},
        ("[gMASK]", "<sop>", "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>"),
        GLM,
    ),
    "t5": Family("MT5Config", {}, sizes=of_t5, kind="t5_pegasus"),
    "pegasus": Family("PegasusConfig", {}, sizes=of_pegasus, kind="randeng_pegasus"),
}
# What else ends a turn, beside the tokenizer's own end; the hub's generation_config says so, too.
ENDS = {"gemma": ("<end_of_turn>",), "glm": ("<|user|>", "<|observation|>")}


def write_standin(texts: Iterable[str], preset: str, folder: Path, seed: int) -> tuple[int, int]:
    """Write a stand-in's tokenizer and weights into a folder; return its numbers of parameters and of tokens."""
    family = STANDINS[preset]
    tokenizer = jieba_tokens(texts, family, folder) if family.kind else byte_tokens(texts, family)
    tokenizer.save_pretrained(folder)
    return write_weights(preset, tokenizer, folder, seed), len(tokenizer)


def byte_tokens(texts: Iterable[str], family: Family) -> Any:  # noqa: ANN401 - transformers' own type
    """Return a byte-level tokenizer with the family's special tokens and template."""
    from transformers import PreTrainedTokenizerFast

    special = tuple(dict.fromkeys((*family.special.values(), *family.further)))
    told = {"chat_template": family.template} if family.template else {}
    return PreTrainedTokenizerFast(
        tokenizer_object=trained(texts, VOCABULARY_SIZE, special),
        extra_special_tokens=list(family.further),
        model_max_length=POSITIONS,
        **family.special,
        **told,
    )


def jieba_tokens(texts: Iterable[str], family: Family, folder: Path) -> Any:  # noqa: ANN401 - transformers' own type
    """Return a tokenizer of jieba's words, its vocab.txt laid out as BERT's."""
    file = folder / VOCABULARY
    file.write_text("".join(f"{token}\n" for token in vocabulary_of(texts)), encoding="utf-8")
    return tokenizer_class()(str(file), kind=family.kind, model_max_length=POSITIONS)


def vocabulary_of(texts: Iterable[str]) -> list[str]:
    """Return a vocabulary: BERT's special tokens, letters and figures, every character seen, the commonest words."""
    counts: Counter[str] = Counter()
    for text in non_empty(texts):
        counts.update(word.lower() for word in words(text) if not word.isspace())
    latin = [chr(code) for code in (*range(ord("0"), ord("9") + 1), *range(ord("a"), ord("z") + 1))]
    signs = sorted({sign for word in counts for sign in word if not sign.isspace()} - set(latin))
    fixed = ["[PAD]", *(f"[unused{k}]" for k in range(1, 11)), "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    fixed += [*latin, *(f"##{sign}" for sign in latin), *signs]
    common = sorted((word for word in counts if len(word) > 1), key=lambda word: (-counts[word], word))
    return fixed + [word for word in common if word not in set(fixed)][: max(0, VOCABULARY_SIZE - len(fixed))]


def write_weights(preset: str, tokenizer: Any, folder: Path, seed: int) -> int:  # noqa: ANN401 - transformers' own type
    """Draw the weights, write config and safetensors, and return the number of parameters."""
    import torch
    import transformers
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    family = STANDINS[preset]
    settings = family.sizes() | {
        "vocab_size": -(-len(tokenizer) // 64) * 64,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "dtype": torch.float32,
    }
    if family.kind:
        settings["decoder_start_token_id"] = (
            tokenizer.cls_token_id if family.kind == "t5_pegasus" else tokenizer.pad_token_id
        )
    config = getattr(transformers, family.config)(**settings)
    torch.manual_seed(seed)
    auto = transformers.AutoModelForSeq2SeqLM if family.kind else transformers.AutoModelForCausalLM
    model = auto.from_config(config)
    ends = [tokenizer.eos_token_id, *tokenizer.convert_tokens_to_ids(list(ENDS.get(preset, ())))]
    model.generation_config = transformers.GenerationConfig(
        eos_token_id=ends if len(ends) > 1 else ends[0],
        pad_token_id=tokenizer.pad_token_id,
        decoder_start_token_id=settings.get("decoder_start_token_id"),
        do_sample=False,
    )
    model.save_pretrained(folder)
    return int(sum(parameter.numel() for parameter in model.parameters()))
