"""The training strategies: which recipe keys each sets, and which weights it must train.

    >>> method_keys(strategy_of("lr_adj+only_mlp"), layers=24)
    {'finetuning_type': 'freeze', 'freeze_trainable_layers': 24, 'freeze_trainable_modules': 'mlp'}

A strategy is one method (`full` unless named) and any of the modifiers `lr_adj` (S5's rate is S1's again) and
`constant` (no decay inside a stage), joined by `+`. Frozen strategies name every layer of the student: LLaMA-Factory's
default trains the last two, and 0 trains nothing, both silently. `lora` is the adapter that was active in the published
run (rank and alpha 160 on gate, up and down); `lora_qv` the one that it made first (rank 32 on q and v; its alpha was
not published, 32 here); `lora_split` holds ranks 32 for attention and 160 for the MLP in one adapter, which no key of
LLaMA-Factory can say, so `adapter.py` prepares it. `lora_multitask` is the multi-task study's: q and v, and since no
rank was published LLaMA-Factory's own, 8 with alpha 16.
"""

import re
from collections.abc import Iterable

from curriculum.schema import Method, Strategy, Value
from data_builders.errors import InputError, UsageError

ATTENTION, MLP = ("q_proj", "k_proj", "v_proj", "o_proj"), ("gate_proj", "up_proj", "down_proj")
METHODS: dict[str, Method] = {
    "full": "full",
    "only_attn": "only_attn",
    "only_mlp": "only_mlp",
    "lora": "lora",
    "lora_qv": "lora_qv",
    "lora_split": "lora_split",
    "lora_multitask": "lora_multitask",
    "qlora": "qlora",
}
MODIFIERS = ("lr_adj", "constant")
ADAPTERS: dict[Method, dict[str, int]] = {
    "lora": dict.fromkeys(MLP, 160),
    "qlora": dict.fromkeys(MLP, 160),
    "lora_qv": dict.fromkeys(("q_proj", "v_proj"), 32),
    "lora_split": dict.fromkeys(ATTENTION, 32) | dict.fromkeys(MLP, 160),
    "lora_multitask": dict.fromkeys(("q_proj", "v_proj"), 8),
}
# What an adapter says beside its rank; its alpha is its rank where nothing stands here.
BESIDE_RANK: dict[Method, dict[str, Value]] = {"lora_multitask": {"lora_alpha": 16}}
FROZEN: dict[Method, tuple[str, tuple[str, ...]]] = {"only_attn": ("self_attn", ATTENTION), "only_mlp": ("mlp", MLP)}
QUANTIZED: dict[str, Value] = {
    "quantization_bit": 4,
    "quantization_method": "bnb",
    "quantization_type": "nf4",
    "double_quantization": True,
}


def strategy_of(text: str) -> Strategy:
    """Return the strategy of a name; an unknown or contradictory one is a UsageError."""
    words = text.split("+")
    methods = [METHODS[word] for word in words if word in METHODS]
    unknown = [word for word in words if word not in METHODS and word not in MODIFIERS]
    if unknown or len(methods) > 1 or len(set(words)) < len(words):
        expected = f"one of {', '.join(METHODS)}, with lr_adj or constant added by +"
        raise UsageError("--strategy", expected, text, "for example lr_adj, only_mlp, lr_adj+lora")
    return Strategy(text, methods[0] if methods else "full", "lr_adj" in words, "constant" in words)


def method_keys(strategy: Strategy, layers: int) -> dict[str, Value]:
    """Return the recipe keys of a method for a student of that many layers."""
    if strategy.freezes:
        module, _ = FROZEN[strategy.method]
        frozen: dict[str, Value] = {"freeze_trainable_layers": layers, "freeze_trainable_modules": module}
        return {"finetuning_type": "freeze"} | frozen
    if not strategy.adapts:
        return {"finetuning_type": "full"}
    ranks = ADAPTERS[strategy.method]
    rank = max(ranks.values())
    keys: dict[str, Value] = {"finetuning_type": "lora"}
    if strategy.method != "lora_split":  # the prepared adapter says its own ranks
        beside = {"lora_alpha": rank} | BESIDE_RANK.get(strategy.method, {})
        keys |= {"lora_rank": rank, **beside, "lora_target": ",".join(ranks)}
    return keys


def expected_weights(strategy: Strategy, layers: int) -> set[tuple[int, str]]:
    """Return the (layer, projection) pairs that a frozen or adapting strategy must train, all of them and no other."""
    named = FROZEN[strategy.method][1] if strategy.freezes else tuple(ADAPTERS[strategy.method])
    return {(layer, projection) for layer in range(layers) for projection in named}


def check_weights(strategy: Strategy, layers: int, names: Iterable[str]) -> None:
    """Raise an InputError unless exactly the strategy's weights are trained, told by their names."""
    found, foreign = set(), []
    for name in names:
        match = re.search(r"\.(\d+)\.(?:self_attn|mlp)\.(\w+_proj)\.", name)
        if match is None or ("lora_" in name) != strategy.adapts:
            foreign.append(name)
        else:
            found.add((int(match[1]), match[2]))
    wanted = expected_weights(strategy, layers)
    if foreign or found != wanted:
        lacking = sorted(f"layer {layer} {name}" for layer, name in wanted - found)
        extra = foreign + sorted(f"layer {layer} {name}" for layer, name in found - wanted)
        told = "; ".join(
            f"{word} {', '.join(some[:3])}{' …' if len(some) > 3 else ''}"
            for word, some in (("not trained:", lacking), ("trained besides:", extra))
            if some
        )
        expected = f"{len(wanted)} projections of {layers} layers to be trained by {strategy.name}"
        raise InputError("trainable weights", expected, told, "use a Qwen2-like student, or the strategy full")
