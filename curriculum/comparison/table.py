"""The models of the comparison: where each is from, its context, its chat template, how it is fine-tuned.

    >>> MODELS["opt-350m"].cutoff, MODELS["opt-350m"].template
    (2048, 'default')

Context: GPT-2 has 1,024 places and OPT 2,048; the others have more, and are given 2,048 for a fair room. Template:
a base model has none and is given LLaMA-Factory's `default` (Human: … Assistant:), in training and in generation
alike. Qwen3 is asked with its thought closed; DeepSeek-R1-Distill thinks aloud, which is cut off before scoring and
gets room of its own. Up to 0.8 billion weights all are trained, above that an adapter of rank 32. The encoder-decoders
and P-tuning are those of `curriculum.baselines`.
"""

from dataclasses import dataclass

from curriculum.baselines import BASELINES
from data_builders.errors import UsageError

BASE, ZEPHYR, QWEN3, GEMMA, LLAMA3, R1 = "default", "zephyr", "qwen3", "gemma2", "llama3", "deepseekr1"
CONV1D = "c_attn,c_proj,c_fc"  # GPT-2's layers are Conv1D, which lora_target: all passes over
GATED = "gated: accept its licence on the hub, then hf auth login"


@dataclass(frozen=True, slots=True)
class Baseline:
    """One model: `family` names its stand-in, `adapts` LoRA's targets ("" trains all weights).

    `template` is "" for what `curriculum.seq2seq` trains by the recipe of its name: it is asked in its own layout.
    """

    name: str
    hub: str
    family: str
    template: str
    cutoff: int
    weights: str
    batch: int
    rate: float
    adapts: str = ""
    new_tokens: int = 256
    thinking: bool = True
    thinks: bool = False
    licence: str = ""
    prefix: bool = False

    @property
    def trained(self) -> str:
        """What of it is trained, in words."""
        if self.prefix:
            return "a prefix (P-tuning v2)"
        return f"LoRA on {self.adapts}" if self.adapts else "all weights"

    @property
    def beside(self) -> bool:
        """Whether what is trained lies beside the model's own weights."""
        return self.prefix or bool(self.adapts)


SOURCE = 256  # tokens of a text that the encoder-decoders' study allowed
SIZES = {"t5_pegasus": "275 M", "randeng_pegasus": "523 M", "chatglm_ptuning": "9 B"}
CAUSAL: dict[str, Baseline] = {
    one.name: one
    for one in (
        Baseline("distilgpt2", "distilbert/distilgpt2", "gpt2", BASE, 1024, "82 M", 8, 5e-5),
        Baseline("gpt2-medium", "openai-community/gpt2-medium", "gpt2", BASE, 1024, "355 M", 8, 5e-5),
        Baseline("gpt2-large", "openai-community/gpt2-large", "gpt2", BASE, 1024, "774 M", 4, 2e-5),
        Baseline("gpt2-xl", "openai-community/gpt2-xl", "gpt2", BASE, 1024, "1.6 B", 4, 1e-4, CONV1D),
        Baseline("opt-350m", "facebook/opt-350m", "opt", BASE, 2048, "331 M", 8, 5e-5),
        Baseline(
            "TinyLlama-1.1B", "TinyLlama/TinyLlama-1.1B-Chat-v1.0", "llama", ZEPHYR, 2048, "1.1 B", 4, 1e-4, "all"
        ),
        Baseline(
            "Qwen3-0.6B", "Qwen/Qwen3-0.6B", "qwen3", QWEN3, 2048, "0.6 B", 4, 2e-5, thinking=False, thinks=True
        ),
        Baseline(
            "gemma-3-1b-it", "google/gemma-3-1b-it", "gemma", GEMMA, 2048, "1.0 B", 4, 1e-4, "all", licence=GATED
        ),
        Baseline(
            "Llama-3.2-1B-Instruct", "meta-llama/Llama-3.2-1B-Instruct", "llama", LLAMA3, 2048, "1.2 B", 4, 1e-4,
            "all", licence=GATED,
        ),
        Baseline(
            "DeepSeek-R1-Distill-Qwen-1.5B", "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B", "qwen3", R1, 4096, "1.8 B",
            4, 1e-4, "all", new_tokens=1024, thinks=True,
        ),
    )
}  # fmt: skip


PAIRED: dict[str, Baseline] = {
    one.name: Baseline(
        one.name, one.model, one.standin, "", SOURCE, SIZES[one.name], 1, 2e-2 if one.prefix else 2e-4,
        prefix=one.prefix,
    )
    for one in BASELINES.values()
}  # fmt: skip
MODELS = CAUSAL | PAIRED


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model as it was asked for; `own` is a folder or hub name that takes the place of its weights."""

    model: Baseline
    own: str = ""

    @property
    def name(self) -> str:
        """The model's name, which is its folder's."""
        return self.model.name


def chosen(text: str) -> tuple[Chosen, ...]:
    """Read `distilgpt2,opt-350m=models/opt`; an unknown or doubled name is a UsageError."""
    found = []
    for part in text.split(","):
        name, _, own = part.strip().partition("=")
        if name not in MODELS:
            raise UsageError("--models", ", ".join(MODELS), name or "nothing", "name some of these, by commas")
        found.append(Chosen(MODELS[name], own))
    names = [one.name for one in found]
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled:
        raise UsageError("--models", "each model once", f"{doubled} twice", "leave out one of the two")
    return tuple(found)
