"""A house for plans: five stages of toy rows, a student whose tokens are its characters, a trainer that only hashes."""

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import yaml

from curriculum.asked import plan_arguments, plan_of
from curriculum.launch import Watch
from curriculum.schema import Plan
from curriculum.strategies import ADAPTERS, FROZEN

STAGES = ("s1", "s2", "s3", "s4", "s5")
CONFIG = {
    "num_hidden_layers": 2, "hidden_size": 8, "intermediate_size": 16, "num_attention_heads": 2,
    "num_key_value_heads": 1, "vocab_size": 64, "tie_word_embeddings": True,
}  # fmt: skip


def build(rows: int = 4) -> None:
    """Write the house into the folder one stands in."""
    names = [f"{stage}_{split}" for stage in ("s0", *STAGES) for split in ("train", "dev", "test")]
    for name in names:
        stage, split = name.split("_")
        count = rows if split == "train" else 2
        made = [row_of(stage, split, number) for number in range(count)]
        write(f"data/stages/{name}.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made))
    write("dataset_info.json", json.dumps({name: {"file_name": f"data/stages/{name}.jsonl"} for name in names}))
    student("saves/nano/student")


def planned(*words: str) -> Plan:
    """The plan of a command line; S5 alone unless it names another."""
    parser = argparse.ArgumentParser()
    plan_arguments(parser)
    for name, default in (("--data", "data"), ("--profile", "nano"), ("--student", ""), ("--run", "try")):
        parser.add_argument(name, default=default)
    return plan_of(parser.parse_args(["--plan", "1stage", *words]))


def row_of(stage: str, split: str, number: int) -> dict[str, str]:
    if stage == "s0":
        return {"id": f"{split}-{number}", "text": "颱風登陸" * 200}
    return {
        "id": f"{split}-{number}", "system": "", "instruction": "請摘要", "input": f"第{number}則颱風新聞",
        "output": f"新聞摘要：\n{stage}颱風{number}",
    }  # fmt: skip


def student(folder: str) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))  # noqa: S106 - no password
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    write(f"{folder}/config.json", json.dumps(CONFIG))
    write(f"{folder}/tokenizer_config.json", "{}")
    write(f"{folder}/tokenizer.json", tokenizer.to_str())
    write(f"{folder}/model.safetensors", "untrained")


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


class HashTrainer:
    """Plays LLaMA-Factory: the weights are a digest of recipe, data and what is started from, so changes travel."""

    def __init__(self, trains: tuple[str, ...] | None = None, loss: float = 5.0) -> None:
        self.commands: list[tuple[str, ...]] = []
        self.trains, self.loss = trains, loss

    @property
    def trained(self) -> list[str]:
        """The folders that were trained, merged or predicted, in order."""
        return [Path(command[2]).parent.name for command in self.commands if command[0] == "llamafactory-cli"]

    def run(self, command: Sequence[str], log: Path, watch: Watch) -> int:
        self.commands.append(tuple(command))
        log.write_text("", encoding="utf-8")
        if command[:3] == ("python", "-m", "curriculum.trainable"):
            return self.answer(Path(command[3]), Path(command[4]), command[5])
        if command[:3] == ("python", "-m", "curriculum.adapter"):
            write(f"{command[4]}/adapter_config.json", "{}")
            write(f"{command[4]}/adapter_model.safetensors", f"two ranks {command[5]}")
            return 0
        settings = yaml.safe_load(Path(command[2]).read_text(encoding="utf-8"))
        if settings.get("do_predict"):
            return self.predict(settings)
        self.make(settings, export=command[1] == "export")
        if command[1] == "train":
            lines = [{"current_steps": 0, "eval_loss": 9.0}, {"current_steps": 2, "eval_loss": self.loss}]
            text = "".join(json.dumps(line) + "\n" for line in lines)
            write(f"{settings['output_dir']}/trainer_log.jsonl", text)
        watch()
        return 0

    def answer(self, recipe: Path, out: Path, asked: str) -> int:
        settings = yaml.safe_load(recipe.read_text(encoding="utf-8"))
        kind = "freeze" if settings["finetuning_type"] == "freeze" else "lora"
        module = settings.get("freeze_trainable_modules", "")
        names = dict(FROZEN.values()).get(module) or settings.get("lora_target", "").split(",")
        if not any(names):
            names = tuple(ADAPTERS["lora_split"])
        names = self.trains or names
        tail = "weight" if kind == "freeze" else "lora_A.default.weight"
        made = [f"model.layers.{layer}.mlp.{name}.{tail}" for layer in range(2) for name in names]
        write(out.as_posix(), json.dumps({"asked": asked, "names": made, "parameters": 1}))
        return 0

    def predict(self, settings: dict[str, str]) -> int:
        file = Path(f"data/stages/{settings['eval_dataset']}.jsonl")
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        said = [
            {"prompt": f"{row['instruction']}\n{row['input']}", "predict": row["output"], "label": row["output"]}
            for row in rows
        ]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in said)
        write(f"{settings['output_dir']}/generated_predictions.jsonl", text)
        return 0

    def make(self, settings: dict[str, str], export: bool) -> None:
        out = settings["export_dir" if export else "output_dir"]
        parts = [(Path(settings["model_name_or_path"]) / "model.safetensors").read_text(encoding="utf-8")]
        if "adapter_name_or_path" in settings:
            parts.append(
                (Path(settings["adapter_name_or_path"]) / "adapter_model.safetensors").read_text(encoding="utf-8")
            )
        for name in settings.get("dataset", "").split(","):
            parts += [Path(f"data/stages/{name}.jsonl").read_text(encoding="utf-8")] if name else []
        parts.append(
            json.dumps({key: value for key, value in settings.items() if "dir" not in key and "path" not in key})
        )
        weights = hashlib.sha256("".join(parts).encode()).hexdigest()
        if settings["finetuning_type"] == "lora" and not export:
            write(f"{out}/adapter_config.json", "{}")
            write(f"{out}/adapter_model.safetensors", weights)
            return
        for name in ("config.json", "tokenizer_config.json", "tokenizer.json"):
            source = Path("saves/nano/student") / name
            write(f"{out}/{name}", source.read_text(encoding="utf-8"))
        write(f"{out}/model.safetensors", weights)
