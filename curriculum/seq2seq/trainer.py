"""transformers' Seq2SeqTrainer that answers the dev rows as `eval predict` does and scores them by our ROUGE.

    {"current_steps": 79, "total_steps": 1580, "eval_loss": 5.21, "rougeL": 0.1312, …}     trainer_log.jsonl

The log has the lines of LLaMA-Factory's, so a job is followed the same way. transformers' own generation while it
evaluates is not used: it would feed a causal model its answer, and would follow the model's own generation_config.
"""

import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from data_builders.jsonl import append
from data_builders.schema import AlpacaRow
from eval.metrics import score
from eval.predict.local import answerer
from eval.predict.run import prompt_of_row
from eval.predict.schema import Generation
from eval.schema import Pair, RougeMode

Values = dict[str, float]
Judge = Callable[[Any], Values]


class Dev:
    """The dev rows, and what a model's answers to them are worth; `signature` says how the last ones were scored."""

    def __init__(self, rows: Sequence[AlpacaRow], tokenizer: Any, how: Generation, mode: RougeMode) -> None:  # noqa: ANN401 - transformers' own type
        self.rows = sorted(rows, key=lambda row: (-len(prompt_of_row(row).user), row.id))  # as `eval predict` asks them
        self.tokenizer, self.how, self.mode = tokenizer, how, mode
        self.signature = ""

    def __call__(self, model: Any) -> Values:  # noqa: ANN401 - transformers' own type
        """Have the model answer, and return ROUGE-1, -2 and -L (F) by the names that a recipe knows."""
        answer = answerer(self.tokenizer, model, self.how)
        pairs: list[Pair] = []
        for start in range(0, len(self.rows), self.how.batch):
            batch = self.rows[start : start + self.how.batch]
            said = zip(batch, answer([prompt_of_row(row) for row in batch]), strict=True)
            pairs += [Pair(row.id, one.text.strip(), row.output) for row, one in said]
        metrics = score(pairs, "rouge", self.mode).metrics
        self.signature = metrics["rougeL_f"].signature
        return {name.removesuffix("_f"): metric.value for name, metric in metrics.items() if name.endswith("_f")}


@cache
def trainer_class() -> Any:  # noqa: ANN401 - a class made where transformers is imported
    """Return the trainer's class; transformers is imported here, not before."""
    from transformers import Seq2SeqTrainer

    class Trainer(Seq2SeqTrainer):  # type: ignore[misc] # transformers is not followed by mypy
        """A Seq2SeqTrainer whose evaluation adds what `judge` says of the model's own answers."""

        judge: Judge

        def evaluate(self, *given: Any, **named: Any) -> Values:  # noqa: ANN401 - transformers' own signature
            """Return the dev loss and the dev values."""
            metrics: Values = super().evaluate(*given, **named)
            training, cached = self.model.training, self.model.config.use_cache
            self.model.eval()
            self.model.config.use_cache = True
            told = {f"eval_{name}": value for name, value in self.judge(self.model).items()}
            self.model.config.use_cache = cached
            self.model.train(training)
            self.log(told)
            return metrics | told

    return Trainer


def log_callback(file: Path) -> Any:  # noqa: ANN401 - a class made where transformers is imported
    """Return the callback that appends to trainer_log.jsonl what the trainer logs."""
    from transformers import TrainerCallback

    class Log(TrainerCallback):  # type: ignore[misc] # transformers is not followed by mypy
        """Appends what is logged."""

        def __init__(self) -> None:
            self.began = time.monotonic()
            self.first = 0

        def on_train_begin(self, _: Any, state: Any, __: Any, **___: Any) -> None:  # noqa: ANN401 - transformers' own
            """Note when and at which step it began."""
            self.began, self.first = time.monotonic(), int(state.global_step)

        def on_log(self, _: Any, state: Any, __: Any, logs: Values | None = None, **___: Any) -> None:  # noqa: ANN401 - transformers' own
            """Append one line."""
            kept = {key.removeprefix("eval_"): value for key, value in (logs or {}).items() if "rouge" in key}
            kept |= {key: logs[key] for key in ("loss", "eval_loss", "learning_rate", "epoch") if logs and key in logs}
            passed = time.monotonic() - self.began
            gone, whole = state.global_step - self.first, state.max_steps
            left = passed / gone * (whole - state.global_step) if gone else 0.0
            line = {"current_steps": state.global_step, "total_steps": whole, **kept}
            append(file, [line | {"elapsed_time": clock(passed), "remaining_time": clock(left) if gone else ""}])

    return Log()


def clock(seconds: float) -> str:
    """Return seconds as h:mm:ss."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
