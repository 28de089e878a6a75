"""The translation recipe is the study's: rank 32, 4 bits, 64 rows a step, an empty thought; nano needs no GPU."""

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def recipe(name: str) -> dict[str, object]:
    return yaml.safe_load((ROOT / "yaml_recipes" / name).read_text(encoding="utf-8"))


def test_the_full_recipe_has_the_studys_settings() -> None:
    found = recipe("tasks/translation.yaml")
    expected = {
        "model_name_or_path": "Qwen/Qwen3-1.7B",
        "quantization_bit": 4,
        "lora_rank": 32,
        "lora_alpha": 64,
        "lora_dropout": 0.05,
        "learning_rate": 2e-4,
        "num_train_epochs": 3.0,
        "optim": "paged_adamw_8bit",
        "template": "qwen3",
        "enable_thinking": False,
        "default_system": "You are a precise and helpful multilingual translation assistant.",
    }
    assert {key: found[key] for key in expected} == expected
    assert found["per_device_train_batch_size"] * found["gradient_accumulation_steps"] == 64  # type: ignore[operator]


def test_the_nano_recipe_is_the_same_adapter_on_a_processor() -> None:
    found, full = recipe("nano/tasks/translation.yaml"), recipe("tasks/translation.yaml")
    assert found["use_cpu"] is True
    assert not [key for key in found if "quantization" in key or key == "optim"]
    same = ("lora_rank", "lora_alpha", "lora_dropout", "lora_target", "dataset", "default_system")
    assert [found[key] for key in same] == [full[key] for key in same]


@pytest.mark.parametrize("name", ["tasks/translation.yaml", "nano/tasks/translation.yaml"])
def test_no_row_that_the_builder_lets_through_can_reach_the_cutoff(name: str) -> None:
    from data_builders.tasks.translation.clean import BYTES
    from data_builders.tasks.translation.rows import SYSTEM
    from data_builders.tasks.translation.schema import Bounds

    around = len(f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n<zh_TW> <zh_TW>\n<|im_end|>\n") + 60
    assert 2 * BYTES * Bounds().characters + around < recipe(name)["cutoff_len"]  # type: ignore[operator]
