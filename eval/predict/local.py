r"""A model on this machine that continues prompts: causal or encoder-decoder, whole or with an adapter on top.

    >>> answer = model_of("saves/nano/s5", "", Generation(max_new_tokens=64))
    >>> answer([Prompt("x-1", "你是臺灣的新聞編輯，請使用臺灣的繁體中文回答。", "請為新聞生成摘要：\n…")])[0].finish
    'stop'

The chat is laid out by the tokenizer's own template, a model without one gets the bare text; or by the template of
LLaMA-Factory that `Generation` names, which is how a base model is asked as it was trained. The model's own
generation_config is not followed, since instruct models sample by it and set penalties that no recipe names. Weights
are kept in 32 bits on a CPU, where bfloat16 was measured 23 times slower.
"""

import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from data_builders.chat_templates import template_named
from data_builders.errors import InputError
from data_builders.hub import refusal
from data_builders.jieba_tokenizer import tokenizer_of
from data_builders.threads import briefly
from eval.predict.schema import Answer, Answered, Generation, Prompt

# A template of a model that can think aloud (Qwen3) writes an empty thought, as the recipes train it; others ignore it.
LAYOUT: dict[str, Any] = {"tokenize": False, "add_generation_prompt": True, "enable_thinking": False}
THEN = "name a model's folder, an adapter's folder with --adapter, or a model on the hub"


def model_of(model: str, adapter: str, how: Generation) -> Answer:
    """Load a model and return what continues a batch of prompts."""
    os.environ.update(briefly(os.environ))
    import torch

    tokenizer, loaded = load(model, adapter)
    loaded.to("cuda" if torch.cuda.is_available() else "cpu")
    return answerer(tokenizer, loaded, how)


def answerer(tokenizer: Any, loaded: Any, how: Generation) -> Answer:  # noqa: ANN401 - transformers' own types
    """Return what continues a batch of prompts by a model that is here already, such as one in training."""
    import torch

    pairs_up = bool(loaded.config.is_encoder_decoder)
    settings = settings_of(tokenizer, loaded, how)
    room = room_of(loaded, how, pairs_up)

    def answer(prompts: Sequence[Prompt]) -> list[Answered]:
        batch = encoded(prompts, tokenizer, how, pairs_up)
        for prompt, mask in zip(prompts, batch["attention_mask"], strict=True):
            if room and int(mask.sum()) > room:
                then = "leave the row out, or predict with a model of longer context"
                raise InputError(prompt.id, f"a prompt of at most {room} tokens", str(int(mask.sum())), then)
        if how.temperature > 0:  # what is greedy needs no seed, and a training that asks must keep its own
            torch.manual_seed(how.seed)
        on_device = {key: value.to(loaded.device) for key, value in batch.items()}
        with torch.inference_mode(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Position ids are not supported")  # PEFT's, of every prefix
            out = loaded.generate(**on_device, generation_config=settings)
        new = out if pairs_up else out[:, batch["input_ids"].shape[1] :]
        return [answered(tokens.tolist(), tokenizer, settings) for tokens in new]

    return answer


def encoded(
    prompts: Sequence[Prompt],
    tokenizer: Any,  # noqa: ANN401 - transformers' own type
    how: Generation,
    pairs_up: bool,
) -> dict[str, Any]:
    """Return a batch of prompts: in the named template, token for token as LLaMA-Factory trains, or as the model's."""
    side = "right" if pairs_up else "left"
    if how.template:
        template = template_named(how.template)
        ids = [template.prompt(one.system, one.user, how.thinking).ids(tokenizer) for one in prompts]
        made = tokenizer.pad({"input_ids": ids}, return_tensors="pt", padding_side=side, return_attention_mask=True)
        return dict(made)
    texts = [laid_out(prompt, tokenizer) for prompt in prompts]
    batch = tokenizer(texts, return_tensors="pt", padding=True, padding_side=side, add_special_tokens=pairs_up)
    return {key: value for key, value in batch.items() if key in {"input_ids", "attention_mask"}}


def load(model: str, adapter: str = "") -> tuple[Any, Any]:
    """Return a model and its tokenizer; an encoder-decoder is one whose config says so."""
    import torch
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    try:
        pairs_up = bool(AutoConfig.from_pretrained(model).is_encoder_decoder)
        kind = AutoModelForSeq2SeqLM if pairs_up else AutoModelForCausalLM
        tokenizer = tokenizer_of(model)
        loaded = kind.from_pretrained(model, dtype="auto" if torch.cuda.is_available() else torch.float32)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise refusal(model, error, THEN) from error
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer, (with_adapter(loaded, adapter) if adapter else loaded).eval()


def with_adapter(loaded: Any, adapter: str) -> Any:  # noqa: ANN401 - transformers models have no common type
    """Return the model with a LoRA adapter merged into it, or with a trained prefix before it."""
    if not (Path(adapter) / "adapter_config.json").is_file():
        raise InputError(adapter, "an adapter: adapter_config.json and weights", "none", THEN)
    from peft import PeftModel

    try:
        put_on = PeftModel.from_pretrained(loaded, adapter)
        return put_on if put_on.active_peft_config.is_prompt_learning else put_on.merge_and_unload()
    except (OSError, ValueError, RuntimeError) as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(adapter, "an adapter of this model", told, "name the model that it was trained on") from error


def settings_of(tokenizer: Any, loaded: Any, how: Generation) -> Any:  # noqa: ANN401 - transformers' own types
    """Return the whole generation config: nothing of it comes from the model but its end signs."""
    from transformers import GenerationConfig

    own = loaded.generation_config.eos_token_id
    ends = set(own if isinstance(own, list) else [own]) | {tokenizer.eos_token_id}
    if not loaded.config.is_encoder_decoder:  # LLaMA-Factory, too, lets every sign of the chat end a turn
        ends |= set(tokenizer.all_special_ids) - {tokenizer.unk_token_id}
    sampled = {"temperature": how.temperature} if how.temperature > 0 else {}
    return GenerationConfig(
        max_new_tokens=how.max_new_tokens,
        repetition_penalty=how.repetition_penalty,
        do_sample=how.temperature > 0,
        eos_token_id=sorted(end for end in ends if end is not None),
        pad_token_id=tokenizer.pad_token_id,
        decoder_start_token_id=loaded.generation_config.decoder_start_token_id,
        **sampled,
    )


def room_of(loaded: Any, how: Generation, pairs_up: bool) -> int:  # noqa: ANN401 - transformers' own type
    """Return how many tokens a prompt may have; 0 for a model that names no bound."""
    most = int(getattr(loaded.config, "max_position_embeddings", 0) or getattr(loaded.config, "n_positions", 0) or 0)
    prefix = int(getattr(getattr(loaded, "active_peft_config", None), "num_virtual_tokens", 0) or 0)
    return max(0, most - prefix - (0 if pairs_up else how.max_new_tokens))


def laid_out(prompt: Prompt, tokenizer: Any) -> str:  # noqa: ANN401 - transformers' own type
    """Return the prompt as the model's chat template writes it; without a system role the user says both."""
    if not getattr(tokenizer, "chat_template", None):
        return f"{prompt.system}\n\n{prompt.user}\n" if prompt.system else f"{prompt.user}\n"
    from jinja2 import TemplateError

    whole = [{"role": "system", "content": prompt.system}] if prompt.system else []
    whole.append({"role": "user", "content": prompt.user})
    try:
        return str(tokenizer.apply_chat_template(whole, **LAYOUT))
    except TemplateError:
        merged = [{"role": "user", "content": f"{prompt.system}\n\n{prompt.user}"}]
        return str(tokenizer.apply_chat_template(merged, **LAYOUT))


def answered(tokens: list[int], tokenizer: Any, settings: Any) -> Answered:  # noqa: ANN401 - transformers' own types
    """Return the text of new tokens, and whether an end sign or the bound ended it."""
    ended = any(token in settings.eos_token_id for token in tokens[1:] or tokens)
    return Answered(str(tokenizer.decode(tokens, skip_special_tokens=True)), "stop" if ended else "length")
