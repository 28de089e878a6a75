import json
from collections.abc import Callable, Sequence
from pathlib import Path

from curriculum.launch import Watch


def make_model(folder: Path, weights: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "tokenizer_config.json"):
        (folder / name).write_text("{}", encoding="utf-8")
    (folder / "model.safetensors").write_text(weights, encoding="utf-8")


class FakeTrainer:
    """Plays llamafactory-cli: notes each command, writes weights and a log, or does what `acts` says."""

    def __init__(self, acts: Callable[[Path], int] | None = None) -> None:
        self.commands: list[tuple[str, ...]] = []
        self.acts = acts

    def run(self, command: Sequence[str], log: Path, watch: Watch) -> int:
        self.commands.append(tuple(command))
        log.write_text("RuntimeError: out of luck\n", encoding="utf-8")
        if self.acts is not None:
            return self.acts(log.parent)
        make_model(log.parent, f"weights of {log.parent.name}")
        lines = [{"current_steps": 0, "total_steps": 2, "eval_loss": 9.0}, {"current_steps": 2, "eval_loss": 5.0}]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (log.parent / "trainer_log.jsonl").write_text(text, encoding="utf-8")
        watch()
        return 0
