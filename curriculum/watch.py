"""What a student writes while it learns: greedy answers to some dev rows at each evaluation, scored by `eval`.

    $ python -m curriculum run --plan 5stage --run try --watch 8
    saves/try/s5/generation_log.jsonl
    {"step": 38, "epoch": 1.0, "rows": 8, "seconds": 2.1, "metrics": {"rouge1_f": {"value": 0.21, …}}, "said": {…}}

The rows are the first of the dev split of the rung's last stage. The same numbers go to TensorBoard, as
`generation/rouge1_f`, `generation/rougeL_f` and `generation/zhtw_share`. Nothing of the training is touched: answers
are greedy, and the random states and the model's mode are put back, so the weights are those of an unwatched run, byte
for byte (`tests/slow`). So a stage's marker does not know of it.
"""

import os
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from curriculum.job import LOGS, dataset_files
from curriculum.schema import Value
from data_builders.errors import NewsLadderError
from data_builders.jsonl import read, write
from data_builders.recipes import Recipe
from data_builders.schema import AlpacaRow
from data_builders.stages.tokens import prompt_of
from eval.metrics import score
from eval.predictions import HEAD_STRIPPED, strip_head
from eval.schema import Metric, Pair

LOG = LOGS[1]
FAMILIES = ("rouge", "zhtw")
SHOWN = ("rouge1_f", "rougeL_f", "zhtw_share")
TOGETHER = 8  # rows answered at once


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when, at how many rows, how long it took, the metrics with their signatures, each answer by id."""

    step: int
    epoch: float
    rows: int
    seconds: float
    metrics: dict[str, Metric]
    said: dict[str, str]


def watched_rows(settings: dict[str, object], count: int) -> list[AlpacaRow]:
    """Return the first rows of the recipe's last dev dataset."""
    files = dataset_files(Recipe(Path(), settings), Path(str(settings.get("dataset_dir", "."))))
    return list(islice(read(files[-1], AlpacaRow), count))


def looked(rows: Sequence[AlpacaRow], answers: Sequence[str], step: int, epoch: float, seconds: float) -> Look:
    """Score answers to rows."""
    pairs = [
        Pair(row.id, strip_head(said), strip_head(row.output), row.input)
        for row, said in zip(rows, answers, strict=True)
    ]
    scores = [score(pairs, family, note=HEAD_STRIPPED).metrics for family in FAMILIES]
    metrics = {name: made[name] for made in scores for name in SHOWN if name in made}
    said = {row.id: answer for row, answer in zip(rows, answers, strict=True)}
    return Look(step, round(epoch, 4), len(rows), round(seconds, 2), metrics, said)


def note(path: Path, look: Look) -> None:
    """Add a look to the log; what stands there of the same step or a later one, before a kill, gives way."""
    try:
        before = [old for old in read(path, Look) if old.step < look.step] if path.is_file() else []
    except NewsLadderError:
        before = []  # not a log of ours
    write(path, [*before, look])


class Watcher:
    """Looks at a model at each evaluation; `callback` gives transformers' Trainer what it calls."""

    def __init__(self, settings: dict[str, object], count: int, generation: dict[str, Value]) -> None:
        self.rows = watched_rows(settings, count)
        self.system = str(settings.get("default_system", ""))
        self.generation = generation
        self.last = -1

    def callback(self) -> object:
        """Return a TrainerCallback that looks."""
        from transformers import TrainerCallback

        watcher = self

        class Watching(TrainerCallback):  # type: ignore[misc, unused-ignore]
            """Looks at the model at each evaluation."""

            def on_evaluate(self, args: Any, state: Any, _: Any, **given: Any) -> None:  # noqa: ANN401
                """Look, once a step, in the first process."""
                if state.is_world_process_zero and state.global_step != watcher.last:
                    watcher.last = state.global_step
                    watcher.look(args, state, given["model"], given["processing_class"])

        return Watching()

    def look(self, args: Any, state: Any, model: Any, tokenizer: Any) -> None:  # noqa: ANN401 - transformers' own
        """Have the model answer, score the answers, and tell the log and TensorBoard."""
        began = time.monotonic()
        with untouched(model):
            answers = self.answers(model, tokenizer)
        look = looked(self.rows, answers, state.global_step, float(state.epoch or 0.0), time.monotonic() - began)
        note(Path(args.output_dir) / LOG, look)
        if "tensorboard" in args.report_to:
            tell_tensorboard(Path(args.output_dir), look)

    def answers(self, model: Any, tokenizer: Any) -> list[str]:  # noqa: ANN401
        """Return the model's greedy answers to the rows."""
        import torch

        prompts = [
            tokenizer.encode(prompt_of(row.system or self.system, row.instruction, row.input), add_special_tokens=False)
            for row in self.rows
        ]
        ends = {tokenizer.eos_token_id, tokenizer.convert_tokens_to_ids("<|im_end|>")} - {None}
        pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
        found: list[str] = []
        for at in range(0, len(prompts), TOGETHER):
            block = prompts[at : at + TOGETHER]
            widest = max(map(len, block))
            padded = torch.tensor([[pad] * (widest - len(ids)) + ids for ids in block], device=model.device)
            seen = torch.tensor([[0] * (widest - len(ids)) + [1] * len(ids) for ids in block], device=model.device)
            made = model.generate(
                input_ids=padded, attention_mask=seen, eos_token_id=sorted(ends), pad_token_id=pad,
                **({"use_cache": True} | self.generation | {"do_sample": False}),
            )  # fmt: skip
            found += tokenizer.batch_decode(made[:, widest:].tolist(), skip_special_tokens=True)
        return found


@contextmanager
def untouched(model: Any) -> Iterator[None]:  # noqa: ANN401
    """Put back the model's mode and every random state after the block, which runs without gradients."""
    import numpy as np
    import torch

    training, python, numbers = model.training, random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng(), torch.no_grad():
            model.eval()
            yield
    finally:
        model.train(training)
        random.setstate(python)
        np.random.set_state(numbers)


def tell_tensorboard(output: Path, look: Look) -> None:
    """Write a look's numbers beside the trainer's own, into the run that it has opened last."""
    from torch.utils.tensorboard import SummaryWriter

    named = os.environ.get("TENSORBOARD_LOGGING_DIR")
    runs = sorted((output / "runs").glob("*/"), key=lambda folder: folder.stat().st_mtime)
    folder = Path(named) if named else runs[-1] if runs else output / "runs"
    with SummaryWriter(log_dir=str(folder), filename_suffix=".generation") as writer:
        for name, metric in look.metrics.items():
            writer.add_scalar(f"generation/{name}", metric.value, look.step)
