"""The settings of the tasks' recipes, beside the profiles: a task's are a profile's with the study's in their place.

    >>> profile_of("full", ("cnn_dailymail",)).batch, profile_of("full", ("s2", "s5")).batch
    (2, 8)

A rung of several tasks, as a rung of several stages, has the settings of the last one. `nano` keeps what makes a
study's recipe its own (method, scheduler, batch and accumulation) and changes what a student of random weights on two
cores needs: the rate, the epochs, the warm-up, the length.
"""

from collections.abc import Sequence
from dataclasses import replace

from curriculum.profiles import PROFILES, Profile
from curriculum.schema import Value
from data_builders.tasks import multitask
from data_builders.tasks.table import TASKS

DATA = "data/tasks"
NANO_STUDENT = "saves/nano/tasks/student"
COSINE: dict[str, dict[str, Value]] = {
    "nano": {"warmup_steps": 2, "weight_decay": 0.1},
    "full": {"warmup_steps": 20, "weight_decay": 0.1},
}


def multitask_profile(name: str, profile: str, batch: int) -> Profile:
    """Return the settings of one task of the multi-task study; its batch and its accumulation are equal."""
    nano = profile == "nano"
    return replace(
        PROFILES[profile],
        student=NANO_STUDENT if nano else "Qwen/Qwen2.5-3B-Instruct",
        made_by="make task; random weights" if nano else "from the hub",
        layers=4 if nano else 36,
        steering=COSINE[profile],
        rates={name: 3e-3 if nano else 5e-6},
        batch=batch,
        accumulation=batch,
        scheduler="cosine",
        cutoff=2048 if nano else 4096,
        epochs=3.0 if nano else 10.0,
        system=multitask.SYSTEM,
        strategy="lora_multitask",
        data=DATA,
        generation={"do_sample": False, "max_new_tokens": 32 if nano else TASKS[name].max_new_tokens},
    )


def short_news_profile(profile: str) -> Profile:
    """Return the settings of the ladder's student on the rows of the baselines, to set beside them."""
    nano = profile == "nano"
    return replace(
        PROFILES[profile],
        student=NANO_STUDENT if nano else PROFILES[profile].student,
        made_by="make task; random weights" if nano else PROFILES[profile].made_by,
        rates={"short_news": PROFILES[profile].rates["s1"]},
        cutoff=1024,
        system="",
        data=DATA,
    )


TASK_PROFILES: dict[str, dict[str, Profile]] = {
    profile: {
        name: multitask_profile(name, profile, batch)
        for name, batch in (("wmt", 5), ("cnn_dailymail", 2), ("squad2", 4))
    }
    | {"short_news": short_news_profile(profile)}
    for profile in PROFILES
}


def is_task(stages: Sequence[str]) -> bool:
    """Whether a rung is of tasks."""
    return stages[-1] in TASKS


def profile_of(profile: str, stages: Sequence[str]) -> Profile:
    """Return the settings of a rung in a profile."""
    return TASK_PROFILES[profile].get(stages[-1], PROFILES[profile])
