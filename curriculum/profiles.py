"""The two profiles: what a recipe says because of the machine and the student that it is for.

    >>> PROFILES["nano"].rates["s5"]
    0.0003

`full` holds the published study's settings (batch 8, 3 epochs, 2,048 tokens, its rates); `nano` is a student of 2 M
random weights on two CPU cores, which needs larger rates and learns from the prompt, too.
"""

from dataclasses import dataclass

from curriculum.schema import Value
from data_builders.stages.table import SYSTEM


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile fixes. `device`, `steering` and `loss` are recipe keys that go in as they stand.

    `strategy` is the one that is taken unless another is named, `data` the folder.
    """

    name: str
    student: str
    made_by: str
    layers: int
    device: dict[str, Value]
    loss: dict[str, Value]
    steering: dict[str, Value]
    rates: dict[str, float]
    batch: int
    pretraining_batch: int
    pretraining_cutoff: int
    logging_steps: int
    hardware: str
    export_dtype: str
    generation: dict[str, Value]
    generation_batch: int
    cutoff: int = 2048
    epochs: float = 3.0
    accumulation: int = 1
    scheduler: str = "linear"
    template: str = "qwen"
    system: str = SYSTEM
    strategy: str = "full"
    data: str = "data"


PROFILES = {
    "nano": Profile(
        name="nano",
        student="saves/nano/student",
        made_by="make student; random weights",
        layers=4,
        device={"use_cpu": True, "disable_gradient_checkpointing": True},
        loss={"train_on_prompt": True},
        steering={"warmup_steps": 0.1, "adam_beta2": 0.95, "weight_decay": 0.1},
        rates={"s0": 2e-3, "s1": 3e-3, "s2": 2e-3, "s3": 1e-3, "s4": 6e-4, "s5": 3e-4},
        batch=2,
        pretraining_batch=4,
        pretraining_cutoff=512,
        logging_steps=2,
        hardware="2 CPU cores, 1.4 GiB",
        export_dtype="float32",
        generation={"do_sample": False, "repetition_penalty": 1.2, "max_new_tokens": 128},
        generation_batch=10,
    ),
    "full": Profile(
        name="full",
        student="Qwen/Qwen2.5-0.5B-Instruct",
        made_by="from the hub",
        layers=24,
        device={"bf16": True, "flash_attn": "auto"},
        loss={},
        steering={"warmup_steps": 0},
        rates={"s0": 5e-5, "s1": 5e-5, "s2": 5e-5, "s3": 2e-5, "s4": 1e-5, "s5": 1e-5},
        batch=8,
        pretraining_batch=10,
        pretraining_cutoff=2048,
        logging_steps=10,
        hardware="one GPU with bf16",
        export_dtype="bfloat16",
        generation={"do_sample": False, "max_new_tokens": 256},
        generation_batch=16,
    ),
}
